import type { Message } from "../../../drivers/core/message.js";
import type { ExitCode, Io } from "../io.js";
import { type Asked, type Command, command, type Grammar, type Values } from "./command.js";
import { helpLines, type ListedPart } from "./help-text.js";
import { readCommand, route, wantsHelp } from "./read-command.js";

/** `tram <name>`: read, helped and completed by its declaration. One file a verb, loaded when used. */
export interface Verb {
  readonly name: string;
  /** One line for the list of verbs. */
  readonly summary: Message<never>;
  readonly command: Command;
  /** `args` stand behind the verb; those that every verb takes are taken out already. */
  run(args: readonly string[], io: Io): Promise<ExitCode>;
}

/** `tram <name>` by its grammar. */
export function verb<A extends Values, O extends Values>(
  own: Grammar<A, O>,
  run: (asked: Asked<A, O>, io: Io) => Promise<ExitCode>,
  parts?: Command["parts"],
): Verb {
  return verbOf(command(own, run, parts));
}

export function verbOf(whole: Command): Verb {
  return {
    name: whole.name,
    summary: whole.summary,
    command: whole,
    run: async (args, io) => runCommand(whole, args, io),
  };
}

async function runCommand(whole: Command, args: readonly string[], io: Io): Promise<ExitCode> {
  const routed = await route(whole, whole.name, args);
  if (wantsHelp(routed.command, routed.args)) {
    io.stdout.write(`${await helpOf(routed.command, routed.verb, io)}\n`);
    return 0;
  }
  const asked = readCommand(routed.command, routed.verb, routed.args);
  return (await routed.command.run?.(asked, io)) ?? 2;
}

/** The help of a verb or a part, as wide as the terminal. */
export async function helpOf(
  own: Command,
  verb: string,
  { columns, language }: Pick<Io, "columns" | "language">,
): Promise<string> {
  const parts: ListedPart[] = await Promise.all(Object.values(own.parts ?? {}).map((load) => load()));
  return helpLines(own, verb, parts, language, columns).join("\n");
}
