import { command } from "../grammar/command.js";
import { CONFIG, JSON_OUTPUT } from "../grammar/shared-options.js";
import { verbOf } from "../grammar/verb.js";
import { APPLY, CONFIRM, DIFF, REVERT, SHOW } from "./config-grammar.js";
import { CONFIG_VERB_MESSAGES as M } from "./config-messages.js";

/** `tram config <part>`. What a part needs is loaded when it runs. */
export const configVerb = verbOf({
  name: "config",
  summary: M.summary,
  about: M.about,
  args: {},
  options: { config: CONFIG, json: JSON_OUTPUT },
  examples: ["config diff"],
  parts: {
    show: async () => command(SHOW, async (...all) => (await import("./config-show.js")).show(...all)),
    diff: async () => command(DIFF, async (...all) => (await import("./config-diff.js")).diff(...all)),
    apply: async () => command(APPLY, async (...all) => (await import("./config-apply.js")).apply(...all)),
    confirm: async () =>
      command(CONFIRM, async (...all) => (await import("./config-apply.js")).confirm(...all)),
    revert: async () => command(REVERT, async (...all) => (await import("./config-apply.js")).revert(...all)),
  },
});
