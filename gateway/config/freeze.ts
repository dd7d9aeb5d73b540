import { createHash } from "node:crypto";

/**
 * JSON with sorted keys: the same for the same content, however it was written. Maps count as objects, secrets
 * as what their toJSON gives (`***`), keys without a value as absent.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (inner instanceof Map) return sorted([...inner]);
    if (typeof inner === "object" && inner !== null && !Array.isArray(inner))
      return sorted(Object.entries(inner));
    return inner;
  });
}

function sorted(entries: readonly (readonly [unknown, unknown])[]): Record<string, unknown> {
  const ordered = [...entries].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  return Object.fromEntries(ordered);
}

/** SHA-256 (hex) of the canonical JSON. */
export function hashOf(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}

/** Freezes everything that can be reached; maps lose what would change them. Returns its argument. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  if (value instanceof Map) {
    for (const inner of value.values()) deepFreeze(inner);
    for (const method of ["set", "delete", "clear"]) Object.defineProperty(value, method, { value: refuse });
  } else {
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return Object.freeze(value);
}

function refuse(): never {
  throw new TypeError("the configuration is immutable");
}
