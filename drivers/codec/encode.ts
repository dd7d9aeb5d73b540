import { decimalOf, divideRounded } from "../core/decimal.js";
import type { Value } from "../core/reading.js";
import { common } from "./decode.js";
import { type Format, placesOf, registersOf, swapsBytes } from "./format.js";

/**
 * Writes a value in engineering units to its registers at byte `at`: the inverse of `Decode`, to the nearest raw
 * value. Returns false and writes nothing where the type of the value is wrong or it has no room. A bit of a
 * register leaves the other fifteen as they are.
 */
export type Encode = (value: Value, bytes: Uint8Array, at: number) => boolean;

/** Limits of the raw integers. */
const LIMITS: Readonly<Record<string, readonly [bigint, bigint]>> = {
  u16: [0n, 2n ** 16n - 1n],
  s16: [-(2n ** 15n), 2n ** 15n - 1n],
  u32: [0n, 2n ** 32n - 1n],
  s32: [-(2n ** 31n), 2n ** 31n - 1n],
  u64: [0n, 2n ** 64n - 1n],
  s64: [-(2n ** 63n), 2n ** 63n - 1n],
};

/** The encoder of a value in registers. */
export function encoderOf(format: Format): Encode {
  switch (format.type) {
    case "bool":
      return encodeBool(format);
    case "f32":
    case "f64":
      return encodeFloat(format);
    case "string":
      return encodeString(format);
    default:
      return encodeInteger(format);
  }
}

function encodeBool({ bit, order }: Format): Encode {
  return (value, bytes, at) => {
    if (typeof value !== "boolean") return false;
    if (bit === undefined) {
      const one = swapsBytes(order) ? 0 : 1;
      bytes[at + 1 - one] = 0;
      bytes[at + one] = value ? 1 : 0;
      return true;
    }
    const place = at + (bit >= 8 !== swapsBytes(order) ? 0 : 1);
    const mask = 1 << (bit & 7);
    bytes[place] = value ? (bytes[place] as number) | mask : (bytes[place] as number) & ~mask;
    return true;
  };
}

function encodeInteger(format: Format): Encode {
  const size = 2 * registersOf(format);
  const places = placesOf(format.order, size);
  const [min, max] = LIMITS[format.type] as readonly [bigint, bigint];
  const { s, o, places: scalePlaces } = common(decimalOf(format.scale), decimalOf(format.offset));
  const wide = size === 8;
  const decimals = format.decimals ?? 0;
  return (value, bytes, at) => {
    if (typeof value !== (wide ? "bigint" : "number") || s === 0n) return false;
    if (typeof value === "number" && !Number.isFinite(value)) return false;
    const given =
      typeof value === "bigint" ? { digits: value, places: decimals } : decimalOf(value as number);
    // raw = (value - offset) / scale, all over the same power of ten.
    const top = given.digits * 10n ** BigInt(scalePlaces) - o * 10n ** BigInt(given.places);
    const bottom = s * 10n ** BigInt(given.places);
    const raw = bottom > 0n ? divideRounded(top, bottom) : divideRounded(-top, -bottom);
    if (raw < min || raw > max) return false;
    const unsigned = BigInt.asUintN(8 * size, raw);
    for (let i = 0; i < size; i++) {
      bytes[at + (places[i] as number)] = Number((unsigned >> BigInt(8 * (size - 1 - i))) & 0xffn);
    }
    return true;
  };
}

function encodeFloat(format: Format): Encode {
  const size = 2 * registersOf(format);
  const places = placesOf(format.order, size);
  const scratch = new DataView(new ArrayBuffer(8));
  return (value, bytes, at) => {
    if (typeof value !== "number") return false;
    const raw = (value - format.offset) / format.scale;
    if (!Number.isFinite(size === 4 ? Math.fround(raw) : raw)) return false;
    if (size === 4) scratch.setFloat32(0, raw);
    else scratch.setFloat64(0, raw);
    for (let i = 0; i < size; i++) bytes[at + (places[i] as number)] = scratch.getUint8(i);
    return true;
  };
}

function encodeString(format: Format): Encode {
  const size = 2 * registersOf(format);
  const swap = swapsBytes(format.order) ? 1 : 0;
  return (value, bytes, at) => {
    if (typeof value !== "string" || value.length > size) return false;
    for (const character of value) if ((character.codePointAt(0) ?? 0) > 0xff) return false;
    for (let i = 0; i < size; i++) bytes[at + (i ^ swap)] = i < value.length ? value.charCodeAt(i) : 0;
    return true;
  };
}
