import { POW10, roundTo } from "./decimal.js";

/** Below it f32 loses digits one by one (IEEE 754: smallest normal number). */
const MIN_NORMAL = 2 ** -126;
/** Up to here each integer is an f32 of its own. */
const MAX_INTEGER = 2 ** 24;
/** Below so many units of the last place asked for, an f32 has at least the digits that are asked for. */
const EXACT_UNITS = 2 ** 23;
/** Any decimal of so many digits comes back from f32; nine always tell two f32 apart. */
const MIN_DIGITS = 6;
const MAX_DIGITS = 9;

/**
 * The double nearest to the shortest decimal that gives the f32 `x`: 230.1, not 230.10000610351562. `x` must be
 * finite and an f32. Arithmetic with exact powers of ten; text only outside 1e-13 to 1e21.
 */
export function shortestF32(x: number): number {
  const a = Math.abs(x);
  if (a <= MAX_INTEGER && Math.floor(a) === a) return x + 0; // no -0
  if (!(a >= 1e-13 && a < 1e21)) return shortestByText(x);
  let exponent = Math.floor(Math.log10(a));
  if (powerOf(exponent + 1) <= a) exponent++;
  else if (powerOf(exponent) > a) exponent--;
  for (let digits = MIN_DIGITS; digits <= MAX_DIGITS; digits++) {
    const places = digits - 1 - exponent;
    const units = places >= 0 ? Math.round(a * power(places)) : Math.round(a / power(-places));
    // At a power of two the f32 below is nearer than the one above: the next decimal may do where the nearest
    // one does not.
    for (let u = units; u <= units + 1; u++) {
      const decimal = places >= 0 ? u / power(places) : u * power(-places);
      if (Math.fround(decimal) === a) return x < 0 ? -decimal : decimal;
    }
  }
  return shortestByText(x);
}

/** The same to `decimals` places, without digits that an f32 does not have. */
export function roundF32(x: number, decimals: number): number {
  if (Math.abs(x) * (POW10[decimals] ?? Number.POSITIVE_INFINITY) < EXACT_UNITS) return roundTo(x, decimals);
  return roundTo(shortestF32(x), decimals);
}

/** The f32 nearest to `y`, as the shortest decimal; where an f32 has no room, seven digits of `y` itself. */
export function narrowToF32(y: number): number {
  const a = Math.abs(y);
  const x = Math.fround(y);
  if (a !== 0 && (a < MIN_NORMAL || !Number.isFinite(x))) return Number(y.toPrecision(7));
  return shortestF32(x);
}

function shortestByText(x: number): number {
  const a = Math.abs(x);
  for (let digits = a < MIN_NORMAL ? 1 : MIN_DIGITS; digits <= MAX_DIGITS; digits++) {
    const [mantissa = "", exponent = "0"] = a.toExponential(digits - 1).split("e");
    const units = Number(mantissa.replace(".", ""));
    const nearest = Number(`${units}e${Number(exponent) - digits + 1}`);
    if (Math.fround(nearest) === a) return Math.sign(x) * nearest;
    const above = Number(`${units + 1}e${Number(exponent) - digits + 1}`);
    if (Math.fround(above) === a) return Math.sign(x) * above;
  }
  return x;
}

function power(exponent: number): number {
  return POW10[exponent] as number;
}

function powerOf(exponent: number): number {
  return exponent >= 0 ? power(exponent) : 1 / power(-exponent);
}
