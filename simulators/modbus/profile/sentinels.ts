import type { Table } from "../../../drivers/modbus/point-schema.js";
import { compare, type Exact, written } from "../exact.js";
import { type Field, fieldOf, isFloat, maskOf, patternOf, type Raw, take } from "./field.js";
import type { SentinelKeys, Sentinels } from "./keys.js";
import type { WordMemory } from "./memory.js";

/** A raw value that is no measurement, and what it says. */
export interface Sentinel {
  readonly reason: string;
  /** The bits that say it at this moment. */
  pattern(memory: WordMemory): bigint;
  matches(raw: Raw, memory: WordMemory): boolean;
  /** The register in which the device keeps it. */
  readonly from?: Field;
}

/** Sentinels of a point: its own, else those that the profile names for its type. */
export function sentinelsOf(
  own: Sentinels | undefined,
  byType: "none" | Readonly<Record<string, Sentinels>> | undefined,
  field: Field,
  table: Table,
): readonly Sentinel[] {
  const keys = own ?? (byType === "none" ? "none" : byType?.[field.type]) ?? "none";
  return keys === "none" ? [] : keys.map((each) => sentinelOf(each, field, table));
}

function sentinelOf(keys: SentinelKeys, field: Field, table: Table): Sentinel {
  if (typeof keys === "object" && "from" in keys) {
    const from = fieldOf(keys.from, table);
    const pattern = (memory: WordMemory): bigint => {
      const { number } = take(memory, from);
      return patternOf(number?.n ?? 0n, field);
    };
    const matches = (raw: Raw, memory: WordMemory): boolean => {
      const { number } = take(memory, from);
      return number !== undefined && raw.number !== undefined && compare(raw.number, number) === 0;
    };
    return { reason: keys.reason ?? "unavailable", pattern, matches, from };
  }
  const { raw, reason = "unavailable" } = typeof keys === "object" ? keys : { raw: keys };
  const isPattern = typeof raw === "string" && /^0x/i.test(raw);
  const bits = isPattern ? BigInt(raw) & maskOf(field.width) : bitsOf(written(raw), field);
  return { reason, pattern: () => bits, matches: (found) => found.pattern === bits };
}

/** A number as the field codes it; one that is written without its sign (0x8000) as its bits. */
function bitsOf(number: Exact, field: Field): bigint {
  if (isFloat(field)) return patternOf(Number(number.n) / Number(number.d), field);
  return field.coding === "binary" ? number.n & maskOf(field.width) : patternOf(number.n, field);
}
