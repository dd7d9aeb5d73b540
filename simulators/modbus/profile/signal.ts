import { seededRandom } from "../../random.js";
import { add, compare, divide, type Exact, multiply, subtract, toNumber, written, ZERO } from "../exact.js";
import type { TruthValue } from "../truth.js";
import { patternOf, putPattern } from "./field.js";
import type { WordMemory } from "./memory.js";
import { usual } from "./plausible.js";
import type { ProfilePoint } from "./point.js";

/** What a point is to say at a moment: `reads` counts how often it was asked, `ms` is the device's age. */
export interface Signal {
  /** `fine`: a number that is another one at each read; `states`: some few, now and then; `still`: always the same. */
  readonly course: "fine" | "states" | "still";
  at(reads: number, ms: number): TruthValue;
}

/** `each-read`: states change whenever they are asked, so that no two answers are alike; else now and then. */
export type Pace = "each-read" | "by-time";

export interface SignalOptions {
  readonly seed: number;
  readonly pace: Pace;
  /** Raw numbers between which it stays, because the device is known by them. */
  readonly between?: readonly [number, number] | undefined;
}

const STATE_MS = 20_000;
const SWING_MS = 600_000;
const HOUR_MS = 3_600_000;
/** Above what a double counts to: whoever squeezes 64 bits into one is found out. */
const WIDE_START = 2n ** 53n + 1001n;

/** The course of a point that the profile does not hold still. Pure but for its seeded noise. */
export function signalOf(point: ProfilePoint, memory: WordMemory, options: SignalOptions): Signal {
  const { keys, type } = point;
  const { seed, pace } = options;
  const noise = seededRandom(seed ^ hash(point.id));
  const phase = noise();
  const turns = (reads: number, ms: number): number =>
    pace === "each-read" ? reads : Math.floor(ms / STATE_MS + phase);
  const { simulate, enum: words, flags, quantity } = keys;
  if (type === "string") {
    const text = String(simulate?.start ?? `SIM-${(hash(point.id) % 9000) + 1000}`).slice(
      0,
      point.room || 19,
    );
    return { course: "still", at: () => text };
  }
  if (type === "bool") {
    const first = simulate?.start === true || simulate?.start === 1;
    const isStill = simulate?.start !== undefined && simulate.period === undefined;
    const at = (reads: number, ms: number): boolean =>
      isStill ? first : (turns(reads, ms) + hash(point.id)) % 2 === 0;
    return { course: "states", at };
  }
  const known = Object.keys(words ?? {}).map((key) => written(key));
  if (known.length > 0) {
    const from =
      simulate?.start === undefined ? 0 : known.findIndex(({ n }) => String(n) === String(simulate.start));
    const isStill = point.isWritable || quantity === "setting";
    const at = (reads: number, ms: number): Exact =>
      known[(Math.max(0, from) + (isStill ? 0 : turns(reads, ms))) % known.length] ?? ZERO;
    return { course: "states", at };
  }
  const bits = Object.keys(flags ?? {}).map(Number);
  if (bits.length > 0) {
    const at = (reads: number, ms: number): Exact => {
      const turn = turns(reads, ms) % (bits.length + 1);
      const raised = bits.filter((_, at) => at === turn || at === turn - 2);
      return { n: raised.reduce((sum, bit) => sum | (1n << BigInt(bit)), 0n), d: 1n };
    };
    return { course: "states", at };
  }
  if ((quantity === "state" || quantity === "alarm") && simulate?.start === undefined && !point.isWritable) {
    const limits = limitsOf(point, memory);
    const at = (reads: number, ms: number): Exact => clamped(written(turns(reads, ms) % 4), limits);
    return { course: "states", at };
  }
  return keys.kind === "counter"
    ? counter(point, memory, pace)
    : measure(point, memory, noise, phase, options);
}

function counter(point: ProfilePoint, memory: WordMemory, pace: Pace): Signal {
  const { simulate } = point.keys;
  const [least, most] = limitsOf(point, memory);
  const step = stepOf(point, memory);
  const isWide = point.field?.width === 64 && point.type !== "f64";
  const begun = typeof simulate?.start === "number" ? written(simulate.start) : undefined;
  const wide = isWide && pace === "each-read" ? multiply({ n: WIDE_START, d: 1n }, step) : undefined;
  const [ordinary] = usual(point.keys.quantity, point.keys.unit, [toNumber(least), toNumber(most)]) ?? [];
  const start = begun ?? wide ?? written(ordinary ?? toNumber(multiply({ n: 4000n, d: 1n }, step)));
  const rate = simulate?.rate ?? Math.max(1, toNumber(start) / 1000);
  const span = add(subtract(most, least), step);
  const at = (reads: number, ms: number): Exact => {
    const hours = ms / HOUR_MS;
    const grown = add(multiply({ n: BigInt(reads), d: 1n }, step), written((rate * hours).toFixed(6)));
    const value = add(start, grown);
    if (compare(value, most) <= 0) return value;
    // As the device's own counter does at its end.
    const over = subtract(value, least);
    const rounds = { n: divide(over, span).n / divide(over, span).d, d: 1n };
    return add(least, subtract(over, multiply(rounds, span)));
  };
  return { course: "fine", at };
}

function measure(
  point: ProfilePoint,
  memory: WordMemory,
  noise: () => number,
  phase: number,
  options: SignalOptions,
): Signal {
  const { simulate, quantity, unit, range, write } = point.keys;
  const known = knownValues(point, memory, options.between);
  const [least, most] = (known ?? limitsOf(point, memory)).map(toNumber) as [number, number];
  const step = Math.abs(toNumber(stepOf(point, memory)));
  const rest = [simulate?.start, write?.rest, write?.values?.[0]].find((one) => typeof one === "number") as
    | number
    | undefined;
  let [start, swing] = [rest, simulate?.swing];
  if (start === undefined) {
    const often = usual(quantity, unit, [least, most]);
    const bounded = known ?? range ?? write?.range;
    const raw = Math.max(least, Math.min(most, (900 + (hash(point.id) % 400)) * step));
    start = often?.[0] ?? (bounded || most - least < 2000 * step ? (least + most) / 2 : raw);
    swing ??= often?.[1] ?? Math.min((most - least) / 8, Math.max(Math.abs(start) / 20, 20 * step));
  }
  const isStill =
    swing === undefined ||
    swing === 0 ||
    quantity === "setting" ||
    quantity === "identity" ||
    point.isWritable;
  const [middle, width, period] = [start, isStill ? 0 : (swing ?? 0), simulate?.period ?? SWING_MS];
  if (width === 0) {
    const still = written(middle.toPrecision(15));
    return { course: "still", at: () => still };
  }
  const at = (_: number, ms: number): Exact => {
    const wave = Math.sin(2 * Math.PI * (ms / period + phase));
    const value = middle + width * (0.85 * wave + 0.15 * (2 * noise() - 1));
    return written(Math.max(least, Math.min(most, value)).toPrecision(12));
  };
  return { course: "fine", at };
}

/** Moves a value that would be the same as the one before, or a sentinel, by a count or two. */
export function neighbours(value: Exact, point: ProfilePoint, memory: WordMemory): readonly Exact[] {
  const step = stepOf(point, memory);
  const [least, most] = limitsOf(point, memory);
  const beside = [1n, -1n, 2n, -2n, 5n, -5n].map((n) => add(value, multiply({ n, d: 1n }, step)));
  return beside.filter((one) => compare(one, least) >= 0 && compare(one, most) <= 0);
}

/** What a point says while its register holds a number of these. */
function knownValues(
  point: ProfilePoint,
  memory: WordMemory,
  between: readonly [number, number] | undefined,
): readonly [Exact, Exact] | undefined {
  if (!between || point.place.kind !== "number") return undefined;
  const { arithmetic } = point.place;
  const values = between.flatMap((raw) => {
    const scratch = memory.overlay();
    putPattern(scratch, arithmetic.field, patternOf(raw, arithmetic.field), arithmetic.order(memory));
    const outcome = arithmetic.forward(scratch);
    return "value" in outcome ? [outcome.value] : [];
  });
  const [low, high] = values.sort(compare);
  return low && high && [low, high];
}

/** The least and greatest value that is meant to occur. */
export function limitsOf(point: ProfilePoint, memory: WordMemory): readonly [Exact, Exact] {
  const { range, write } = point.keys;
  const bounds = [point.isWritable ? write?.range : undefined, range];
  let [least, most] = (point.place.kind === "number" && point.place.arithmetic.extent(memory)) || [
    written(-1_000_000),
    written(1_000_000),
  ];
  for (const [low, high] of bounds.flatMap((bound) => (bound ? [bound] : []))) {
    if (compare(written(low), least) > 0) least = written(low);
    if (compare(written(high), most) < 0) most = written(high);
  }
  return compare(least, most) <= 0 ? [least, most] : [least, least];
}

function clamped(value: Exact, [least, most]: readonly [Exact, Exact]): Exact {
  return compare(value, least) < 0 ? least : compare(value, most) > 0 ? most : value;
}

/** The value of one count; of a float a hundredth. */
export function stepOf(point: ProfilePoint, memory: WordMemory): Exact {
  const step = point.place.kind === "number" ? point.place.arithmetic.step(memory) : undefined;
  if (!step || step.n === 0n) return { n: 1n, d: 100n };
  return { n: step.n < 0n ? -step.n : step.n, d: step.d };
}

function hash(text: string): number {
  let value = 2_166_136_261;
  for (const char of text) value = Math.imul(value ^ char.charCodeAt(0), 16_777_619) >>> 0;
  return value;
}
