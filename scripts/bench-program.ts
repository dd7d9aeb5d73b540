import { type ChildProcessByStdio, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

type Child = ChildProcessByStdio<Writable, Readable, null>;

/** A program of ours in C that takes commands, one a line, and repeats each when it is done. */
export class Program {
  readonly child: Child;
  readonly #lines: string[] = [];
  readonly #waiting: { resolve(line: string): void; reject(error: Error): void }[] = [];
  #ended: Error | undefined;

  constructor(path: string, args: readonly string[]) {
    this.child = spawn(path, args, { stdio: ["pipe", "pipe", "inherit"] });
    // A command to a program that has ended; its end says more.
    this.child.stdin.on("error", () => {});
    this.child.on("error", (error) => this.#end(error));
    const lines = createInterface({ input: this.child.stdout });
    lines.on("line", (line) => {
      const first = this.#waiting.shift();
      if (first) first.resolve(line);
      else this.#lines.push(line);
    });
    lines.on("close", () => this.#end(new Error(`${path} has ended`)));
  }

  /** The next line that it says. Rejects when it has ended. */
  line(): Promise<string> {
    const line = this.#lines.shift();
    if (line !== undefined) return Promise.resolve(line);
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Resolves when the command is done. */
  async tell(command: string): Promise<void> {
    this.child.stdin.write(`${command}\n`);
    const answer = await this.line();
    if (answer !== command) throw new Error(`${command}: ${answer}`);
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

/** The numbers of a ledger (signed, 64 bits), read until two looks agree: whoever writes it does not wait. */
export function ledgerNumbers(path: string): readonly number[] {
  let last: Buffer | undefined;
  for (let look = 0; look < 100; look++) {
    const now = readFileSync(path);
    if (last?.equals(now)) break;
    last = now;
  }
  return Array.from(new BigInt64Array(Uint8Array.from(last ?? []).buffer), Number);
}
