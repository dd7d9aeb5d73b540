import { type Language, type Message, renderHint, renderText, say } from "../../../drivers/core/message.js";
import { wrapText } from "../../core/wrap-text.js";
import type { Check, Finding, Level } from "../../doctor/check.js";
import { DOCTOR_VERB_MESSAGES as M } from "./doctor-messages.js";

const LEVELS: Readonly<
  Record<Level, { readonly word: Message<never>; readonly sign: string; readonly colour: string }>
> = {
  ok: { word: M.level_ok, sign: "+", colour: "32" },
  note: { word: M.level_note, sign: "·", colour: "36" },
  warning: { word: M.level_warning, sign: "!", colour: "33" },
  problem: { word: M.level_problem, sign: "✗", colour: "31;1" },
};
/** Words of both languages fit. */
const WORD_WIDTH = 8;

export interface Examined {
  readonly check: Check;
  readonly findings: Finding[];
}

export interface Paper {
  readonly language: Language;
  readonly columns: number;
  readonly colours: boolean;
}

/** One finding as rows of at most `columns`: level, sentence, and what to do. */
export function findingLines({ level, said }: Finding, { colours, columns, language }: Paper): string[] {
  const { colour, sign, word } = LEVELS[level];
  const head = `  ${sign} ${renderText(say(word), language).padEnd(WORD_WIDTH)} `;
  const indent = " ".repeat(head.length);
  const lines = wrapText(head, oneLine(renderText(said, language)), columns, indent);
  const [first = "", ...rest] = lines;
  const painted = colours
    ? `\u001b[${colour}m${first.slice(0, head.length)}\u001b[0m${first.slice(head.length)}`
    : first;
  const hint = renderHint(said, language);
  const advice = level === "ok" || hint === undefined ? [] : hintLines(hint, indent, columns, language);
  return [painted, ...rest, ...advice];
}

function hintLines(hint: string, indent: string, columns: number, language: Language): string[] {
  const text = renderText(say(M.what_to_do, { hint: oneLine(hint) }), language);
  const [first = "", ...words] = text.split(" ");
  return wrapText(`${indent}${first} `, words.join(" "), columns, `${indent}  `);
}

/** What devices, brokers and files say may hold anything: no control characters reach the terminal. */
function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ");
}

export function titleLine(
  { name, title }: Pick<Check, "name" | "title">,
  { colours, language }: Paper,
): string {
  const text = `${renderText(say(title), language)} (${name})`;
  return colours ? `\u001b[1m${text}\u001b[0m` : text;
}

/** One finding for machines; `text` and `hint` in the language asked for. */
export function findingJson(
  check: Check,
  { facts, level, said }: Finding,
  { language }: Pick<Paper, "language">,
): object {
  const hint = renderHint(said, language);
  return {
    check: check.name,
    level,
    code: said.message.code,
    text: renderText(said, language),
    ...(level !== "ok" && hint !== undefined && { hint }),
    ...(facts && { facts }),
  };
}
