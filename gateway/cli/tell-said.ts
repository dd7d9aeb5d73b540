import { render, renderText, type Said } from "../../drivers/core/message.js";
import { wrapLines } from "../core/wrap-text.js";
import type { Io } from "./verb.js";

export interface Telling {
  readonly to?: "stdout" | "stderr";
  /** The sentence alone. */
  readonly hint?: false;
}

/** A sentence, and what to do: on a terminal broken at words, elsewhere one line. */
export function tellSaid(
  io: Pick<Io, "columns" | "isTerminal" | "language" | "stderr" | "stdout">,
  said: Said,
  { hint, to = "stdout" }: Telling = {},
): void {
  const text = hint === false ? renderText(said, io.language) : render(said, io.language);
  io[to].write(`${io.isTerminal ? wrapLines(text, io.columns) : text}\n`);
}
