import type { Random } from "../../random.js";
import type { Drawing } from "../drawing.js";
import { add, compare, divide, type Exact, multiply, subtract, truncated, written, ZERO } from "../exact.js";
import type { WordMemory } from "./memory.js";
import type { ProfilePoint } from "./point.js";
import type { PointFault } from "./point-faults.js";
import { limitsOf, stepOf } from "./signal.js";

/** How many counts before its end a counter is put that is to roll over. */
const COUNTS_BEFORE_END = 10n;

/** Something is off by so much. */
export function offsetBy(by: number): PointFault {
  const exact = written(by);
  return { kind: "value", change: (value) => add(value, exact) };
}

/** A wrong factor: a K factor, a transformer's ratio. */
export function scaledBy(factor: number): PointFault {
  const exact = written(factor);
  return { kind: "value", change: (value) => multiply(value, exact) };
}

/** Off by something else each time, at most by `size`. */
export function jitterOf(size: number, random: Random): PointFault {
  const change = (value: Exact): Exact => add(value, written((size * (2 * random() - 1)).toPrecision(12)));
  return { kind: "value", change };
}

/** Further off as time goes: `by` in `perMs`. */
export function driftOf(by: number, perMs: number, elapsedMs: () => number): PointFault {
  const rate = divide(written(by), written(perMs));
  const change = (value: Exact): Exact => add(value, multiply(rate, written(elapsedMs().toFixed(3))));
  return { kind: "value", change };
}

/** Some readings are something else. `struck` is told of each. */
export function spikesOf(
  spike: (value: Exact) => Exact,
  drawing: Pick<Drawing, "strikes">,
  struck: () => void,
): PointFault {
  const change = (value: Exact): Exact => {
    if (!drawing.strikes()) return value;
    struck();
    return spike(value);
  };
  return { kind: "value", change };
}

/**
 * A counter that goes on from somewhere else: from nothing, or from shortly before its end, over which it rolls as the
 * device's own would. Where the end of a float is not known it is a million, as meters with six digits have it.
 */
export function countingFrom(
  from: "zero" | "near the end",
  point: ProfilePoint,
  memory: WordMemory,
): PointFault {
  const [lowest, most] = limitsOf(point, memory);
  const least = compare(lowest, ZERO) < 0 ? ZERO : lowest;
  const step = stepOf(point, memory);
  const span = add(subtract(most, least), step);
  const first = from === "zero" ? least : subtract(most, multiply({ n: COUNTS_BEFORE_END, d: 1n }, step));
  let shift: Exact | undefined;
  const change = (value: Exact): Exact => {
    shift ??= subtract(first, value);
    const over = subtract(add(value, shift), least);
    const rounds = truncated(divide(over, span)) - (over.n < 0n ? 1n : 0n);
    return add(least, subtract(over, multiply({ n: rounds, d: 1n }, span)));
  };
  return { kind: "value", change };
}

/** Says this sentinel of its profile. */
export function sayingSentinel(point: ProfilePoint, nth: number): PointFault {
  const sentinel = point.sentinels[nth];
  if (!sentinel) throw new RangeError(`${point.id} has no sentinel ${nth}`);
  return { kind: "words", put: (memory) => point.say(memory, sentinel) };
}

/** What a spike makes of a value. */
export function spikeTo(to: number | undefined, by: number | undefined): (value: Exact) => Exact {
  if (to !== undefined) return () => written(to);
  return (value) => add(value, written(by ?? 0));
}
