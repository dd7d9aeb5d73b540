import type { ByteOrder } from "../../../drivers/modbus/schema.js";
import { type Field, fieldOf, putPattern, take } from "./field.js";
import type { DateField, DateItem, DateKeys } from "./keys.js";
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
  const parts: Record<DateField, number> = {
    year: when.getUTCFullYear() - (date.century ?? 0),
    month: when.getUTCMonth() + 1,
    day: when.getUTCDate(),
    hour: when.getUTCHours(),
    minute: when.getUTCMinutes(),
    second: when.getUTCSeconds(),
    millisecond: when.getUTCMilliseconds(),
    skip: 0,
  };
  for (const { field, name } of piecesOf(place)) {
    const number = parts[name];
    const digits = field.coding === "bcd" ? BigInt(`0x${number}`) : BigInt(number);
    if (name !== "skip") putPattern(memory, field, digits);
  }
}

/** `YYYY-MM-DDThh:mm:ss`; undefined where the device shows a moment that there is not. */
export function takeDate(memory: WordMemory, place: DatePlace): string | undefined {
  const { date } = place;
  if (date.seconds_since !== undefined) {
    const seconds = Number(take(memory, secondsField(place)).pattern);
    return new Date(epochOf(date.seconds_since) + seconds * 1000).toISOString().slice(0, 19);
  }
  const parts: Partial<Record<DateField, number>> = {};
  for (const { field, name } of piecesOf(place)) {
    const { number } = take(memory, field);
    if (name === "skip") continue;
    if (!number) return undefined;
    parts[name] = Number(number.n);
  }
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0, millisecond = 0 } = parts;
  const whole = year + (date.century ?? 0);
  const moment = new Date(Date.UTC(2000, month - 1, day, hour, minute, second));
  moment.setUTCFullYear(whole, month - 1, day);
  const isReal =
    moment.getUTCMonth() === month - 1 &&
    moment.getUTCDate() === day &&
    hour <= 23 &&
    minute <= 59 &&
    second <= 59 &&
    millisecond <= 999;
  return isReal ? moment.toISOString().slice(0, 19) : undefined;
}

interface Piece {
  readonly name: DateField;
  readonly field: Field;
}

function piecesOf({ table, address, order, date }: DatePlace): readonly Piece[] {
  const coding = date.coding ?? "binary";
  const piece = (item: DateItem, at: number, inBytes: boolean): Piece => {
    const { field: name, bits } = typeof item === "string" ? { field: item, bits: undefined } : item;
    const base = inBytes && at % 2 === 0 ? 8 : 0;
    const full = inBytes ? 7 : 15;
    const [lowest, highest] = bits ?? [0, full];
    const keys = {
      address: address + (inBytes ? at >> 1 : at),
      coding,
      bits: [base + lowest, base + highest] as const,
    };
    return { name, field: fieldOf(keys, table, order) };
  };
  if (date.bytes) return date.bytes.map((item, at) => piece(item, at, true));
  return (date.words ?? []).map((item, at) => piece(item, at, false));
}

function secondsField({ table, address, order }: DatePlace): Field {
  return fieldOf({ address, type: "u32" }, table, order);
}

function epochOf(text: string): number {
  const at = Date.parse(
    text.length <= 10 ? `${text}T00:00:00Z` : /Z|[+-]\d\d:?\d\d$/.test(text) ? text : `${text}Z`,
  );
  if (Number.isNaN(at)) throw new RangeError(`${text} is no date`);
  return at;
}
