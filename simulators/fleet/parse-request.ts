import { TypeCompiler } from "@sinclair/typebox/compiler";
import {
  type CommandMessage,
  CommandMessageSchema,
  MOST_COMMAND_BYTES,
  MOST_ID,
  type Rejection,
} from "../../gateway/contract/command.js";

export interface Refused {
  readonly id: string | null;
  readonly reason: Rejection;
  readonly key?: string;
}

export type Parsed = { readonly ok: CommandMessage } | { readonly refused: Refused };

const schema = TypeCompiler.Compile(CommandMessageSchema);
const PRINTABLE = /^[^\p{C}\p{Zl}\p{Zp}]+$/u;
const KEYS: Readonly<Record<string, readonly string[]>> = {
  snapshot: [],
  diagnostics: [],
  birth: ["rev"],
};
const BY_SEQ = ["epoch", "from", "to"];
const BY_TIME = ["from_t", "to_t"];

/** A request of the centre, or why it is none. Written from the contract's description alone. Never throws. */
export function parseRequest(payload: Uint8Array): Parsed {
  if (payload.length > MOST_COMMAND_BYTES) return { refused: { id: null, reason: "too_large" } };
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch {
    return { refused: { id: null, reason: "not_json" } };
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    return { refused: { id: null, reason: "not_json" } };
  }
  const fields = new Map<string, unknown>(Object.entries(body));
  const id = fields.get("id");
  if (typeof id !== "string" || id.length > MOST_ID || !PRINTABLE.test(id)) {
    return { refused: { id: null, reason: "bad_id", key: "id" } };
  }
  const own = keysOf(fields);
  if (!own) return { refused: { id, reason: "unknown_request", key: "request" } };
  const unknown = [...fields.keys()].find((key) => !["id", "request", "expires", ...own].includes(key));
  if (unknown !== undefined)
    return { refused: { id, reason: "unknown_key", key: unknown.slice(0, MOST_ID) } };
  const absent = own.find((key) => key !== "rev" && !fields.has(key));
  if (absent !== undefined) return { refused: { id, reason: "missing_key", key: absent } };
  const key = schema.Check(body) ? disorder(body) : (wrongKey(fields, own) ?? "request");
  return key === undefined ? { ok: body as CommandMessage } : { refused: { id, reason: "bad_value", key } };
}

function keysOf(fields: ReadonlyMap<string, unknown>): readonly string[] | undefined {
  const request = fields.get("request");
  if (request === "resend") return fields.has("from_t") || fields.has("to_t") ? BY_TIME : BY_SEQ;
  return typeof request === "string" && Object.hasOwn(KEYS, request) ? KEYS[request] : undefined;
}

/** The key without whose value the rest is a request. */
function wrongKey(fields: ReadonlyMap<string, unknown>, own: readonly string[]): string | undefined {
  const sound: Readonly<Record<string, unknown>> = {
    ...{ epoch: "e", from: 1, to: 1, rev: 1 },
    ...{ from_t: "2026-01-01T00:00:00Z", to_t: "2026-01-01T00:00:00Z", expires: "2026-01-01T00:00:00Z" },
  };
  const keys = [...own, "expires"].filter((key) => fields.has(key));
  const whole = Object.fromEntries([...fields].map(([key, value]) => [key, sound[key] ?? value]));
  return keys.find((key) => !schema.Check({ ...whole, [key]: fields.get(key) }));
}

/** A schema cannot say that an end lies behind its beginning, or that a day exists. */
function disorder(body: CommandMessage): string | undefined {
  for (const key of ["expires", "from_t", "to_t"] as const) {
    const time: unknown = (body as Readonly<Record<string, unknown>>)[key];
    if (typeof time === "string" && Number.isNaN(Date.parse(time))) return key;
  }
  if (body.request !== "resend") return undefined;
  if ("from" in body) return body.to < body.from ? "to" : undefined;
  return Date.parse(body.to_t) < Date.parse(body.from_t) ? "to_t" : undefined;
}
