import type { Reason } from "../core/reading.js";
import type { Settings } from "./decode.js";
import { type Format, placesOf } from "./format.js";
import type { ReadOperand } from "./operand.js";
import { rawIntegerOf } from "./raw.js";

/** A raw value that is no measurement. */
export interface Sentinel {
  /** A number, the bits as hexadecimal text (`0x7FC00000`), or where the device keeps it. */
  readonly raw: number | string | ReadOperand;
  readonly reason: Reason;
}

/** What the raw value at `at` says instead of a measurement; undefined where it is one. */
export type SentinelTest = (bytes: Uint8Array, at: number, settings: Settings) => Reason | undefined;

/** Of a numeric format. Numbers are held against raw integers by their bits: 0x8000 is -32768 of an s16. */
export function sentinelTestOf(format: Format, sentinels: readonly Sentinel[]): SentinelTest {
  const { bits, kept } = partsOf(format);
  const fixed = new Map<number | bigint, Reason>();
  const moving: { readonly read: ReadOperand; readonly reason: Reason }[] = [];
  for (const { raw, reason } of sentinels) {
    if (typeof raw === "function") moving.push({ read: raw, reason });
    else fixed.set(bitsOfRaw(format, raw), reason);
  }
  const entries = [...fixed];
  const [only] = entries;
  if (only && entries.length === 1 && moving.length === 0) {
    const [wanted, reason] = only;
    return (bytes, at) => (bits(bytes, at) === wanted ? reason : undefined);
  }
  return (bytes, at, settings) => {
    const found = bits(bytes, at);
    for (const [wanted, reason] of entries) if (found === wanted) return reason;
    for (const one of moving) {
      if (one.read(bytes, at, settings) === kept(bytes, at)) return one.reason;
    }
    return undefined;
  };
}

/** How the bits and the raw number of a value are read: bits as a number up to 32, as a bigint above. */
function partsOf(format: Format): {
  readonly bits: (bytes: Uint8Array, at: number) => number | bigint;
  readonly kept: (bytes: Uint8Array, at: number) => number;
} {
  const scratch = new DataView(new ArrayBuffer(8));
  if (isInteger(format)) {
    const raw = rawIntegerOf(format);
    const modulus = 2 ** widthOf(format);
    return {
      bits: (bytes, at) => {
        const value = raw(bytes, at);
        return value < 0 ? value + modulus : value;
      },
      kept: raw,
    };
  }
  const size = widthOf(format) / 8;
  const places = placesOf(format.order, size);
  const load = (bytes: Uint8Array, at: number): void => {
    for (let i = 0; i < size; i++) scratch.setUint8(i, bytes[at + (places[i] as number)] as number);
  };
  if (format.type === "f32") {
    return {
      bits: (bytes, at) => {
        load(bytes, at);
        return scratch.getUint32(0);
      },
      kept: (bytes, at) => {
        load(bytes, at);
        return scratch.getFloat32(0);
      },
    };
  }
  return {
    bits: (bytes, at) => {
      load(bytes, at);
      return scratch.getBigUint64(0);
    },
    kept: (bytes, at) => {
      load(bytes, at);
      return format.type === "f64"
        ? scratch.getFloat64(0)
        : Number(format.type === "s64" ? scratch.getBigInt64(0) : scratch.getBigUint64(0));
    },
  };
}

function bitsOfRaw(format: Format, raw: number | string): number | bigint {
  const scratch = new DataView(new ArrayBuffer(8));
  const width = widthOf(format);
  if (typeof raw === "string") return width <= 32 ? Number(raw) : BigInt(raw);
  if (format.type === "f32") {
    scratch.setFloat32(0, raw);
    return scratch.getUint32(0);
  }
  if (format.type === "f64") {
    scratch.setFloat64(0, raw);
    return scratch.getBigUint64(0);
  }
  if (width === 64) return BigInt.asUintN(64, BigInt(raw));
  return raw < 0 ? raw + 2 ** width : raw;
}

function isInteger({ type }: Format): boolean {
  return type === "u16" || type === "s16" || type === "u32" || type === "s32";
}

/** How many bits the raw value of a numeric format has. */
export function widthOf({ type, byte, bits }: Pick<Format, "type" | "byte" | "bits">): number {
  const [low, high] = bits ?? [];
  if (low !== undefined && high !== undefined) return high - low + 1;
  if (byte !== undefined) return 8;
  return type.endsWith("64") ? 64 : type.endsWith("32") ? 32 : 16;
}
