import { asError, TramError } from "../../drivers/core/errors.js";
import { type Language, render, renderHint, renderText, type Said, say } from "../../drivers/core/message.js";
import { wrapLines } from "../core/wrap-text.js";
import type { ExitCode } from "./io.js";
import { CLI_MESSAGES } from "./messages.js";

interface Telling {
  readonly language: Language;
  /** One object of JSON instead of sentences. */
  readonly json: boolean;
  /** Somebody reads it at a terminal, and may want to look the code up. */
  readonly isTerminal: boolean;
  readonly colours: boolean;
  /** Of the terminal. */
  readonly columns: number;
}

/** What ended the verb: what is to be written, and the exit code that its class means. */
export function toldError(thrown: unknown, how: Telling): { readonly text: string; readonly code: ExitCode } {
  const error = asError(thrown);
  if (error instanceof TramError && error.class !== "internal") {
    return { text: toldSaid(error.said, how), code: error.class === "configuration" ? 2 : 1 };
  }
  const said = say(CLI_MESSAGES.internal, { problem: error.message });
  return { text: `${toldSaid(said, how)}${error.stack ?? ""}\n`, code: 70 };
}

/** Ends with a line break. On a terminal the code stands behind it, quietly: docs/en/codes.md explains each. */
function toldSaid(said: Said, { colours, columns, isTerminal, json, language }: Telling): string {
  const { code } = said.message;
  if (json) {
    const error = { code, text: renderText(said, language), hint: renderHint(said, language) ?? null };
    return `${JSON.stringify({ error })}\n`;
  }
  const text = render(said, language);
  if (!isTerminal) return `${text}\n`;
  const wrapped = wrapLines(`${text} [${code}]`, columns);
  const at = wrapped.lastIndexOf(`[${code}]`);
  return `${colours ? `${wrapped.slice(0, at)}\u001b[2m${wrapped.slice(at)}\u001b[0m` : wrapped}\n`;
}

/** How problems of a file show their codes: on a terminal only. */
export function codesOf({ colours, isTerminal }: Pick<Telling, "colours" | "isTerminal">): {
  readonly codes?: "plain" | "dim";
} {
  return isTerminal ? { codes: colours ? "dim" : "plain" } : {};
}
