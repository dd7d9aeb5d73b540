import { parseDuration } from "../../drivers/core/written-values.js";

/** When an order is given: ms after the beginning, again and again, or each day at a time of the clock. */
export type When =
  | { readonly kind: "at"; readonly ms: number }
  | { readonly kind: "every"; readonly ms: number }
  | { readonly kind: "daily"; readonly minute: number };

export interface ScriptLine {
  readonly when: When;
  /** As people write it. */
  readonly moment: string;
  readonly order: string;
}

const LEAST_EVERY_MS = 1000;

/**
 * `at 30s: drop 20 % of meter for 60s`, `every 6h: ...`, `at 05:30: ...` (each day); without a moment: at the beginning.
 * A text: what of it is no moment.
 */
export function readScript(text: string): ScriptLine | string {
  const [, verb, moment = "", order] = /^\s*(at|every)\s+([^:]+(?::\d\d)?)\s*:\s+(.+)$/.exec(text) ?? [];
  if (order === undefined) return { when: { kind: "at", ms: 0 }, moment: "0s", order: text.trim() };
  const when = whenOf(verb as "at" | "every", moment.trim());
  return when ? { when, moment: `${verb} ${moment.trim()}`, order: order.trim() } : moment;
}

function whenOf(verb: "at" | "every", moment: string): When | undefined {
  const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(moment) ?? [];
  if (hour !== undefined) {
    return verb === "at" ? { kind: "daily", minute: Number(hour) * 60 + Number(minute) } : undefined;
  }
  const ms = parseDuration(moment);
  if (ms === undefined) return undefined;
  if (verb === "every") return ms >= LEAST_EVERY_MS ? { kind: "every", ms } : undefined;
  return { kind: "at", ms };
}
