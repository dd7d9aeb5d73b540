import { type FileHandle, open } from "node:fs/promises";
import { BusTextWriter } from "../../../drivers/core/bus-text.js";
import { asError, ConfigurationError } from "../../../drivers/core/errors.js";
import type { ApiBusHead, ApiFrame } from "../../api/bus-stream.js";
import { CLI_MESSAGES as M } from "../messages.js";

/** Writes traffic as it comes into a new file. Each call settles when the system has taken what it was given. */
export class BusRecorder {
  readonly file: string;
  frames = 0;
  skipped = 0;
  readonly #handle: FileHandle;
  readonly #writer: BusTextWriter;

  private constructor(file: string, handle: FileHandle, writer: BusTextWriter) {
    this.file = file;
    this.#handle = handle;
    this.#writer = writer;
  }

  /** Throws ConfigurationError when the file exists already or cannot be made. */
  static async create(file: string, head: ApiBusHead): Promise<BusRecorder> {
    const handle = await open(file, "wx", 0o640).catch((thrown: unknown) => {
      const error = asError(thrown);
      const exists = "code" in error && error.code === "EEXIST";
      throw exists
        ? new ConfigurationError(M.record_exists, { file }, { cause: error })
        : new ConfigurationError(M.record_failed, { file, problem: error.message }, { cause: error });
    });
    const recorder = new BusRecorder(file, handle, new BusTextWriter(head.mono));
    const { connection, driver, line } = head;
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const start = Date.parse(head.start);
    const said = { connection, driver, start, zone };
    await recorder.#append(recorder.#writer.head(line === undefined ? said : { ...said, line }));
    return recorder;
  }

  async frame(frame: ApiFrame): Promise<void> {
    const bytes = Buffer.from(frame.hex.replaceAll(" ", ""), "hex");
    await this.#append(this.#writer.frame({ ...frame, bytes }, frame.meaning));
    this.frames++;
  }

  async skip(count: number): Promise<void> {
    await this.#append(this.#writer.skipped(count));
    this.skipped += count;
  }

  /** Everything is on the disk afterwards. */
  async close(): Promise<void> {
    try {
      await this.#handle.sync().catch((error: unknown) => this.#failed(error));
    } finally {
      await this.#handle.close();
    }
  }

  async #append(text: string): Promise<void> {
    await this.#handle.appendFile(text).catch((error: unknown) => this.#failed(error));
  }

  #failed(thrown: unknown): never {
    const error = asError(thrown);
    const params = { file: this.file, problem: error.message };
    throw new ConfigurationError(M.record_failed, params, { cause: error });
  }
}
