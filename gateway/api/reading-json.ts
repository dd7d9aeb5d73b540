import type { Language } from "../../drivers/core/message.js";
import type { ReadingBatch, Value } from "../../drivers/core/reading.js";
import type { Meanings } from "../core/meanings.js";

/** One reading as the local API gives it. 64-bit values are decimal text. */
export interface ApiReading {
  readonly device: string;
  readonly point: string;
  readonly value: number | string | boolean | null;
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
    const known = { device, point: id, value: apiValue(value, decimals ?? 0), t };
    const head = meaning === undefined ? known : { ...known, meaning };
    const reading = batch.state === "measuring" ? head : { ...head, state: batch.state };
    return [
      flag ? { ...reading, quality: flag.quality, reason: flag.reason } : { ...reading, quality: "good" },
    ];
  });
}

function apiValue(value: Value, decimals: number): ApiReading["value"] {
  if (typeof value !== "bigint") return value;
  if (decimals === 0) return value.toString();
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, "0");
  const sign = value < 0n ? "-" : "";
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
