import type { Clock } from "../../drivers/core/clock.js";
import type { Flag, Layout, ReadingBatch, Reason } from "../../drivers/core/reading.js";

/** The readings of a request that gave none: all bad, with the reason. The loss of a sensor is data. */
export function failedBatch(layout: Layout, reason: Reason, clock: Clock): ReadingBatch {
  const flags: Flag[] = layout.points.map((_, at) => ({ at, quality: "bad", reason }));
  return {
    layout,
    state: "measuring",
    t: clock.now(),
    mono: clock.mono(),
    boot: clock.boot,
    values: new Array(layout.points.length).fill(null),
    flags,
  };
}
