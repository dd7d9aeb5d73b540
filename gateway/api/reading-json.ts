import type { Language } from "../../drivers/core/message.js";
import type { ReadingBatch } from "../../drivers/core/reading.js";
import type { Meanings } from "../core/meanings.js";
import { type PlainValue, plainValue } from "../core/plain-value.js";

/** One reading as the local API gives it. */
export interface ApiReading {
  readonly device: string;
  readonly point: string;
  readonly value: PlainValue;
  /** Engineering unit of the value, where the point has one. */
  readonly unit?: string;
  /** What the number stands for, where that is known; in the language asked for. */
  readonly meaning?: string;
  readonly quality: "good" | "uncertain" | "bad";
  readonly reason?: string;
  /** What the instrument does, where it does not measure. */
  readonly state?: "calibrating" | "maintenance" | "fault";
  /** ISO 8601 UTC. */
  readonly t: string;
}

export function apiReadings(batch: ReadingBatch, meanings: Meanings, language: Language): ApiReading[] {
  const t = new Date(batch.t).toISOString();
  const flags = new Map((batch.flags ?? []).map((flag) => [flag.at, flag]));
  return batch.layout.points.flatMap(({ decimals, id }, at): ApiReading[] => {
    const value = batch.values[at];
    if (value === undefined) return [];
    const flag = flags.get(at);
    const { device } = batch.layout;
    const meaning = meanings.textOf(device, id, value, language);
    const unit = meanings.unitOf(device, id);
    const known = {
      device,
      point: id,
      value: plainValue(value, decimals ?? 0),
      ...(unit !== undefined && { unit }),
      t,
    };
    const head = meaning === undefined ? known : { ...known, meaning };
    const reading = batch.state === "measuring" ? head : { ...head, state: batch.state };
    return [
      flag ? { ...reading, quality: flag.quality, reason: flag.reason } : { ...reading, quality: "good" },
    ];
  });
}
