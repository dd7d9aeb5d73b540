import type { Priority } from "../../drivers/core/point.js";
import type { ReadingBatch } from "../../drivers/core/reading.js";
import type { GatewayEvent } from "./event.js";

/**
 * A batch or an event with its number, as stored. `epoch` and `seq` identify it for ever, in every uplink,
 * format and sending. It can be decoded without today's configuration: its layout is stored beside it.
 *
 * Records, batches and whatever else is touched for every request are never made as `{ ...head, kind }`: in Node 20
 * each such object gets a hidden class of its own, so that no access to any of them is fast any more. With the spread
 * last, as `{ kind, ...head }`, all of them share one.
 */
export type GatewayRecord = DataRecord | EventRecord;

interface RecordHead {
  readonly epoch: string;
  readonly rev: number;
  /** Positive, below 2^50, only grows within an epoch, never used twice. */
  readonly seq: number;
  readonly priority: Priority;
  /** Whether the wall clock was trusted when the record was taken. */
  readonly clock: "trusted" | "untrusted";
  /**
   * The chain, by uplink slot (see `Buffer.slotOf`): the number of the record before this one in that uplink's
   * stream, 0 for the first of the stream, -1 where that uplink does not carry the record (slots beyond the
   * end too). Fixed when the record is numbered.
   */
  readonly prevs: readonly number[];
}

export interface DataRecord extends RecordHead {
  readonly kind: "data";
  readonly batch: ReadingBatch;
}

export interface EventRecord extends RecordHead {
  readonly kind: "event";
  readonly event: GatewayEvent;
  /** Wall ms, monotonic ms and boot of the moment, as in a batch. */
  readonly t: number;
  readonly mono: number;
  readonly boot: string;
}

/** `prev` as published: null for the first of the stream, undefined where the uplink does not carry the record. */
export function prevInSlot(record: GatewayRecord, slot: number): number | null | undefined {
  const prev = record.prevs[slot] ?? -1;
  return prev === -1 ? undefined : prev === 0 ? null : prev;
}

/** Wall time of a record. */
export function recordTime(record: GatewayRecord): number {
  return record.kind === "data" ? record.batch.t : record.t;
}
