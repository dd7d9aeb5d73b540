/** A finite decimal `digits / 10^places`: what a person wrote as scale or offset. */
export interface Decimal {
  readonly digits: bigint;
  readonly places: number;
}

/** Powers of ten that a double holds exactly. */
export const POW10: readonly number[] = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

/** The shortest decimal that gives this double: 0.1 is 1/10, not 3602879701896397/2^55. */
export function decimalOf(x: number): Decimal {
  const [mantissa = "0", exponent = "0"] = String(x).split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  const places = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction);
  return places >= 0 ? { digits, places } : { digits: digits * 10n ** BigInt(-places), places: 0 };
}

/** `n / d` to the nearest integer, halves away from zero; `d` is positive. */
export function divideRounded(n: bigint, d: bigint): bigint {
  const half = d / 2n;
  return n >= 0n ? (n + half) / d : -((-n + half) / d);
}

/** `x` to so many places, halves away from zero; unchanged where a double has no such places. */
export function roundTo(x: number, decimals: number): number {
  const power = POW10[decimals];
  if (power === undefined) return x;
  const scaled = Math.abs(x) * power;
  if (!(scaled < 2 ** 52)) return x;
  const rounded = Math.round(scaled) / power;
  return x < 0 && rounded !== 0 ? -rounded : rounded;
}
