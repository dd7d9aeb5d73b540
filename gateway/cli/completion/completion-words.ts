import type { Command, Value, Values } from "../grammar/command.js";
import type { Kind, WordSource } from "../grammar/kinds.js";
import { CONFIG, EVERYWHERE, JSON_OUTPUT } from "../grammar/shared-options.js";
import { tokensOf } from "../grammar/tokens.js";
import type { Verb } from "../grammar/verb.js";

/** What may stand where the cursor is. */
export interface Completion {
  readonly words: readonly string[];
  /** Paths of files may stand there too. */
  readonly files: boolean;
}

/** Words of the configuration that begin with what is typed. `config`: named on the line. */
export type Lookup = (
  source: Exclude<WordSource, "file">,
  typed: string,
  config: string | undefined,
) => Promise<readonly string[]>;

type Verbs = Readonly<Record<string, () => Promise<Verb>>>;

const NOTHING: Completion = { words: [], files: false };
const LEADING: Values = { ...EVERYWHERE, config: CONFIG, json: JSON_OUTPUT };
/** Besides the verbs. */
const ALSO = ["help"];

/** `line` is what stands up to the cursor, without the name of the program; its last word is being typed, or empty. */
export async function completionAt(
  line: readonly string[],
  verbs: Verbs,
  lookup: Lookup,
): Promise<Completion> {
  const typed = line.at(-1) ?? "";
  const before = line.slice(0, -1);
  const first = tokensOf(before, LEADING).find(({ kind }) => kind === "word");
  const name = first && before[first.index];
  if (first === undefined || name === undefined) {
    return inCommand(
      { args: {}, options: { ...LEADING, version: { ...EVERYWHERE.help, short: "v" } } },
      before,
      typed,
      [...Object.keys(verbs), ...ALSO],
      lookup,
    );
  }
  const behind = before.filter((_, at) => at !== first.index);
  if (name === "help") return inHelp(behind, typed, verbs);
  const load = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  const verb = await load?.();
  if (!verb) return NOTHING;
  const [command, args] = await partOf(verb.command, behind);
  const parts = args.some((arg) => !arg.startsWith("-")) ? [] : Object.keys(command.parts ?? {});
  return inCommand(command, args, typed, parts, lookup);
}

async function inHelp(behind: readonly string[], typed: string, verbs: Verbs): Promise<Completion> {
  const [name] = behind;
  if (name === undefined) return fitting(Object.keys(verbs), typed);
  const verb = Object.hasOwn(verbs, name) ? await verbs[name]?.() : undefined;
  return verb && behind.length === 1 ? fitting(Object.keys(verb.command.parts ?? {}), typed) : NOTHING;
}

/** The part that the words before the cursor name, and what remains of them. */
async function partOf(
  command: Command,
  args: readonly string[],
): Promise<readonly [Command, readonly string[]]> {
  const word = tokensOf(args, command.options).find(({ kind }) => kind === "word");
  const name = word && args[word.index];
  const load =
    name !== undefined && command.parts && Object.hasOwn(command.parts, name)
      ? command.parts[name]
      : undefined;
  if (!load || !word) return [command, args];
  return partOf(
    await load(),
    args.filter((_, at) => at !== word.index),
  );
}

async function inCommand(
  { args, options }: Pick<Command, "args" | "options">,
  before: readonly string[],
  typed: string,
  names: readonly string[],
  lookup: Lookup,
): Promise<Completion> {
  const known: Values = { ...options, ...EVERYWHERE };
  const tokens = tokensOf(before, options);
  const isEnded = before.includes("--");
  const config = tokens.find((token) => token.kind === "option" && token.name === "config");
  const named = config?.kind === "option" ? config.value : undefined;
  const last = tokens.at(-1);
  const waits = last?.kind === "option" && last.value === undefined ? known[last.name]?.kind : undefined;
  if (waits && last?.index === before.length - 1) return ofKind(waits, typed, named, lookup);
  if (isEnded || !typed.startsWith("-")) {
    const place = tokens.filter(({ kind }) => kind === "word").length;
    const kind = argumentAt(args, place)?.kind;
    const own = kind ? await ofKind(kind, typed, named, lookup) : NOTHING;
    const words = place === 0 ? names : [];
    return { words: [...fitting(words, typed).words, ...own.words], files: own.files };
  }
  const [, name = "", value] = /^--([\w-]+)=(.*)$/s.exec(typed) ?? [];
  const inline = value === undefined || !Object.hasOwn(known, name) ? undefined : known[name]?.kind;
  if (inline) {
    const { files, words } = await ofKind(inline, value ?? "", named, lookup);
    return { words: words.map((word) => `--${name}=${word}`), files };
  }
  const given = new Set(tokens.flatMap((token) => (token.kind === "option" ? token.name : [])));
  const free = Object.entries(known).filter(([one, { occurs }]) => occurs === "repeated" || !given.has(one));
  return fitting(
    free.map(([one]) => `--${one}`),
    typed,
  );
}

function argumentAt(args: Values, place: number): Value | undefined {
  const all = Object.values(args);
  const last = all.at(-1);
  return all[place] ?? (last?.occurs === "repeated" ? last : undefined);
}

async function ofKind(
  { choices, completes }: Kind<unknown>,
  typed: string,
  config: string | undefined,
  lookup: Lookup,
): Promise<Completion> {
  if (choices) return fitting(choices, typed);
  if (completes === undefined) return NOTHING;
  return completes === "file"
    ? { words: [], files: true }
    : { words: await lookup(completes, typed, config), files: completes === "serial-port" };
}

function fitting(words: readonly string[], typed: string): Completion {
  return { words: words.filter((word) => word.startsWith(typed)), files: false };
}
