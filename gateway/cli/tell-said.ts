import { render, renderText, type Said } from "../../drivers/core/message.js";
import { wrapLines } from "../core/wrap-text.js";
import type { Io } from "./io.js";

export interface Telling {
  readonly to?: "stdout" | "stderr";
  /** The sentence alone. */
  readonly hint?: false;
}

type Paper = Pick<Io, "columns" | "isTerminal" | "language">;

/** A sentence, and what to do: on a terminal broken at words, elsewhere one line. */
export function toldText(
  { columns, isTerminal, language }: Paper,
  said: Said,
  { hint }: Pick<Telling, "hint"> = {},
): string {
  const text = hint === false ? renderText(said, language) : render(said, language);
  return `${isTerminal ? wrapLines(text, columns) : text}\n`;
}

/** Writes it. */
export function tellSaid(
  io: Paper & Pick<Io, "stderr" | "stdout">,
  said: Said,
  { to = "stdout", ...how }: Telling = {},
): void {
  io[to].write(toldText(io, said, how));
}
