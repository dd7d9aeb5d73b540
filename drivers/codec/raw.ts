import { fromBcd } from "./date.js";
import { type Format, placesOf } from "./format.js";

/** The raw integer at byte `at`; NaN where what is there is none (a BCD digit above 9). */
export type Raw = (bytes: Uint8Array, at: number) => number;

/** Of a value of up to 32 bits that is an integer, with all that may be said of how it lies in its registers. */
export function rawIntegerOf(format: Format): Raw {
  const { bits, coding, type } = format;
  const whole = wholeOf(format);
  const coded = coding === "bcd" ? bcd(whole) : coding === "sign-magnitude" ? signed(format, whole) : whole;
  if (!bits) return coded;
  const [low = 0, high = low] = bits;
  const width = high - low + 1;
  // Shifted to the top and back down, by which the sign comes along or does not.
  const up = 31 - high;
  const down = 32 - width;
  return type === "s16" || type === "s32"
    ? (bytes, at) => (coded(bytes, at) << up) >> down
    : (bytes, at) => (coded(bytes, at) << up) >>> down;
}

/** The greatest magnitude that `rawIntegerOf` gives. */
export function greatestRaw(format: Format): number {
  return format.type === "u32" || format.type === "s32" ? 2 ** 32 : 2 ** 16;
}

function wholeOf(format: Format): Raw {
  const { byte, type, coding, bits } = format;
  // Sign and magnitude, and parts, are of the bits as they stand.
  const plain = coding === "sign-magnitude" || bits !== undefined;
  if (byte !== undefined) {
    const place = placesOf(format.order, 2)[byte === "high" ? 0 : 1] as number;
    return type === "s16" && !plain
      ? (bytes, at) => ((bytes[at + place] as number) << 24) >> 24
      : (bytes, at) => bytes[at + place] as number;
  }
  if (type === "u32" || (type === "s32" && plain)) {
    const raw = rawS32(format);
    return (bytes, at) => raw(bytes, at) >>> 0;
  }
  if (type === "s32") return rawS32(format);
  const [p0 = 0, p1 = 0] = placesOf(format.order, 2);
  return type === "s16" && !plain
    ? (bytes, at) => (((bytes[at + p0] as number) << 24) >> 16) | (bytes[at + p1] as number)
    : (bytes, at) => ((bytes[at + p0] as number) << 8) | (bytes[at + p1] as number);
}

/** The 32 bits of a value as a signed integer. */
export function rawS32({ order }: Pick<Format, "order">): Raw {
  return rawAt(placesOf(order, 4));
}

/** Four bytes at these places, the highest first. */
export function rawAt(places: readonly number[]): Raw {
  const [p0 = 0, p1 = 0, p2 = 0, p3 = 0] = places;
  return (bytes, at) =>
    ((bytes[at + p0] as number) << 24) |
    ((bytes[at + p1] as number) << 16) |
    ((bytes[at + p2] as number) << 8) |
    (bytes[at + p3] as number);
}

function bcd(raw: Raw): Raw {
  return (bytes, at) => fromBcd(raw(bytes, at)) ?? Number.NaN;
}

function signed({ byte, type }: Format, raw: Raw): Raw {
  const half = byte !== undefined ? 0x80 : type === "s32" ? 0x8000_0000 : 0x8000;
  return (bytes, at) => {
    const bits = raw(bytes, at);
    return bits >= half ? half - bits : bits;
  };
}
