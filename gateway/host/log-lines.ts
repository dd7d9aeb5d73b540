import type { DestinationStream } from "pino";

const COLOURS: Readonly<Record<string, string>> = { debug: "2", info: "32", warn: "33", error: "31" };
const SIGNS: Readonly<Record<string, string>> = { debug: " ", info: "·", warn: "!", error: "×" };

/** Turns pino's JSON lines into lines for a person at a terminal: local time, sign, where, sentence. */
export function readableLines(write: (text: string) => void, colours: boolean): DestinationStream {
  return {
    write(line: string): void {
      write(`${readable(line, colours)}\n`);
    },
  };
}

function readable(line: string, colours: boolean): string {
  const { connection, device, level, msg, time, uplink } = JSON.parse(line) as Record<string, unknown>;
  const clock = new Date(String(time)).toLocaleTimeString("en-GB");
  const where = [connection, device, uplink].filter((part) => part !== undefined).join(" ");
  const sign = SIGNS[String(level)] ?? " ";
  const text = `${clock} ${sign} ${where ? `[${where}] ` : ""}${String(msg)}`;
  return colours ? `\u001b[${COLOURS[String(level)] ?? "0"}m${text}\u001b[0m` : text;
}
