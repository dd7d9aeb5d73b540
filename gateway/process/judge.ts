import type { Flag, ReadingBatch, Value } from "../../drivers/core/reading.js";
import type { Rules } from "./rules.js";

/**
 * The range check: a value outside its range becomes bad, without a value, so that it cannot look right.
 * Pure. Returns the batch itself when nothing is out of range.
 */
export function judge(rules: Rules, batch: ReadingBatch): ReadingBatch {
  const { low, high, divisor } = rules;
  if (!low || !high) return batch;
  let outside: number[] | undefined;
  for (let at = 0; at < batch.values.length; at++) {
    const value = batch.values[at];
    const number =
      typeof value === "number"
        ? value
        : typeof value === "bigint"
          ? Number(value) / (divisor[at] ?? 1)
          : undefined;
    if (number === undefined) continue;
    if (number < (low[at] ?? number) || number > (high[at] ?? number)) {
      outside ??= [];
      outside.push(at);
    }
  }
  return outside ? withoutValues(batch, outside) : batch;
}

function withoutValues(batch: ReadingBatch, outside: readonly number[]): ReadingBatch {
  const values: (Value | undefined)[] = batch.values.slice();
  const flags: Flag[] = (batch.flags ?? []).filter((flag) => !outside.includes(flag.at));
  for (const at of outside) {
    values[at] = null;
    flags.push({ at, quality: "bad", reason: "out_of_range" });
  }
  flags.sort((a, b) => a.at - b.at);
  const { flags: _, values: __, ...rest } = batch;
  return { values, flags, ...rest };
}
