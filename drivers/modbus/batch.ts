import type { Clock } from "../core/clock.js";
import type { Flag, Layout, ReadingBatch, Value } from "../core/reading.js";
import type { Span } from "./planner.js";

/** The readings in the data of a reply: good ones, and those that are no number flagged as such. */
export function batchOf(layout: Layout, span: Span, bytes: Uint8Array, clock: Clock): ReadingBatch {
  const { decoders, offsets } = span;
  const values: Value[] = [];
  let flags: Flag[] | undefined;
  for (let i = 0; i < decoders.length; i++) {
    const value = (decoders[i] as (typeof decoders)[number])(bytes, offsets[i] as number);
    values.push(value);
    if (value === null) {
      flags ??= [];
      flags.push({ at: i, quality: "bad", reason: "not_a_number" });
    }
  }
  const batch = {
    layout,
    state: "measuring" as const,
    t: clock.now(),
    mono: clock.mono(),
    boot: clock.boot,
    values,
  };
  return flags ? { flags, ...batch } : batch;
}
