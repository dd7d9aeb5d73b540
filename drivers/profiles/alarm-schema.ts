import { type Static, Type } from "@sinclair/typebox";
import type { AlarmSeverity } from "../core/point.js";
import { Duration, Word } from "../core/schema.js";
import { BothLanguages, Id } from "./common-schema.js";
import { PROFILE_MESSAGES as M } from "./messages.js";

const SEVERITIES = ["info", "warning", "critical"] as const satisfies readonly AlarmSeverity[];

/** Alarms of one point: what a person can still tell apart. */
const MOST_ALARMS = 8;

/** One alarm as it is written; exactly one of the four limits. */
const Alarm = Type.Object(
  {
    id: Type.Optional(Id("unique within the point; by default the word of its limit")),
    high: Type.Optional(Type.Number({ description: "raised above this value" })),
    low: Type.Optional(Type.Number({ description: "raised below this value" })),
    rate: Type.Optional(
      Type.Number({
        minimum: 0,
        description: "raised when it changes by more than this a minute, up or down",
      }),
    ),
    stale: Type.Optional(Duration({ description: "raised when there was no good reading for so long" })),
    delay: Type.Optional(Duration({ description: "only when it has been so for this long; 0s by default" })),
    hysteresis: Type.Optional(
      Type.Number({
        minimum: 0,
        description: "cleared when it is so far on the good side of the limit; 0 by default",
      }),
    ),
    severity: Type.Optional(Word(SEVERITIES, { description: "info, warning (default) or critical" })),
    text: Type.Optional(
      Type.Union([Type.String({ minLength: 1 }), BothLanguages], {
        description: "what it means, for people",
        wrong: M.expected_name,
      }),
    ),
  },
  { description: "a limit on the value that somebody must know of" },
);

export const AlarmKey = Type.Union(
  [Alarm, Type.Array(Alarm, { minItems: 1, maxItems: MOST_ALARMS, description: "several alarms" })],
  { description: "an alarm, or a list of them", wrong: M.expected_alarm },
);

export type WrittenAlarm = Static<typeof Alarm>;
