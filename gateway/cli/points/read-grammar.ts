import { type AskedOf, flag, grammar, optional, repeated } from "../grammar/command.js";
import { duration, POINT, text } from "../grammar/kinds.js";
import { CONFIG, JSON_OUTPUT } from "../grammar/shared-options.js";
import { PLACE_OPTIONS } from "./raw-options.js";
import { READ_MESSAGES as M } from "./read-messages.js";

/** `tram read` */
export const READ = grammar({
  name: "read",
  summary: M.read_summary,
  about: M.about,
  args: { words: repeated({ ...POINT, word: M.word_words.text }, M.words) },
  options: {
    config: CONFIG,
    raw: flag(M.raw),
    expect: optional(text("220..240", M.word_expect), M.expect),
    once: flag(M.once),
    every: optional(duration("100ms", "1d", "1s"), M.every),
    ...PLACE_OPTIONS,
    json: JSON_OUTPUT,
  },
  forms: [
    ["words", "every?", "config?", "json?"],
    ["words", "raw", "unit?", "expect?", "once?", "every?", "config?", "json?"],
    ["port", "unit", "raw", "words", "baud?", "parity?", "stop-bits?", "timeout?", "driver?"],
    ["host", "unit", "raw", "words", "timeout?", "driver?"],
  ],
  examples: ["read meter voltage.l1", "read --port /dev/ttyUSB0 --unit 1 --raw input 0 10 --expect 220..240"],
});

export type ReadAsked = AskedOf<typeof READ>;
