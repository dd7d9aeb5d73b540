import { type DataType, PRIORITIES } from "../../drivers/core/point.js";
import { roomyBytes, sizeFor } from "../core/buffer-room.js";
import type { BufferConfig, DeviceConfig } from "../core/config.js";

/**
 * What readings cost in the buffer file, from files that a seeded random walk filled (docs/buffer-format.md). A
 * whole number stands for every point with `decimals`.
 */
const BYTES_A_COMMIT_AND_PRIORITY = 70;
const BYTES_A_RECORD = 7.5;
const BYTES_A_WHOLE = 1.05;
const BYTES_A_READING: Readonly<Record<DataType, number>> = {
  bool: 0.35,
  u16: BYTES_A_WHOLE,
  s16: BYTES_A_WHOLE,
  u32: BYTES_A_WHOLE,
  s32: BYTES_A_WHOLE,
  u64: BYTES_A_WHOLE,
  s64: BYTES_A_WHOLE,
  f32: 5.2,
  f64: 7.2,
  string: 1.2,
};
/** A point that is asked as fast as the connection allows. */
const ASAP_MS = 100;

export interface BufferEstimate {
  readonly readingsPerS: number;
  readonly bytesPerDay: number;
  /** How long records fit into `max_size`; infinite where nothing is read. */
  readonly days: number;
  readonly keepAtLeastDays: number;
  /** The `max_size` with which `keep_at_least` holds. */
  readonly neededBytes: number;
}

const DAY_MS = 86_400_000;

/**
 * How long the records of these devices fit into the buffer when every reading is reported: deadbands save some, but
 * nobody knows how much. Every device is taken to give one record a period and priority. Pure.
 */
export function estimateBuffer(
  devices: ReadonlyMap<string, DeviceConfig>,
  buffer: BufferConfig,
): BufferEstimate {
  const commits = 1000 / buffer.commitEveryMs;
  let readingsPerS = 0;
  let bytesPerS = 0;
  let alarmsPerS = 0;
  for (const priority of [...PRIORITIES].reverse()) {
    // Devices of one period are read together and share a commit.
    const periods = new Set<number>();
    let records = 0;
    for (const { points } of devices.values()) {
      const own = new Set<number>();
      for (const point of points) {
        if (point.priority !== priority || point.access === "write") continue;
        const periodMs = point.periodMs > 0 ? point.periodMs : ASAP_MS;
        own.add(periodMs);
        readingsPerS += 1000 / periodMs;
        bytesPerS += (bytesOf(point.type, point.decimals) * 1000) / periodMs;
      }
      for (const periodMs of own) records += 1000 / periodMs;
      for (const periodMs of own) periods.add(periodMs);
    }
    if (priority === "alarm") alarmsPerS = records;
    let together = 0;
    for (const periodMs of periods) together += 1000 / periodMs;
    // An alarm is committed at once, and everything that waits with it.
    const rows = priority === "alarm" ? records : Math.min(together, commits + alarmsPerS);
    bytesPerS += rows * BYTES_A_COMMIT_AND_PRIORITY + records * BYTES_A_RECORD;
  }
  const bytesPerDay = (bytesPerS * DAY_MS) / 1000;
  const keepAtLeastDays = buffer.keepAtLeastMs / DAY_MS;
  return {
    readingsPerS,
    bytesPerDay,
    days: roomyBytes(buffer.maxBytes) / bytesPerDay,
    keepAtLeastDays,
    neededBytes: sizeFor(bytesPerDay * keepAtLeastDays),
  };
}

function bytesOf(type: DataType, decimals: number | undefined): number {
  const isNumber = type !== "bool" && type !== "string";
  return isNumber && decimals !== undefined ? BYTES_A_WHOLE : BYTES_A_READING[type];
}
