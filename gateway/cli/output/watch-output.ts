import { Type } from "@sinclair/typebox";
import { AlarmOutput } from "./status-output.js";
import { count, number, oneOf, text, time } from "./words.js";

const Reading = Type.Object(
  {
    device: text("id"),
    point: text("id within the device"),
    value: Type.Union([Type.Number(), Type.String(), Type.Boolean(), Type.Null()], {
      description: "64-bit integers are decimal text; null: there is none",
    }),
    unit: Type.Optional(text("engineering unit of the value")),
    meaning: Type.Optional(text("what the number stands for, in the language of --lang")),
    quality: oneOf(["good", "uncertain", "bad"], "of the reading"),
    reason: Type.Optional(text("why it is not good")),
    state: Type.Optional(
      oneOf(["calibrating", "maintenance", "fault"], "of the instrument, where it does not measure"),
    ),
    t: time("when the reply was complete"),
  },
  { description: "a reading" },
);

const Alarm = Type.Object(
  { event: Type.Literal("alarm"), state: oneOf(["raised", "cleared"], "what happened"), ...AlarmOutput },
  { description: "an alarm that was raised or cleared" },
);

const Frame = Type.Object(
  {
    t: time("when it passed"),
    mono: number("monotonic ms"),
    direction: oneOf(["sent", "received"], "seen from the gateway"),
    kind: oneOf(["request", "answer", "late", "foreign", "echo", "damaged"], "what it is to the driver"),
    hex: text("01 03 FF"),
    meaning: text("in words, in the language of --lang"),
  },
  { description: "with --bus: a frame" },
);

const Skipped = Type.Object(
  { skipped: count("frames that are missing here") },
  { description: "with --bus: this side was slower than the bus" },
);

/** `tram watch --json`, each line. */
export const WatchOutput = Type.Union([Reading, Alarm, Frame, Skipped]);
