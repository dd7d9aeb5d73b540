import { type Static, type TObject, type TSchema, type TUnsafe, Type } from "@sinclair/typebox";
import type { Access, DataType, Kind, Priority } from "../core/point.js";
import { Duration, NumberOrRatio, Word } from "../core/schema.js";
import { AlarmKey } from "./alarm-schema.js";
import { MapOf, requiredOf } from "./check.js";
import { BothLanguages, CONFIDENCES, PointId, WordKey } from "./common-schema.js";
import { GRAMMAR_MESSAGES as G } from "./grammar-messages.js";
import { PROFILE_MESSAGES as M } from "./messages.js";
import { QUANTITIES } from "./quantities.js";
import { Limits, SAFETIES, Scalar, WriteSchema } from "./write-schema.js";

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

/** `5s`, `asap`, `once` or `on-demand`. Checked form: milliseconds; 0 for asap, a day for once, infinite for on-demand. */
export const Period = (options: { description: string }): TUnsafe<number> =>
  Type.Unsafe<number>({
    type: "string",
    pattern: "^(asap|once|on-demand|\\d+(\\.\\d+)?\\s?(ms|s|min|h|d))$",
    form: "period",
    ...options,
  });

/** What a number or a bit stands for. */
const Meaning = Type.Object({
  key: WordKey("stable word for programs"),
  vi: Type.String({ minLength: 1 }),
  en: Type.String({ minLength: 1 }),
});

/**
 * The one grammar of a point, for profiles and gateway.yaml alike, without the address (that is its driver's).
 * Only the id must be written; a point of a profile that is named in gateway.yaml takes the rest from there.
 */
const KEYS = {
  id: PointId("unique within the device: voltage.l1"),
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
  scale: Type.Optional(
    NumberOrRatio({
      description: 'value = raw * scale + offset; 1 by default; a number, or a ratio: "1/512"',
      wrong: G.expected_ratio,
    }),
  ),
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
  curve: Type.Optional(
    Type.Array(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }), {
      minItems: 2,
      maxItems: 32,
      description: "pairs [raw, value] with rising raws, straight in between, instead of scale and offset",
    }),
  ),
  enum: Type.Optional(
    MapOf(Meaning, { description: "what the numbers mean: {0: {key: off, vi: Tắt, en: Off}}" }),
  ),
  flags: Type.Optional(MapOf(Meaning, { description: "what the bits of the number mean, 0 is the lowest" })),
  range: Type.Optional(Limits("[least, greatest] value that can be real; outside it a reading is bad")),
  write: Type.Optional(WriteSchema),
  safety: Type.Optional(Word(SAFETIES, { description: "what writing it can do; the profile's by default" })),
  confidence: Type.Optional(Word(CONFIDENCES, { description: "where it differs from the profile's" })),
  source: Type.Optional(
    Type.String({ minLength: 1, description: "where it is from, if not from the profile's" }),
  ),
  number: Type.Optional(
    Type.Union([Type.Integer({ minimum: 0 }), Type.String({ minLength: 1 })], {
      description: "the maker's own number; an address is computed from it where there is none",
      wrong: M.expected_scalar,
    }),
  ),
  for: Type.Optional(
    MapOf(
      Type.Union(
        [
          Type.String({ pattern: "^-?\\d+\\.\\.-?\\d+$", wrong: G.expected_counter }),
          Type.Array(Type.Integer(), { minItems: 1, maxItems: 256 }),
        ],
        { wrong: G.expected_counter },
      ),
      { description: "repeats the point: {ch: 1..8}; {ch} in texts, formulas in addresses" },
    ),
  ),
  if: Type.Optional(
    MapOf(
      Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })], { wrong: M.expected_text }),
      { description: "only with these options of the device" },
    ),
  ),
  drop: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      description:
        "in a variant, or where a profile extends another: keys that this point does not have there",
    }),
  ),
  simulate: Type.Optional(
    Type.Object(
      {
        start: Type.Optional({ ...Scalar, description: "first value, in the point's unit" }),
        swing: Type.Optional(Type.Number({ description: "goes up and down by so much" })),
        period: Type.Optional(Duration({ description: "how long up and down takes" })),
        rate: Type.Optional(Type.Number({ description: "grows by so much an hour" })),
      },
      { description: "how a simulated device behaves" },
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
  const own = new Set([...OF_ONE_POINT, ...requiredOf(address)]);
  const common = Object.entries({ ...KEYS, ...optional(address) }).filter(([key]) => !own.has(key));
  return Type.Object(Object.fromEntries(common));
}

const OF_ONE_POINT = ["id", "name", "alarm", "for", "if", "number", "simulate", "alias", "drop"] as const;

function optional(schema: TSchema): Record<string, TSchema> {
  const entries = Object.entries((schema["properties"] ?? {}) as Record<string, TSchema>);
  return Object.fromEntries(entries.map(([key, inner]) => [key, Type.Optional(inner)]));
}
