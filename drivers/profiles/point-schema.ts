import { type Static, type TObject, type TSchema, type TUnsafe, Type } from "@sinclair/typebox";
import type { Access, DataType, Kind, Priority } from "../core/point.js";
import { Duration, Word } from "../core/schema.js";
import { AlarmKey } from "./alarm-schema.js";
import { requiredOf } from "./check.js";
import { BothLanguages, Id } from "./common-schema.js";
import { PROFILE_MESSAGES as M } from "./messages.js";
import { QUANTITIES } from "./quantities.js";

export const DATA_TYPES = [
  "bool",
  "u16",
  "s16",
  "u32",
  "s32",
  "u64",
  "s64",
  "f32",
  "f64",
  "string",
] as const satisfies readonly DataType[];

const KINDS = ["instant", "mean", "min", "max", "sum", "count", "counter"] as const satisfies readonly Kind[];
const ACCESS = ["read", "write", "read-write"] as const satisfies readonly Access[];
const PRIORITY_WORDS = ["low", "normal", "high", "alarm"] as const satisfies readonly Priority[];

/** `5s`, or `asap`. Checked form: milliseconds, 0 for asap. */
export const Period = (options: { description: string }): TUnsafe<number> =>
  Type.Unsafe<number>({
    type: "string",
    pattern: "^(asap|\\d+(\\.\\d+)?\\s?(ms|s|min|h|d))$",
    form: "period",
    ...options,
  });

const Range = (description: string) => Type.Array(Type.Number(), { minItems: 2, maxItems: 2, description });

/**
 * The one grammar of a point, for profiles and gateway.yaml alike, without the address (that is its driver's).
 * Only the id must be written; a point of a profile that is named in gateway.yaml takes the rest from there.
 */
const KEYS = {
  id: Id("unique within the device: voltage.l1"),
  name: Type.Optional(
    Type.Union([Type.String({ minLength: 1 }), BothLanguages], {
      description: "name for people",
      wrong: M.expected_name,
    }),
  ),
  type: Type.Optional(
    Word(DATA_TYPES, { description: "how the value lies in the device; u16 for registers, bool for bits" }),
  ),
  unit: Type.Optional(
    Type.String({ minLength: 1, description: "engineering unit as people write it: m³/h" }),
  ),
  quantity: Type.Optional(Word(QUANTITIES, { description: "what is measured" })),
  kind: Type.Optional(
    Word(KINDS, { description: "instant (default), a statistic over interval, or a running counter" }),
  ),
  interval: Type.Optional(Duration({ description: "over which time a statistic was taken" })),
  scale: Type.Optional(Type.Number({ description: "value = raw * scale + offset; 1 by default" })),
  offset: Type.Optional(Type.Number({ description: "value = raw * scale + offset; 0 by default" })),
  decimals: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 15, description: "places after the decimal point" }),
  ),
  access: Type.Optional(Word(ACCESS, { description: "read (default), write, or read-write" })),
  every: Type.Optional(Period({ description: "how often it is asked; the device's by default" })),
  deadband: Type.Optional(
    Type.Number({
      minimum: 0,
      description: "smallest change worth reporting, in engineering units; 0 by default",
    }),
  ),
  heartbeat: Type.Optional(
    Duration({ description: "with a deadband: reported at least so often; 5min by default" }),
  ),
  range: Type.Optional(Range("[least, greatest] value that can be real; outside it a reading is bad")),
  write: Type.Optional(
    Type.Object(
      {
        range: Type.Optional(Range("[least, greatest] value that may be written")),
        values: Type.Optional(
          Type.Array(
            Type.Union([Type.Number(), Type.String(), Type.Boolean()], { wrong: M.expected_scalar }),
            { minItems: 1, maxItems: 64, description: "the values that may be written" },
          ),
        ),
      },
      { description: "what may be written: exactly one of range and values" },
    ),
  ),
  priority: Type.Optional(
    Word(PRIORITY_WORDS, { description: "low, normal (default), high, or alarm: committed at once" }),
  ),
  alarm: Type.Optional(AlarmKey),
} as const;

const PointKeys = Type.Object(KEYS);

/** The checked form of what was written of a point; address keys stand beside these. */
export type WrittenPoint = Partial<Static<typeof PointKeys>> & Readonly<Record<string, unknown>>;

/** Grammar of a point with the address keys of one driver family. */
export function pointSchema(address: TSchema): TObject {
  return Type.Object({ ...KEYS, ...optional(address) });
}

/** Grammar of `defaults` in a profile: what points have in common. */
export function pointDefaultsSchema(address: TSchema): TObject {
  const own = new Set(["id", "name", "alarm", ...requiredOf(address)]);
  const common = Object.entries({ ...KEYS, ...optional(address) }).filter(([key]) => !own.has(key));
  return Type.Object(Object.fromEntries(common));
}

function optional(schema: TSchema): Record<string, TSchema> {
  const entries = Object.entries((schema["properties"] ?? {}) as Record<string, TSchema>);
  return Object.fromEntries(entries.map(([key, inner]) => [key, Type.Optional(inner)]));
}
