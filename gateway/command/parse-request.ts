import {
  BirthRequestSchema,
  DiagnosticsRequestSchema,
  MOST_COMMAND_BYTES,
  MOST_ID,
  type Rejection,
  ResendBySeqSchema,
  ResendByTimeSchema,
  SnapshotRequestSchema,
} from "../contract/command.js";

/** A request that was checked. Times are wall ms. */
export type Request = {
  readonly id: string;
  readonly expires?: number;
} & Wish;

export type Wish =
  | { readonly request: "resend"; readonly epoch: string; readonly from: number; readonly to: number }
  | { readonly request: "resend"; readonly fromT: number; readonly toT: number }
  | { readonly request: "snapshot" | "diagnostics" }
  | { readonly request: "birth"; readonly rev?: number };

/** Why a message is no request; `id` where it could be read, `request` too. */
export interface Refusal {
  readonly id: string | null;
  readonly request?: string;
  readonly reason: Rejection;
  /** The key at fault. */
  readonly key?: string;
}

export type Parsed = { readonly ok: Request } | { readonly refused: Refusal };

const MOST_SEQ = 2 ** 50;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/;
/** Printable and one line: an id goes into logs and into the audit. */
const ID = /^[^\p{C}\p{Zl}\p{Zp}]+$/u;

const keysOf = (schema: { readonly properties: object }): readonly string[] => Object.keys(schema.properties);

const KEYS = {
  snapshot: keysOf(SnapshotRequestSchema),
  diagnostics: keysOf(DiagnosticsRequestSchema),
  birth: keysOf(BirthRequestSchema),
} as const;
const BY_SEQ = keysOf(ResendBySeqSchema);
const BY_TIME = keysOf(ResendByTimeSchema);

/** Whatever stands on the wire, as a request or as why it is none. Pure; never throws. */
export function parseRequest(payload: Uint8Array): Parsed {
  if (payload.length > MOST_COMMAND_BYTES) return { refused: { id: null, reason: "too_large" } };
  const fields = objectOf(payload);
  if (!fields) return { refused: { id: null, reason: "not_json" } };
  const id = fields.get("id");
  if (typeof id !== "string" || id.length > MOST_ID || !ID.test(id)) {
    return { refused: { id: null, reason: "bad_id", key: "id" } };
  }
  const request = fields.get("request");
  const known = typeof request === "string" ? keysFor(request, fields) : undefined;
  if (known === undefined) return { refused: { id, reason: "unknown_request", key: "request" } };
  const reader = new FieldReader(fields);
  for (const key of fields.keys()) if (!known.includes(key)) reader.fail("unknown_key", key);
  const wish = wishOf(String(request), known, reader);
  const expires = reader.time("expires", "optional");
  const { fault } = reader;
  if (fault) return { refused: { id, request: String(request), ...fault } };
  return { ok: expires === undefined ? { id, ...wish } : { id, expires, ...wish } };
}

function keysFor(request: string, fields: ReadonlyMap<string, unknown>): readonly string[] | undefined {
  if (request === "resend") return fields.has("from_t") || fields.has("to_t") ? BY_TIME : BY_SEQ;
  return request === "snapshot" || request === "diagnostics" || request === "birth"
    ? KEYS[request]
    : undefined;
}

function wishOf(request: string, known: readonly string[], reader: FieldReader): Wish {
  if (request === "birth") {
    const rev = reader.integer("rev", "optional");
    return rev === undefined ? { request } : { request, rev };
  }
  if (request === "snapshot" || request === "diagnostics") return { request };
  if (known === BY_TIME) {
    const fromT = reader.time("from_t", "required") ?? 0;
    const toT = reader.time("to_t", "required") ?? 0;
    if (toT < fromT) reader.fail("bad_value", "to_t");
    return { request: "resend", fromT, toT };
  }
  const epoch = reader.text("epoch") ?? "";
  const from = reader.integer("from", "required") ?? 1;
  const to = reader.integer("to", "required") ?? 1;
  if (to < from) reader.fail("bad_value", "to");
  return { request: "resend", epoch, from, to };
}

/** A JSON object as a map: no prototype and no setter can be named. What nests is refused key by key. */
function objectOf(payload: Uint8Array): ReadonlyMap<string, unknown> | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(payload);
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return undefined;
    return new Map(Object.entries(parsed));
  } catch {
    return undefined;
  }
}

/** Takes fields one by one and keeps the first fault. */
class FieldReader {
  readonly #fields: ReadonlyMap<string, unknown>;
  fault: Pick<Refusal, "reason" | "key"> | undefined;

  constructor(fields: ReadonlyMap<string, unknown>) {
    this.#fields = fields;
  }

  fail(reason: Rejection, key: string): undefined {
    this.fault ??= { reason, key: key.slice(0, MOST_ID) };
    return undefined;
  }

  text(key: string): string | undefined {
    const value = this.#take(key, "required");
    if (value === undefined) return undefined;
    const good = typeof value === "string" && value.length > 0 && value.length <= MOST_ID;
    return good ? value : this.fail("bad_value", key);
  }

  integer(key: string, need: "required" | "optional"): number | undefined {
    const value = this.#take(key, need);
    if (value === undefined) return undefined;
    const good = typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= MOST_SEQ;
    return good ? value : this.fail("bad_value", key);
  }

  time(key: string, need: "required" | "optional"): number | undefined {
    const value = this.#take(key, need);
    if (value === undefined) return undefined;
    const ms = typeof value === "string" && TIME.test(value) ? Date.parse(value) : Number.NaN;
    return Number.isFinite(ms) ? ms : this.fail("bad_value", key);
  }

  #take(key: string, need: "required" | "optional"): unknown {
    const value = this.#fields.get(key);
    if (value === undefined && need === "required") this.fail("missing_key", key);
    return value;
  }
}
