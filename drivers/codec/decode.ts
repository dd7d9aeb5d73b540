import { type Decimal, decimalOf, divideRounded, POW10, roundTo } from "../core/decimal.js";
import { narrowToF32, roundF32, shortestF32 } from "../core/float.js";
import type { Value } from "../core/reading.js";
import { decodeDate } from "./date.js";
import type { Flaw } from "./flaw.js";
import { type Format, placesOf, registersOf, swapsBytes } from "./format.js";
import { greatestRaw, type Raw, rawAt, rawIntegerOf, rawS32 } from "./raw.js";

/** Numbers that a device keeps elsewhere and that say how a value is meant; a flaw where one is not known. */
export type Settings = readonly (number | Flaw)[];

/**
 * The value at byte `at` of `bytes`; null where the device sent something that is no number (NaN, an infinity); a
 * flaw where it says itself that there is no good value. The caller has made sure that all bytes of the value are
 * there. Made once for each point, called for each reading.
 */
export type Decode = (bytes: Uint8Array, at: number, settings: Settings) => Value | Flaw;

/** The value alone, of which the device says nothing else. */
export type DecodeValue = (bytes: Uint8Array, at: number) => Value;

/** The decoder of a value in registers. */
export function decoderOf(format: Format): DecodeValue {
  switch (format.type) {
    case "bool":
      return decodeBool(format);
    case "u16":
    case "s16":
    case "u32":
    case "s32":
      return decodeInteger(format, rawIntegerOf(format), greatestRaw(format));
    case "u64":
    case "s64":
      return decodeWide(format);
    case "f32":
      return decodeF32(format);
    case "f64":
      return decodeF64(format);
    case "string":
      return format.date ? decodeDateText(format) : decodeString(format);
    default:
      throw new RangeError(`type ${format.type satisfies never}`);
  }
}

/** The decoder of bit `bit` (0 is the lowest) of one byte: coils and discrete inputs come eight to a byte. */
export function bitDecoderOf(bit: number): DecodeValue {
  const mask = 1 << bit;
  return (bytes, at) => ((bytes[at] as number) & mask) !== 0;
}

function decodeBool({ bit, order }: Format): DecodeValue {
  if (bit === undefined) return (bytes, at) => ((bytes[at] as number) | (bytes[at + 1] as number)) !== 0;
  const inHigh = bit >= 8 !== swapsBytes(order);
  const place = inHigh ? 0 : 1;
  const mask = 1 << (bit & 7);
  return (bytes, at) => ((bytes[at + place] as number) & mask) !== 0;
}

/**
 * With scale S/10^d and offset O/10^d the value is the integer raw*S+O over 10^d: one correctly rounded division,
 * so 2301 with scale 0.1 is 230.1 and never 230.10000000000002. Where raw*S+O would not fit a double exactly
 * (a scale that is no short decimal), the product is rounded to the point's decimals.
 */
function decodeInteger(format: Format, raw: Raw, maxRaw: number): DecodeValue {
  if (format.coding === "bcd") {
    const { coding: _, ...binary } = format;
    const decode = decodeInteger(binary, raw, maxRaw);
    return (bytes, at) => (Number.isNaN(raw(bytes, at)) ? null : decode(bytes, at));
  }
  const { scale, offset, curve } = format;
  const decimals = format.decimals ?? 0;
  if (curve) return (bytes, at) => roundTo(interpolate(curve, raw(bytes, at)), decimals);
  if (scale === 1 && offset === 0) return raw;
  const { s, o, places } = common(decimalOf(scale), decimalOf(offset));
  const factor = Number(s);
  const add = Number(o);
  const divisor = POW10[places];
  const fits = divisor !== undefined && maxRaw * Math.abs(factor) + Math.abs(add) < 2 ** 52;
  if (!fits) return (bytes, at) => roundTo(raw(bytes, at) * scale + offset, decimals);
  if (decimals >= places) return (bytes, at) => (raw(bytes, at) * factor + add) / divisor;
  const drop = POW10[places - decimals] as number;
  const half = drop / 2;
  const rest = POW10[decimals] as number;
  return (bytes, at) => {
    const n = raw(bytes, at) * factor + add;
    const units = Math.floor((Math.abs(n) + half) / drop);
    return n < 0 && units !== 0 ? -units / rest : units / rest;
  };
}

/** 64 bits are always a bigint in units of the last decimal: a double would lose Wh above 2^53. */
function decodeWide(format: Format): DecodeValue {
  const { type, order, scale, offset } = format;
  const places8 = placesOf(order, 8);
  const high = rawAt(places8.slice(0, 4));
  const low = rawAt(places8.slice(4));
  const scratch = new DataView(new ArrayBuffer(8));
  const signed = type === "s64";
  const raw = (bytes: Uint8Array, at: number): bigint => {
    scratch.setInt32(0, high(bytes, at));
    scratch.setInt32(4, low(bytes, at));
    return signed ? scratch.getBigInt64(0) : scratch.getBigUint64(0);
  };
  const decimals = format.decimals ?? 0;
  const { s, o, places } = common(decimalOf(scale), decimalOf(offset));
  if (places <= decimals) {
    const lift = 10n ** BigInt(decimals - places);
    const factor = s * lift;
    const add = o * lift;
    if (factor === 1n && add === 0n) return raw;
    return (bytes, at) => raw(bytes, at) * factor + add;
  }
  const drop = 10n ** BigInt(places - decimals);
  return (bytes, at) => divideRounded(raw(bytes, at) * s + o, drop);
}

function decodeF32(format: Format): DecodeValue {
  const { scale, offset, decimals, curve } = format;
  const bits = rawS32(format);
  const scratch = new DataView(new ArrayBuffer(4));
  const raw = (bytes: Uint8Array, at: number): number => {
    scratch.setInt32(0, bits(bytes, at));
    return scratch.getFloat32(0);
  };
  if (curve) {
    return (bytes, at) => {
      const x = raw(bytes, at);
      if (!Number.isFinite(x)) return null;
      const y = narrowToF32(interpolate(curve, x));
      return decimals === undefined ? y : roundTo(y, decimals);
    };
  }
  if (scale === 1 && offset === 0) {
    if (decimals === undefined) {
      return (bytes, at) => {
        const x = raw(bytes, at);
        return Number.isFinite(x) ? shortestF32(x) : null;
      };
    }
    return (bytes, at) => {
      const x = raw(bytes, at);
      return Number.isFinite(x) ? roundF32(x, decimals) : null;
    };
  }
  return (bytes, at) => {
    const x = raw(bytes, at);
    if (!Number.isFinite(x)) return null;
    const y = x * scale + offset;
    return decimals === undefined ? narrowToF32(y) : roundTo(narrowToF32(y), decimals);
  };
}

function decodeF64(format: Format): DecodeValue {
  const { order, scale, offset, decimals } = format;
  const places = placesOf(order, 8);
  const high = rawAt(places.slice(0, 4));
  const low = rawAt(places.slice(4));
  const scratch = new DataView(new ArrayBuffer(8));
  const plain = scale === 1 && offset === 0;
  return (bytes, at) => {
    scratch.setInt32(0, high(bytes, at));
    scratch.setInt32(4, low(bytes, at));
    const x = scratch.getFloat64(0);
    const y = plain ? x : x * scale + offset;
    if (!Number.isFinite(y)) return null;
    if (decimals !== undefined) return roundTo(y, decimals);
    // The product carries an error of one unit in the last place: 15 digits are what a double holds for sure.
    return plain ? y : Number(y.toPrecision(15));
  };
}

/**
 * Two characters a register, or one where `chars` says in which byte; padded with NULs or spaces: what stands
 * before the first NUL, without the spaces around it. Each byte is one character (ISO 8859-1); control characters
 * become U+FFFD, because a wire may carry anything and texts end on terminals.
 */
function decodeString(format: Format): DecodeValue {
  const { chars } = format;
  const swap = swapsBytes(format.order) ? 1 : 0;
  if (chars === "utf16") return decodeWideString(registersOf(format), swap);
  const count = chars === undefined ? 2 * registersOf(format) : registersOf(format);
  const placeOf = (i: number): number =>
    chars === undefined ? i ^ swap : (2 * i + (chars === "low" ? 1 : 0)) ^ swap;
  const places = Array.from({ length: count }, (_, i) => placeOf(i));
  return (bytes, at) => {
    let text = "";
    for (const place of places) {
      const code = bytes[at + place] as number;
      if (code === 0) break;
      text += code < 0x20 || (code >= 0x7f && code < 0xa0) ? "\ufffd" : String.fromCharCode(code);
    }
    return text.trim();
  };
}

/** One character of 16 bits a register (UTF-16, Unicode 3.9), the high byte first. */
function decodeWideString(count: number, swap: number): DecodeValue {
  return (bytes, at) => {
    let text = "";
    for (let place = 0; place < 2 * count; place += 2) {
      const code =
        256 * (bytes[at + (place ^ swap)] as number) + (bytes[at + ((place + 1) ^ swap)] as number);
      if (code === 0) break;
      text += code < 0x20 || (code >= 0x7f && code < 0xa0) ? "\ufffd" : String.fromCharCode(code);
    }
    return text.replace(/\p{Surrogate}/gu, "\ufffd").trim();
  };
}

function decodeDateText(format: Format): DecodeValue {
  const { date, order } = format;
  if (!date) throw new RangeError("a date without its form");
  const swap = swapsBytes(order) ? 1 : 0;
  return (bytes, at) => decodeDate(date, (i) => bytes[at + (i ^ swap)] as number);
}

/** Straight between two pairs, and the outermost value beyond them. */
export function interpolate(curve: readonly (readonly number[])[], raw: number): number {
  let [x0 = 0, y0 = 0] = curve[0] ?? [];
  if (raw <= x0) return y0;
  for (const [x1 = 0, y1 = 0] of curve) {
    if (raw <= x1 && x1 > x0) return y0 + ((y1 - y0) * (raw - x0)) / (x1 - x0);
    x0 = x1;
    y0 = y1;
  }
  return y0;
}

/** Scale and offset over the same power of ten. */
export function common(scale: Decimal, offset: Decimal): { s: bigint; o: bigint; places: number } {
  const places = Math.max(scale.places, offset.places);
  return {
    s: scale.digits * 10n ** BigInt(places - scale.places),
    o: offset.digits * 10n ** BigInt(places - offset.places),
    places,
  };
}
