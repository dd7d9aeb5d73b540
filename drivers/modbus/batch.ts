import type { Settings } from "../codec/decode.js";
import type { Clock } from "../core/clock.js";
import type { Flag, Layout, ReadingBatch, Value } from "../core/reading.js";
import type { Span } from "./planner.js";

/**
 * The readings in the data of a reply: good ones, and those that are none or doubtful flagged as such. Where an
 * instrument ought to say what it is doing and does not, nothing of it is better than doubtful.
 */
export function batchOf(
  layout: Layout,
  span: Span,
  bytes: Uint8Array,
  settings: Settings,
  clock: Clock,
): ReadingBatch {
  const { decoders, offsets } = span;
  const state = span.state?.(bytes, settings) ?? "measuring";
  const unknown = typeof state === "object" ? state.reason : undefined;
  const values: Value[] = [];
  let flags: Flag[] | undefined;
  for (let i = 0; i < decoders.length; i++) {
    const value = (decoders[i] as (typeof decoders)[number])(bytes, offsets[i] as number, settings);
    if (value === null) {
      values.push(null);
      flags ??= [];
      flags.push({ at: i, quality: "bad", reason: "not_a_number" });
    } else if (typeof value === "object") {
      values.push(value.value);
      flags ??= [];
      flags.push({ at: i, quality: value.quality, reason: value.reason });
    } else {
      values.push(value);
      if (unknown === undefined) continue;
      flags ??= [];
      flags.push({ at: i, quality: "uncertain", reason: unknown });
    }
  }
  const batch = {
    layout,
    state: typeof state === "object" ? ("measuring" as const) : state,
    t: clock.now(),
    mono: clock.mono(),
    boot: clock.boot,
    values,
  };
  return flags ? { flags, ...batch } : batch;
}
