import { appendFile, mkdir, open, readFile, rename, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { asError } from "../../drivers/core/errors.js";
import type { Log } from "../../drivers/core/log.js";
import { say } from "../../drivers/core/message.js";
import type { DeadLetterStats } from "../core/status.js";
import { FORWARD_MESSAGES as M } from "./messages.js";

/** Of both files together. */
const MAX_BYTES = 2_000_000;
/** Lines that wait for the disk; a disk that fails must not fill the memory. */
const MAX_WAITING = 1_000;
const LINE_END = 10;

export interface DeadLettersParts {
  /** `<file>` takes new lines; `<file>.old` is what it was before it was full. */
  readonly file: string;
  readonly log: Log;
  readonly maxBytes?: number;
}

/**
 * Where records lie that the other side will never take, as JSON lines for a person to look at: the centre has been
 * told that they are lost. Bounded: the oldest leave, and are counted. Blocks nobody; writes behind.
 */
export class DeadLetters {
  readonly #parts: DeadLettersParts;
  #waiting: string[] = [];
  #written = 0;
  #dropped = 0;
  #work: Promise<void> | undefined;

  constructor(parts: DeadLettersParts) {
    this.#parts = parts;
  }

  get stats(): DeadLetterStats {
    return { path: this.#parts.file, records: this.#written, dropped: this.#dropped };
  }

  /** One record, as JSON text that is an object. Never throws. */
  put(json: string): void {
    if (this.#waiting.length >= MAX_WAITING) {
      this.#dropped++;
      return;
    }
    this.#waiting.push(json);
    this.#work ??= this.#writeAll().finally(() => {
      this.#work = undefined;
    });
  }

  /** Resolves when everything that was put is on the disk, or was counted as dropped. */
  async close(): Promise<void> {
    while (this.#work !== undefined) await this.#work;
  }

  async #writeAll(): Promise<void> {
    // What is put in one turn is written together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const lines = this.#waiting;
      this.#waiting = [];
      try {
        await this.#write(lines);
        this.#written += lines.length;
      } catch (error) {
        this.#dropped += lines.length;
        const params = { file: this.#parts.file, count: lines.length, problem: asError(error).message };
        this.#parts.log.error(say(M.dead_letter_unwritten, params));
      }
    }
  }

  async #write(lines: readonly string[]): Promise<void> {
    const { file, maxBytes = MAX_BYTES } = this.#parts;
    await mkdir(dirname(file), { recursive: true });
    const text = `${lines.join("\n")}\n`;
    const size = await stat(file).then(
      (found) => found.size,
      () => 0,
    );
    if (size > 0 && size + Buffer.byteLength(text) > maxBytes / 2) {
      const leave = await readFile(`${file}.old`).catch(() => Buffer.alloc(0));
      await rename(file, `${file}.old`);
      this.#dropped += leave.filter((byte) => byte === LINE_END).length;
    }
    await appendFile(file, (await this.#isTorn()) ? `\n${text}` : text, {
      flush: true,
      mode: 0o640,
    } as object);
  }

  /** A power cut may have left half a line at the end. */
  async #isTorn(): Promise<boolean> {
    const handle = await open(this.#parts.file, "r").catch(() => undefined);
    if (!handle) return false;
    try {
      const { size } = await handle.stat();
      if (size === 0) return false;
      const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
      return buffer[0] !== LINE_END;
    } finally {
      await handle.close();
    }
  }
}
