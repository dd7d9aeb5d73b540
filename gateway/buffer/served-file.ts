import { existsSync } from "node:fs";
import { TransientError } from "../../drivers/core/errors.js";
import { dropBallast } from "./disk-room.js";
import { BUFFER_MESSAGES } from "./messages.js";
import { isDamage } from "./open-file.js";
import type { Opened, OpenRequest, Operation, Reopened, RequestOf } from "./protocol.js";
import { StoreFile } from "./store-file.js";

/** After so many commits in a row that the disk refused, the file is closed and opened again. */
const MOST_REFUSED = 3;
/** So often the file is not opened because a page cannot be read; after that the page is damaged. */
const MOST_UNREAD = 6;

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "";

/** On a full disk SQLite cannot even open: what was kept for that is given back. */
function open(request: OpenRequest): StoreFile {
  try {
    return new StoreFile(request);
  } catch (error) {
    const isFull = /^(SQLITE_(FULL|IOERR|CANTOPEN)|ENOSPC)/.test(codeOf(error));
    if (!isFull || !dropBallast(request.path)) throw error;
    return new StoreFile(request);
  }
}

/**
 * The file that requests go to. One that is found damaged while it is open is set aside and another one takes its
 * place; one that was removed is written anew out of what is still open of it; one that the disk does not let be
 * written is closed, so that its file system can be mounted anew, and opened again. Each at once or, when the disk does
 * not allow it, with a later request.
 */
export class ServedFile {
  #file: StoreFile | undefined;
  #request: OpenRequest | undefined;
  #fileCount = 1;
  #reopened: Opened | undefined;
  #refused = 0;
  #unread = 0;
  #isClosed = false;

  serve(request: RequestOf<Operation>): unknown {
    if (request.op === "open") {
      this.#request = request;
      this.#file = this.#opened(request);
      return this.#file.opened;
    }
    if (!this.#file && this.#request && !this.#isClosed && request.op !== "close") this.#reopen();
    const file = this.#file;
    if (!file) return undefined;
    switch (request.op) {
      case "commit":
        // Made before who asks knew of the new file: its rows would build on rows that are not there.
        if (request.fileCount !== this.#fileCount) throw replaced();
        if (file.isGone()) {
          this.#replace(file);
          throw replaced();
        }
        return this.#committed(file.commit(request));
      case "read":
        return file.read(request);
      case "retain":
        return file.retain(request);
      case "revision":
        return file.revision(request);
      case "close":
        this.#file = undefined;
        this.#isClosed = true;
        file.close();
        return undefined;
    }
  }

  /** A request to the open file failed. */
  failed(op: Operation, error: unknown): void {
    if (op === "open") return;
    if (isDamage(error)) this.#giveUp({ damage: String(error instanceof Error ? error.message : error) });
    else if (op === "commit" && /^SQLITE_(READONLY|IOERR|CANTOPEN)|^E(IO|ROFS)$/.test(codeOf(error))) {
      if (++this.#refused >= MOST_REFUSED) this.#giveUp({});
    }
  }

  #committed<T>(result: T): T {
    this.#refused = 0;
    return result;
  }

  #giveUp(why: Pick<OpenRequest, "damage">): void {
    const file = this.#file;
    if (!this.#request || !file) return;
    this.#request = { ...this.#request, ...why };
    // Both places may be lost: what is known here is written down before.
    file.vouch();
    this.#file = undefined;
    this.#refused = 0;
    closeUnused(file);
    try {
      this.#reopen();
    } catch {
      // Tried again with the next request.
    }
  }

  #replace(file: StoreFile): void {
    if (!this.#request) return;
    const { damage: _, ...request } = this.#request;
    this.#took(file.replaced({ ...request, damage: "removed or replaced while it was open" }));
    closeUnused(file);
  }

  #reopen(): void {
    if (!this.#request) return;
    const { damage, path } = this.#request;
    // Not damaged, and not there: the file system on which it lies is away.
    if (damage === undefined && !existsSync(path)) {
      throw Object.assign(new TransientError("stale", BUFFER_MESSAGES.file_away), { code: "ENOENT" });
    }
    this.#took(this.#opened(this.#request));
    const { damage: _, ...request } = this.#request;
    this.#request = request;
  }

  #opened(request: OpenRequest): StoreFile {
    try {
      const file = open({ ...request, impatient: this.#unread >= MOST_UNREAD });
      this.#unread = 0;
      return file;
    } catch (error) {
      if (codeOf(error) === "SQLITE_IOERR_READ") this.#unread++;
      throw error;
    }
  }

  #took(file: StoreFile): void {
    this.#file = file;
    this.#fileCount++;
    this.#reopened = file.opened;
  }

  /** What is to be told of it, once. */
  takeReopened(): Reopened | undefined {
    const opened = this.#reopened;
    this.#reopened = undefined;
    return opened && { opened, fileCount: this.#fileCount };
  }
}

const replaced = (): Error => new TransientError("stale", BUFFER_MESSAGES.file_replaced);

function closeUnused(file: StoreFile): void {
  try {
    file.close();
  } catch {
    // It is not used again.
  }
}
