#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ConfigurationError } from "../../drivers/core/errors.js";
import type { Language } from "../../drivers/core/message.js";
import { nearest } from "../../drivers/profiles/suggest.js";
import { CONFIG, EVERYWHERE, JSON_OUTPUT } from "./grammar/shared-options.js";
import { takeEverywhere } from "./grammar/take-everywhere.js";
import { tokensOf } from "./grammar/tokens.js";
import { type ExitCode, type Io, READER_LEFT } from "./io.js";
import { CLI_MESSAGES } from "./messages.js";
import { toldError } from "./tell-error.js";
import { usage } from "./usage.js";
import { VERBS } from "./verbs.js";

/** What may stand before the verb. */
const LEADING = { ...EVERYWHERE, config: CONFIG, json: JSON_OUTPUT };

function makeIo(language: Language, colours: boolean, root: string, version: string): Io {
  const abort = new AbortController();
  let asked = 0;
  const stop = (): void => {
    // The second Ctrl-C does not wait any more.
    if (++asked > 1) process.exit(1);
    abort.abort();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  // A reader that went away (`tram watch | head`) is an end, not a fault.
  process.stdout.on("error", () => abort.abort(READER_LEFT));
  process.stderr.on("error", () => {});
  const isTerminal = process.stdout.isTTY === true;
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    language,
    isTerminal,
    colours: isTerminal && colours,
    // A terminal may be drawn wider or narrower while a verb runs.
    get columns(): number {
      return columnsOf(process.env["COLUMNS"]) ?? columnsOf(process.stdout.columns) ?? 80;
    },
    signal: abort.signal,
    root,
    version,
  };
}

function columnsOf(written: string | number | undefined): number | undefined {
  const columns = Number(written);
  return Number.isInteger(columns) && columns > 0 ? columns : undefined;
}

function unknownVerb(verb: string): ConfigurationError {
  const near = nearest(verb, Object.keys(VERBS));
  return near === undefined
    ? new ConfigurationError(CLI_MESSAGES.unknown_verb, { verb })
    : new ConfigurationError(CLI_MESSAGES.similar_verb, { verb, near });
}

async function runCommandLine(args: readonly string[], io: Io): Promise<ExitCode> {
  const word = tokensOf(args, LEADING).find(({ kind }) => kind === "word");
  const name = word && args[word.index];
  const rest = args.filter((_, at) => at !== word?.index);
  if (name === undefined && (args.includes("--version") || args.includes("-v"))) {
    io.stdout.write(`${io.version}\n`);
    return 0;
  }
  const isAsked = args.includes("--help") || args.includes("-h");
  if (name === undefined && args.length > 0 && !isAsked) {
    throw new ConfigurationError(CLI_MESSAGES.no_verb, { option: args.join(" ") });
  }
  if (name === undefined || (name === "help" && rest.every((arg) => arg.startsWith("-")))) {
    io.stdout.write(`${await usage(io)}\n`);
    return args.length === 0 ? 2 : 0;
  }
  // `tram help buffer show` is `tram buffer show --help`.
  const [wanted = "", ...behind] = name === "help" ? [...rest, "--help"] : [name, ...rest];
  const load = Object.hasOwn(VERBS, wanted) ? VERBS[wanted] : undefined;
  if (!load) throw unknownVerb(wanted);
  return (await load()).run(behind, io);
}

async function main(): Promise<ExitCode> {
  const root = fileURLToPath(new URL("../../..", import.meta.url));
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const { args, colours, language } = takeEverywhere(process.argv.slice(2), process.env);
  const io = makeIo(language, colours !== "none", root, version);
  try {
    return await runCommandLine(args, io);
  } catch (error) {
    const isTerminal = process.stderr.isTTY === true;
    const json = args.includes("--json");
    const told = toldError(error, {
      language,
      json,
      isTerminal,
      colours: isTerminal && colours !== "none",
      columns: io.columns,
    });
    io.stderr.write(told.text);
    return told.code;
  }
}

const code = await main();
// What is written to a pipe may still be on its way: the exit code is set, and the process ends by itself or soon.
process.exitCode = code;
setTimeout(() => process.exit(code), 500).unref();
