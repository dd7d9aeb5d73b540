import { join } from "node:path";
import { spawn } from "@lydell/node-pty";

export const ROOT = join(import.meta.dirname, "../../../..");
export const MAIN = join(ROOT, "dist/gateway/cli/main.js");
/** Nothing of the developer's own. */
export const BARE = { PATH: process.env["PATH"] ?? "", HOME: "/nowhere", LANG: "C.UTF-8" };

export interface Seen {
  /** With its escapes. */
  readonly raw: string;
  /** Without escapes, as lines; of one that was drawn anew, what was drawn last. */
  readonly lines: readonly string[];
  readonly code: number;
}

export interface At {
  readonly columns?: number;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly program?: readonly string[];
  /** Typed when what was seen so far matches. */
  readonly type?: readonly (readonly [when: RegExp, keys: string])[];
}

/** What a person at a terminal sees until the program ends. */
export function atTerminal(
  args: readonly string[],
  { columns = 80, cwd = ROOT, env = {}, program, type = [] }: At = {},
): Promise<Seen> {
  const [file = process.execPath, ...first] = program ?? [process.execPath, MAIN];
  const terminal = spawn(file, [...first, ...args], {
    cols: columns,
    rows: 24,
    name: "xterm",
    cwd,
    env: { ...BARE, ...env },
  });
  const waiting = [...type];
  let raw = "";
  return new Promise((resolve) => {
    terminal.onData((data) => {
      raw += data;
      const [next] = waiting;
      if (next?.[0].test(raw)) {
        waiting.shift();
        terminal.write(next[1]);
      }
    });
    terminal.onExit(({ exitCode, signal }) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: escapes are what is removed
      const text = raw.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, "").replace(/\r+\n/g, "\n");
      const lines = text.split("\n").map((line) => line.split("\r").at(-1) ?? "");
      resolve({ raw, lines, code: signal ? 128 + signal : exitCode });
    });
  });
}
