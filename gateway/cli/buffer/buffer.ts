import { command } from "../grammar/command.js";
import { CONFIG, JSON_OUTPUT } from "../grammar/shared-options.js";
import { verbOf } from "../grammar/verb.js";
import { AUDIT, BACKUP, EXPORT, RESTORE, SHOW, VERIFY } from "./buffer-grammar.js";
import { BUFFER_VERB_MESSAGES as M } from "./buffer-messages.js";

/** `tram buffer <part>`: looks after the file. What a part needs is loaded when it runs. */
export const buffer = verbOf({
  name: "buffer",
  summary: M.summary,
  about: M.about,
  args: {},
  options: { config: CONFIG, json: JSON_OUTPUT },
  examples: ["buffer show -c gateway.yaml"],
  parts: {
    show: async () => command(SHOW, async (...all) => (await import("./buffer-show.js")).show(...all)),
    verify: async () =>
      command(VERIFY, async (...all) => (await import("./buffer-verify.js")).verify(...all)),
    export: async () =>
      command(EXPORT, async (...all) => (await import("./buffer-export.js")).exportRecords(...all)),
    backup: async () =>
      command(BACKUP, async (...all) => (await import("./buffer-backup.js")).backup(...all)),
    restore: async () =>
      command(RESTORE, async (...all) => (await import("./buffer-restore.js")).restore(...all)),
    audit: async () => command(AUDIT, async (...all) => (await import("./buffer-audit.js")).audit(...all)),
  },
});
