import type { Buffer } from "../core/buffer.js";
import type { GatewayRecord } from "../core/record.js";

/** Records below this many numbers apart are read one after the other. */
const CLOSE = 2_000;

/** Wall time of a record, corrected where that is possible; undefined where nobody knows it. */
export type TimeOf = (record: GatewayRecord) => number | undefined;

/**
 * A number at or below that of the first record taken at `t` or later, found by halving: wall times grow with the
 * numbers but for steps of the clock, for which the caller leaves a margin.
 */
export async function numberBefore(
  buffer: Pick<Buffer, "range">,
  from: number,
  to: number,
  t: number,
  timeOf: TimeOf,
): Promise<number> {
  let low = from;
  let high = to;
  while (high - low > CLOSE) {
    const middle = low + Math.floor((high - low) / 2);
    const found = await timeAt(buffer, middle, high, timeOf);
    if (found === undefined || found >= t) high = middle;
    else low = middle;
  }
  return low;
}

/** Time of the first record from `seq` on that has one. */
async function timeAt(
  buffer: Pick<Buffer, "range">,
  seq: number,
  to: number,
  timeOf: TimeOf,
): Promise<number | undefined> {
  for await (const records of buffer.range(seq, to)) {
    for (const record of records) {
      const t = timeOf(record);
      if (t !== undefined) return t;
    }
  }
  return undefined;
}
