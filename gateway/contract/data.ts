import { type Static, Type } from "@sinclair/typebox";
import {
  EpochSchema,
  IdSchema,
  oneOf,
  PendingFromSchema,
  PrevSchema,
  ReasonsSchema,
  RevSchema,
  SendingFields,
  SeqSchema,
  TimeSchema,
} from "./vocabulary.js";

export const PublishedValueSchema = Type.Union([Type.Number(), Type.String(), Type.Boolean()], {
  description: "engineering value; unscaled u64 and s64 are decimal strings, scaled ones exact decimals",
});

const ReadingFields = {
  t: TimeSchema,
  device: IdSchema,
  v: Type.Record(Type.String(), PublishedValueSchema, {
    "x-unit": "of each point",
    description: "values by point; a point that is not named is not reported here",
  }),
  bad: Type.Optional({ ...ReasonsSchema, description: "points without a usable value, and why" }),
  uncertain: Type.Optional({
    ...ReasonsSchema,
    description: "points whose value (in v) is doubtful, and why",
  }),
  state: Type.Optional(
    oneOf(["calibrating", "maintenance", "fault"], "what the instrument was doing; absent while it measures"),
  ),
  source_t: Type.Optional({ ...TimeSchema, description: "the device's own time, ISO 8601 UTC" }),
};

export const DataRecordSchema = Type.Object(
  { seq: SeqSchema, prev: PrevSchema, ...ReadingFields, ...SendingFields },
  { description: "what one request to one device gave" },
);

/** Topic `data`: readings in the numbered chain. */
export const DataMessageSchema = Type.Object(
  {
    epoch: EpochSchema,
    rev: RevSchema,
    pending_from: PendingFromSchema,
    records: Type.Array(DataRecordSchema, { minItems: 1, description: "one for each answered request" }),
  },
  { $id: "tram/v1/data", description: "records of readings of one epoch and one revision" },
);

/** Topic `data`, told by `snapshot`: every current value once, outside the chain; never fills a gap. */
export const SnapshotMessageSchema = Type.Object(
  {
    epoch: EpochSchema,
    rev: RevSchema,
    snapshot: Type.Literal(true, { description: "tells it from numbered records" }),
    as_of: Type.Integer({ minimum: 0, description: "last number of this uplink's stream when it was taken" }),
    records: Type.Array(Type.Object({ ...ReadingFields, ...SendingFields }), {
      minItems: 1,
      description: "current values, without numbers",
    }),
  },
  {
    $id: "tram/v1/snapshot",
    description: "current values on connecting and on request; not numbered, not stored",
  },
);

export type PublishedValue = Static<typeof PublishedValueSchema>;
export type DataRecordJson = Static<typeof DataRecordSchema>;
export type DataMessage = Static<typeof DataMessageSchema>;
export type SnapshotMessage = Static<typeof SnapshotMessageSchema>;
