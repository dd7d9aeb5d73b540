import type { IncomingMessage } from "node:http";
import { LONGEST_MARK_MS, type MarkRequest } from "../core/device-marks.js";

const MOST_BYTES = 4_096;
/** One line that a person wrote. */
const LINE = /^[^\p{C}\p{Zl}\p{Zp}]{1,120}$/u;
const KEYS: ReadonlySet<string> = new Set(["device", "state", "for_ms", "by", "reason"]);

/** The body of a request as text; undefined where it is too long or the client left. */
export async function readBody(
  request: IncomingMessage,
  mostBytes = MOST_BYTES,
): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > mostBytes) return undefined;
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Whatever a client sent, as a request; undefined where it is none. */
export function parseMarkRequest(text: string): MarkRequest | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return undefined;
  const fields = new Map(Object.entries(parsed));
  for (const key of fields.keys()) if (!KEYS.has(key)) return undefined;
  const line = (key: string): string | undefined => {
    const value = fields.get(key);
    return typeof value === "string" && LINE.test(value) ? value : undefined;
  };
  const [by, device, state] = [line("by"), line("device"), line("state")];
  if (by === undefined || device === undefined) return undefined;
  if (state === "measuring") return { device, state, by };
  if (state !== "maintenance" && state !== "calibrating") return undefined;
  const forMs = fields.get("for_ms");
  if (typeof forMs !== "number" || !(forMs >= 1_000 && forMs <= LONGEST_MARK_MS)) return undefined;
  if (!fields.has("reason")) return { device, state, forMs, by };
  const reason = line("reason");
  return reason === undefined ? undefined : { device, state, forMs, by, reason };
}
