import { type Static, type TObject, Type } from "@sinclair/typebox";
import { Duration } from "../../drivers/core/schema.js";
import { MapOf } from "../../drivers/profiles/check.js";
import { BothLanguages } from "../../drivers/profiles/common-schema.js";
import { MODELS } from "./catalogue.js";

const FORMULA = Type.Union([Type.String(), Type.Number()], {
  description: "signal of the world, number, or a formula over both",
});

/** How one point shows the world, and what writing it does. */
export const WireSchema = Type.Object(
  {
    from: Type.Optional(FORMULA),
    map: Type.Optional(
      MapOf(Type.Number(), { description: "what the device says for each number of the world" }),
    ),
    to: Type.Optional(
      Type.Union(
        [
          Type.String(),
          MapOf(Type.String(), { description: "what each number that is written does: `drive.run = 1`" }),
        ],
        { description: "the input that is written" },
      ),
    ),
    plus: Type.Optional(
      Type.String({
        pattern: "^-?\\d+(\\.\\d+)?$",
        description: "added to the last digit, where a counter is beyond what a formula holds",
      }),
    ),
    text: Type.Optional(Type.String({ description: "of a point that is a text" })),
  },
  { additionalProperties: false },
);

export const WiredPointSchema = Type.Union([Type.String(), Type.Number(), WireSchema], {
  description: "signal, number or formula; or from, map, to, text",
});

/** A `*.scenario.yaml`, but for the options of its models, which are checked model by model. */
export const ScenarioSchema = Type.Object(
  {
    name: BothLanguages,
    about: Type.Optional(BothLanguages),
    start: Type.Optional(
      Type.String({
        description: "wall time at which the world begins: 2026-03-20T05:00+07:00; now by default",
      }),
    ),
    settle: Type.Optional(Duration({ description: "for so long the world runs before anybody looks" })),
    speed: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 3600,
        description: "seconds of the world in a second; 1 by default",
      }),
    ),
    seed: Type.Optional(Type.Integer({ minimum: 0, description: "1 by default" })),
    parts: MapOf(Type.Unknown(), { description: "models by name; a part is joined to those above it" }),
    connect: Type.Optional(MapOf(FORMULA, { description: "input: what is written to it before each step" })),
    set: Type.Optional(MapOf(Type.Number(), { description: "input: what it is at the beginning" })),
    wiring: MapOf(MapOf(WiredPointSchema, { description: "by point" }), { description: "by device" }),
    powered: Type.Optional(
      MapOf(FORMULA, { description: "device: what must be 1 for it to answer: `mains.live`" }),
    ),
    script: Type.Optional(
      Type.Array(Type.Unknown(), {
        description: "orders, as by hand: `- at 30s: drop 20 % of meter for 60s`",
      }),
    ),
  },
  { additionalProperties: false },
);

export type WrittenScenario = Static<typeof ScenarioSchema>;
export type WrittenWire = Static<typeof WiredPointSchema>;

/** A part as it is written: its model and that model's keys. */
export function partSchema(model: string): TObject | undefined {
  const found = MODELS.get(model);
  return (
    found &&
    Type.Object({ model: Type.String(), ...found.schema.properties }, { additionalProperties: false })
  );
}
