import { type Static, Type } from "@sinclair/typebox";
import { EpochSchema, oneOf, RevSchema, SeqSchema, TimeSchema } from "./vocabulary.js";

/** Longest message on `command`, in bytes. */
export const MOST_COMMAND_BYTES = 4_096;
export const MOST_ID = 64;

export const RequestIdSchema = Type.String({
  minLength: 1,
  maxLength: MOST_ID,
  description:
    "chosen by the centre, unique for each request; the same id again is answered again and not done again",
});

const ExpiresSchema = Type.String({
  pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,3})?Z$",
  description: "ISO 8601, UTC: not begun after this time; absent: no limit",
});

const Moment = (description: string) => ({ ...ExpiresSchema, description });

const head = { id: RequestIdSchema, expires: Type.Optional(ExpiresSchema) };

// A gateway refuses keys that it does not know: a misspelled limit must not be taken for none.
const strict = { additionalProperties: false } as const;

export const ResendBySeqSchema = Type.Object(
  {
    ...head,
    request: Type.Literal("resend"),
    epoch: EpochSchema,
    from: { ...SeqSchema, description: "first number that is wanted again" },
    to: { ...SeqSchema, description: "last number that is wanted again" },
  },
  { ...strict, description: "records again, by number" },
);

export const ResendByTimeSchema = Type.Object(
  {
    ...head,
    request: Type.Literal("resend"),
    from_t: Moment("taken at this time or later; ISO 8601, UTC"),
    to_t: Moment("taken at this time or before; ISO 8601, UTC"),
  },
  { ...strict, description: "records again, by the time at which they were taken" },
);

export const SnapshotRequestSchema = Type.Object(
  { ...head, request: Type.Literal("snapshot") },
  { ...strict, description: "every current value once" },
);

export const BirthRequestSchema = Type.Object(
  { ...head, request: Type.Literal("birth"), rev: Type.Optional(RevSchema) },
  { ...strict, description: "births of a revision; without rev those of the running one, retained" },
);

export const DiagnosticsRequestSchema = Type.Object(
  { ...head, request: Type.Literal("diagnostics") },
  { ...strict, description: "what the gateway says of itself on the spot" },
);

/** Topic `command`, QoS 1, not retained: what the centre asks of one gateway. Nothing in it changes the field. */
export const CommandMessageSchema = Type.Union(
  [
    ResendBySeqSchema,
    ResendByTimeSchema,
    SnapshotRequestSchema,
    BirthRequestSchema,
    DiagnosticsRequestSchema,
  ],
  { $id: "tram/v1/command", description: "a request from the centre" },
);

export const REJECTIONS = [
  "too_large",
  "not_json",
  "bad_id",
  "unknown_request",
  "unknown_key",
  "missing_key",
  "bad_value",
  "clock_untrusted",
  "unknown_epoch",
  "unknown_rev",
  "too_many",
  "too_often",
  "busy",
] as const;

export const FAILURES = ["connection_lost", "refused", "unreadable", "too_many"] as const;

/** Topic `reply`, QoS 1: what became of a request. */
export const ReplyMessageSchema = Type.Object(
  {
    id: Type.Union([RequestIdSchema, Type.Null()], {
      description: "of the request; null where it could not be read",
    }),
    state: oneOf(
      ["done", "rejected", "expired", "failed"],
      "rejected, expired: nothing was done; failed: begun and not finished, what sent counts was sent",
    ),
    reason: Type.Optional(oneOf([...REJECTIONS, ...FAILURES], "why it was rejected or failed")),
    key: Type.Optional(
      Type.String({ maxLength: 64, description: "the key of the request that is at fault" }),
    ),
    sent: Type.Optional(
      Type.Integer({ minimum: 0, description: "records of a resend or snapshot, messages of births" }),
    ),
    last: Type.Optional({ ...SeqSchema, description: "last number sent again before it failed" }),
    missing: Type.Optional(
      Type.Array(Type.Object({ from: SeqSchema, to: SeqSchema }), {
        maxItems: 16,
        description:
          "runs of the asked numbers in which this gateway has none of this stream to send any more, or none yet",
      }),
    ),
    at: Type.Optional({ ...TimeSchema, description: "when the gateway answered, by its own clock" }),
    diagnostics: Type.Optional(
      Type.Unknown({ description: "as tram status --json says it, for people; not part of the contract" }),
    ),
    cut: Type.Optional(Type.Literal(true, { description: "diagnostics were too large: parts are left out" })),
  },
  { $id: "tram/v1/reply", description: "what became of a request" },
);

export type CommandMessage = Static<typeof CommandMessageSchema>;
export type ReplyMessage = Static<typeof ReplyMessageSchema>;
export type Rejection = (typeof REJECTIONS)[number];
export type ResendRequest = Static<typeof ResendBySeqSchema>;
