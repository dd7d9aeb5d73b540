import { flag, optional, type Values } from "./command.js";
import { choice, FILE } from "./kinds.js";
import { GRAMMAR_MESSAGES as M } from "./messages.js";

/** The same word means the same thing in each verb. */
export const CONFIG = optional(FILE, M.config_about, { short: "c" });
export const JSON_OUTPUT = flag(M.json_about);

/** What every verb takes, before its name or behind it. */
export const EVERYWHERE = {
  help: flag(M.help_about, { short: "h" }),
  lang: optional(choice("vi", "en"), M.lang_about),
  "no-color": flag(M.no_color_about),
} satisfies Values;
