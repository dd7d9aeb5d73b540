/**
 * Exact fractions, so that what a device means is known to the last digit and is compared with what the gateway
 * says of it. Written for the simulator alone: the gateway has its own arithmetic.
 */
export interface Exact {
  readonly n: bigint;
  /** Positive. */
  readonly d: bigint;
}

export const ZERO: Exact = { n: 0n, d: 1n };
export const ONE: Exact = { n: 1n, d: 1n };

export function fraction(n: bigint, d: bigint): Exact {
  if (d === 1n) return { n, d };
  if (d === 0n) throw new RangeError("a fraction over nothing");
  const sign = d < 0n ? -1n : 1n;
  const common = divisor(n < 0n ? -n : n, sign * d);
  return { n: (sign * n) / common, d: (sign * d) / common };
}

/** What a person wrote: 0.1 is one tenth; `"300/51200"` is a ratio. Throws RangeError where it is no number. */
export function written(value: number | bigint | string): Exact {
  if (typeof value === "bigint") return { n: value, d: 1n };
  const text = String(value).trim();
  const [over, under] = text.split("/");
  if (under !== undefined) return divide(written(over ?? ""), written(under));
  const [, sign, whole = "", part = "", power = "0"] =
    /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  if (whole + part === "") throw new RangeError(`${text} is no number`);
  const digits = BigInt(whole + part) * (sign === "-" ? -1n : 1n);
  return multiply({ n: digits, d: 1n }, powerOfTen(Number(power) - part.length));
}

export function powerOfTen(power: number): Exact {
  return power >= 0 ? { n: 10n ** BigInt(power), d: 1n } : { n: 1n, d: 10n ** BigInt(-power) };
}

export function add(a: Exact, b: Exact): Exact {
  return fraction(a.n * b.d + b.n * a.d, a.d * b.d);
}

export function subtract(a: Exact, b: Exact): Exact {
  return fraction(a.n * b.d - b.n * a.d, a.d * b.d);
}

export function multiply(a: Exact, b: Exact): Exact {
  return fraction(a.n * b.n, a.d * b.d);
}

export function divide(a: Exact, b: Exact): Exact {
  return fraction(a.n * b.d, a.d * b.n);
}

export function compare(a: Exact, b: Exact): number {
  const difference = a.n * b.d - b.n * a.d;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** What a float of 32 bits says: the shortest decimal that gives it, because that is what its maker meant. */
export function writtenFloat(value: number): Exact {
  for (let digits = 1; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return written(text);
  }
  return written(value.toPrecision(9));
}

/** The nearest whole number, halves away from zero. */
export function rounded({ n, d }: Exact): bigint {
  const size = (2n * (n < 0n ? -n : n) + d) / (2n * d);
  return n < 0n ? -size : size;
}

/** The whole number towards zero. */
export function truncated({ n, d }: Exact): bigint {
  return n / d;
}

/** `-12.50`: so many places, halves away from zero; zero has no sign. */
export function decimalText(value: Exact, places: number): string {
  const units = rounded(multiply(value, powerOfTen(places)));
  const digits = String(units < 0n ? -units : units).padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places);
  const sign = units < 0n ? "-" : "";
  return places === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(-places)}`;
}

/** The nearest double. */
export function toNumber(value: Exact): number {
  const [over, under] = [Number(value.n), Number(value.d)];
  if (Number.isSafeInteger(over) && Number.isSafeInteger(under)) return over / under;
  // Thirty digits are more than a double tells apart.
  const power = 30 - String(value.n).length + String(value.d).length;
  return Number(`${rounded(multiply(value, powerOfTen(power)))}e${-power}`);
}

function divisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x === 0n ? 1n : x;
}
