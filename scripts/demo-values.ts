import type { Point } from "../drivers/core/point.js";
import type { ModbusAddress } from "../drivers/modbus/point-schema.js";
import { registersToNumber } from "../simulators/modbus/registers.js";

/** A value as a message carries it. */
export type JsonValue = number | string | boolean | null;

/** An exact decimal: `digits * 10^-places`. */
interface Decimal {
  readonly digits: bigint;
  readonly places: number;
}

/**
 * What the centre may be told for these words of this point. Usually one value; two where the exact value lies
 * in the middle between two decimals. The arithmetic is exact (decimals on integers) and is the demonstration's
 * own, so that it proves the gateway's instead of repeating it. An empty list: there is no value (NaN).
 */
export function expectedValues(
  point: Point<ModbusAddress>,
  words: readonly number[],
  wordAt: (address: number) => number | undefined = () => undefined,
): readonly JsonValue[] {
  const { table, order, bit, bits } = point.address;
  if (table === "coil" || table === "discrete") return [words[0] === 1];
  if (bit !== undefined) return [(((words[0] ?? 0) >> bit) & 1) === 1];
  if (point.type === "string") return [textOf(words)];
  if (point.type === "bool") return [words[0] !== 0];
  const raw = registersToNumber(words, point.type, order);
  if (typeof raw === "number" && !Number.isFinite(raw)) return [];
  const float = point.type === "f32" || point.type === "f64";
  if (!float) {
    const [low = 0, high = 63] = bits ?? [];
    const part = bits ? (BigInt(raw) >> BigInt(low)) & (2n ** BigInt(high - low + 1) - 1n) : BigInt(raw);
    return scaled(point, multiply({ digits: part, places: 0 }, neighbours(point, wordAt)));
  }
  const shortest = point.type === "f32" ? shortestOfF32(Number(raw)) : Number(raw);
  const exact = scaled(point, decimalOf(Number(raw)));
  return [...new Set([...scaled(point, decimalOf(shortest)), ...exact])];
}

/** What the neighbours of a point multiply it by: decimals in a register, and the scale of its unit. */
function neighbours(
  { address }: Point<ModbusAddress>,
  wordAt: (address: number) => number | undefined,
): Decimal {
  const known = (at: number): number => {
    const word = wordAt(at);
    if (word === undefined) throw new Error(`register ${at} was not answered with it`);
    return word;
  };
  let factor: Decimal = { digits: 1n, places: 0 };
  for (const { address: at, power_of_ten = 1, plus = 0 } of address.scale_by ?? []) {
    const power = power_of_ten * known(at) + plus;
    factor = multiply(
      factor,
      power < 0 ? { digits: 1n, places: -power } : { digits: 10n ** BigInt(power), places: 0 },
    );
  }
  const unit = address.unit_from?.map[known(address.unit_from.address)];
  return typeof unit === "object" ? multiply(factor, decimalOf(unit.scale)) : factor;
}

function scaled(point: Point, raw: Decimal): JsonValue[] {
  const product = multiply(raw, decimalOf(point.scale));
  const value = add(product, decimalOf(point.offset));
  const rounded = point.decimals === undefined ? [value] : round(value, point.decimals);
  const wide = point.type === "u64" || point.type === "s64";
  const whole = point.scale === 1 && point.offset === 0;
  return rounded.map((decimal) => (wide && whole ? textOfDecimal(decimal) : Number(textOfDecimal(decimal))));
}

/** Two characters a register, up to the first NUL, without the padding. */
function textOf(words: readonly number[]): string {
  const characters = words.flatMap((word) => [word >> 8, word & 0xff]);
  const end = characters.indexOf(0);
  return String.fromCharCode(...(end < 0 ? characters : characters.slice(0, end))).trimEnd();
}

/** The shortest decimal that gives the same f32. */
function shortestOfF32(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

/** The decimal that is written for a number: 0.001 is 1 * 10^-3. */
function decimalOf(value: number): Decimal {
  const [mantissa = "0", exponent = "0"] = String(value).toLowerCase().split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  const places = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction);
  return places >= 0 ? { digits, places } : { digits: digits * 10n ** BigInt(-places), places: 0 };
}

function multiply(a: Decimal, b: Decimal): Decimal {
  return { digits: a.digits * b.digits, places: a.places + b.places };
}

function add(a: Decimal, b: Decimal): Decimal {
  const places = Math.max(a.places, b.places);
  return { digits: widen(a, places) + widen(b, places), places };
}

function widen({ digits, places }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(to - places);
}

/** To the nearest; both neighbours where the value lies exactly between them. */
function round(value: Decimal, places: number): Decimal[] {
  if (value.places <= places) return [{ digits: widen(value, places), places }];
  const unit = 10n ** BigInt(value.places - places);
  const floor = value.digits / unit - (value.digits % unit < 0n ? 1n : 0n);
  const rest = (value.digits - floor * unit) * 2n;
  const results: Decimal[] = [];
  if (rest <= unit) results.push({ digits: floor, places });
  if (rest >= unit) results.push({ digits: floor + 1n, places });
  return results;
}

function textOfDecimal({ digits, places }: Decimal): string {
  if (places === 0) return String(digits);
  const sign = digits < 0n ? "-" : "";
  const all = String(digits < 0n ? -digits : digits).padStart(places + 1, "0");
  return `${sign}${all.slice(0, -places)}.${all.slice(-places)}`;
}
