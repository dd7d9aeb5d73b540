import { TransientError } from "../../drivers/core/errors.js";
import { dropBallast } from "./disk-room.js";
import { BUFFER_MESSAGES } from "./messages.js";
import type { Opened, OpenRequest, Operation, Reopened, RequestOf } from "./protocol.js";
import { StoreFile } from "./store-file.js";

/** On a full disk SQLite cannot even open: what was kept for that is given back. */
function open(request: OpenRequest): StoreFile {
  try {
    return new StoreFile(request);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (!/^(SQLITE_(FULL|IOERR|CANTOPEN)|ENOSPC)/.test(code) || !dropBallast(request.path)) throw error;
    return new StoreFile(request);
  }
}

/**
 * The file that requests go to. One that is found damaged while it is open is set aside and another one takes its
 * place, at once or, when the disk does not allow it, with a later request.
 */
export class ServedFile {
  #file: StoreFile | undefined;
  #request: OpenRequest | undefined;
  #fileCount = 1;
  #reopened: Opened | undefined;

  serve(request: RequestOf<Operation>): unknown {
    if (request.op === "open") {
      this.#request = request;
      this.#file = open(request);
      return this.#file.opened;
    }
    if (!this.#file && this.#request?.damage !== undefined && request.op !== "close") this.#reopen();
    const file = this.#file;
    if (!file) return undefined;
    switch (request.op) {
      case "commit":
        // Made before who asks knew of the new file: its rows would build on rows that are not there.
        if (request.fileCount !== this.#fileCount)
          throw new TransientError("stale", BUFFER_MESSAGES.file_replaced);
        return file.commit(request);
      case "read":
        return file.read(request);
      case "retain":
        return file.retain(request);
      case "revision":
        return file.revision(request);
      case "close":
        this.#file = undefined;
        file.close();
        return undefined;
    }
  }

  /** The open file is damaged. */
  giveUp(problem: string): void {
    if (!this.#request || !this.#file) return;
    this.#request = { ...this.#request, damage: problem };
    try {
      this.#file.close();
    } catch {
      // It is not used again.
    }
    this.#file = undefined;
    try {
      this.#reopen();
    } catch {
      // Tried again with the next request.
    }
  }

  #reopen(): void {
    if (!this.#request) return;
    this.#file = open(this.#request);
    const { damage: _, ...request } = this.#request;
    this.#request = request;
    this.#fileCount++;
    this.#reopened = this.#file.opened;
  }

  /** What is to be told of it, once. */
  takeReopened(): Reopened | undefined {
    const opened = this.#reopened;
    this.#reopened = undefined;
    return opened && { opened, fileCount: this.#fileCount };
  }
}
