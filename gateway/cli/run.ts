import { asText, findConfig, readArguments } from "./arguments.js";
import { CLI_MESSAGES } from "./messages.js";
import type { ExitCode, Verb } from "./verb.js";

export const run: Verb = {
  name: "run",
  summary: CLI_MESSAGES.run_summary,
  help: CLI_MESSAGES.run_help,
  async run(args, io): Promise<ExitCode> {
    const { options, rest } = readArguments("run", args, { log: { type: "string" } });
    const file = findConfig("run", rest[0] ?? asText(options["config"]), io);
    const level = asText(options["log"]) ?? "info";
    const { runGateway } = await import("../main.js");
    return runGateway({
      file,
      level: isLevel(level) ? level : "info",
      json: options["json"] === true || !io.isTerminal,
      io,
    });
  },
};

function isLevel(word: string): word is "debug" | "info" | "warn" | "error" {
  return ["debug", "info", "warn", "error"].includes(word);
}
