import type { ByteOrder } from "../../../drivers/modbus/point-schema.js";
import { type Field, fieldOf, putPattern, take } from "./field.js";
import type { DateField, DateItem, DateKeys, DatePart } from "./keys.js";
import type { Stretch, WordMemory } from "./memory.js";

/** A date and time of the device's own clock, in pieces or as seconds. */
export interface DatePlace extends Stretch {
  readonly order: ByteOrder;
  readonly date: DateKeys;
}

/** How many registers it takes. */
export function dateRegisters({ bytes, words }: DateKeys): number {
  if (bytes) return Math.ceil(bytes.length / 2);
  return words ? words.length : 2;
}

/** Writes the moment (ms since 1970, in the device's own time) as the device shows it. */
export function putDate(memory: WordMemory, place: DatePlace, moment: number): void {
  const { date } = place;
  if (date.seconds_since !== undefined) {
    const seconds = Math.floor((moment - epochOf(date.seconds_since)) / 1000);
    putPattern(memory, secondsField(place), BigInt(Math.max(0, seconds)));
    return;
  }
  const when = new Date(moment);
  const [year, second, millisecond] = [
    when.getUTCFullYear(),
    when.getUTCSeconds(),
    when.getUTCMilliseconds(),
  ];
  for (const { field, name } of piecesOf(place)) {
    const parts: Record<DateField, number> = {
      // Where four digits do not fit two are shown.
      year: field.width < (field.coding === "bcd" ? 16 : 11) ? year % 100 : year,
      month: when.getUTCMonth() + 1,
      day: when.getUTCDate(),
      hour: when.getUTCHours(),
      minute: when.getUTCMinutes(),
      second,
      millisecond,
      millisecond_of_minute: 1000 * second + millisecond,
      skip: 0,
    };
    const number = parts[name];
    const digits = field.coding === "bcd" ? BigInt(`0x${number}`) : BigInt(number);
    if (name !== "skip") putPattern(memory, field, digits);
  }
}

/**
 * `YYYY-MM-DDThh:mm:ss`, with milliseconds where the device has them; only the date or the time where it has no more.
 * Undefined where the device shows a moment that there is not.
 */
export function takeDate(memory: WordMemory, place: DatePlace): string | undefined {
  const { date } = place;
  if (date.seconds_since !== undefined) {
    const seconds = Number(take(memory, secondsField(place)).pattern);
    return new Date(epochOf(date.seconds_since) + seconds * 1000).toISOString().slice(0, 19);
  }
  const parts: Partial<Record<DateField, number>> = {};
  for (const { field, name } of piecesOf(place)) {
    if (name === "skip") continue;
    const { number } = take(memory, field);
    if (!number) return undefined;
    parts[name] = Number(number.n);
  }
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, millisecond_of_minute: ofMinute } = parts;
  const second = ofMinute === undefined ? (parts.second ?? 0) : Math.trunc(ofMinute / 1000);
  const millisecond = ofMinute === undefined ? (parts.millisecond ?? 0) : ofMinute % 1000;
  const fullYear = year < 100 ? year + (date.century ?? 2000) : year;
  const isTime = hour <= 23 && minute <= 59 && second <= 59 && millisecond <= 999;
  const isDay = fullYear <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(fullYear, month);
  if (!isTime || !isDay) return undefined;
  const two = (number: number): string => String(number).padStart(2, "0");
  const hasMs = ofMinute !== undefined || parts.millisecond !== undefined;
  const tail = hasMs ? `.${String(millisecond).padStart(3, "0")}` : "";
  const time = `${two(hour)}:${two(minute)}:${two(second)}${tail}`;
  if (parts.day === undefined) return time;
  const shown = `${String(fullYear).padStart(4, "0")}-${two(month)}-${two(day)}`;
  return parts.hour === undefined ? shown : `${shown}T${time}`;
}

function daysIn(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

interface Piece {
  readonly name: DateField;
  readonly field: Field;
}

function piecesOf({ table, address, order, date }: DatePlace): readonly Piece[] {
  const coding = date.coding ?? "binary";
  const pieces = (item: DateItem, at: number, inBytes: boolean): readonly Piece[] =>
    partsOf(item).map(({ field: name, bits = [0, inBytes ? 7 : 15] }) => {
      const [lowest = 0, highest = 0] = bits;
      const base = inBytes && at % 2 === 0 ? 8 : 0;
      const keys = {
        address: address + (inBytes ? at >> 1 : at),
        coding,
        bits: [base + lowest, base + highest] as const,
      };
      return { name, field: fieldOf(keys, table, order) };
    });
  if (date.bytes) return date.bytes.flatMap((item, at) => pieces(item, at, true));
  return (date.words ?? []).flatMap((item, at) => pieces(item, at, false));
}

function partsOf(item: DateItem): readonly DatePart[] {
  if (typeof item === "string") return [{ field: item }];
  return "field" in item ? [item] : item;
}

function secondsField({ table, address, order }: DatePlace): Field {
  return fieldOf({ address, type: "u32" }, table, order);
}

function epochOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}
