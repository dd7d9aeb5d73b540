import { closeSync, openSync, readSync } from "node:fs";

/** What file systems write at least. */
const BLOCK_BYTES = 4096;
const LOG_HEAD_BYTES = 32;
const FRAME_HEAD_BYTES = 24;
/** Pages that a checkpoint writes beside those that the file has grown by: inner pages, rows of state. */
const CHECKPOINT_SHARE = 1.2;

/**
 * How many bytes commits have handed to the file system: the blocks of the write-ahead log that each touched,
 * and what checkpoints carry into the file. An estimate; what the block device says is in docs/buffer-format.md.
 */
export class WriteAccount {
  /**
   * Stays open for as long as the database: POSIX drops all locks of a process on a file when it closes any of its
   * descriptors (sqlite.org/howtocorrupt.html, 2.2). The next reader from outside would then take the log's index for
   * nobody's and cut it short under our feet: SIGBUS.
   */
  readonly #fd: number | undefined;
  readonly #frameBytes: number;
  #frames: number;
  #fileBytes: number;
  #written = 0;

  constructor(path: string, pageSize: number, fileBytes: number) {
    this.#fd = opened(`${path}-shm`);
    this.#frameBytes = pageSize + FRAME_HEAD_BYTES;
    this.#frames = this.#lastFrame();
    this.#fileBytes = fileBytes;
  }

  /** As the last call of `afterCommit` gave it. */
  get bytes(): number {
    return Math.round(this.#written);
  }

  /** Bytes since start. */
  afterCommit(fileBytes: number): number {
    const frames = this.#lastFrame();
    let from = this.#frames;
    if (frames < from) {
      // The log was begun anew: a checkpoint has carried all of it into the file.
      this.#written += Math.max(0, fileBytes - this.#fileBytes) * CHECKPOINT_SHARE;
      this.#fileBytes = fileBytes;
      from = 0;
    }
    if (frames > from) {
      const first = Math.floor((LOG_HEAD_BYTES + from * this.#frameBytes) / BLOCK_BYTES);
      const end = Math.ceil((LOG_HEAD_BYTES + frames * this.#frameBytes) / BLOCK_BYTES);
      this.#written += (end - first) * BLOCK_BYTES;
    }
    this.#frames = frames;
    return this.bytes;
  }

  /** mxFrame of the WAL index (sqlite.org/walformat.html, 2.1: offset 16, native byte order); 0 without one. */
  #lastFrame(): number {
    if (this.#fd === undefined) return 0;
    const head = Buffer.alloc(4);
    return readSync(this.#fd, head, 0, 4, 16) === 4 ? head.readUInt32LE(0) : 0;
  }

  /** Once the database is closed, not before. */
  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
  }
}

function opened(path: string): number | undefined {
  try {
    return openSync(path, "r");
  } catch {
    return undefined;
  }
}
