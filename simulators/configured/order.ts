import type { FaultSpec } from "../modbus/fault.js";

/** What a control line asks for. */
export type Order =
  | { readonly kind: "nothing" | "help" | "faults" | "unknown" }
  | { readonly kind: "heal"; readonly of: string | undefined }
  | { readonly kind: "unplug"; readonly connection: string; readonly forMs: number }
  | {
      readonly kind: "stuck" | "sentinel";
      readonly of: string;
      readonly point: string;
      readonly forMs: number | undefined;
    }
  | {
      readonly kind: "fault";
      readonly of: string;
      readonly spec: FaultSpec;
      /** Absent: each time. */
      readonly probability: number | undefined;
      readonly forMs: number | undefined;
    };

const UNITS = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 } as const;
const QUANTITY = /(\d+(?:\.\d+)?)\s*(%|ms|min|s|h)(?=\s|$)/g;
const UNKNOWN: Order = { kind: "unknown" };
/** Longer than that is for ever. */
const MOST_MS = 7 * 86_400_000;

/** `drop 20 % of meter for 60 s`, `stuck meter level`: words that stand between (`of`) may be left out. */
export function readOrder(line: string): Order {
  const words = line.replace(QUANTITY, "$1$2").split(/\s+/).filter(Boolean);
  const [verb, ...rest] = words;
  if (verb === undefined) return { kind: "nothing" };
  if (verb === "help" || verb === "faults") return rest.length === 0 ? { kind: verb } : UNKNOWN;
  const at = rest.indexOf("for");
  const forMs = at < 0 ? undefined : msOf(rest[at + 1]);
  if (at >= 0 && (forMs === undefined || rest.length !== at + 2)) return UNKNOWN;
  const told = (at < 0 ? rest : rest.slice(0, at)).filter((word) => word !== "of");
  const [first, second, ...more] = told;
  if (more.length > 0) return UNKNOWN;
  if (verb === "heal") return second === undefined && at < 0 ? { kind: "heal", of: first } : UNKNOWN;
  if (first === undefined) return UNKNOWN;
  if (verb === "unplug") {
    return second === undefined && forMs !== undefined
      ? { kind: "unplug", connection: first, forMs }
      : UNKNOWN;
  }
  if (verb === "stuck" || verb === "sentinel") {
    return second === undefined ? UNKNOWN : { kind: verb, of: first, point: second, forMs };
  }
  return faultOf(verb, first, second, forMs);
}

function faultOf(verb: string, first: string, second: string | undefined, forMs: number | undefined): Order {
  const of = second ?? first;
  const value = second === undefined ? undefined : first;
  const fault = (spec: FaultSpec, probability?: number): Order => ({
    kind: "fault",
    of,
    spec,
    probability,
    forMs,
  });
  const share = value === undefined ? undefined : shareOf(value);
  switch (verb) {
    case "silent":
      return value === undefined ? fault({ kind: "silence" }) : UNKNOWN;
    case "drop":
      return value === undefined || share !== undefined ? fault({ kind: "silence" }, share) : UNKNOWN;
    case "garble":
      return value === undefined || share !== undefined ? fault({ kind: "bad_checksum" }, share) : UNKNOWN;
    case "late": {
      const after = msOf(value);
      return after === undefined ? UNKNOWN : fault({ kind: "late", after });
    }
    case "exception": {
      const code = Number(value);
      return Number.isInteger(code) && code >= 1 && code <= 255
        ? fault({ kind: "exception", code })
        : UNKNOWN;
    }
    default:
      return UNKNOWN;
  }
}

/** `20%`: 0.2. */
function shareOf(text: string): number | undefined {
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1];
  const share = percent === undefined ? Number.NaN : Number(percent) / 100;
  return share >= 0 && share <= 1 ? share : undefined;
}

function msOf(text: string | undefined): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|min|h)$/.exec(text ?? "") ?? [];
  if (number === undefined) return undefined;
  const ms = Number(number) * UNITS[unit as keyof typeof UNITS];
  return ms <= MOST_MS ? ms : undefined;
}
