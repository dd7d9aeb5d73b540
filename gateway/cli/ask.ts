import { createInterface } from "node:readline";
import type { Io } from "./io.js";

/** Somebody sits there who can be asked. */
export function canAsk({ stdin = process.stdin }: Pick<Io, "stdin">): boolean {
  return (stdin as { readonly isTTY?: boolean }).isTTY === true;
}

/** One line of answer without spaces around it; undefined when the input ends or Ctrl-C is pressed. */
export function ask(
  question: string,
  io: Pick<Io, "stdin" | "stderr" | "signal">,
): Promise<string | undefined> {
  const input = io.stdin ?? process.stdin;
  const lines = createInterface({ input, output: io.stderr, terminal: false });
  io.stderr.write(question);
  return new Promise((resolve) => {
    const finish = (answer: string | undefined): void => {
      io.signal.removeEventListener("abort", onAbort);
      // Before it is closed, which is an answer too.
      resolve(answer);
      lines.close();
    };
    const onAbort = (): void => finish(undefined);
    lines.once("line", (line) => finish(line.trim()));
    lines.once("close", () => finish(undefined));
    io.signal.addEventListener("abort", onAbort, { once: true });
    if (io.signal.aborted) onAbort();
  });
}
