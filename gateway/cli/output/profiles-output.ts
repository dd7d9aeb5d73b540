import { Type } from "@sinclair/typebox";
import { PROBLEM } from "./check-output.js";
import { BOTH_LANGUAGES, count, oneOf, orNull, text } from "./words.js";

const CONFIDENCE = oneOf(["A", "B", "C"], "how sure the profile is");
const SAFETY = oneOf(["read-only", "benign", "actuator", "dangerous"], "what writing to the device can do");

export const ProfilesOutput = Type.Array(
  Type.Object({
    id: text("maker/model"),
    version: count("of the profile"),
    title: BOTH_LANGUAGES,
    category: orNull(text("field of work")),
    confidence: CONFIDENCE,
    safety: SAFETY,
    points: count("that it has"),
    variants: Type.Array(Type.String()),
    also: Type.Array(Type.String(), { description: "other names" }),
  }),
);

const Bytes = Type.Object({ request: text("hex"), reply: text("hex") });
const Anything = Type.Unknown({ description: "as in the profile" });

export const ProfilesShowOutput = Type.Object({
  id: text("maker/model"),
  version: count("of the profile"),
  title: BOTH_LANGUAGES,
  category: Type.Optional(text("field of work")),
  also: Type.Array(Type.String()),
  confidence: CONFIDENCE,
  safety: SAFETY,
  sources: Type.Array(Type.String()),
  links: Type.Array(Anything, { description: "settings of the factory" }),
  addressing: Type.Optional(Anything),
  broadcast: Type.Optional(Anything),
  numbering: Type.Optional(Anything),
  wiring: Type.Optional(BOTH_LANGUAGES),
  notes: Type.Optional(BOTH_LANGUAGES),
  device: Type.Record(Type.String(), Type.Unknown()),
  sentinels: Type.Optional(Anything),
  defaults: Anything,
  options: Type.Record(Type.String(), Type.Unknown()),
  commands: Type.Record(Type.String(), Type.Unknown()),
  watchdog: Type.Optional(Anything),
  identify: Type.Array(Anything),
  variants: Type.Record(Type.String(), BOTH_LANGUAGES),
  driver: text("family of drivers"),
  points: Type.Array(
    Type.Object(
      {
        id: text("of the point"),
        type: text("of its value"),
        periodMs: orNull(Type.Number()),
        number: orNull(text("the maker's own")),
      },
      { additionalProperties: true, description: "with what else its profile says" },
    ),
  ),
  vectors: Type.Array(
    Type.Object(
      {
        request: text("hex"),
        reply: text("hex"),
        before: Type.Array(Bytes),
        origin: oneOf(["recorded", "printed", "computed"], "where it comes from"),
        source: text("which"),
      },
      { additionalProperties: true },
    ),
  ),
  noVectors: orNull(BOTH_LANGUAGES),
});

export const ProfilesCheckOutput = Type.Array(
  Type.Object({
    file: text("path"),
    profile: orNull(text("id")),
    errors: count("with any the exit code is 2"),
    warnings: count("problems that are warnings"),
    points: orNull(count("that it has")),
    vectors: orNull(count("that were tried")),
    requests: orNull(count("for a full read")),
    nvram: Type.Array(Type.String(), { description: "points whose memory wears with each write" }),
    problems: Type.Array(Type.Object(PROBLEM)),
  }),
);
