import type { Table } from "../../../drivers/modbus/point-schema.js";
import { compare, type Exact, written } from "../exact.js";
import { boundsOf, type Field, fieldOf, isFloat, take } from "./field.js";
import { type GateKeys, many, type OneOrMany } from "./keys.js";
import type { WordMemory } from "./memory.js";

/** A register that says whether a point means anything. */
export interface Gate {
  readonly field: Field;
  readonly reason: string;
  readonly quality: "bad" | "uncertain";
  passes(raw: Exact): boolean;
  /** Numbers that are worth a try, to pass it or to fail it. */
  readonly candidates: readonly bigint[];
}

export function gatesOf(keys: OneOrMany<GateKeys> | undefined, table: Table): readonly Gate[] {
  return many(keys).map((gate) => {
    const is = many(gate.is).map(written);
    const not = many(gate.not).map(written);
    const { at_least: least, at_most: most } = gate;
    const passes = (raw: Exact): boolean =>
      (gate.is === undefined || is.some((one) => compare(one, raw) === 0)) &&
      !not.some((one) => compare(one, raw) === 0) &&
      (least === undefined || compare(raw, written(least)) >= 0) &&
      (most === undefined || compare(raw, written(most)) <= 0);
    const named = [...is, ...not].map(({ n }) => n);
    const edges = [least, most].flatMap((edge) => (edge === undefined ? [] : [BigInt(Math.round(edge))]));
    const around = [...named, ...edges].flatMap((one) => [one, one + 1n, one - 1n]);
    const field = fieldOf(gate, table);
    const [lowest, highest] = isFloat(field) ? [-1000n, 1000n] : boundsOf(field);
    const candidates = [...around, 0n, 1n, 2n, 3n].filter((one) => one >= lowest && one <= highest);
    return {
      field,
      reason: gate.reason ?? "unavailable",
      quality: gate.quality ?? "bad",
      passes,
      candidates,
    };
  });
}

/** What keeps a value from being good: the first bad gate in their order, else the first doubtful one. */
export function flawOf(gates: readonly Gate[], memory: WordMemory): Flaw | undefined {
  let doubt: Flaw | undefined;
  for (const { field, passes, quality, reason } of gates) {
    const { number } = take(memory, field);
    if (!number) return { quality: "bad", reason: "not_a_number" };
    if (passes(number)) continue;
    if (quality === "bad") return { quality, reason };
    doubt ??= { quality, reason };
  }
  return doubt;
}

interface Flaw {
  readonly quality: "bad" | "uncertain";
  readonly reason: string;
}
