#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { distance } from "fastest-levenshtein";
import { asError, TramError } from "../../drivers/core/errors.js";
import {
  type Language,
  type Message,
  render,
  renderText,
  type Said,
  say,
} from "../../drivers/core/message.js";
import { CLI_MESSAGES } from "./messages.js";
import type { ExitCode, Io, Verb } from "./verb.js";

/** Every verb by name, loaded when used. */
const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  init: async () => (await import("./init.js")).init,
  run: async () => (await import("./run.js")).run,
  check: async () => (await import("./check.js")).check,
  status: async () => (await import("./status.js")).status,
  watch: async () => (await import("./watch.js")).watch,
  read: async () => (await import("./read.js")).read,
  write: async () => (await import("./write.js")).write,
  maintain: async () => (await import("./maintain.js")).maintain,
  buffer: async () => (await import("./buffer.js")).buffer,
  profiles: async () => (await import("./profiles.js")).profiles,
  fleet: async () => (await import("./fleet.js")).fleet,
  doctor: async () => (await import("./doctor.js")).doctor,
  simulate: async () => (await import("./simulate.js")).simulate,
};

/** Longest distance at which another verb is suggested. */
const NEAR = 3;

function languageOf(args: string[]): Language {
  const at = args.findIndex((arg) => arg === "--lang" || arg.startsWith("--lang="));
  if (at >= 0) {
    const [option = "", value] = args.splice(at, args[at] === "--lang" ? 2 : 1);
    const named = option.includes("=") ? option.split("=")[1] : value;
    if (named === "vi" || named === "en") return named;
  }
  const { LANG, LC_ALL, LC_MESSAGES } = process.env;
  return (LC_ALL || LC_MESSAGES || LANG || "").startsWith("vi") ? "vi" : "en";
}

function makeIo(language: Language, root: string, version: string): Io {
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
  process.stdout.on("error", stop);
  const isTerminal = process.stdout.isTTY === true;
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    language,
    isTerminal,
    colours: isTerminal && !process.env["NO_COLOR"],
    // A serial console says 0.
    columns: process.stdout.columns || 80,
    signal: abort.signal,
    root,
    version,
  };
}

async function usage(language: Language, version: string): Promise<string> {
  const verbs = await Promise.all(Object.values(VERBS).map((load) => load()));
  const lines = verbs.map(({ name, summary }) => `  ${name.padEnd(18)} ${summary.text[language]}`);
  return renderText(say(CLI_MESSAGES.usage, { version, verbs: lines.join("\n") }), language);
}

function unknownVerb(verb: string): Said {
  const [near] = Object.keys(VERBS).sort((a, b) => distance(a, verb) - distance(b, verb));
  return near && distance(near, verb) <= NEAR
    ? say(CLI_MESSAGES.similar_verb, { verb, near })
    : say(CLI_MESSAGES.unknown_verb, { verb });
}

async function main(): Promise<ExitCode> {
  const root = fileURLToPath(new URL("../../..", import.meta.url));
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const args = process.argv.slice(2);
  const language = languageOf(args);
  const [name, ...rest] = args;
  if (name === "--version" || name === "-v") {
    process.stdout.write(`${version}\n`);
    return 0;
  }
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    process.stdout.write(`${await usage(language, version)}\n`);
    return name === undefined ? 2 : 0;
  }
  const load = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (!load) {
    process.stderr.write(`${render(unknownVerb(name), language)}\n`);
    return 2;
  }
  const verb = await load();
  if (rest.includes("--help") || rest.includes("-h")) {
    process.stdout.write(`${help(verb.helpFor?.(rest) ?? verb.help, language)}\n`);
    return 0;
  }
  try {
    return await verb.run(rest, makeIo(language, root, version));
  } catch (error) {
    return tell(error, language);
  }
}

function help(message: Message<never>, language: Language): string {
  return renderText(say(message), language);
}

/** What ended the verb, as a sentence; a fault of ours with its stack. */
function tell(thrown: unknown, language: Language): ExitCode {
  const error = asError(thrown);
  if (error instanceof TramError && error.class !== "internal") {
    process.stderr.write(`${render(error.said, language)}\n`);
    return error.class === "configuration" ? 2 : 1;
  }
  const said = say(CLI_MESSAGES.internal, { problem: error.message });
  process.stderr.write(`${render(said, language)}\n${error.stack ?? ""}\n`);
  return 70;
}

const code = await main();
// What is written to a pipe may still be on its way: the exit code is set, and the process ends by itself or soon.
process.exitCode = code;
setTimeout(() => process.exit(code), 500).unref();
