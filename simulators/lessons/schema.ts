import { type Static, Type } from "@sinclair/typebox";
import { Duration } from "../../drivers/core/schema.js";
import { MapOf } from "../../drivers/profiles/check.js";
import { BothLanguages } from "../../drivers/profiles/common-schema.js";

const FORMULA = Type.String({ description: "formula over signals of the world; true where it is not 0" });

const ActionSchema = Type.Object(
  {
    name: BothLanguages,
    does: Type.Array(Type.String(), { minItems: 1, description: "orders to the world and the devices" }),
  },
  { additionalProperties: false },
);

const QuestionSchema = Type.Object(
  {
    ask: BothLanguages,
    choices: Type.Array(BothLanguages, { minItems: 2, maxItems: 6 }),
    right: Type.Integer({ minimum: 1, maximum: 6, description: "number of the right choice" }),
  },
  { additionalProperties: false },
);

const GoalSchema = Type.Object(
  {
    say: BothLanguages,
    done: Type.Optional(Type.String({ description: "an action that must have been taken" })),
    holds: Type.Optional(FORMULA),
    for: Type.Optional(Duration({ description: "for so long without a break" })),
    answers: Type.Optional(
      Type.String({ description: "a device that somebody has read well since the last action" }),
    ),
  },
  { additionalProperties: false, description: "one of done, holds, answers" },
);

const LossSchema = Type.Object(
  {
    say: BothLanguages,
    when: FORMULA,
    for: Type.Optional(Duration({ description: "for so long without a break" })),
  },
  { additionalProperties: false },
);

/** A lesson: a site with something that is wrong in it, what the trainee is to do, and when it is done. */
export const LessonSchema = Type.Object(
  {
    name: BothLanguages,
    site: Type.String({ description: "of config/examples" }),
    task: BothLanguages,
    hints: Type.Array(BothLanguages, { minItems: 1, maxItems: 8 }),
    start: Type.Optional(Type.String({ description: "wall time at which the world begins" })),
    settle: Type.Optional(Duration({ description: "for so long the world runs before anything is wrong" })),
    speed: Type.Optional(Type.Number({ minimum: 0, maximum: 3600 })),
    seed: Type.Optional(Type.Integer({ minimum: 0 })),
    set: Type.Optional(MapOf(Type.Number(), { description: "input: what it is at the beginning" })),
    script: Type.Optional(Type.Array(Type.Unknown(), { description: "what goes wrong, unseen" })),
    changes: Type.Optional(
      MapOf(Type.Union([Type.String(), Type.Number(), Type.Boolean()]), {
        description: "in the trainee's gateway.yaml: `connections.rs485.baud: 9600`",
      }),
    ),
    actions: Type.Optional(MapOf(ActionSchema, { description: "what hands can do on site" })),
    most_actions: Type.Optional(
      Type.Integer({ minimum: 1, description: "more than so many are no finding any more" }),
    ),
    questions: Type.Optional(Type.Array(QuestionSchema)),
    solved: Type.Array(GoalSchema),
    lost: Type.Optional(Type.Array(LossSchema)),
    after: BothLanguages,
    source: Type.Optional(Type.String({ description: "of the incident on which it is built" })),
    solution: Type.Array(Type.String(), { minItems: 1, description: "what the trainee says to solve it" }),
  },
  { additionalProperties: false },
);

export type WrittenLesson = Static<typeof LessonSchema>;
