import { Worker } from "node:worker_threads";
import { InternalError, TransientError } from "../../drivers/core/errors.js";
import { BUFFER_MESSAGES } from "./messages.js";
import type { Answer, Envelope, Operation, Reopened, RequestOf, ResultOf } from "./protocol.js";

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** An error that the file or the disk gave; `code` is SQLite's or the system's. */
export class StoreError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The file as seen from the thread that polls: every call is answered later. */
export class Store {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #ended: Error | undefined;
  #terminated = false;
  readonly #onFatal: (error: Error) => void;
  readonly #onReopened: (reopened: Reopened) => void;

  /**
   * `onFatal`: the thread ended although nobody asked it to. `onReopened`: the file was set aside while it was open;
   * called before the request that found it so is answered with its error.
   */
  constructor(onFatal: (error: Error) => void, onReopened: (reopened: Reopened) => void) {
    this.#onFatal = onFatal;
    this.#onReopened = onReopened;
    this.#worker = new Worker(new URL("./worker.js", import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 8 },
    });
    this.#worker.on("message", (answer: Answer) => this.#settle(answer));
    this.#worker.on("error", (error) => this.#end(error));
    this.#worker.on("exit", () => this.#end(new TransientError("stale", BUFFER_MESSAGES.closed)));
  }

  call<O extends Operation>(request: RequestOf<O> & { readonly op: O }): Promise<ResultOf<O>> {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: (result) => resolve(result as ResultOf<O>), reject });
      this.#worker.postMessage({ id, request } satisfies Envelope);
    });
  }

  async terminate(): Promise<void> {
    this.#terminated = true;
    await this.#worker.terminate();
  }

  #settle({ error, id, reopened, result }: Answer): void {
    if (reopened) this.#onReopened(reopened);
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) waiting?.reject(new StoreError(error.code, error.message));
    else waiting?.resolve(result);
  }

  #end(cause: Error): void {
    if (this.#ended) return;
    this.#ended = new InternalError(BUFFER_MESSAGES.worker_ended, { problem: cause.message }, { cause });
    for (const waiting of this.#waiting.values()) waiting.reject(this.#ended);
    this.#waiting.clear();
    if (!this.#terminated) this.#onFatal(this.#ended);
  }
}
