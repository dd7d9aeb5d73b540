import type { Value } from "../../drivers/core/reading.js";

/** A value in JSON; 64-bit values are decimal text. */
export type PlainValue = number | string | boolean | null;

/** `decimals`: of the point. */
export function plainValue(value: Value, decimals: number): PlainValue {
  if (typeof value !== "bigint") return value;
  if (decimals === 0) return value.toString();
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, "0");
  const sign = value < 0n ? "-" : "";
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
