import { ConfigurationError } from "../../../drivers/core/errors.js";
import { nearest } from "../../../drivers/profiles/suggest.js";
import type { Asked, Command, Grammar, Value, Values } from "./command.js";
import type { Kind } from "./kinds.js";
import { GRAMMAR_MESSAGES as M } from "./messages.js";
import { EVERYWHERE } from "./shared-options.js";
import { type OptionToken, tokensOf } from "./tokens.js";

/**
 * What is asked for with `args`, which stand behind the verb and its part. `verb` is their name. Throws
 * ConfigurationError for everything that the grammar does not know; nothing is ignored in silence.
 */
export function readCommand(command: Grammar, verb: string, args: readonly string[]): Asked {
  const known: Values = { ...EVERYWHERE, ...command.options };
  const written = new Map<string, unknown[]>();
  const words: string[] = [];
  for (const token of tokensOf(args, command.options)) {
    if (token.kind === "word") {
      words.push(token.value);
      continue;
    }
    const option = Object.hasOwn(known, token.name) ? known[token.name] : undefined;
    if (!option) throw unknownOption(token, verb, known);
    const value = option.kind ? readValue(token, option.kind) : readFlag(token, verb);
    const before = written.get(token.name) ?? [];
    if (before.length > 0 && option.occurs !== "repeated" && option.kind) {
      throw new ConfigurationError(M.given_twice, { option: token.written });
    }
    written.set(token.name, [...before, value]);
  }
  const options = Object.entries(command.options).map(([name, option]) => {
    const given = written.get(name) ?? [];
    if (given.length === 0 && option.occurs === "required") throw missingOption(name, option, command);
    return [name, finished(option, given)];
  });
  return { args: argumentsOf(command, verb, words), options: Object.fromEntries(options) };
}

/** Whether `args` ask for help. */
export function wantsHelp(command: Grammar, args: readonly string[]): boolean {
  return tokensOf(args, command.options).some((token) => token.kind === "option" && token.name === "help");
}

function finished({ kind, occurs, otherwise }: Value, given: readonly unknown[]): unknown {
  if (!kind) return given.length > 0;
  if (occurs === "repeated") return given;
  return given.length === 0 && otherwise !== undefined ? kind.read(otherwise) : given[0];
}

function argumentsOf(command: Grammar, verb: string, words: readonly string[]): Asked["args"] {
  const rest = [...words];
  const args = Object.entries(command.args).map(([name, argument]) => {
    const { about, kind, occurs } = argument;
    const own = (occurs === "repeated" ? rest.splice(0) : rest.splice(0, 1)).map((value) => {
      const read = kind?.read(value);
      if (read !== undefined) return read;
      const [example = ""] = command.examples;
      throw new ConfigurationError(M.wrong_argument, { value, wants: kind?.wants ?? "", example });
    });
    if (own.length === 0 && occurs === "required") {
      const [example = ""] = command.examples;
      throw new ConfigurationError(M.missing_argument, {
        argument: kind?.word ?? name,
        about: about.text,
        example,
      });
    }
    return [name, finished(argument, own)];
  });
  const [extra] = rest;
  if (extra !== undefined) throw new ConfigurationError(M.too_many_arguments, { extra, verb });
  return Object.fromEntries(args);
}

function readValue({ inline, value, written }: OptionToken, kind: Kind<unknown>): unknown {
  // Behind an option that takes a value stands one; `-` is standard input or output.
  const isMissing = value === undefined || value === "" || (!inline && /^-[^-\d.]|^--/.test(value));
  if (isMissing) {
    throw new ConfigurationError(M.no_value, { option: written, wants: kind.wants, example: kind.example });
  }
  const read = kind.read(value);
  if (read !== undefined) return read;
  const near = nearest(value, kind.choices ?? []);
  throw near === undefined
    ? new ConfigurationError(M.wrong_value, {
        option: written,
        value,
        wants: kind.wants,
        example: kind.example,
      })
    : new ConfigurationError(M.similar_value, { option: written, value, wants: kind.wants, near });
}

function readFlag({ inline, value = "", written }: OptionToken, verb: string): true {
  if (inline) throw new ConfigurationError(M.flag_with_value, { option: written, value, verb });
  return true;
}

function unknownOption({ name, written }: OptionToken, verb: string, known: Values): ConfigurationError {
  const near = written.startsWith("--") ? nearest(name, Object.keys(known)) : undefined;
  return near === undefined
    ? new ConfigurationError(M.unknown_option, { option: written, verb })
    : new ConfigurationError(M.similar_option, { option: written, verb, near: `--${near}` });
}

function missingOption(name: string, { about }: Value, { examples }: Grammar): ConfigurationError {
  const [example = ""] = examples;
  return new ConfigurationError(M.missing_option, { option: `--${name}`, about: about.text, example });
}

export interface Routed {
  readonly command: Command;
  /** `buffer show` */
  readonly verb: string;
  /** Without the names of the parts. */
  readonly args: readonly string[];
}

/** Finds the part that `args` name; options may stand before its name. Throws ConfigurationError. */
export async function route(command: Command, verb: string, args: readonly string[]): Promise<Routed> {
  const { parts } = command;
  if (!parts) return { command, verb, args };
  const word = tokensOf(args, command.options).find(({ kind }) => kind === "word");
  const name = word && args[word.index];
  if (word && name !== undefined && Object.hasOwn(parts, name)) {
    const part = await parts[name]?.();
    if (part)
      return route(
        part,
        `${verb} ${name}`,
        args.filter((_, at) => at !== word.index),
      );
  }
  if (command.run || wantsHelp(command, args)) return { command, verb, args };
  const names = Object.keys(parts);
  if (name === undefined) throw new ConfigurationError(M.no_part, { verb, parts: names.join(", ") });
  const near = nearest(name, names);
  throw near === undefined
    ? new ConfigurationError(M.unknown_part, { verb, name, parts: names.join(", ") })
    : new ConfigurationError(M.similar_part, { verb, name, near });
}
