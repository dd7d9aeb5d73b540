import { readFileSync } from "node:fs";
import { asError } from "../../drivers/core/errors.js";
import type { Log } from "../../drivers/core/log.js";
import { say } from "../../drivers/core/message.js";
import { LONGEST_MARK_MS, type MarkStore, type StoredMark } from "../core/device-marks.js";
import { CARE_MESSAGES as M } from "./care-messages.js";
import { writeWhole } from "./whole-file.js";

const VERSION = 1;
/** Far more than all devices of a station say. */
const MOST_BYTES = 1_000_000;

/** Which devices are being worked on, in a small file beside the buffer. */
export class MarkFile implements MarkStore {
  readonly #path: string;
  readonly #log: Log;
  /** One write at a time; of those that wait, the last. */
  #writing: Promise<void> | undefined;
  #next: readonly StoredMark[] | undefined;

  constructor(path: string, log: Log) {
    this.#path = path;
    this.#log = log;
  }

  read(): readonly StoredMark[] {
    let text: string;
    try {
      text = readFileSync(this.#path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") this.#complain(error);
      return [];
    }
    try {
      if (text.length > MOST_BYTES) throw new RangeError(`${text.length} bytes`);
      const { devices, version } = JSON.parse(text) as { devices?: unknown; version?: unknown };
      if (version !== VERSION || !Array.isArray(devices)) throw new TypeError(`version ${String(version)}`);
      return devices.filter(isMark);
    } catch (error) {
      this.#complain(error);
      return [];
    }
  }

  write(marks: readonly StoredMark[]): Promise<void> {
    this.#next = marks;
    this.#writing ??= this.#run().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  async #run(): Promise<void> {
    for (let marks = this.#next; marks; marks = this.#next) {
      this.#next = undefined;
      try {
        await writeWhole(this.#path, `${JSON.stringify({ version: VERSION, devices: marks })}\n`);
      } catch (error) {
        this.#complain(error);
      }
    }
  }

  #complain(error: unknown): void {
    this.#log.warn(say(M.marks_file, { file: this.#path, problem: asError(error).message }));
  }
}

/** What a disk gives may be damaged, or written by hand. */
function isMark(value: unknown): value is StoredMark {
  if (typeof value !== "object" || value === null) return false;
  const { by, device, leftMs, reason, since, state, trusted, until } = value as Record<string, unknown>;
  const numbers = [leftMs, since, until].every((n) => typeof n === "number" && Number.isFinite(n));
  return (
    numbers &&
    Number(leftMs) <= LONGEST_MARK_MS &&
    Math.abs(Number(until)) <= 8.64e15 &&
    Math.abs(Number(since)) <= 8.64e15 &&
    typeof by === "string" &&
    typeof device === "string" &&
    typeof trusted === "boolean" &&
    (state === "maintenance" || state === "calibrating") &&
    (reason === undefined || typeof reason === "string")
  );
}
