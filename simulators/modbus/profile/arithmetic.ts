import type { ByteOrder, Table } from "../../../drivers/modbus/point-schema.js";
import {
  add,
  compare,
  divide,
  type Exact,
  multiply,
  ONE,
  powerOfTen,
  rounded,
  subtract,
  toNumber,
  truncated,
  written,
  ZERO,
} from "../exact.js";
import { boundsOf, type Field, fieldOf, isFloat, patternOf, putPattern, take } from "./field.js";
import { type DeviceKeys, many, type PointKeys, type ScaleByKeys, type UnitFromKeys } from "./keys.js";
import type { WordMemory } from "./memory.js";
import { conversion } from "./unit-factors.js";

/** A value, or why there is none. */
export type Outcome = { readonly value: Exact } | { readonly reason: string };

interface Term {
  readonly field: Field;
  readonly scale: Exact;
  /** Not asked together with the point: it stays as it is. */
  readonly isFar?: boolean;
}

/**
 * How the numbers in the registers of one point become its value, and back:
 * `((raw * scale | curve) + sum of terms) * factors`, turned into the point's unit, `+ offset`.
 */
export class Arithmetic {
  readonly field: Field;
  readonly terms: readonly Term[];
  readonly orderFrom: { readonly field: Field; readonly map: ReadonlyMap<bigint, ByteOrder> } | undefined;
  readonly factors: readonly { readonly field: Field; readonly keys: ScaleByKeys }[];
  readonly unitFrom: { readonly field: Field; readonly map: ReadonlyMap<bigint, Linear> } | undefined;
  readonly #scale: Exact;
  readonly #offset: Exact;
  readonly #curve: readonly (readonly [Exact, Exact])[] | undefined;

  constructor(keys: PointKeys, address: number, table: Table, device: DeviceKeys = {}) {
    const order = keys.order ?? "ABCD";
    this.field = fieldOf({ ...keys, address }, table, order);
    this.#scale = written(keys.scale ?? 1);
    this.#offset = written(keys.offset ?? 0);
    this.#curve = keys.curve?.map(([raw, value]) => [written(raw), written(value)] as const);
    this.terms = many(keys.add).map((term) => {
      const field = fieldOf(term, table);
      return { field, scale: written(term.scale ?? 1), isFar: isFar(this.field, field, device) };
    });
    this.factors = many(keys.scale_by).map((factor) => ({
      field: fieldOf(factor, table),
      keys: factor,
    }));
    const from = keys.order_from;
    this.orderFrom = from && { field: fieldOf(from, table), map: integerMap(from.map, (word) => word) };
    this.unitFrom = keys.unit_from && unitsOf(keys.unit_from, keys.unit ?? "1", table);
  }

  /** The order in which the bytes lie now; undefined: the setting holds what the profile does not know. */
  order(memory: WordMemory): ByteOrder | undefined {
    if (!this.orderFrom) return this.field.order;
    const { number } = take(memory, this.orderFrom.field);
    return number && this.orderFrom.map.get(number.n);
  }

  forward(memory: WordMemory): Outcome {
    const order = this.order(memory);
    const factor = this.#factor(memory);
    const unit = this.#unit(memory);
    if (order === undefined || factor === undefined || unit === undefined) return { reason: "wrong_setting" };
    const raw = take(memory, this.field, order).number;
    const terms = this.terms.map(({ field, scale }) => {
      const { number } = take(memory, field);
      return number && multiply(number, scale);
    });
    if (raw === undefined || terms.includes(undefined)) return { reason: "not_a_number" };
    const base = this.#curve ? along(this.#curve, raw) : multiply(raw, this.#scale);
    const sum = (terms as readonly Exact[]).reduce(add, base);
    const value = add(multiply(multiply(sum, factor), unit.scale), unit.offset);
    return { value: add(value, this.#offset) };
  }

  /** Puts what comes nearest to `wanted` into the registers. Does nothing where a setting makes no sense. */
  backward(memory: WordMemory, wanted: Exact): void {
    const order = this.order(memory);
    const factor = this.#factor(memory);
    const unit = this.#unit(memory);
    if (order === undefined || !factor || !unit || factor.n === 0n) return;
    const there = divide(subtract(subtract(wanted, this.#offset), unit.offset), unit.scale);
    let rest = divide(there, factor);
    if (this.#curve) {
      putNearest(memory, this.field, against(this.#curve, rest), order);
      return;
    }
    const own: Term = { field: this.field, scale: this.#scale };
    for (const { field, scale } of this.terms.filter((term) => term.isFar)) {
      rest = subtract(rest, multiply(take(memory, field).number ?? ZERO, scale));
    }
    const parts = [own, ...this.terms.filter((term) => !term.isFar)].sort(bySize);
    for (const [at, { field, scale }] of parts.entries()) {
      const share = divide(rest, scale);
      const isLast = at === parts.length - 1;
      const [least, most] = isFloat(field) ? [0n, 0n] : boundsOf(field);
      const whole = isLast ? rounded(share) : floored(share);
      const held = whole < least ? least : whole > most ? most : whole;
      const ownOrder = field === this.field ? order : field.order;
      if (isFloat(field)) putPattern(memory, field, patternOf(toNumber(share), field), ownOrder);
      else putPattern(memory, field, patternOf(held, field), ownOrder);
      const given = take(memory, field, ownOrder).number ?? ZERO;
      rest = subtract(rest, multiply(given, scale));
    }
  }

  /** What one count of the point's own register is worth now; undefined for floats, curves and sums. */
  step(memory: WordMemory): Exact | undefined {
    const [factor, unit] = [this.#factor(memory), this.#unit(memory)];
    if (isFloat(this.field) || this.#curve || !factor || !unit) return undefined;
    const near = this.terms.filter((term) => !term.isFar);
    const least = near.reduce(
      (size, { field, scale }) => (isFloat(field) ? size : smaller(size, scale)),
      this.#scale,
    );
    return multiply(multiply(least, factor), unit.scale);
  }

  /** The least and the greatest value that the registers can show now; undefined where nothing bounds a float. */
  extent(memory: WordMemory): readonly [Exact, Exact] | undefined {
    const [factor, unit] = [this.#factor(memory), this.#unit(memory)];
    if (!factor || !unit) return undefined;
    const turned = (sum: Exact): Exact =>
      add(add(multiply(multiply(sum, factor), unit.scale), unit.offset), this.#offset);
    if (this.#curve) {
      const values = this.#curve.map(([, value]) => turned(value)).sort(compare);
      return [values[0] ?? ZERO, values.at(-1) ?? ZERO];
    }
    if (isFloat(this.field)) return undefined;
    let [low, high] = [ZERO, ZERO];
    for (const { field, scale } of [{ field: this.field, scale: this.#scale }, ...this.terms]) {
      if (isFloat(field)) continue;
      const [a, b] = boundsOf(field).map((n) => multiply({ n, d: 1n }, scale)) as [Exact, Exact];
      low = add(low, compare(a, b) <= 0 ? a : b);
      high = add(high, compare(a, b) <= 0 ? b : a);
    }
    const ends = [turned(low), turned(high)].sort(compare) as [Exact, Exact];
    return ends;
  }

  #factor(memory: WordMemory): Exact | undefined {
    let product: Exact | undefined = ONE;
    for (const { field, keys } of this.factors) {
      const factor = factorOf(take(memory, field).number, keys);
      product = product && factor && multiply(product, factor);
    }
    return product;
  }

  #unit(memory: WordMemory): Linear | undefined {
    if (!this.unitFrom) return { scale: ONE, offset: ZERO };
    const { number } = take(memory, this.unitFrom.field);
    return number && this.unitFrom.map.get(number.n);
  }
}

/** Whether two fields do not fit into one request. */
function isFar(a: Field, b: Field, { max_gap = 125, max_registers = 125 }: DeviceKeys): boolean {
  const [first, second] = a.address <= b.address ? [a, b] : [b, a];
  const gap = second.address - first.address - first.count;
  const length = Math.max(first.address + first.count, second.address + second.count) - first.address;
  return a.table !== b.table || gap > max_gap || length > max_registers;
}

interface Linear {
  readonly scale: Exact;
  readonly offset: Exact;
}

/** A register that asks for more zeros than this holds something else than a power of ten. */
const MOST_POWER = 30;

/** The factor that a register's number stands for. */
export function factorOf(raw: Exact | undefined, keys: ScaleByKeys): Exact | undefined {
  if (!raw) return undefined;
  if (keys.map) {
    const factor = keys.map[String(raw.n)];
    return factor === undefined ? undefined : written(factor);
  }
  if (keys.times !== undefined) return multiply(raw, written(keys.times));
  if (keys.over !== undefined) return raw.n === 0n ? undefined : divide(written(keys.over), raw);
  const power = Number(raw.n) * (keys.power_of_ten ?? 1) + (keys.plus ?? 0);
  return Math.abs(power) > MOST_POWER ? undefined : powerOfTen(power);
}

function unitsOf(
  keys: UnitFromKeys,
  unit: string,
  table: Table,
): { field: Field; map: ReadonlyMap<bigint, Linear> } {
  const map = integerMap(keys.map, (given) => {
    if (typeof given !== "string") {
      return { scale: written(given.scale ?? 1), offset: written(given.offset ?? 0) };
    }
    const linear = conversion(given, unit);
    if (!linear) throw new RangeError(`${given} cannot be converted into ${unit}`);
    return linear;
  });
  return { field: fieldOf(keys, table), map };
}

function integerMap<A, B>(map: Readonly<Record<string, A>>, each: (value: A) => B): ReadonlyMap<bigint, B> {
  return new Map(Object.entries(map).map(([key, value]) => [BigInt(key), each(value)]));
}

/** Piecewise linear, held at the ends. */
function along(curve: readonly (readonly [Exact, Exact])[], at: Exact): Exact {
  const above = curve.findIndex(([raw]) => compare(raw, at) >= 0);
  const [, last] = curve.at(-1) as readonly [Exact, Exact];
  if (above < 0) return last;
  const [x1, y1] = curve[above] as readonly [Exact, Exact];
  const before = curve[above - 1];
  if (!before) return y1;
  const [x0, y0] = before;
  return add(y0, divide(multiply(subtract(at, x0), subtract(y1, y0)), subtract(x1, x0)));
}

/** The raw at which the curve first has this value; the nearest end where it never has. */
function against(curve: readonly (readonly [Exact, Exact])[], value: Exact): Exact {
  for (const [at, [x1, y1]] of curve.entries()) {
    const [x0, y0] = curve[at - 1] ?? [x1, y1];
    const [low, high] = compare(y0, y1) <= 0 ? [y0, y1] : [y1, y0];
    if (compare(value, low) < 0 || compare(value, high) > 0) continue;
    if (compare(y0, y1) === 0) return x1;
    return add(x0, divide(multiply(subtract(value, y0), subtract(x1, x0)), subtract(y1, y0)));
  }
  const nearest = [...curve].sort(([, a], [, b]) => compare(distance(a, value), distance(b, value)));
  return nearest[0]?.[0] ?? ZERO;
}

function putNearest(memory: WordMemory, field: Field, raw: Exact, order: ByteOrder): void {
  const number = isFloat(field) ? toNumber(raw) : rounded(raw);
  putPattern(memory, field, patternOf(number, field), order);
}

/** Whole numbers before fractions, the weightier first. */
function bySize(a: Term, b: Term): number {
  if (isFloat(a.field) !== isFloat(b.field)) return isFloat(a.field) ? 1 : -1;
  return compare(size(b.scale), size(a.scale));
}

function floored(value: Exact): bigint {
  const whole = truncated(value);
  return compare(value, { n: whole, d: 1n }) < 0 ? whole - 1n : whole;
}

function distance(a: Exact, b: Exact): Exact {
  return size(subtract(a, b));
}

function size({ n, d }: Exact): Exact {
  return { n: n < 0n ? -n : n, d };
}

function smaller(a: Exact, b: Exact): Exact {
  return compare(size(a), size(b)) <= 0 ? a : b;
}
