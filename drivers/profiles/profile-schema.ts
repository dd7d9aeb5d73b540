import { type TObject, type TSchema, type TUnsafe, Type } from "@sinclair/typebox";
import { Duration, Word } from "../core/schema.js";
import { CATEGORIES } from "./categories.js";
import { MapOf } from "./check.js";
import { BothLanguages, CONFIDENCES, Id, WordKey } from "./common-schema.js";
import type { DriverFamily } from "./family.js";
import { GRAMMAR_MESSAGES as G } from "./grammar-messages.js";
import { PROFILE_MESSAGES as M } from "./messages.js";
import { pointDefaultsSchema, pointSchema } from "./point-schema.js";
import { SAFETIES, Scalar } from "./write-schema.js";
import { ORIGINS } from "./written-profile.js";

/** `<maker>/<model>`, the path below the folder of profiles. */
export const PROFILE_ID_PATTERN = "^[a-z0-9][a-z0-9-]*/[a-z0-9][a-z0-9-]*$";

export const ProfileId = (description: string): TUnsafe<string> =>
  Type.Unsafe<string>({ type: "string", pattern: PROFILE_ID_PATTERN, description });

const Hex = (description: string) =>
  Type.String({ pattern: "^([0-9A-Fa-f]{2}\\s?)+$", description, wrong: M.vector_not_hex });

const unitId = (description: string) => Type.Integer({ minimum: 0, maximum: 255, description });

const Link = Type.Object({
  baud: Type.Optional(Type.Integer({ minimum: 50, maximum: 4_000_000 })),
  data_bits: Type.Optional(Type.Integer({ minimum: 7, maximum: 8 })),
  parity: Type.Optional(Word(["none", "even", "odd"], { description: "parity" })),
  stop_bits: Type.Optional(Type.Integer({ minimum: 1, maximum: 2 })),
  port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535, description: "TCP port" })),
  unit_id: Type.Optional(unitId("unit id")),
  timeout: Type.Optional(Duration({ description: "how long it may take to answer" })),
});

const EffectWord = Word(["now", "power-cycle"], { description: "when a new value counts" });

const AddressingSchema = Type.Object(
  {
    range: Type.Optional(
      Type.Array(unitId("unit id"), { minItems: 2, maxItems: 2, description: "[least, greatest] unit id" }),
    ),
    broadcast: Type.Optional(
      Type.Array(unitId("unit id"), {
        minItems: 1,
        description: "unit ids that all devices hear, without reply",
      }),
    ),
    any: Type.Optional(unitId("a device alone on the bus answers to this one, whatever its own is")),
    set: Type.Optional(
      Type.Object({
        point: Id("the point that holds the unit id"),
        answers_from: Type.Optional(
          Word(["old", "new"], { description: "unit id in the reply to the change" }),
        ),
        effect: Type.Optional(EffectWord),
      }),
    ),
    how: Type.Optional(BothLanguages),
  },
  { description: "how the device gets its unit id" },
);

const NumberingSchema = Type.Object(
  {
    style: Word(["wire", "0xxxx", "1xxxx", "3xxxx", "4xxxx", "parameter"], {
      description: "how the maker numbers",
    }),
    first: Type.Optional(Type.Integer({ minimum: 0, description: "the maker's number of address 0" })),
    wire: Type.Optional(
      Type.String({ minLength: 1, description: 'the address as a formula of number: "number * 10 - 1"' }),
    ),
    tables: Type.Optional(
      MapOf(Type.Object({ first: Type.Integer({ minimum: 0 }) }), {
        description: "where a table has a first number of its own: {input: {first: 30001}}",
      }),
    ),
  },
  { description: "the maker's own numbers" },
);

const OptionSchema = Type.Object({
  title: BothLanguages,
  values: MapOf(BothLanguages, { description: "what can be fitted" }),
  default: Type.String({ minLength: 1, description: "one of values" }),
});

const CommandSchema = Type.Object(
  {
    title: BothLanguages,
    safety: Word(SAFETIES, { description: "what it can do" }),
    effect: Type.Optional(Word(["reversible", "irreversible"], { description: "whether it can be undone" })),
    local: Type.Optional(Type.Boolean({ description: "only with permission on site" })),
    steps: Type.Optional(
      Type.Array(
        Type.Object({
          point: Id("a point that can be written"),
          value: Scalar,
          wait: Type.Optional(Duration({ description: "pause after it" })),
        }),
        { minItems: 1, maxItems: 16, description: "values that are written one after the other" },
      ),
    ),
    raw: Type.Optional(
      Type.Object(
        {
          pdu: Hex("function code and data"),
          reply: Type.Optional(Hex("the good reply; the same as the request by default")),
          error: Type.Optional(Hex("the function code of a bad reply")),
          units: Type.Optional(Type.Array(unitId("unit id"), { minItems: 1, description: "only to these" })),
        },
        { description: "a request of its own, without unit id and CRC" },
      ),
    ),
  },
  { description: "exactly one of steps and raw" },
);

const Exchange = {
  request: Hex("the request as on the RTU wire, with its CRC"),
  reply: Hex("the reply as on the RTU wire, with its CRC"),
};

const VectorSchema = Type.Object({
  ...Exchange,
  expect: Type.Optional(
    MapOf(
      Type.Union(
        [
          Type.Number(),
          Type.String(),
          Type.Boolean(),
          Type.Object({
            bad: Type.Optional(Type.String({ description: "the reason why there is no value" })),
            uncertain: Type.Optional(Type.String({ description: "the reason why it is in doubt" })),
            value: Type.Optional(Scalar),
          }),
        ],
        { wrong: M.expected_scalar },
      ),
      {
        description:
          "what the points must be; 64-bit values as text; {bad: unavailable}, {uncertain: ..., value: 1}",
      },
    ),
  ),
  writes: Type.Optional(MapOf(Scalar, { description: "the request writes this value to this point" })),
  command: Type.Optional(WordKey("the request is this command")),
  before: Type.Optional(
    Type.Array(Type.Object(Exchange), { minItems: 1, maxItems: 8, description: "what was asked before" }),
  ),
  variant: Type.Optional(WordKey("the variant it is of")),
  options: Type.Optional(MapOf(Type.String(), { description: "the options it is of" })),
  origin: Word(ORIGINS, {
    description: "recorded from a device, printed in a document, or computed by other software",
  }),
  source: Type.String({ minLength: 1, description: "who recorded, printed or computed it" }),
});

/** The file `config/profiles/<maker>/<model>.yaml` for one driver family. Unknown keys are errors: it can grow. */
export function profileSchema(family: DriverFamily, form: "whole" | "extending" = "whole"): TObject {
  const { operand } = family;
  const overlay = {
    links: Type.Optional(
      Type.Array(Link, { minItems: 1, description: "serial settings and unit id, the factory's first" }),
    ),
    numbering: Type.Optional(NumberingSchema),
    wiring: Type.Optional(BothLanguages),
    notes: Type.Optional(BothLanguages),
    device: Type.Optional(partial(family.device)),
    sentinels: Type.Optional(
      Type.Union(
        [Type.Unsafe<string>({ type: "string", enum: ["none"] }), MapOf(family.sentinels, SENTINELS)],
        {
          ...SENTINELS,
          wrong: G.expected_sentinels,
        },
      ),
    ),
    defaults: Type.Optional(pointDefaultsSchema(family.address)),
    points: Type.Optional(Type.Array(pointSchema(family.address), { minItems: 1 })),
    without: Type.Optional(
      Type.Array(Type.String(), { minItems: 1, description: "points that it does not have" }),
    ),
    vectors: Type.Optional(
      Type.Array(VectorSchema, { minItems: 1, description: "frames by which the profile is tested" }),
    ),
  };
  const whole = form === "whole" ? { points: Type.Array(pointSchema(family.address), { minItems: 1 }) } : {};
  return Type.Object({
    profile: ProfileId("<maker>/<model>, as the file lies below config/profiles"),
    version: Type.Integer({ minimum: 1, description: "counts up when the meaning of a point changes" }),
    title: BothLanguages,
    extends: Type.Optional(ProfileId("the profile that this one changes")),
    driver: Word([family.name], { description: "the family of drivers that reads it" }),
    category: Type.Optional(Word(CATEGORIES, { description: "field of work" })),
    also: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        minItems: 1,
        description: "other names, clones, search words",
      }),
    ),
    confidence: Word(CONFIDENCES, {
      description: "A two sources agree, B one good source, C verify on hardware",
    }),
    safety: Type.Optional(Word(SAFETIES, { description: "what writing to the device can do" })),
    sources: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      description: "where the facts are from",
    }),
    addressing: Type.Optional(AddressingSchema),
    broadcast: Type.Optional(
      Type.Object(
        {
          functions: Type.Array(Type.Integer({ minimum: 1, maximum: 127 }), { minItems: 1 }),
          addresses: Type.Array(unitId("unit id"), { minItems: 1 }),
        },
        { description: "what the device takes from a broadcast" },
      ),
    ),
    options: Type.Optional(MapOf(OptionSchema, { description: "what can be fitted to the device" })),
    setup: Type.Optional(
      Type.Array(
        Type.Object({
          ...(operand["properties"] as Record<string, TSchema>),
          is: Type.Integer({ description: "what it must hold" }),
          text: BothLanguages,
          write: Type.Optional(
            Type.Object({
              keeps: Type.Optional(Word(["nvram", "ram"], { description: "where it is kept" })),
              effect: Type.Optional(EffectWord),
            }),
          ),
        }),
        { minItems: 1, maxItems: 16, description: "registers that must hold a value, or no reading counts" },
      ),
    ),
    commands: Type.Optional(MapOf(CommandSchema, { description: "what can be asked of it" })),
    watchdog: Type.Optional(
      Type.Object(
        {
          point: Type.Optional(Id("the point that holds its time")),
          within: Type.Optional(
            Type.Array(Type.Number(), { minItems: 2, maxItems: 2, description: "[least, greatest] seconds" }),
          ),
          does: BothLanguages,
        },
        { description: "what the device does by itself when nobody asks it any more" },
      ),
    ),
    identify: Type.Optional(
      Type.Array(
        Type.Object({
          read: identified(operand),
          is: Type.Optional(Type.Union([Type.Number(), Type.String()])),
          in: Type.Optional(Type.Array(Type.Union([Type.Number(), Type.String()]), { minItems: 1 })),
          between: Type.Optional(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 })),
          matches: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
          score: Type.Integer({ minimum: 1, maximum: 10 }),
          variant: Type.Optional(WordKey("it speaks for this variant")),
        }),
        { minItems: 1, maxItems: 16, description: "questions by which the device is recognised" },
      ),
    ),
    variants: Type.Optional(
      MapOf(Type.Object({ title: BothLanguages, ...overlay }), {
        description: "devices of the same name with another map",
      }),
    ),
    no_vectors: Type.Optional(BothLanguages),
    ...overlay,
    ...whole,
  });
}

const SENTINELS = { description: "raw values that are no measurement, by type: {u16: [0xFFFF]}" };

/** An operand, or a text of so many registers. */
function identified(operand: TObject): TObject {
  const length = Type.Optional(Type.Integer({ minimum: 1, maximum: 32, description: "registers of a text" }));
  const chars = Type.Optional(Word(["high", "low"], { description: "one character a register" }));
  const { properties } = operand as unknown as { readonly properties: Record<string, TSchema> };
  return Type.Object({ ...properties, length, chars }, { description: "what is read" });
}

function partial(schema: TSchema): TSchema {
  return Type.Partial(schema as TObject, { description: "settings that suit this device" });
}
