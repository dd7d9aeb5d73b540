import { type Said, say } from "../core/message.js";
import { ID_PATTERN } from "../core/schema.js";
import { MAX_ID } from "./common-schema.js";
import { evaluate } from "./formula.js";
import { GRAMMAR_MESSAGES as G } from "./grammar-messages.js";
import { PROFILE_MESSAGES as M } from "./messages.js";
import type { WrittenPoint } from "./point-schema.js";

/** Keys whose texts are formulas, at any depth of a point. */
const FORMULA_KEYS = new Set(["address", "bit", "bits", "is", "not", "at_least", "at_most", "ram_address"]);

const MOST_POINTS = 4096;

/**
 * The points that one entry stands for: with `for` one for each combination of its counters, else one. Counters
 * in braces are filled in, formulas computed. Faults go to `onFault` with the key; then the point is left out.
 */
export function expandPoint(
  written: WrittenPoint,
  onFault: (key: string, said: Said) => void,
): readonly WrittenPoint[] {
  const { for: counters, ...point } = written;
  const loops = Object.entries((counters ?? {}) as Readonly<Record<string, string | readonly number[]>>).map(
    ([name, values]) => [name, typeof values === "string" ? rangeOf(values) : values] as const,
  );
  const count = loops.reduce((product, [, values]) => product * values.length, 1);
  if (count > MOST_POINTS) {
    onFault("for", say(G.too_many_points, { count, limit: MOST_POINTS }));
    return [];
  }
  const wrong = loops.find(([name]) => !/^[a-z][a-z0-9_]*$/.test(name));
  if (wrong) {
    onFault("for", say(G.bad_counter, { name: wrong[0] }));
    return [];
  }
  const points: WrittenPoint[] = [];
  for (const variables of combinations(loops)) {
    let failed = false;
    const fault = (key: string, said: Said): void => {
      failed = true;
      onFault(key, said);
    };
    const filled = Object.fromEntries(
      Object.entries(point).map(([key, value]) => [
        key,
        fill(value, key, variables, (said) => fault(key, said)),
      ]),
    ) as WrittenPoint;
    const { id } = filled;
    if (id !== undefined && (!new RegExp(ID_PATTERN).test(id) || id.length > MAX_ID)) {
      fault("id", say(M.bad_id, { id, limit: MAX_ID }));
    }
    if (!failed) points.push(filled);
    // What is wrong with one of them is wrong with all.
    else break;
  }
  return points;
}

function rangeOf(text: string): readonly number[] {
  const [from = 0, to = -1] = text.split("..").map(Number);
  const length = Math.max(0, Math.min(to - from + 1, MOST_POINTS + 1));
  return Array.from({ length }, (_, n) => from + n);
}

function* combinations(
  loops: readonly (readonly [string, readonly number[]])[],
): Generator<Readonly<Record<string, number>>> {
  const [first, ...rest] = loops;
  if (!first) {
    yield {};
    return;
  }
  const [name, values] = first;
  for (const value of values) for (const others of combinations(rest)) yield { [name]: value, ...others };
}

function fill(
  value: unknown,
  key: string,
  variables: Readonly<Record<string, number>>,
  onFault: (said: Said) => void,
): unknown {
  if (typeof value === "string") {
    if (!FORMULA_KEYS.has(key) && !isFormulaOfNumber(key, value, variables))
      return filledIn(value, variables);
    const result = evaluate(value, variables);
    if (typeof result === "number") return result;
    onFault(say(G.bad_formula, { formula: value, part: result }));
    return undefined;
  }
  if (Array.isArray(value)) return value.map((item) => fill(item, key, variables, onFault));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([inner, item]) => [inner, fill(item, inner, variables, onFault)]),
  );
}

/** A maker's number is a formula where it names a counter; `16-13` and `P{n}` are the number itself. */
function isFormulaOfNumber(key: string, text: string, variables: Readonly<Record<string, number>>): boolean {
  if (key !== "number" || text.includes("{")) return false;
  const words: readonly string[] = text.match(/[a-z][a-z0-9_]*/g) ?? [];
  return words.length > 0 && words.every((word) => Object.hasOwn(variables, word));
}

function filledIn(text: string, variables: Readonly<Record<string, number>>): string {
  return text.replace(/\{([a-z][a-z0-9_]*)\}/g, (braces, name: string) =>
    Object.hasOwn(variables, name) ? String(variables[name]) : braces,
  );
}
