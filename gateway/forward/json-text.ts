import { POW10 } from "../../drivers/core/decimal.js";
import type { Flag, ReadingBatch, Value } from "../../drivers/core/reading.js";

/** Last millisecond of the year 9999: beyond it ISO 8601 needs more digits. */
const LAST_MS = 253_402_300_799_999;

/** ISO 8601, UTC, milliseconds; times that four digits of a year cannot write are held at the ends. */
export function isoTime(ms: number): string {
  return new Date(Number.isNaN(ms) ? 0 : Math.min(Math.max(ms, 0), LAST_MS)).toISOString();
}

/**
 * `"v":{...},"bad":{...},"uncertain":{...},"state":...,"source_t":...` of one batch. `keys` is parallel to the
 * layout: `"point":` where the point is carried.
 */
export function readingsText(keys: readonly (string | undefined)[], batch: ReadingBatch): string {
  const { flags, values } = batch;
  let v = "";
  let bad = "";
  let uncertain = "";
  let next = 0;
  let flag = flags?.[0];
  for (let at = 0; at < values.length; at++) {
    while (flag !== undefined && flag.at < at) flag = flags?.[++next];
    const value = values[at];
    const key = keys[at];
    if (value === undefined || key === undefined) continue;
    const mark = flag !== undefined && flag.at === at ? flag : undefined;
    const text = mark?.quality === "bad" ? undefined : valueText(value, batch, at);
    if (text === undefined) {
      bad += `${bad === "" ? "" : ","}${key}"${reasonOf(mark, value)}"`;
      continue;
    }
    v += v === "" ? key + text : `,${key}${text}`;
    if (mark) uncertain += `${uncertain === "" ? "" : ","}${key}"${mark.reason}"`;
  }
  return `"v":{${v}}${bad && `,"bad":{${bad}}`}${uncertain && `,"uncertain":{${uncertain}}`}${stateText(batch)}`;
}

/** Undefined where there is no value that JSON could hold: what is no number must not look like one. */
function valueText(value: Value, batch: ReadingBatch, at: number): string | undefined {
  switch (typeof value) {
    case "number":
      return numberText(value, batch.layout.points[at]?.decimals ?? 0);
    case "bigint":
      return scaledText(value, batch.layout.points[at]?.decimals ?? 0);
    case "boolean":
      return value ? "true" : "false";
    case "string":
      return JSON.stringify(value);
    default:
      return undefined;
  }
}

/** Beyond it the places of a number are not worth counting one by one. */
const MOST_UNITS = 2 ** 31;
const MOST_PLACES = 6;

/**
 * The shortest text that gives the number, as `${value}` has it; undefined for no number. A value with few places is
 * taken apart as a whole number: that costs a quarter of the search for the shortest digits.
 */
export function numberText(value: number, decimals: number): string | undefined {
  if (!Number.isFinite(value)) return undefined;
  const power = POW10[decimals] as number;
  const units = Math.round(value * power);
  const isPlain = decimals > 0 && decimals <= MOST_PLACES && units / power === value;
  if (!isPlain || units >= MOST_UNITS || units <= -MOST_UNITS) return `${value}`;
  const size = units < 0 ? -units : units;
  const whole = Math.trunc(size / power);
  let rest = size - whole * power;
  const sign = units < 0 ? "-" : "";
  if (rest === 0) return `${sign}${whole}`;
  let places = decimals;
  while (rest % 10 === 0) {
    rest /= 10;
    places--;
  }
  return `${sign}${whole}.${`${rest}`.padStart(places, "0")}`;
}

/** Why there is no value where none could be written. */
export function reasonOf(flag: Flag | undefined, value: Value): string {
  if (flag?.quality === "bad") return flag.reason;
  return value === null ? (flag?.reason ?? "unavailable") : "not_a_number";
}

function stateText(batch: ReadingBatch): string {
  const state = batch.state === "measuring" ? "" : `,"state":"${batch.state}"`;
  return batch.sourceT === undefined ? state : `${state},"source_t":"${isoTime(batch.sourceT)}"`;
}

/**
 * u64 and s64 are more than a JSON number holds for most readers: without decimals they are a decimal string,
 * with decimals the exact decimal number `n / 10^decimals`.
 */
export function scaledText(n: bigint, decimals: number): string {
  if (decimals <= 0) return `"${n}"`;
  const digits = (n < 0n ? -n : n).toString().padStart(decimals + 1, "0");
  return `${n < 0n ? "-" : ""}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
