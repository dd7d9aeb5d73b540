import type { DataType } from "../../drivers/core/point.js";
import type { ByteOrder } from "../../drivers/modbus/point-schema.js";

/**
 * Values into registers, written here on its own and never shared with the gateway's codec: a byte order that
 * is wrong on both sides would cancel out and every test stay green. Checked against pymodbus.
 */

const WIDTH: Readonly<Record<Exclude<DataType, "string">, number>> = {
  bool: 2,
  u16: 2,
  s16: 2,
  u32: 4,
  s32: 4,
  f32: 4,
  u64: 8,
  s64: 8,
  f64: 8,
};

/** Of integers that a double holds exactly. */
const NARROW_BOUNDS: Readonly<Partial<Record<DataType, readonly [number, number]>>> = {
  bool: [0, 1],
  u16: [0, 0xffff],
  s16: [-0x8000, 0x7fff],
  u32: [0, 0xffffffff],
  s32: [-0x80000000, 0x7fffffff],
};

const WIDE_BOUNDS: Readonly<Partial<Record<DataType, readonly [bigint, bigint]>>> = {
  u64: [0n, 0xffffffffffffffffn],
  s64: [-0x8000000000000000n, 0x7fffffffffffffffn],
};

/** How many registers a value takes; `length` is that of a string. */
export function registerCount(type: DataType, length = 1): number {
  return type === "string" ? length : WIDTH[type] / 2;
}

/**
 * The registers of a raw number (scale and offset already undone), in wire order. Integers are rounded and held
 * within the type's bounds, as a device's own counter is.
 */
export function numberToRegisters(value: number | bigint, type: DataType, order: ByteOrder): number[] {
  if (type === "string") throw new RangeError("a string is no number");
  const narrow = NARROW_BOUNDS[type];
  if (narrow) {
    if (Number.isNaN(value)) throw new RangeError(`NaN is no ${type}`);
    const whole = Math.max(narrow[0], Math.min(narrow[1], Math.round(Number(value))));
    const words = WIDTH[type] === 2 ? [whole & 0xffff] : [(whole >>> 16) & 0xffff, whole & 0xffff];
    return inOrder(words, order);
  }
  const view = new DataView(new ArrayBuffer(WIDTH[type]));
  const wide = WIDE_BOUNDS[type];
  if (wide) {
    const whole = clamp(typeof value === "bigint" ? value : BigInt(Math.round(value)), wide);
    const bits = BigInt.asUintN(WIDTH[type] * 8, whole);
    for (let at = 0; at < WIDTH[type]; at++) {
      view.setUint8(at, Number((bits >> BigInt(8 * (WIDTH[type] - 1 - at))) & 0xffn));
    }
  } else if (type === "f32") view.setFloat32(0, Number(value));
  else view.setFloat64(0, Number(value));
  return inOrder(wordsOf(view), order);
}

/** The number that registers in wire order hold: the way back, for writes and for the ledger's readers. */
export function registersToNumber(
  words: readonly number[],
  type: DataType,
  order: ByteOrder,
): number | bigint {
  // Each of the four orders is its own inverse.
  const view = new DataView(new ArrayBuffer(words.length * 2));
  for (const [at, word] of inOrder([...words], order).entries()) view.setUint16(at * 2, word);
  switch (type) {
    case "bool":
    case "u16":
      return view.getUint16(0);
    case "s16":
      return view.getInt16(0);
    case "u32":
      return view.getUint32(0);
    case "s32":
      return view.getInt32(0);
    case "f32":
      return view.getFloat32(0);
    case "f64":
      return view.getFloat64(0);
    case "u64":
      return view.getBigUint64(0);
    case "s64":
      return view.getBigInt64(0);
    case "string":
      throw new RangeError("a string is no number");
  }
}

/**
 * Two characters a register, the first in the high byte, padded with NUL. BADC and DCBA swap them in each register; the
 * text as a whole is never turned round.
 */
export function textToRegisters(text: string, length: number, order: ByteOrder = "ABCD"): number[] {
  const bytes = Buffer.alloc(length * 2);
  bytes.write(text, "latin1");
  const isSwapped = order === "BADC" || order === "DCBA";
  return Array.from({ length }, (_, at) =>
    isSwapped ? bytes.readUInt16LE(at * 2) : bytes.readUInt16BE(at * 2),
  );
}

/** ABCD as it is; BADC bytes swapped in each register; CDAB registers reversed; DCBA all bytes reversed. */
function inOrder(words: number[], order: ByteOrder): number[] {
  const swapped = (word: number): number => ((word & 0xff) << 8) | (word >> 8);
  switch (order) {
    case "ABCD":
      return words;
    case "BADC":
      return words.map(swapped);
    case "CDAB":
      return words.reverse();
    case "DCBA":
      return words.reverse().map(swapped);
  }
}

function wordsOf(view: DataView): number[] {
  return Array.from({ length: view.byteLength / 2 }, (_, at) => view.getUint16(at * 2));
}

function clamp(value: bigint, [lowest, highest]: readonly [bigint, bigint]): bigint {
  return value < lowest ? lowest : value > highest ? highest : value;
}
