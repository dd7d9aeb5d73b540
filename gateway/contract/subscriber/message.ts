import { gunzipSync } from "node:zlib";
import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { parseTopic } from "../topics.js";
import {
  EpochSchema,
  PendingFromSchema,
  PrevSchema,
  RevSchema,
  SeqSchema,
  TimeSchema,
} from "../vocabulary.js";

/**
 * Messages as a reader takes them: only what the chain needs is checked. Keys, events and reasons that are not
 * known today are let through, as the contract says.
 */
const RecordSchema = Type.Object({
  seq: SeqSchema,
  prev: PrevSchema,
  t: TimeSchema,
  device: Type.Optional(Type.String()),
  event: Type.Optional(Type.String()),
  clock: Type.Optional(Type.String()),
  boot: Type.Optional(Type.String()),
  mono_ms: Type.Optional(Type.Number()),
  historical: Type.Optional(Type.Boolean()),
  resend: Type.Optional(Type.Boolean()),
});
const RecordsSchema = Type.Object({
  epoch: EpochSchema,
  rev: RevSchema,
  pending_from: PendingFromSchema,
  records: Type.Array(RecordSchema, { minItems: 1 }),
});
const SnapshotSchema = Type.Object({
  epoch: EpochSchema,
  rev: RevSchema,
  snapshot: Type.Literal(true),
  records: Type.Array(Type.Object({ t: TimeSchema, device: Type.String() })),
});
const StatusSchema = Type.Object({
  state: Type.String(),
  epoch: EpochSchema,
  rev: Type.Optional(RevSchema),
  pending_from: Type.Optional(PendingFromSchema),
  last: Type.Optional(Type.Integer({ minimum: 0 })),
  kept_from: Type.Optional(Type.Integer({ minimum: 0 })),
});
const BirthSchema = Type.Object({ epoch: EpochSchema, rev: RevSchema });
const ReplySchema = Type.Object({
  id: Type.Union([Type.String(), Type.Null()]),
  state: Type.String(),
  reason: Type.Optional(Type.String()),
});
const RangeSchema = Type.Object({ from: SeqSchema, to: SeqSchema });
const LostSchema = Type.Object({
  runs: Type.Array(Type.Object({ from: SeqSchema, to: SeqSchema, prev: PrevSchema })),
});
const ClockSchema = Type.Object({
  boot: Type.String({ maxLength: 128 }),
  mono_ms: Type.Number(),
  t: TimeSchema,
});

/** A record of `data` or `event`, with whatever else it carries. */
export type SentRecord = Static<typeof RecordSchema> & Readonly<Record<string, unknown>>;
export type RecordsMessage = Omit<Static<typeof RecordsSchema>, "records"> & {
  readonly records: readonly SentRecord[];
};
export type Snapshot = Static<typeof SnapshotSchema> & Readonly<Record<string, unknown>>;
export type Status = Static<typeof StatusSchema> & Readonly<Record<string, unknown>>;
export type Birth = Static<typeof BirthSchema> & Readonly<Record<string, unknown>>;
export type Reply = Static<typeof ReplySchema> & Readonly<Record<string, unknown>>;

export type Incoming =
  | { readonly kind: "data" | "event"; readonly gateway: string; readonly message: RecordsMessage }
  | { readonly kind: "snapshot"; readonly gateway: string; readonly message: Snapshot }
  | { readonly kind: "status"; readonly gateway: string; readonly message: Status }
  | {
      readonly kind: "birth";
      readonly gateway: string;
      readonly device?: string;
      /** Undefined where the device was removed. */
      readonly message?: Birth;
    }
  | { readonly kind: "reply"; readonly gateway: string; readonly message: Reply }
  | { readonly kind: "unreadable"; readonly gateway: string; readonly problem: string };

/** A payload that unpacks to more is refused: no message of the contract comes near it. */
const MOST_BYTES = 16_000_000;

const checks = {
  records: TypeCompiler.Compile(RecordsSchema),
  snapshot: TypeCompiler.Compile(SnapshotSchema),
  status: TypeCompiler.Compile(StatusSchema),
  birth: TypeCompiler.Compile(BirthSchema),
  reply: TypeCompiler.Compile(ReplySchema),
  range: TypeCompiler.Compile(RangeSchema),
  lost: TypeCompiler.Compile(LostSchema),
  clock: TypeCompiler.Compile(ClockSchema),
};

/** Undefined where the topic is none that a subscriber reads. Never throws. */
export function readMessage(topic: string, payload: Uint8Array): Incoming | undefined {
  const parsed = parseTopic(topic);
  if (!parsed || parsed.kind === "command") return undefined;
  const { gateway, kind } = parsed;
  const device = "device" in parsed ? { device: parsed.device } : {};
  if (payload.length === 0) {
    return kind === "birth" && "device" in parsed ? { kind, gateway, ...device } : undefined;
  }
  let body: unknown;
  try {
    body = JSON.parse(textOf(payload));
  } catch (error) {
    return { kind: "unreadable", gateway, problem: error instanceof Error ? error.message : String(error) };
  }
  const snapshot = kind === "data" && typeof body === "object" && body !== null && "snapshot" in body;
  const check = checkOf(snapshot ? "snapshot" : kind);
  if (!check.Check(body)) {
    const first = check.Errors(body).First();
    return { kind: "unreadable", gateway, problem: `${first?.path ?? ""} ${first?.message ?? ""}` };
  }
  return { kind: snapshot ? "snapshot" : kind, gateway, ...device, message: body } as Incoming;
}

/** JSON, perhaps compressed: gzip begins with 1f 8b (RFC 1952, 2.3.1), JSON never does. */
export function textOf(payload: Uint8Array): string {
  const zipped = payload[0] === 0x1f && payload[1] === 0x8b;
  const bytes = zipped ? gunzipSync(payload, { maxOutputLength: MOST_BYTES }) : payload;
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

export function voidOf(record: SentRecord): Static<typeof RangeSchema> | undefined {
  return record.event === "void" && checks.range.Check(record) ? record : undefined;
}

export function lostOf(record: SentRecord): Static<typeof LostSchema>["runs"] | undefined {
  return record.event === "lost" && checks.lost.Check(record) ? record.runs : undefined;
}

export function clockOf(record: SentRecord): Static<typeof ClockSchema> | undefined {
  return record.event === "clock" && checks.clock.Check(record) ? record : undefined;
}

function checkOf(kind: "data" | "event" | "snapshot" | "status" | "birth" | "reply" | "command") {
  switch (kind) {
    case "snapshot":
    case "status":
    case "birth":
    case "reply":
      return checks[kind] as { Check(value: unknown): boolean } & ReturnType<
        typeof TypeCompiler.Compile<TSchema>
      >;
    default:
      return checks.records as ReturnType<typeof TypeCompiler.Compile<TSchema>>;
  }
}
