import { defaulted, flag, grammar, optional } from "../grammar/command.js";
import { duration, FILE, text } from "../grammar/kinds.js";
import { CONFIG, JSON_OUTPUT } from "../grammar/shared-options.js";
import { CONFIG_VERB_MESSAGES as M } from "./config-messages.js";

/** What can be written behind `tram config`; config.ts says what each part does. */

const BY = optional(text('"Nguyễn Văn A"', M.word_name), M.by);
const WISHED = { file: optional(FILE, M.file) };

export const SHOW = grammar({
  name: "show",
  summary: M.show_summary,
  about: M.show_about,
  args: {},
  options: { config: CONFIG, running: flag(M.running), json: JSON_OUTPUT },
  examples: ["config show -c config/examples/pump-station.yaml"],
});

export const DIFF = grammar({
  name: "diff",
  summary: M.diff_summary,
  about: M.diff_about,
  args: WISHED,
  options: { config: CONFIG, json: JSON_OUTPUT },
  examples: ["config diff", "config diff new.yaml -c gateway.yaml"],
});

export const APPLY = grammar({
  name: "apply",
  summary: M.apply_summary,
  about: M.apply_about,
  args: WISHED,
  options: {
    config: CONFIG,
    "confirm-within": defaulted(duration("10s", "1h", "5min"), M.within, "5min"),
    by: BY,
    yes: flag(M.yes, { short: "y" }),
    json: JSON_OUTPUT,
  },
  examples: ["config apply", "config apply new.yaml --confirm-within 10min -c gateway.yaml"],
});

export const CONFIRM = grammar({
  name: "confirm",
  summary: M.confirm_summary,
  about: M.confirm_about,
  args: {},
  options: { config: CONFIG, by: BY, json: JSON_OUTPUT },
  examples: ["config confirm -c gateway.yaml"],
});

export const REVERT = grammar({
  name: "revert",
  summary: M.revert_summary,
  about: M.revert_about,
  args: {},
  options: { config: CONFIG, by: BY, json: JSON_OUTPUT },
  examples: ["config revert -c gateway.yaml"],
});
