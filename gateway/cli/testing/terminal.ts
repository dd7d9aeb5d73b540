import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { ReadStream } from "node:tty";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../main.js", import.meta.url));
const PATIENCE_MS = 20_000;

interface NativePty {
  open(columns: number, rows: number): { readonly master: number; readonly slave: number };
}

export interface TerminalOptions {
  readonly folder: string;
  readonly columns?: number;
  readonly language?: "vi" | "en";
}

/** `tram` on a real terminal of its own: what is sent is typed, what it draws is in `text`. */
export class Terminal {
  text = "";
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;
  readonly #master: number;
  readonly #stream: ReadStream;
  #changed = (): void => {};

  constructor(args: readonly string[], { columns = 80, folder, language = "en" }: TerminalOptions) {
    const ours = createRequire(import.meta.url);
    const theirs = createRequire(ours.resolve("@lydell/node-pty"));
    const native = theirs(`@lydell/node-pty-${process.platform}-${process.arch}/pty.node`) as NativePty;
    const { master, slave } = native.open(columns, 24);
    this.#master = master;
    this.#stream = new ReadStream(master);
    this.#stream.on("data", (bytes) => {
      this.text += bytes.toString("utf8");
      this.#changed();
    });
    // The last opener of the other end is gone: all that was drawn has been read.
    const drained = new Promise<void>((resolve) => {
      this.#stream.on("error", () => resolve());
      this.#stream.on("close", () => resolve());
    });
    const env = {
      PATH: process.env["PATH"],
      LANG: "C.UTF-8",
      TERM: "xterm",
      NO_COLOR: "1",
      TZ: "Asia/Ho_Chi_Minh",
    };
    this.#child = spawn(process.execPath, [MAIN, "--lang", language, ...args], {
      cwd: folder,
      env,
      stdio: [slave, slave, slave],
    });
    this.ended = new Promise((resolve) => {
      this.#child.once("exit", (code) => {
        closeSync(slave);
        void drained.then(() => {
          resolve(code);
          this.#changed();
        });
      });
    });
  }

  /** Types: `\r` is Enter, `\x03` Ctrl-C. */
  send(keys: string): void {
    writeSync(this.#master, keys);
  }

  /** Until `pattern` stands behind all that was waited for before; gives what came up to it. */
  async see(pattern: RegExp): Promise<string> {
    const from = this.#seen;
    const late = AbortSignal.timeout(PATIENCE_MS);
    late.addEventListener("abort", () => this.#changed(), { once: true });
    for (;;) {
      const match = pattern.exec(this.text.slice(from));
      if (match) {
        this.#seen = from + match.index + match[0].length;
        return this.text.slice(from, this.#seen);
      }
      if (this.#child.exitCode !== null || late.aborted)
        throw new Error(`${pattern} is not to be seen in:\n${this.text}`);
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }
  #seen = 0;

  /** Rows as they were drawn, without the terminal's own codes. */
  get rows(): readonly string[] {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: codes of the terminal begin with one
    return this.text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, "").split(/\r?\n|\r/);
  }

  close(): void {
    this.#child.kill("SIGKILL");
    this.#stream.destroy();
  }
}
