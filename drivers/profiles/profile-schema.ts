import { type TObject, type TSchema, type TUnsafe, Type } from "@sinclair/typebox";
import { Duration, Word } from "../core/schema.js";
import { MapOf } from "./check.js";
import { BothLanguages } from "./common-schema.js";
import type { DriverFamily } from "./family.js";
import { PROFILE_MESSAGES as M } from "./messages.js";
import { pointDefaultsSchema, pointSchema } from "./point-schema.js";

export const CONFIDENCES = ["A", "B", "C"] as const;
export const ORIGINS = ["recorded", "printed", "computed"] as const;

/** `<maker>/<model>`, the path below the folder of profiles. */
export const PROFILE_ID_PATTERN = "^[a-z0-9][a-z0-9-]*/[a-z0-9][a-z0-9-]*$";

export const ProfileId = (description: string): TUnsafe<string> =>
  Type.Unsafe<string>({ type: "string", pattern: PROFILE_ID_PATTERN, description });

const Hex = (description: string) =>
  Type.String({ pattern: "^([0-9A-Fa-f]{2}\\s?)+$", description, wrong: M.vector_not_hex });

const Link = Type.Object({
  baud: Type.Optional(Type.Integer({ minimum: 50, maximum: 4_000_000 })),
  data_bits: Type.Optional(Type.Integer({ minimum: 7, maximum: 8 })),
  parity: Type.Optional(Word(["none", "even", "odd"], { description: "parity" })),
  stop_bits: Type.Optional(Type.Integer({ minimum: 1, maximum: 2 })),
  port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535, description: "TCP port" })),
  unit_id: Type.Optional(Type.Integer({ minimum: 0, maximum: 255 })),
  timeout: Type.Optional(Duration({ description: "how long it may take to answer" })),
});

const Vector = Type.Object({
  request: Hex("the request as on the RTU wire, with its CRC"),
  reply: Hex("the reply as on the RTU wire, with its CRC"),
  expect: MapOf(Type.Union([Type.Number(), Type.String(), Type.Boolean()], { wrong: M.expected_scalar }), {
    description: "what the points must be; 64-bit values as text",
  }),
  origin: Word(ORIGINS, {
    description: "recorded from a device, printed in a document, or computed by other software",
  }),
  source: Type.String({ minLength: 1, description: "who recorded, printed or computed it" }),
});

/** The file `config/profiles/<maker>/<model>.yaml` for one driver family. Unknown keys are errors: it can grow. */
export function profileSchema(family: DriverFamily): TObject {
  const point = pointSchema(family.address);
  return Type.Object({
    profile: ProfileId("<maker>/<model>, as the file lies below config/profiles"),
    version: Type.Integer({ minimum: 1, description: "counts up when the meaning of a point changes" }),
    title: BothLanguages,
    driver: Word([family.name], { description: "the family of drivers that reads it" }),
    confidence: Word(CONFIDENCES, {
      description: "A two sources agree, B one good source, C verify on hardware",
    }),
    sources: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      description: "where the facts are from",
    }),
    links: Type.Optional(
      Type.Array(Link, { minItems: 1, description: "serial settings and unit id, the factory's first" }),
    ),
    numbering: Type.Optional(
      Type.Object(
        {
          style: Word(["wire", "0xxxx", "1xxxx", "3xxxx", "4xxxx", "parameter"], {
            description: "how the maker numbers",
          }),
          first: Type.Integer({ minimum: 0, description: "the maker's number of address 0" }),
        },
        { description: "the maker's own numbers: address + first" },
      ),
    ),
    wiring: Type.Optional(BothLanguages),
    notes: Type.Optional(BothLanguages),
    device: Type.Optional(partial(family.device)),
    defaults: Type.Optional(pointDefaultsSchema(family.address)),
    points: Type.Array(point, { minItems: 1 }),
    vectors: Type.Array(Vector, { minItems: 1, description: "frames by which the profile is tested" }),
  });
}

function partial(schema: TSchema): TSchema {
  return Type.Partial(schema as TObject, { description: "settings that suit this device" });
}
