import { type Language, type Message, renderText, say, type Text } from "../../../drivers/core/message.js";
import { wrapText } from "../../core/wrap-text.js";
import type { Command, Grammar, Value } from "./command.js";
import { GRAMMAR_MESSAGES as M } from "./messages.js";

/** Wider lines are hard to read, narrower ones cannot be filled. */
const WIDEST = 100;
const NARROWEST = 24;
/** On a narrower terminal descriptions stand below what they describe. */
const BESIDE_FROM = 60;
/** Widest first column. */
const MOST_LABEL = 22;

/** In a form: whatever options fit. */
export const ANY_OPTIONS = "...";
/** A space at which a line is not broken. */
const TOGETHER = "\u00a0";

/** What a part of a verb is called and does. */
export interface ListedPart {
  readonly name: string;
  readonly summary: Message<never>;
}

/** Rows of a first and a second column. */
export type Row = readonly [label: string, about: string];

/** The help of a command, in lines of at most `columns` but for a single long word. `verb`: `buffer show`. */
export function helpLines(
  command: Command,
  verb: string,
  parts: readonly ListedPart[],
  language: Language,
  columns: number,
): string[] {
  const width = Math.max(NARROWEST, Math.min(WIDEST, columns));
  const text = (message: Message<never>): string => renderText(say(message), language);
  const rows = [...argumentRows(command, language), ...optionRows(command, language)];
  const partRows = parts.map(({ name, summary }): Row => [name, text(summary)]);
  return [
    ...usageLines(command, verb, parts, language, width),
    "",
    ...paragraphs(text(command.about), width),
    ...blockOf(tabulated(partRows, width)),
    ...blockOf(tabulated(rows, width)),
    ...(command.notes ? blockOf(paragraphs(text(command.notes), width)) : []),
    "",
    ...(parts.length > 0 ? paragraphs(renderText(say(M.part_help, { verb }), language), width) : []),
    ...paragraphs(text(M.everywhere), width),
    "",
    ...exampleLines(command, language, width),
  ];
}

function blockOf(lines: readonly string[]): readonly string[] {
  return lines.length > 0 ? ["", ...lines] : [];
}

export function paragraphs(text: string, width: number): string[] {
  return text.split("\n").flatMap((line) => wrapText("", line, width, ""));
}

export function tabulated(rows: readonly Row[], width: number): string[] {
  const beside = width >= BESIDE_FROM;
  const labels = rows.map(([label]) => label.length).filter((length) => length <= MOST_LABEL);
  const column = Math.max(0, ...labels);
  const indent = " ".repeat(beside ? column + 4 : 6);
  return rows.flatMap(([label, about]) => {
    const own = `  ${label}`;
    if (about === "") return [own];
    if (beside && label.length <= MOST_LABEL)
      return wrapText(own.padEnd(indent.length), about, width, indent);
    return [
      ...wrapText("", own, width, "      ").map((line, at) => (at === 0 ? `  ${line.trim()}` : line)),
      ...wrapText(indent, about, width, indent),
    ];
  });
}

function usageLines(
  command: Command,
  verb: string,
  parts: readonly ListedPart[],
  language: Language,
  width: number,
): string[] {
  const label = renderText(say(M.usage_line), language);
  const forms = usageForms(command, language);
  const names = parts.map(({ name }) => name).join(" | ");
  const all =
    names === ""
      ? forms
      : [...(command.run ? forms : []), `${names} ${together(renderText(say(M.options_word), language))}`];
  const indent = " ".repeat(Math.min(label.length + 1, Math.floor(width / 4)));
  return all.flatMap((form, at) => {
    const first = at === 0 ? `${label} ` : indent;
    const lines = wrapText(first, `tram ${verb} ${form}`.trimEnd(), width, `${indent}    `);
    return lines.map((line) => line.replaceAll(TOGETHER, " "));
  });
}

function together(words: string): string {
  return words.replaceAll(" ", TOGETHER);
}

/** Each way to write a command, without its name; what belongs together is joined by spaces that do not break. */
export function usageForms(command: Grammar, language: Language): readonly string[] {
  const { args, forms, options } = command;
  const word = (entry: string): string => {
    if (entry === ANY_OPTIONS) return together(renderText(say(M.options_word), language));
    const name = entry.replace(/\?$/, "");
    const argument = args[name];
    const written = argument
      ? argumentLabel(name, argument, language)
      : optionLabel(name, options[name], language);
    return together(entry.endsWith("?") ? `[${written.replace(/^\[|\]$/g, "")}]` : written);
  };
  if (forms) return forms.map((form) => form.map(word).join(" "));
  const needed = Object.entries(options).filter(([, { occurs }]) => occurs === "required");
  const more =
    needed.length < Object.keys(options).length ? [together(renderText(say(M.options_word), language))] : [];
  return [[...Object.keys(args).map(word), ...needed.map(([name]) => word(name)), ...more].join(" ")];
}

function argumentLabel(name: string, { kind, occurs }: Value, language: Language): string {
  const word = kind?.word[language] ?? name;
  if (occurs === "required") return word;
  return occurs === "repeated" ? `[${word} ...]` : `[${word}]`;
}

function optionLabel(name: string, option: Value | undefined, language: Language): string {
  const dashed = option?.short === undefined ? `--${name}` : `-${option.short}`;
  return option?.kind ? `${dashed} ${option.kind.word[language]}` : dashed;
}

export function argumentRows({ args }: Grammar, language: Language): readonly Row[] {
  return Object.entries(args).map(([name, argument]) => [
    argument.kind?.word[language] ?? name,
    aboutOf({ ...argument, occurs: "optional" }, language),
  ]);
}

/** Those that many verbs have stand last. */
export function optionRows({ options }: Pick<Grammar, "options">, language: Language): readonly Row[] {
  const isShared = (name: string): boolean => name === "config" || name === "json";
  const sorted = Object.entries(options).sort(([a], [b]) => Number(isShared(a)) - Number(isShared(b)));
  return sorted.map(([name, option]) => {
    const names = option.short === undefined ? `--${name}` : `-${option.short}, --${name}`;
    return [option.kind ? `${names} ${option.kind.word[language]}` : names, aboutOf(option, language)];
  });
}

function aboutOf({ about, kind, occurs, otherwise }: Value, language: Language): string {
  const choices = kind?.choices?.every((one) => kind.word[language].includes(one))
    ? []
    : (kind?.choices ?? []);
  const more = [
    ...(choices.length > 0 ? [`(${choices.join(", ")})`] : []),
    ...(otherwise === undefined ? [] : [renderText(say(M.default_word, { value: otherwise }), language)]),
    ...(occurs === "repeated" ? [renderText(say(M.repeat_word), language)] : []),
  ];
  return [renderText(say(about), language), ...more].join(" ");
}

function exampleLines({ examples }: Grammar, language: Language, width: number): string[] {
  const label = renderText(say(M.example_word), language);
  const lines = examples.flatMap((example) => commandLines(`tram ${exampleText(example, language)}`, width));
  return [label, ...lines];
}

export function exampleText(example: string | Text, language: Language): string {
  return typeof example === "string" ? example : example[language];
}

/** A command that can be copied: broken between words, never in quotes, with the shell's mark at the end of a line. */
function commandLines(line: string, width: number): string[] {
  // An option and its value stay together.
  const [first = "", ...others] = line.match(/(?:-\S+ (?!-))?(?:"[^"]*"|[^\s"])+/g) ?? [];
  const lines: string[] = [];
  let row = `  ${first}`;
  for (const next of others) {
    if (row.length + next.length + 3 <= width) row += ` ${next}`;
    else {
      lines.push(`${row} \\`);
      row = `      ${next}`;
    }
  }
  return [...lines, row];
}
