import { configFile } from "./config/config-file.js";
import { defaulted, flag, optional } from "./grammar/command.js";
import { choice, FILE } from "./grammar/kinds.js";
import { CONFIG } from "./grammar/shared-options.js";
import { verb } from "./grammar/verb.js";
import { CLI_MESSAGES as M } from "./messages.js";

export const run = verb(
  {
    name: "run",
    summary: M.run_summary,
    about: M.run_about,
    args: { file: optional(FILE, M.file_about) },
    options: {
      config: CONFIG,
      json: flag(M.run_json),
      log: defaulted(choice("debug", "info", "warn", "error"), M.run_log, "info"),
    },
    examples: ["run config/examples/pump-station.yaml"],
  },
  async ({ args, options: { config, json, log } }, io) => {
    const file = configFile("run", args.file, config, io);
    const { runGateway } = await import("../main.js");
    return runGateway({ file, level: log, json: json || !io.isTerminal, io });
  },
);
