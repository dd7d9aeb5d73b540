import type { DataType } from "./point.js";

/**
 * A value in engineering units.
 * - `number`: bool-less numeric types up to 32 bits, f32 and f64. Finite. f32 is the double nearest to the
 *   shortest decimal that gives the same f32 (230.1, not 230.10000610351562).
 * - `bigint`: u64 and s64, always, as a fixed-point number: the value is `n / 10^decimals` of its layout point.
 * - `null`: there is no value; the quality is bad and says why.
 */
export type Value = number | bigint | boolean | string | null;

export type Quality = "good" | "uncertain" | "bad";

/** Why a reading is not good. Published words: they never change their meaning. */
export type Reason =
  /** The device did not answer in time. */
  | "no_answer"
  /** An answer came, and it was damaged or was not one to this request. */
  | "bad_answer"
  /** The device answered with an exception that may pass (busy, failure). */
  | "device_error"
  /** The device says that it has no such point. */
  | "unsupported"
  /** The connection is down. */
  | "link_down"
  /** The value lies outside `range`. */
  | "out_of_range"
  /** NaN or infinite. */
  | "not_a_number"
  /** The device marks the value as not available (a sentinel). */
  | "unavailable"
  /** Older than it may be. */
  | "stale"
  /** The instrument says that it measures beyond its upper limit. */
  | "overrange"
  /** The instrument says that it measures below its lower limit. */
  | "underrange"
  /** The instrument says that the wire to its sensor is broken. */
  | "open_circuit"
  /** The instrument says that its sensor is not fit to measure. */
  | "sensor_fault"
  /** A register of the device that decides over the meaning of the value does not hold what it must. */
  | "wrong_setting";

/** What the instrument itself is doing, beside the quality of its readings. */
export type InstrumentState = "measuring" | "calibrating" | "maintenance" | "fault";

/** What the JSON form needs to know of a point, and nothing else. */
export interface LayoutPoint {
  readonly id: string;
  readonly type: DataType;
  /** Places after the decimal point; undefined: f32 or f64 in their shortest form. */
  readonly decimals?: number;
}

/**
 * The ordered points of a batch. Made once for each planned request and shared by all its batches: identity
 * (`===`) is enough to recognise it. It is stored once beside the records.
 */
export interface Layout {
  readonly device: string;
  readonly points: readonly LayoutPoint[];
}

/** The quality of one reading of a batch, where it is not good. */
export interface Flag {
  /** Index in `layout.points`. */
  readonly at: number;
  readonly quality: "uncertain" | "bad";
  readonly reason: Reason;
}

/**
 * What one request gave, answered or not. Readings flow in batches: never one object a reading.
 * Immutable once handed over.
 */
export interface ReadingBatch {
  readonly layout: Layout;
  readonly state: InstrumentState;
  /** Wall time in ms when the reply was complete, or when it was given up. */
  readonly t: number;
  /** The same moment on the monotonic clock of `boot`. */
  readonly mono: number;
  readonly boot: string;
  /** The device's own time in ms, where it has one. */
  readonly sourceT?: number;
  /**
   * Parallel to `layout.points`. `undefined`: this batch says nothing about the point (report by exception).
   * `null` where a flag says bad.
   */
  readonly values: readonly (Value | undefined)[];
  /** Only the qualities that are not good, in order of `at`; absent when all are good. */
  readonly flags?: readonly Flag[];
}

/** How many readings a batch holds. */
export function readingCount(batch: ReadingBatch): number {
  let count = 0;
  for (const value of batch.values) if (value !== undefined) count++;
  return count;
}
