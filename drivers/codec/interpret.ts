import type { DataType } from "../core/point.js";
import { decoderOf } from "./decode.js";
import { type ByteOrder, registersOf } from "./format.js";

/** One way to understand registers. */
export interface Interpretation {
  /** Register at which it begins, counted from the first that was read. */
  readonly at: number;
  readonly registers: number;
  readonly type: NumberType;
  readonly order: ByteOrder;
  /** Null: these registers are no such number. */
  readonly value: number | bigint | null;
  /** What speaks for it. */
  readonly sensible: boolean;
  /** Between two reads, and by as little as a measured value or a counter moves. */
  readonly moved?: "up" | "down";
}

export type NumberType = Exclude<DataType, "bool" | "string">;

/** A value that was expected, found in registers, perhaps by way of a scale. */
export interface Fit {
  readonly at: number;
  readonly registers: number;
  readonly type: NumberType;
  readonly order: ByteOrder;
  readonly scale: number;
  readonly value: number;
}

/** Characters in registers, two in each. */
export interface TextFound {
  readonly at: number;
  readonly registers: number;
  readonly order: ByteOrder;
  readonly text: string;
}

export const ORDERS: readonly ByteOrder[] = ["ABCD", "CDAB", "BADC", "DCBA"];
/** Of a single register the first two of these are the same, and so are the others. */
const SHORT_ORDERS: readonly ByteOrder[] = ["ABCD", "BADC"];
const TYPES: readonly NumberType[] = ["u16", "s16", "f32", "u32", "s32", "f64", "u64", "s64"];

/** What an instrument shows in its own unit lies within these, or is 0. */
const LEAST_FLOAT = 1e-4;
const GREATEST_FLOAT = 1e7;
/** A counter goes on by less between two looks; of the wrong order of bytes or words it leaps. */
const MOST_STEP = 10_000;
/** A measured value changes by less between two looks. */
const MOST_SHARE = 0.1;
/** Between two 32-bit numbers that lie side by side and what no counter reaches. */
const WIDE: readonly [number, number] = [2 ** 32, 1e13];

const INTEGER_SCALES: readonly number[] = [1, 0.1, 0.01, 0.001, 10, 100];
const FLOAT_SCALES: readonly number[] = [1, 0.001, 1000];
const LEAST_TEXT = 4;

/**
 * Every number in registers: each type in each order at each register, with what speaks for it. `later`: the same
 * registers at another look, a moment after. Pure.
 */
export function interpretations(
  words: readonly number[],
  later?: readonly number[],
): readonly Interpretation[] {
  const bytes = bytesOf(words);
  const then = later && bytesOf(later);
  return TYPES.flatMap((type) => {
    const registers = registersOf({ type });
    const starts = Array.from({ length: Math.max(0, words.length - registers + 1) }, (_, at) => at);
    return starts.flatMap((at) => {
      const values = ordersOf(type).map((order) => {
        const decode = decoderOf({
          type,
          order,
          scale: 1,
          offset: 0,
          decimals: isFloat(type) ? undefined : 0,
        });
        const value = numberOf(decode(bytes, 2 * at));
        return { order, value, step: then ? stepOf(type, value, numberOf(decode(then, 2 * at))) : 0 };
      });
      const least = Math.min(...values.flatMap(({ step }) => (step === 0 ? [] : [Math.abs(step)])));
      return values.map(({ order, step, value }): Interpretation => {
        // Of the orders of one number only the calmest one moved: the others leapt.
        const moved = step !== 0 && (isFloat(type) || Math.abs(step) === least);
        const found = { at, registers, type, order, value, sensible: moved || isSensible(type, value) };
        return moved ? { ...found, moved: step > 0 ? "up" : "down" } : found;
      });
    });
  });
}

/** Where a value within `least` and `most` lies, the simplest explanation first. Pure. */
export function fits(all: readonly Interpretation[], least: number, most: number): readonly Fit[] {
  const found: Fit[] = [];
  for (const { at, order, registers, type, value } of all) {
    if (value === null || value === 0 || value === 0n) continue;
    for (const scale of isFloat(type) ? FLOAT_SCALES : INTEGER_SCALES) {
      // By the reciprocal: 2301 / 10 is 230.1, 2301 * 0.1 is not.
      const scaled = scale < 1 ? Number(value) / Math.round(1 / scale) : Number(value) * scale;
      if (scaled < least || scaled > most) continue;
      found.push({ at, registers, type, order, scale, value: scaled });
      break;
    }
  }
  const oddness = ({ order, scale }: Fit): number =>
    Math.abs(Math.log10(scale)) + ORDERS.indexOf(order) * 0.25;
  return withoutTwins(found.sort((a, b) => oddness(a) - oddness(b) || a.at - b.at));
}

/** Runs of printable characters, in either order of the bytes of a register. Pure. */
export function textsIn(words: readonly number[]): readonly TextFound[] {
  return SHORT_ORDERS.flatMap((order) => {
    const characters = words.flatMap((word) => {
      const pair = [word >> 8, word & 0xff];
      return order === "ABCD" ? pair : pair.reverse();
    });
    const text = String.fromCharCode(...characters);
    return [...text.matchAll(/[\x20-\x7e]+/g)].flatMap(({ 0: run, index }): TextFound[] => {
      const letters = run.replace(/[^A-Za-z0-9]/g, "");
      if (run.trim().length < LEAST_TEXT || letters.length < LEAST_TEXT - 1) return [];
      const at = Math.floor(index / 2);
      const registers = Math.ceil((index + run.length) / 2) - at;
      return [{ at, registers, order, text: run.trim() }];
    });
  });
}

export function isFloat(type: NumberType): boolean {
  return type === "f32" || type === "f64";
}

function ordersOf(type: NumberType): readonly ByteOrder[] {
  return type === "u16" || type === "s16" ? SHORT_ORDERS : ORDERS;
}

function numberOf(value: unknown): number | bigint | null {
  return typeof value === "number" || typeof value === "bigint" ? value : null;
}

function isSensible(type: NumberType, value: number | bigint | null): boolean {
  if (value === null) return false;
  const size = Math.abs(Number(value));
  if (isFloat(type)) return size >= LEAST_FLOAT && size <= GREATEST_FLOAT;
  return typeof value === "bigint" && size > WIDE[0] && size < WIDE[1];
}

/** By how much a value moved, 0 for not at all or too much to be one. */
function stepOf(type: NumberType, before: number | bigint | null, after: number | bigint | null): number {
  if (before === null || after === null) return 0;
  if (isFloat(type)) {
    const step = Number(after) - Number(before);
    const isCalm = Math.abs(step) <= MOST_SHARE * Math.abs(Number(before));
    return isCalm && isSensible(type, before) ? step : 0;
  }
  const step =
    typeof before === "bigint" && typeof after === "bigint"
      ? Number(after - before)
      : Number(after) - Number(before);
  return Math.abs(step) <= MOST_STEP ? step : 0;
}

/** A small number says the same as u16 and s16: once is enough. */
function withoutTwins(all: readonly Fit[]): readonly Fit[] {
  const seen = new Set<string>();
  return all.filter(({ at, order, registers, type, value }) => {
    const key = `${at} ${registers} ${order} ${isFloat(type)} ${value}`;
    return !seen.has(key) && seen.add(key);
  });
}

function bytesOf(words: readonly number[]): Uint8Array {
  return Uint8Array.from(words.flatMap((word) => [(word >> 8) & 0xff, word & 0xff]));
}
