import { parseArgs } from "node:util";
import type { Values } from "./command.js";
import { EVERYWHERE } from "./shared-options.js";

export interface OptionToken {
  readonly kind: "option";
  /** Without dashes, the long name where it is known. */
  readonly name: string;
  /** As written: `-c`, `--config`. */
  readonly written: string;
  readonly value: string | undefined;
  /** `--config=FILE`, `-cFILE`. */
  readonly inline: boolean;
  /** Of the argument that it begins with. */
  readonly index: number;
}

export interface WordToken {
  readonly kind: "word";
  readonly value: string;
  readonly index: number;
}

export type Token = OptionToken | WordToken;

/** `-5` is a number and no option; who starts a program cannot put a NUL into an argument. */
const NUMBER = /^-(?=[\d.])/;
const HIDDEN = /^\0/;

/** What `args` consist of, seen by the options that are known. Throws nothing: an option that is not known is a flag. */
export function tokensOf(args: readonly string[], options: Values): readonly Token[] {
  const known: Values = { ...EVERYWHERE, ...options };
  const { tokens } = parseArgs({
    args: args.map((arg) => arg.replace(NUMBER, "\0-")),
    options: Object.fromEntries(
      Object.entries(known).map(([name, { kind, short }]) => [
        name,
        { type: kind ? "string" : "boolean", ...(short !== undefined && { short }) } as const,
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  return tokens.flatMap((token): Token[] => {
    if (token.kind === "option-terminator") return [];
    if (token.kind === "positional") {
      return [{ kind: "word", value: token.value.replace(HIDDEN, ""), index: token.index }];
    }
    const { index, inlineValue: inline = false, name, rawName: written } = token;
    return [{ kind: "option", name, written, value: token.value?.replace(HIDDEN, ""), inline, index }];
  });
}
