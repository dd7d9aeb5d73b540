import { type Static, type TProperties, Type } from "@sinclair/typebox";
import {
  ALARM_KINDS,
  EpochSchema,
  IdSchema,
  oneOf,
  PendingFromSchema,
  PointIdSchema,
  PrevSchema,
  ReasonSchema,
  RevSchema,
  SEVERITIES,
  SendingFields,
  SeqSchema,
  TextSchema,
  TimeSchema,
} from "./vocabulary.js";

const KeepAtLeastSchema = Type.Integer({ minimum: 1, description: "the promise, in seconds" });

const BODIES = {
  device_lost: {
    event: Type.Literal("device_lost", { description: "no usable answer three times in a row" }),
    device: IdSchema,
    reason: ReasonSchema,
  },
  device_found: {
    event: Type.Literal("device_found", { description: "a lost device answers again" }),
    device: IdSchema,
  },
  void: {
    event: Type.Literal("void", {
      description:
        "numbers that were reserved and will not come, except what was delivered live before the crash; the " +
        "chain goes on from prev",
    }),
    from: { ...SeqSchema, description: "first number of the range" },
    to: { ...SeqSchema, description: "last number of the range" },
    reason: oneOf(["crash", "file_lost"], "why"),
  },
  lost: {
    event: Type.Literal("lost", { description: "records that cannot be sent any more" }),
    runs: Type.Array(
      Type.Object({
        from: { ...SeqSchema, description: "first number of the run" },
        to: { ...SeqSchema, description: "last number of the run" },
        prev: { ...PrevSchema, description: "number of the record before the run: the walk goes on there" },
        count: Type.Integer({ minimum: 1, description: "records in the run" }),
      }),
      { description: "exact runs of what was not acknowledged; the walk goes on at the run's prev" },
    ),
    points: Type.Array(Type.String(), { description: "device.point of the points concerned" }),
    reason: oneOf(
      ["full", "disk_stalled", "damaged", "undeliverable", "expired"],
      "why; expired: this uplink is not required and did not take them within its keep_for, or was not configured",
    ),
  },
  clock: {
    event: Type.Literal("clock", {
      description:
        "the clock became trusted: a record of the same boot with clock untrusted was taken at " +
        "t - (mono_ms - the record's mono_ms)",
    }),
    boot: Type.String({ description: "boot in which mono_ms counts" }),
    mono_ms: Type.Number({ "x-unit": "ms", description: "monotonic time at t" }),
    t: TimeSchema,
  },
  epoch: {
    event: Type.Literal("epoch", { description: "first event of a new epoch where an older one is known" }),
    old: { ...EpochSchema, description: "the epoch before" },
    old_last: Type.Integer({ minimum: 0, description: "last number of the old epoch as far as it is known" }),
    reason: oneOf(["moved", "both_lost"], "why"),
  },
  device_state: {
    event: Type.Literal("device_state", {
      description: "somebody works on a device, or it measures again; its readings carry the state meanwhile",
    }),
    device: IdSchema,
    state: oneOf(["maintenance", "calibrating", "measuring"], "what the instrument does from now on"),
    by: Type.String({ description: "who said so; gateway where it ended by itself" }),
    until: Type.Optional({ ...TimeSchema, description: "when it ends by itself; absent with measuring" }),
    reason: Type.Optional(Type.String({ description: "what for, as they said" })),
  },
  alarm: {
    event: Type.Literal("alarm", {
      description: "a limit on a point was passed for long enough, or is no longer",
    }),
    device: IdSchema,
    point: PointIdSchema,
    alarm: Type.String({ minLength: 1, description: "id of the alarm, unique within the point" }),
    kind: oneOf(ALARM_KINDS, "what is compared with the limit"),
    severity: oneOf(SEVERITIES, "how much it matters"),
    state: oneOf(["raised", "cleared"], "raised, or no longer"),
    value: Type.Number({
      description:
        "what was compared: the value, its change a minute (rate), seconds without a good reading (stale)",
    }),
    limit: Type.Number({ description: "as configured, in the unit of value" }),
    text: Type.Optional(TextSchema),
  },
  alarms: {
    event: Type.Literal("alarms", {
      description:
        "the gateway started and begins to judge its alarms: what it had raised before is over, unless it is " +
        "listed here or raised anew",
    }),
    active: Type.Array(Type.Object({ device: IdSchema, point: PointIdSchema, alarm: Type.String() }), {
      description: "what is still raised",
    }),
  },
  certificate_ends: {
    event: Type.Literal("certificate_ends", {
      description: "a certificate of an uplink ends: told 30, 14 and 3 days ahead and at its end",
    }),
    uplink: { ...IdSchema, description: "the uplink whose connection needs it" },
    certificate: oneOf(
      ["ca", "cert", "broker"],
      "the gateway's own (cert), the authority's that it trusts (ca), or what the broker showed when connecting",
    ),
    until: { ...TimeSchema, description: "its end" },
    days: Type.Integer({
      minimum: 0,
      description: "whole days that are left; 0: less than one, or it is over",
    }),
  },
  buffer_damaged: {
    event: Type.Literal("buffer_damaged", { description: "the buffer file was set aside, a new one begun" }),
    set_aside: Type.String({
      description: "name of the damaged file; empty when it was removed while it was in use",
    }),
    saved: Type.Integer({ minimum: 0, description: "records saved from it" }),
  },
  below_keep_at_least: {
    event: Type.Literal("below_keep_at_least", {
      description:
        "alarm: records younger than what the buffer promises to keep had to make room; told once until " +
        "keep_at_least_again",
    }),
    keep_at_least_s: KeepAtLeastSchema,
    reason: oneOf(["max_size", "disk_full"], "the buffer's own limit, or a disk that others have filled"),
  },
  keep_at_least_again: {
    event: Type.Literal("keep_at_least_again", {
      description: "everything that was taken within keep_at_least is there again",
    }),
    keep_at_least_s: KeepAtLeastSchema,
  },
};

const body = <const T extends TProperties>(properties: T) => Type.Object(properties);

/** What an event says, without what every record has. */
export const EventBodySchema = Type.Union([
  body(BODIES.device_lost),
  body(BODIES.device_found),
  body(BODIES.void),
  body(BODIES.lost),
  body(BODIES.clock),
  body(BODIES.epoch),
  body(BODIES.buffer_damaged),
  body(BODIES.below_keep_at_least),
  body(BODIES.keep_at_least_again),
  body(BODIES.device_state),
  body(BODIES.alarm),
  body(BODIES.alarms),
  body(BODIES.certificate_ends),
]);

const record = <const T extends TProperties>(properties: T) =>
  Type.Object({ seq: SeqSchema, prev: PrevSchema, t: TimeSchema, ...SendingFields, ...properties });

export const EventRecordSchema = Type.Union(
  [
    record(BODIES.device_lost),
    record(BODIES.device_found),
    record(BODIES.void),
    record(BODIES.lost),
    record(BODIES.clock),
    record(BODIES.epoch),
    record(BODIES.buffer_damaged),
    record(BODIES.below_keep_at_least),
    record(BODIES.keep_at_least_again),
    record(BODIES.device_state),
    record(BODIES.alarm),
    record(BODIES.alarms),
    record(BODIES.certificate_ends),
  ],
  { description: "what the gateway itself has to tell, in the same chain as the readings" },
);

/** Topic `event`. Every event goes to every uplink. */
export const EventMessageSchema = Type.Object(
  {
    epoch: EpochSchema,
    rev: RevSchema,
    pending_from: PendingFromSchema,
    records: Type.Array(EventRecordSchema, { minItems: 1, description: "events, each with its number" }),
  },
  { $id: "tram/v1/event", description: "records of events of one epoch and one revision" },
);

export type EventBody = Static<typeof EventBodySchema>;
export type EventRecordJson = Static<typeof EventRecordSchema>;
export type EventMessage = Static<typeof EventMessageSchema>;
