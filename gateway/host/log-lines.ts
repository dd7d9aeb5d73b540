import type { DestinationStream } from "pino";
import { wrapText } from "../core/wrap-text.js";

const COLOURS: Readonly<Record<string, string>> = { debug: "2", info: "32", warn: "33", error: "31" };
const SIGNS: Readonly<Record<string, string>> = { debug: " ", info: "·", warn: "!", error: "×" };

/** Of a person's terminal, which may be drawn wider or narrower meanwhile. */
export interface LogPaper {
  readonly colours: boolean;
  readonly columns: number;
}

/** Turns pino's JSON lines into lines for a person at a terminal: local time, sign, where, sentence, broken at words. */
export function readableLines(write: (text: string) => void, paper: LogPaper): DestinationStream {
  return {
    write(line: string): void {
      write(`${readable(line, paper)}\n`);
    },
  };
}

function readable(line: string, { colours, columns }: LogPaper): string {
  const { connection, device, level, msg, time, uplink } = JSON.parse(line) as Record<string, unknown>;
  const clock = new Date(String(time)).toLocaleTimeString("en-GB");
  const where = [connection, device, uplink].filter((part) => part !== undefined).join(" ");
  const sign = SIGNS[String(level)] ?? " ";
  const head = `${clock} ${sign} `;
  const text = wrapText(
    head,
    `${where ? `[${where}] ` : ""}${String(msg)}`,
    columns,
    " ".repeat(head.length),
  ).join("\n");
  return colours ? `\u001b[${COLOURS[String(level)] ?? "0"}m${text}\u001b[0m` : text;
}
