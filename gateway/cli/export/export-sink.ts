import { refuseToOverwrite, sha256Line, WholeFile, writeWhole } from "../../buffer/whole-file.js";
import { type Io, READER_LEFT } from "../io.js";
import { writeOut } from "../write-out.js";

/**
 * Where an export goes: a file that is there whole or not at all, with its checksum beside it, or standard output.
 * End it with `finish` or `discard`, on every path.
 */
export class ExportSink {
  readonly #io: Pick<Io, "stdout" | "signal">;
  readonly #file: WholeFile | undefined;

  private constructor(io: Pick<Io, "stdout" | "signal">, file: WholeFile | undefined) {
    this.#io = io;
    this.#file = file;
  }

  /** Throws ConfigurationError where the file is there already or cannot be made. */
  static async open(
    out: string | undefined,
    force: boolean,
    io: Pick<Io, "stdout" | "signal">,
  ): Promise<ExportSink> {
    if (out === undefined) return new ExportSink(io, undefined);
    refuseToOverwrite([out, `${out}.sha256`], force);
    return new ExportSink(io, await WholeFile.create(out));
  }

  /** Nobody reads any more: `tram export | head` has what it wants. */
  get isLeft(): boolean {
    const { signal, stdout } = this.#io;
    return this.#file === undefined && (signal.reason === READER_LEFT || !stdout.writable);
  }

  /** Throws RejectedError when the disk takes no more. */
  async write(text: string): Promise<void> {
    if (text === "") return;
    if (this.#file) await this.#file.write(text);
    else await writeOut(this.#io.stdout, text, this.#io.signal);
  }

  /** The SHA-256 of the file, which has its checksum beside it then; undefined for standard output. */
  async finish(): Promise<string | undefined> {
    if (!this.#file) return undefined;
    const sha256 = await this.#file.finish();
    await writeWhole(`${this.#file.file}.sha256`, sha256Line(sha256, this.#file.file));
    return sha256;
  }

  /** Nothing of the file is left, unless it was finished. */
  async discard(): Promise<void> {
    await this.#file?.discard();
  }
}
