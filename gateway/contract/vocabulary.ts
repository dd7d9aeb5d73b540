import { type Static, type TLiteral, type TUnion, Type } from "@sinclair/typebox";
import { ID_PATTERN } from "../../drivers/core/schema.js";

/**
 * Building blocks of the message schemas. A reader ignores keys that it does not know, so that every object here
 * allows more of them; words and meanings of what is listed never change within `v1`.
 */

/** One of a few words. */
export function oneOf<const T extends string>(
  words: readonly T[],
  description: string,
): TUnion<TLiteral<T>[]> {
  return Type.Union(words.map((word) => Type.Literal(word)) as TLiteral<T>[], { description }) as TUnion<
    TLiteral<T>[]
  >;
}

/** What a reading that is not good says about itself. */
export const REASONS = [
  "no_answer",
  "bad_answer",
  "device_error",
  "unsupported",
  "link_down",
  "out_of_range",
  "not_a_number",
  "unavailable",
  "stale",
  "overrange",
  "underrange",
  "open_circuit",
  "sensor_fault",
  "wrong_setting",
] as const;

export const INSTRUMENT_STATES = ["measuring", "calibrating", "maintenance", "fault"] as const;

export const ALARM_KINDS = ["high", "low", "rate", "stale"] as const;

export const SEVERITIES = ["info", "warning", "critical"] as const;

export const EpochSchema = Type.String({
  minLength: 1,
  maxLength: 64,
  description:
    "identity of the buffer that numbered the records; numbers are comparable only within one epoch",
});

export const RevSchema = Type.Integer({
  minimum: 1,
  description:
    "revision of the configuration under which the readings were made; the births of it explain them",
});

export const SeqSchema = Type.Integer({
  minimum: 1,
  maximum: 2 ** 50,
  description:
    "number of the record: only grows within an epoch, never used twice, the same in every sending",
});

export const PrevSchema = Type.Union([SeqSchema, Type.Null()], {
  description: "number of the record before this one in this uplink's stream; null for its first",
});

export const PendingFromSchema = Type.Integer({
  minimum: 1,
  description:
    "lowest number of this uplink's stream in the message's epoch that is not yet acknowledged, or one above the " +
    "last one given; a number missing below it (after a grace time of 10 s) is a gap, one above it is still coming",
});

export const TimeSchema = Type.String({
  pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$",
  description: "ISO 8601, UTC, milliseconds",
});

export const IdSchema = Type.String({ pattern: ID_PATTERN, description: "id, one topic level" });

export const PointIdSchema = Type.String({
  minLength: 1,
  description: "id of a point, unique within its device",
});

export const ReasonSchema = oneOf(REASONS, "why a reading is not good");

export const ReasonsSchema = Type.Record(Type.String(), ReasonSchema);

/** Where they apply, in records of readings and of events alike. */
export const SendingFields = {
  historical: Type.Optional(
    Type.Literal(true, { description: "sent later than it was taken, from the buffer" }),
  ),
  resend: Type.Optional(Type.Literal(true, { description: "sent again because the centre asked for it" })),
  clock: Type.Optional(
    oneOf(
      ["untrusted", "corrected"],
      "untrusted: t is what an unset clock said, compute it from boot and mono_ms with a clock event; " +
        "corrected: t was computed so",
    ),
  ),
  boot: Type.Optional(Type.String({ description: "boot of the machine in which mono_ms counts" })),
  mono_ms: Type.Optional(Type.Number({ "x-unit": "ms", description: "monotonic time within boot" })),
};

export const LocationSchema = Type.Object(
  {
    latitude: Type.Number({ minimum: -90, maximum: 90, "x-unit": "degrees", description: "WGS 84" }),
    longitude: Type.Number({ minimum: -180, maximum: 180, "x-unit": "degrees", description: "WGS 84" }),
  },
  { description: "where it stands" },
);

export const TextSchema = Type.Object(
  { vi: Type.String({ description: "Vietnamese" }), en: Type.String({ description: "English" }) },
  { description: "a text in both languages" },
);

export type Location = Static<typeof LocationSchema>;
