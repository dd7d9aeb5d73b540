import type { DataType } from "../../../drivers/core/point.js";
import type { ByteOrder, Table } from "../../../drivers/modbus/point-schema.js";
import { type Exact, written, writtenFloat } from "../exact.js";
import type { Coding, OperandKeys } from "./keys.js";
import { isBitTable, type Stretch, type WordMemory } from "./memory.js";

/** A number in a device's memory: where it lies, and how it is coded. */
export interface Field extends Stretch {
  readonly type: DataType;
  readonly order: ByteOrder;
  /** Which bits of the value are meant, the lowest and how many; the whole value where nothing was said. */
  readonly shift: number;
  readonly width: number;
  readonly coding: Coding;
}

/** What lies in a field: a number, or `not a number` (NaN, an infinity, a BCD digit above nine). */
export interface Raw {
  /** The bits of the field, without a sign. */
  readonly pattern: bigint;
  readonly number: Exact | undefined;
}

const REGISTERS: Readonly<Record<Exclude<DataType, "string">, number>> = {
  bool: 1,
  u16: 1,
  s16: 1,
  u32: 2,
  s32: 2,
  f32: 2,
  u64: 4,
  s64: 4,
  f64: 4,
};

export function fieldOf(keys: OperandKeys, table: Table, order: ByteOrder = "ABCD"): Field {
  const ownTable = keys.table ?? table;
  if (isBitTable(ownTable)) {
    const place = { table: ownTable, address: keys.address, count: 1, type: "bool" as const };
    return { ...place, order: "ABCD", shift: 0, width: 1, coding: "binary" };
  }
  const type = keys.bit !== undefined ? "bool" : (keys.type ?? "u16");
  if (type === "string") throw new RangeError("a text is no number");
  const count = REGISTERS[type];
  const [lowest, highest] = keys.bits ?? [0, count * 16 - 1];
  const [shift, width] =
    keys.bit !== undefined
      ? [keys.bit, 1]
      : keys.byte !== undefined
        ? [keys.byte === "high" ? 8 : 0, 8]
        : [lowest, highest - lowest + 1];
  const coding = keys.coding ?? "binary";
  const ownOrder = keys.order ?? order;
  return { table: ownTable, address: keys.address, count, type, order: ownOrder, shift, width, coding };
}

/** What the memory holds. `order` stands for the field's own where a setting of the device decides it. */
export function take(memory: WordMemory, field: Field, order: ByteOrder = field.order): Raw {
  const whole = joined(ordered(memory.words(field.table, field.address, field.count), order));
  const pattern = (whole >> BigInt(field.shift)) & maskOf(field.width);
  return { pattern, number: numberOf(pattern, field) };
}

/** Sets the bits of the field and no others. */
export function putPattern(
  memory: WordMemory,
  field: Field,
  pattern: bigint,
  order: ByteOrder = field.order,
): void {
  const { table, address, count, shift, width } = field;
  const whole = joined(ordered(memory.words(table, address, count), order));
  const mask = maskOf(width) << BigInt(shift);
  const changed = (whole & ~mask) | ((pattern << BigInt(shift)) & mask);
  memory.put(table, address, ordered(parted(changed, count), order));
}

/** The bits that stand for a number; one that the field cannot hold becomes the nearest that it can. */
export function patternOf(number: number | bigint, field: Field): bigint {
  const { type, width, coding } = field;
  if (type === "f32" || type === "f64") {
    const view = new DataView(new ArrayBuffer(8));
    if (type === "f64") {
      view.setFloat64(0, Number(number));
      return view.getBigUint64(0);
    }
    view.setFloat32(0, Number(number));
    return BigInt(view.getUint32(0));
  }
  const [least, most] = boundsOf(field);
  const whole = typeof number === "bigint" ? number : BigInt(Math.round(number));
  const held = whole < least ? least : whole > most ? most : whole;
  if (coding === "bcd") return BigInt(`0x${held}`);
  if (coding === "sign-magnitude") return held < 0n ? (1n << BigInt(width - 1)) | -held : held;
  return held & maskOf(width);
}

/** The least and the greatest whole number that fits. */
export function boundsOf({ type, width, coding }: Field): readonly [bigint, bigint] {
  const bits = BigInt(width);
  if (coding === "bcd") return [0n, 10n ** (bits / 4n) - 1n];
  if (coding === "sign-magnitude") return [1n - (1n << (bits - 1n)), (1n << (bits - 1n)) - 1n];
  return isSigned(type) ? [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n] : [0n, maskOf(width)];
}

export function isFloat({ type }: Pick<Field, "type">): boolean {
  return type === "f32" || type === "f64";
}

/** The number for which a pattern stands. */
export function numberOf(pattern: bigint, { type, width, coding }: Field): Exact | undefined {
  if (type === "f32" || type === "f64") {
    const view = new DataView(new ArrayBuffer(8));
    if (type === "f32") view.setUint32(0, Number(pattern));
    else view.setBigUint64(0, pattern);
    const value = type === "f32" ? view.getFloat32(0) : view.getFloat64(0);
    if (!Number.isFinite(value)) return undefined;
    return type === "f32" ? writtenFloat(value) : written(value);
  }
  if (coding === "bcd") {
    const digits = pattern.toString(16);
    return /^\d+$/.test(digits) ? { n: BigInt(digits), d: 1n } : undefined;
  }
  const top = 1n << BigInt(width - 1);
  if (coding === "sign-magnitude") {
    return { n: pattern & top ? -(pattern ^ top) : pattern, d: 1n };
  }
  return { n: isSigned(type) && pattern & top ? pattern - 2n * top : pattern, d: 1n };
}

export function maskOf(width: number): bigint {
  return (1n << BigInt(width)) - 1n;
}

function isSigned(type: DataType): boolean {
  return type === "s16" || type === "s32" || type === "s64";
}

function joined(words: readonly number[]): bigint {
  return words.reduce((whole, word) => (whole << 16n) | BigInt(word), 0n);
}

function parted(whole: bigint, count: number): number[] {
  return Array.from({ length: count }, (_, at) => Number((whole >> BigInt(16 * (count - 1 - at))) & 0xffffn));
}

/**
 * The registers with the highest first, from registers as they lie, and back: ABCD as it is; BADC with the bytes of
 * each register swapped; CDAB with the registers reversed; DCBA with both.
 */
function ordered(words: readonly number[], order: ByteOrder): readonly number[] {
  const turned = order === "CDAB" || order === "DCBA" ? [...words].reverse() : words;
  return order === "BADC" || order === "DCBA" ? turned.map(swapped) : turned;
}

export function swapped(word: number): number {
  return ((word & 0xff) << 8) | (word >> 8);
}
