import type { DaySent } from "../core/buffer.js";
import { ByteReader, ByteWriter } from "./bytes.js";
import type { Run } from "./range-set.js";

/**
 * How far each uplink is. They ride in a chunk of every commit, so that they cost no page of their own; what
 * changes without a chunk stands in the table `state`. The highest stamp is the present one.
 */
export interface Marks {
  readonly stamp: number;
  readonly uplinks: readonly UplinkMarks[];
}

export interface UplinkMarks {
  /** Stored slot. */
  readonly slot: number;
  /** Number of the last record of its stream that is in the file, 0 for none. */
  readonly last: number;
  readonly acknowledged: readonly Run[];
  /** What it sent on its last days; empty where nobody counts. */
  readonly days: readonly DaySent[];
}

/** What lies beyond is told as not acknowledged: it may be sent twice, and the file stays small. */
const MOST_RUNS = 200;

export function encodeMarks({ stamp, uplinks }: Marks): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter(256);
  out.varint(stamp);
  out.varint(uplinks.length);
  for (const { acknowledged, last, slot } of uplinks) {
    out.varint(slot);
    out.varint(last);
    const runs = acknowledged.slice(0, MOST_RUNS);
    out.varint(runs.length);
    let at = 0;
    for (const [from, to] of runs) {
      out.varint(from - at);
      out.varint(to - from);
      at = to;
    }
  }
  // Behind all that earlier programs read: they pass over it.
  if (uplinks.some(({ days }) => days.length > 0)) {
    for (const { days } of uplinks) {
      out.varint(days.length);
      for (const { bytes, day } of days) {
        out.varint(day);
        out.varint(bytes);
      }
    }
  }
  return out.take();
}

/** Throws InternalError `buffer.chunk_damaged`. */
export function decodeMarks(bytes: Uint8Array): Marks {
  const input = new ByteReader(bytes);
  const stamp = input.varint();
  const uplinks: Omit<UplinkMarks, "days">[] = [];
  for (let left = input.varint(); left > 0; left--) {
    const slot = input.varint();
    const last = input.varint();
    const acknowledged: Run[] = [];
    let at = 0;
    for (let runs = input.varint(); runs > 0; runs--) {
      const from = at + input.varint();
      at = from + input.varint();
      acknowledged.push([from, at]);
    }
    uplinks.push({ slot, last, acknowledged });
  }
  return { stamp, uplinks: uplinks.map((uplink) => ({ ...uplink, days: input.atEnd ? [] : daysIn(input) })) };
}

function daysIn(input: ByteReader): readonly DaySent[] {
  const days: DaySent[] = [];
  for (let left = input.varint(); left > 0; left--) days.push({ day: input.varint(), bytes: input.varint() });
  return days;
}
