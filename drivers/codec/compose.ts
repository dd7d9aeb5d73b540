import { decimalOf, divideRounded, roundTo } from "../core/decimal.js";
import { narrowToF32 } from "../core/float.js";
import type { Reason, Value } from "../core/reading.js";
import { type Decode, type DecodeValue, decoderOf, type Settings } from "./decode.js";
import { bad, Flaw } from "./flaw.js";
import type { ByteOrder, Format } from "./format.js";
import type { ReadOperand } from "./operand.js";
import { type Sentinel, sentinelTestOf } from "./sentinel.js";

/** A condition on a number of the device under which a value counts. */
export interface Gate {
  readonly read: ReadOperand;
  readonly holds: (n: number) => boolean;
  readonly quality: "uncertain" | "bad";
  readonly reason: Reason;
}

/** What a value is made of besides the registers that hold it. */
export interface Parts {
  readonly gates: readonly Gate[];
  readonly sentinels: readonly Sentinel[];
  /** The byte order by the number of a setting. */
  readonly order?: { readonly read: ReadOperand; readonly map: ReadonlyMap<number, ByteOrder> };
  readonly terms: readonly { readonly read: ReadOperand; readonly scale: number }[];
  /** What the sum is multiplied by. */
  readonly factors: readonly ReadOperand[];
  /** From the unit that the device says into that of the point. */
  readonly unit?: { readonly read: ReadOperand; readonly map: ReadonlyMap<number, Conversion> };
}

/** value = there * scale + offset. */
export interface Conversion {
  readonly scale: number;
  readonly offset: number;
}

/** A value that counts only under conditions. */
export function gatedDecoderOf(gates: readonly Gate[], decode: Decode): Decode {
  if (gates.length === 0) return decode;
  return (bytes, at, settings) => {
    let doubt: Reason | undefined;
    for (const { read, holds, quality, reason } of gates) {
      const n = read(bytes, at, settings);
      if (typeof n !== "number") return n;
      if (holds(n)) continue;
      if (quality === "bad") return bad(reason);
      doubt ??= reason;
    }
    const value = decode(bytes, at, settings);
    if (doubt === undefined || value === null || value instanceof Flaw) return value;
    return new Flaw("uncertain", doubt, value);
  };
}

/**
 * The decoder of a value with parts. The gates come first, then the sentinels, then
 * `((raw * scale + terms) * factors)`, converted, `+ offset`.
 */
export function composedDecoderOf(format: Format, parts: Parts): Decode {
  const orders = parts.order;
  if (!orders) return gatedDecoderOf(parts.gates, measured(format, parts));
  const byNumber = new Map(
    [...orders.map].map(([n, order]) => [n, measured({ ...format, order }, parts)] as const),
  );
  return gatedDecoderOf(parts.gates, (bytes, at, settings) => {
    const n = orders.read(bytes, at, settings);
    if (typeof n !== "number") return n;
    return byNumber.get(n)?.(bytes, at, settings) ?? bad("wrong_setting");
  });
}

function measured(format: Format, parts: Parts): Decode {
  const { sentinels, terms, factors, unit } = parts;
  const computed = terms.length > 0 || factors.length > 0 || unit !== undefined;
  const decode = computed ? calculated(format, parts) : decoderOf(format);
  if (sentinels.length === 0) return decode;
  const test = sentinelTestOf(format, sentinels);
  return (bytes, at, settings) => {
    const reason = test(bytes, at, settings);
    return reason === undefined ? decode(bytes, at, settings) : bad(reason);
  };
}

function calculated(format: Format, { terms, factors, unit }: Parts): Decode {
  const wide = format.type === "u64" || format.type === "s64";
  const raw: DecodeValue = decoderOf({ ...format, scale: 1, offset: 0, decimals: undefined });
  const sum = wide ? exactly(format) : nearly(format);
  return (bytes, at, settings) => {
    const value = raw(bytes, at);
    if (typeof value !== "number" && typeof value !== "bigint") return value;
    const added: number[] = [];
    for (const { read, scale } of terms) {
      const n = read(bytes, at, settings);
      if (typeof n !== "number") return n;
      added.push(n * scale);
    }
    let factor = 1;
    for (const read of factors) {
      const n = read(bytes, at, settings);
      if (typeof n !== "number") return n;
      factor *= n;
    }
    const conversion = unit ? conversionOf(unit, bytes, at, settings) : SAME;
    return conversion instanceof Flaw ? conversion : sum(value, added, factor, conversion);
  };
}

const SAME: Conversion = { scale: 1, offset: 0 };

function conversionOf(
  { read, map }: NonNullable<Parts["unit"]>,
  bytes: Uint8Array,
  at: number,
  settings: Settings,
): Conversion | Flaw {
  const n = read(bytes, at, settings);
  return typeof n === "number" ? (map.get(n) ?? bad("wrong_setting")) : n;
}

type Sum = (raw: number | bigint, added: readonly number[], factor: number, conversion: Conversion) => Value;

function nearly({ scale, offset, decimals, type }: Format): Sum {
  return (raw, added, factor, conversion) => {
    let value = Number(raw) * scale;
    for (const term of added) value += term;
    value = value * factor * conversion.scale + conversion.offset + offset;
    if (!Number.isFinite(value)) return null;
    if (decimals !== undefined) return roundTo(value, decimals);
    // An error of some units in the last place of a double is none of the device's.
    return type === "f32" ? narrowToF32(value) : Number(value.toPrecision(14));
  };
}

/** In whole units of the last decimal, as all 64-bit values. */
function exactly({ scale, offset, decimals = 0 }: Format): Sum {
  const places = BigInt(decimals);
  const scaleBy = decimalOf(scale);
  const offsetBy = decimalOf(offset);
  return (raw, added, factor, conversion) => {
    const parts = [{ digits: BigInt(raw) * scaleBy.digits, places: scaleBy.places }, ...added.map(decimalOf)];
    const common = Math.max(...parts.map((part) => part.places));
    const digits = parts.reduce(
      (total, part) => total + part.digits * 10n ** BigInt(common - part.places),
      0n,
    );
    const by = decimalOf(Number((factor * conversion.scale).toPrecision(15)));
    const value = divided(digits * by.digits * 10n ** places, common + by.places);
    const shift = decimalOf(conversion.offset);
    return (
      value +
      divided(shift.digits * 10n ** places, shift.places) +
      divided(offsetBy.digits * 10n ** places, offsetBy.places)
    );
  };
}

function divided(digits: bigint, places: number): bigint {
  return divideRounded(digits, 10n ** BigInt(places));
}
