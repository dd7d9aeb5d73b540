import { type TSchema, Type } from "@sinclair/typebox";
import { Aerator } from "../process/aerator.js";
import { Drive } from "../process/drive.js";
import type { Duty } from "../process/level-control.js";
import { Mains } from "../process/mains.js";
import type { Load, Part, Supply } from "../process/part.js";
import { Rain } from "../process/rain.js";
import { Sky } from "../process/sky.js";
import { Sea } from "../process/tide.js";
import type { Store } from "../process/water.js";
import type { ReferenceKind } from "./model.js";
import type { Parts } from "./parts.js";

function named<P>(what: string, is: (part: Part) => P | undefined): ReferenceKind<P> {
  return {
    schema: Type.String({ description: `name of a ${what}` }),
    resolve: (written, parts) => parts.part(String(written), what, is),
  };
}

function listOf<T>(kind: ReferenceKind<T>): ReferenceKind<readonly T[]> {
  return {
    schema: Type.Array(kind.schema),
    resolve: (written, parts) => (written as readonly unknown[]).map((one) => kind.resolve(one, parts)),
  };
}

const has =
  <P>(key: string) =>
  (part: Part): P | undefined =>
    key in part ? (part as unknown as P) : undefined;

export const STORE = named<Store>("store of water", has("exchange"));
export const SUPPLY = named<Supply>("supply of power", has("voltage"));
export const LOAD = named<Load>("load", has("powerW"));
export const LOADS = listOf(LOAD);
export const RAIN = named("rain", (part) => (part instanceof Rain ? part : undefined));
export const SKY = named("sky", (part) => (part instanceof Sky ? part : undefined));
export const SEA = named("sea", (part) => (part instanceof Sea ? part : undefined));
export const MAINS = named("mains", (part) => (part instanceof Mains ? part : undefined));
export const MOTOR = named("drive", (part) => (part instanceof Drive ? part : undefined));
export const AERATORS = listOf(named("aerator", (part) => (part instanceof Aerator ? part : undefined)));

const FORMULA_SCHEMA: TSchema = Type.Union([Type.String(), Type.Number()], {
  description: "signal of the world, number, or a formula over both",
});

export const FORMULA: ReferenceKind<() => number> = {
  schema: FORMULA_SCHEMA,
  resolve: (written, parts: Parts) => parts.formula(String(written)),
};
export const FORMULAS = listOf(FORMULA);

/** Inputs that a part moves by itself. */
export const INPUTS = listOf<(value: number) => void>({
  schema: Type.String({ description: "name of an input" }),
  resolve: (written, parts: Parts) => parts.input(String(written)),
});

/** Which drive runs above which level. */
export const DUTIES: ReferenceKind<readonly Duty[]> = {
  schema: Type.Array(
    Type.Object(
      { motor: MOTOR.schema, start_m: Type.Number(), stop_m: Type.Number() },
      { additionalProperties: false },
    ),
    { minItems: 1, maxItems: 3 },
  ),
  resolve: (written, parts) =>
    (written as readonly { motor: string; start_m: number; stop_m: number }[]).map(
      ({ motor, start_m, stop_m }) => ({
        motor: MOTOR.resolve(motor, parts),
        startM: start_m,
        stopM: stop_m,
      }),
    ),
};
