import { createHash, type Hash } from "node:crypto";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { asError, ConfigurationError, RejectedError } from "../../drivers/core/errors.js";
import { CARE_MESSAGES as M } from "./care-messages.js";
import { syncFolder } from "./open-file.js";

const GATHERED_BYTES = 256 * 1024;

/** Throws ConfigurationError where a file is there and `force` does not allow to replace it. */
export function refuseToOverwrite(files: readonly string[], force: boolean): void {
  const file = force ? undefined : files.find((name) => existsSync(name));
  if (file !== undefined) throw new ConfigurationError(M.file_exists, { file });
}

/**
 * A file that is there whole or not at all: written aside, flushed to the disk, renamed. Its SHA-256 grows with
 * it. Either `finish` or `discard` ends it; both are idempotent.
 */
export class WholeFile {
  readonly file: string;
  readonly #part: string;
  readonly #handle: FileHandle;
  readonly #hash: Hash = createHash("sha256");
  #gathered: Buffer[] = [];
  #gatheredBytes = 0;
  #ended = false;

  private constructor(file: string, part: string, handle: FileHandle) {
    this.file = file;
    this.#part = part;
    this.#handle = handle;
  }

  /** Throws ConfigurationError when it cannot be made. */
  static async create(file: string): Promise<WholeFile> {
    const part = partName(file);
    const handle = await open(part, "w", 0o640).catch((thrown: unknown) => {
      const problem = asError(thrown).message;
      throw new ConfigurationError(M.cannot_write, { file, problem }, { cause: thrown });
    });
    return new WholeFile(file, part, handle);
  }

  /** Throws RejectedError when the disk takes no more. */
  async write(text: string | Uint8Array): Promise<void> {
    const bytes = Buffer.from(text as string);
    this.#gathered.push(bytes);
    this.#gatheredBytes += bytes.length;
    if (this.#gatheredBytes >= GATHERED_BYTES) await this.#flush();
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#gathered);
    this.#gathered = [];
    this.#gatheredBytes = 0;
    this.#hash.update(bytes);
    await this.#handle.appendFile(bytes).catch((error: unknown) => this.#failed(error));
  }

  /** The file stands there, on the disk. Returns its SHA-256 in hexadecimal. */
  async finish(): Promise<string> {
    try {
      await this.#flush();
      await this.#handle.sync();
      this.#ended = true;
      await this.#handle.close();
      await rename(this.#part, this.file);
      syncFolder(dirname(this.file));
      return this.#hash.digest("hex");
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Nothing of it is left, unless it was finished. */
  async discard(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#handle.close();
    await rm(this.#part, { force: true });
  }

  #failed(thrown: unknown): never {
    if (thrown instanceof RejectedError) throw thrown;
    const problem = asError(thrown).message;
    throw new RejectedError(M.write_failed, { file: this.file, problem }, { cause: thrown });
  }
}

/** What a process that was killed left of a file that it did not finish is removed. */
export function removeLeftParts(file: string): void {
  const start = `${basename(file)}.part-`;
  for (const name of readdirSync(dirname(file))) {
    const pid = name.startsWith(start) ? Number.parseInt(name.slice(start.length), 10) : Number.NaN;
    if (pid > 0 && pid !== process.pid && !isRunning(pid)) rmSync(join(dirname(file), name), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Where a file is written before it is whole. */
export const partName = (file: string): string => `${file}.part-${process.pid}`;

/** As `sha256sum -c` reads it. */
export const sha256Line = (sha256: string, file: string): string => `${sha256}  ${basename(file)}\n`;

export async function writeWhole(file: string, text: string): Promise<void> {
  const whole = await WholeFile.create(file);
  try {
    await whole.write(text);
    await whole.finish();
  } finally {
    await whole.discard();
  }
}
