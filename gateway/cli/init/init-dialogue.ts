import { createInterface, type Interface } from "node:readline/promises";
import { Writable } from "node:stream";
import { type Message, renderText, type Said, say } from "../../../drivers/core/message.js";
import { wrapText } from "../../core/wrap-text.js";
import type { Io } from "../io.js";
import { tellSaid } from "../tell-said.js";
import { INIT_MESSAGES as M } from "./init-messages.js";
import type { Parsed } from "./init-parse.js";

/** Ctrl-C, Ctrl-D or a signal: whoever asked gives up. */
export class Interrupted extends Error {}

export interface Question<T> {
  readonly about: Said;
  readonly ask: Said;
  /** Taken by Enter; empty where Enter means nothing. */
  readonly byDefault: string;
  readonly parse: (text: string) => Parsed<T>;
}

/** What is typed is shown by readline, through this, so that a password is not. */
class Screen extends Writable {
  readonly isTTY = true;
  hidden = false;
  readonly #io: Io;

  constructor(io: Io) {
    super({ decodeStrings: false });
    this.#io = io;
  }

  get columns(): number {
    return this.#io.columns;
  }

  override _write(chunk: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (!this.hidden) this.#io.stdout.write(chunk);
    done();
  }
}

/**
 * Questions on a terminal, one after the other. Lines that were typed ahead wait for their question. Close it on every
 * path: the terminal is in raw mode meanwhile.
 */
export class Dialogue {
  readonly #io: Io;
  readonly #screen: Screen;
  readonly #lines: Interface;
  readonly #ahead: string[] = [];
  #waiting: { readonly take: (line: string) => void; readonly fail: (error: Error) => void } | undefined;
  #ended = false;

  constructor(io: Io) {
    this.#io = io;
    this.#screen = new Screen(io);
    const input = io.stdin ?? process.stdin;
    this.#lines = createInterface({ input, output: this.#screen, terminal: true, historySize: 0 });
    this.#lines.on("line", (line) => {
      const waiting = this.#waiting;
      this.#waiting = undefined;
      if (waiting) waiting.take(line);
      else this.#ahead.push(line);
    });
    // In raw mode Ctrl-C is a byte like others; readline tells it.
    this.#lines.on("SIGINT", this.#end);
    this.#lines.on("close", this.#end);
    io.signal.addEventListener("abort", this.#end, { once: true });
  }

  say(said: Said): void {
    tellSaid(this.#io, said, { hint: false });
  }

  /** Asks until the answer can be understood. Throws Interrupted. */
  async ask<T>({ about, ask, byDefault, parse }: Question<T>): Promise<T> {
    this.#explain(about);
    for (;;) {
      const label = renderText(ask, this.#io.language);
      const typed = await this.#line(byDefault === "" ? `${label}: ` : `${label} [${byDefault}]: `);
      const text = typed.normalize("NFC").trim();
      const parsed = parse(text === "" ? byDefault : text);
      if ("value" in parsed) return parsed.value;
      this.#complain(parsed.wrong);
    }
  }

  async confirm(ask: Said, byDefault: boolean, about?: Said): Promise<boolean> {
    if (about) this.#explain(about);
    const word = (message: Message<never>): string => renderText(say(message), this.#io.language);
    const [yes, no] = [word(M.yes_word), word(M.no_word)];
    for (;;) {
      const text = (await this.#line(`${renderText(ask, this.#io.language)} [${byDefault ? yes : no}]: `))
        .trim()
        .toLowerCase();
      if (text === "") return byDefault;
      // The words of either language: hands have habits.
      if ([yes, "y", "yes", "có", "co", "c"].includes(text.normalize("NFC"))) return true;
      if ([no, "n", "no", "không", "khong", "k"].includes(text.normalize("NFC"))) return false;
      this.#complain(say(M.wrong_yes_no));
    }
  }

  /** Nothing of what is typed is shown. */
  async secret(about: Said, ask: Said): Promise<string> {
    this.#explain(about);
    this.#io.stdout.write(`${renderText(ask, this.#io.language)}: `);
    this.#screen.hidden = true;
    try {
      return await this.#line("");
    } finally {
      this.#screen.hidden = false;
      this.#io.stdout.write("\n");
    }
  }

  close(): void {
    this.#ended = true;
    this.#io.signal.removeEventListener("abort", this.#end);
    this.#lines.close();
  }

  readonly #end = (): void => {
    if (this.#ended) return;
    this.#ended = true;
    this.#waiting?.fail(new Interrupted());
    this.#waiting = undefined;
    this.#lines.close();
  };

  #line(prompt: string): Promise<string> {
    if (this.#ended) return Promise.reject(new Interrupted());
    this.#lines.setPrompt(prompt);
    this.#lines.prompt();
    const ahead = this.#ahead.shift();
    if (ahead !== undefined) {
      this.#io.stdout.write(this.#screen.hidden ? "" : `${ahead}\n`);
      return Promise.resolve(ahead);
    }
    return new Promise((take, fail) => {
      this.#waiting = { take, fail };
    });
  }

  #explain(about: Said): void {
    const { colours, columns, language, stdout } = this.#io;
    const rows = wrapText("", renderText(about, language), columns, "");
    stdout.write(`\n${rows.map((row) => (colours ? `\u001b[2m${row}\u001b[0m` : row)).join("\n")}\n`);
  }

  #complain(wrong: Said): void {
    const { columns, language, stdout } = this.#io;
    stdout.write(`${wrapText("! ", renderText(wrong, language), columns, "  ").join("\n")}\n`);
  }
}
