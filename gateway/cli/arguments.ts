import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { ConfigurationError } from "../../drivers/core/errors.js";
import { GRAMMAR_MESSAGES } from "./grammar/messages.js";
import { CLI_MESSAGES } from "./messages.js";
import type { Io } from "./verb.js";

export interface Arguments {
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly rest: readonly string[];
}

/** What a verb accepts besides `-c`, `--config` and `--json`, which all have. */
export type OptionTypes = Readonly<
  Record<string, { readonly type: "string" | "boolean"; readonly short?: string }>
>;

/** Throws ConfigurationError `cli.unknown_option` for what the verb does not know. */
export function readArguments(verb: string, args: readonly string[], own: OptionTypes = {}): Arguments {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { config: { type: "string", short: "c" }, json: { type: "boolean" }, ...own },
    });
    return { options: values, rest: positionals };
  } catch (error) {
    const option = /'(-[^' ]+)/.exec(String(error))?.[1] ?? args.join(" ");
    throw new ConfigurationError(GRAMMAR_MESSAGES.unknown_option, { option, verb }, { cause: error });
  }
}

/** The configuration file of a verb: named, or the first that exists. Absolute. */
export function findConfig(verb: string, named: string | undefined, io: Pick<Io, "env">): string {
  if (named !== undefined) return resolve(named);
  const fromEnvironment = io.env["TRAM_CONFIG"];
  if (fromEnvironment) return resolve(fromEnvironment);
  const places = ["gateway.yaml", "/etc/tram/gateway.yaml"];
  const found = places.find((place) => existsSync(place));
  if (found) return resolve(found);
  throw new ConfigurationError(CLI_MESSAGES.no_config, {
    verb,
    places: `$TRAM_CONFIG, ./${places.join(", ")}`,
  });
}

export function asText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
