import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { type Language, renderHint, renderText, say } from "../../drivers/core/message.js";
import type { Problem } from "../../drivers/profiles/problem.js";
import { wrapText } from "../core/wrap-text.js";
import { CONFIG_MESSAGES as M } from "./messages.js";

export interface RenderOptions {
  /** Columns of the terminal. */
  readonly width: number;
  /** Paths are shown relative to this folder where that is shorter. */
  readonly from?: string;
  /** Whether the code stands behind each sentence, for whoever wants to look it up. By default it does not. */
  readonly codes?: "plain" | "dim";
}

/**
 * The problems as a person reads them: place, sentence, the line with a caret beneath, and what to do next.
 * Passwords in a line are not shown.
 */
export function renderProblems(
  problems: readonly Problem[],
  language: Language,
  options: RenderOptions,
): string {
  const files = new Map<string, readonly string[]>();
  return problems
    .map((problem) => {
      const lines = files.get(problem.file) ?? linesOf(problem.file);
      files.set(problem.file, lines);
      return renderProblem(problem, lines[problem.line - 1], language, options);
    })
    .join("\n");
}

function renderProblem(
  problem: Problem,
  line: string | undefined,
  language: Language,
  { codes, from, width: wanted }: RenderOptions,
): string {
  const width = Math.max(40, wanted);
  const near = from === undefined ? problem.file : relative(from, problem.file);
  const file = near.length < problem.file.length ? near : problem.file;
  const severity = renderText(say(problem.severity === "error" ? M.word_error : M.word_warning), language);
  const place = `${file}:${problem.line}:${problem.column}: ${severity}:`;
  const code = `[${problem.said.message.code}]`;
  const text = `${place} ${renderText(problem.said, language)}`;
  const rows = wrapText("", codes ? `${text} ${code}` : text, width, "  ");
  if (codes === "dim") rows.push((rows.pop() ?? "").replace(code, `\u001b[2m${code}\u001b[0m`));
  if (line !== undefined && line.trim() !== "") rows.push(...pointAt(line, problem, width));
  const hint = problem.hint ? renderText(problem.hint, language) : renderHint(problem.said, language);
  if (hint !== undefined) rows.push(...wrapText("  → ", hint, width, "    "));
  return `${rows.join("\n")}\n`;
}

/** The source line, moved to the left when the place lies beyond the width, and a caret beneath. */
function pointAt(line: string, problem: Problem, width: number): readonly string[] {
  const number = String(problem.line).padStart(5);
  const room = width - number.length - 3;
  const text = line.replace(/\t/g, " ").trimEnd();
  const at = problem.column - 1;
  const start = at < room - 10 ? 0 : at - Math.floor(room / 2);
  const shown = text.slice(start, start + room);
  const first = start > 0 ? `…${shown.slice(1)}` : shown;
  const cut = start + room < text.length ? `${first.slice(0, -1)}…` : first;
  return [`${number} | ${cut}`, `${" ".repeat(number.length)} | ${" ".repeat(at - start)}^`];
}

/** Replaces what stands as a password (also on the next line) by as many asterisks, so that carets stay right. */
export function conceal(yaml: string): string {
  return yaml
    .replace(
      /(["']?password["']?\s*:\s*)(?!["']?\$\{)([^,}\s#][^,}#\n]*)/gi,
      (_all, key: string, value: string) => key + stars(value),
    )
    .replace(/[^\s"'/@]+@/g, (user) => `${stars(user.slice(0, -1))}@`);
}

function stars(text: string): string {
  const end = text.trimEnd();
  return "*".repeat(end.length) + text.slice(end.length);
}

function linesOf(file: string): readonly string[] {
  try {
    return conceal(readFileSync(file, "utf8").replace(/^\uFEFF/, "")).split(/\r?\n/);
  } catch {
    return [];
  }
}
