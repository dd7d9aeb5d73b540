import { createHash } from "node:crypto";

/** What may differ between two sendings of one record. */
const SENDING = new Set(["t", "clock", "historical", "resend"]);

/** Equal for equal content, whatever the order of the keys. */
export function fingerprint(record: Readonly<Record<string, unknown>>): string {
  const content = Object.entries(record).filter(([key]) => !SENDING.has(key));
  return createHash("sha256")
    .update(canonical(Object.fromEntries(content)))
    .digest("base64url")
    .slice(0, 11);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join()}}`;
}
