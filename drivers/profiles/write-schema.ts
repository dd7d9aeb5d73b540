import { Type } from "@sinclair/typebox";
import type { Safety } from "../core/point.js";
import { Duration, Word } from "../core/schema.js";
import { Id, PointId } from "./common-schema.js";
import { PROFILE_MESSAGES as M } from "./messages.js";

/** What writing can do: to a number nobody sees, to a setting, to a machine, to people. */
export const SAFETIES = ["read-only", "benign", "actuator", "dangerous"] as const satisfies readonly Safety[];

export const Scalar = Type.Union([Type.Number(), Type.String(), Type.Boolean()], {
  wrong: M.expected_scalar,
});

export const Limits = (description: string) =>
  Type.Array(Type.Number(), { minItems: 2, maxItems: 2, description });

/** Rules by which a point may be written; exactly one of range and values. */
export const WriteSchema = Type.Object(
  {
    range: Type.Optional(Limits("[least, greatest] value that may be written")),
    values: Type.Optional(
      Type.Array(Scalar, { minItems: 1, maxItems: 64, description: "the values that may be written" }),
    ),
    step: Type.Optional(
      Type.Number({ minimum: 0, description: "values go by steps of this, from the least" }),
    ),
    forbid: Type.Optional(
      Type.Array(Scalar, { minItems: 1, maxItems: 64, description: "values that must never be written" }),
    ),
    function: Type.Optional(
      Type.Unsafe<5 | 6 | 15 | 16>({
        type: "integer",
        enum: [5, 6, 15, 16],
        description: "the only function code that the device takes here",
      }),
    ),
    whole: Type.Optional(Id("group of points that are written together, in one request")),
    keeps: Type.Optional(
      Word(["nvram", "ram"], { description: "nvram wears with each write; ram forgets without power" }),
    ),
    ram_address: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 65535,
        description: "the address at which it is written to RAM only",
      }),
    ),
    edge: Type.Optional(
      Type.Array(Scalar, {
        minItems: 2,
        maxItems: 4,
        description: "values that are written one after the other; the last is that of rest",
      }),
    ),
    dwell: Type.Optional(Duration({ description: "how long each value of edge stays" })),
    once: Type.Optional(Type.Boolean({ description: "a command: never written a second time by itself" })),
    verify: Type.Optional(
      Type.Union(
        [
          Type.Boolean(),
          Type.Object({
            within: Type.Optional(Duration({ description: "when it reads back as written" })),
            at: Type.Optional(PointId("the point that shows what became of it")),
          }),
        ],
        { description: "false: cannot be read back; or how it is", wrong: M.expected_boolean },
      ),
    ),
    needs: Type.Optional(Id("the command that must come before: login, unlock, arming")),
    local: Type.Optional(Type.Boolean({ description: "only with permission on site" })),
    rest: Type.Optional({ ...Scalar, description: "the value that makes the machine safe" }),
  },
  { description: "what may be written, and how" },
);
