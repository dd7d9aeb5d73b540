import type { DataType } from "../core/point.js";
import { type DateFormat, registersOfDate } from "./date.js";

/**
 * Order of the bytes of a value in registers of two bytes. ABCD is the highest byte first; BADC swaps the bytes
 * of each register, CDAB reverses the registers, DCBA reverses all bytes. A single register knows two orders:
 * BADC and DCBA swap it, ABCD and CDAB do not. Strings follow the same rule for each of their registers and are
 * never reversed as a whole (E+H Promag 300 and Promass E100 manuals, "byte sequence").
 */
export type ByteOrder = "ABCD" | "BADC" | "CDAB" | "DCBA";

/** How a value lies in registers, and what it means: all that is needed to decode and encode it. */
export interface Format {
  readonly type: DataType;
  readonly order: ByteOrder;
  /** `bool` in a register: which bit, 0 is the lowest. Without it any bit makes it true. */
  readonly bit?: number | undefined;
  /** Registers of a `string`: two characters each, or one where `chars` says in which byte, or of 16 bits. */
  readonly length?: number | undefined;
  readonly chars?: "high" | "low" | "utf16" | undefined;
  /** The value is in this byte of its register, so that u16 and s16 mean 8 bits. */
  readonly byte?: "high" | "low" | undefined;
  /** Lowest and highest bit of the part of an integer that is the value. */
  readonly bits?: readonly number[] | undefined;
  readonly coding?: "bcd" | "sign-magnitude" | undefined;
  /** A `string` that is a date in the device's own form. */
  readonly date?: DateFormat | undefined;
  /** Pairs of raw and engineering value, raws rising, instead of scale and offset. */
  readonly curve?: readonly (readonly number[])[] | undefined;
  readonly scale: number;
  readonly offset: number;
  readonly decimals?: number | undefined;
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

/** How many registers a value takes. A string without `length` takes none: that is refused when planning. */
export function registersOf(format: Pick<Format, "type" | "length" | "date">): number {
  if (format.date) return registersOfDate(format.date);
  return format.type === "string" ? (format.length ?? 0) : REGISTERS[format.type];
}

/** Where the bytes of a value lie, highest first: `places[0]` is the offset of its highest byte. */
export function placesOf(order: ByteOrder, bytes: number): readonly number[] {
  return Array.from({ length: bytes }, (_, i) => {
    switch (order) {
      case "ABCD":
        return i;
      case "BADC":
        return i ^ 1;
      case "CDAB":
        return bytes - 2 - (i & ~1) + (i & 1);
      case "DCBA":
        return bytes - 1 - i;
      default:
        throw new RangeError(`byte order ${order satisfies never}`);
    }
  });
}

/** Whether the two bytes of each register change places. */
export function swapsBytes(order: ByteOrder): boolean {
  return order === "BADC" || order === "DCBA";
}
