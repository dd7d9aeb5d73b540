import type { ScanWish } from "../../drivers/core/prober.js";

export interface ScanRequest {
  readonly connection: string;
  readonly wish: Pick<ScanWish, "units" | "effort">;
}

const EFFORTS = ["quick", "normal", "thorough"] as const;
const KEYS: ReadonlySet<string> = new Set(["connection", "units", "effort"]);
const MOST_UNITS = 256;

/** Whatever a client sent, as a request; undefined where it is none. */
export function parseScanRequest(text: string): ScanRequest | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return undefined;
  if (Object.keys(parsed).some((key) => !KEYS.has(key))) return undefined;
  const { connection, effort = "normal", units } = parsed as Readonly<Record<string, unknown>>;
  const chosen = EFFORTS.find((one) => one === effort);
  if (typeof connection !== "string" || !chosen) return undefined;
  if (units === undefined) return { connection, wish: { effort: chosen } };
  if (!Array.isArray(units) || units.length === 0 || units.length > MOST_UNITS) return undefined;
  const numbers = (units as readonly unknown[]).filter(isUnit);
  return numbers.length === units.length
    ? { connection, wish: { effort: chosen, units: numbers } }
    : undefined;
}

/** 0 is for all devices, and no device answers to it. */
function isUnit(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 255;
}
