import { existsSync } from "node:fs";
import { readingCount } from "../drivers/core/reading.js";
import { readBuffer } from "../gateway/buffer/reader.js";

/** What the buffer file holds. */
export interface Stored {
  readonly records: number;
  readonly readings: number;
}

/**
 * Counts what is committed, while the gateway writes or after it has ended; nothing before it has begun. Of
 * readings, those of `devices`.
 */
export function storedReadings(path: string, devices: ReadonlySet<string>): Stored {
  let [records, readings] = [0, 0];
  if (!existsSync(path)) return { records, readings };
  for (const record of readBuffer(path)) {
    records++;
    if (record.kind === "data" && devices.has(record.batch.layout.device)) {
      readings += readingCount(record.batch);
    }
  }
  return { records, readings };
}
