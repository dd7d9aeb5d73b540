import { closeSync, constants, existsSync, fstatSync, openSync, readSync, writeSync } from "node:fs";

/** A region of the index of the log holds this many bytes and at least this many frames (walformat.html, 2.2). */
const REGION_BYTES = 32_768;
const REGION_FRAMES = 4_062;
const FRAME_HEAD_BYTES = 24;
/** The smallest block that a file system has which holds a buffer. */
const BLOCK_BYTES = 1_024;

/**
 * SQLite maps the index of its log (`-shm`) into memory, and makes it longer by writing one byte of each 4 kB
 * (unixShmMap in os_unix.c). Where blocks are smaller, the rest of these is a hole: on a full disk the first write
 * into it through the mapping ends the process (SIGBUS). So every block is written here, by calls that can say no.
 */
export class LogIndex {
  readonly #file: string;
  readonly #pageSize: number;
  /** Open as long as SQLite has the file open: a process that closes a file loses all its locks on it (fcntl). */
  #fd: number | undefined;
  #regions = 0;

  constructor(path: string, pageSize: number) {
    this.#file = `${path}-shm`;
    this.#pageSize = pageSize;
  }

  /**
   * Makes sure of the blocks for a log of `logBytes`. Only for the thread that writes the buffer, while no statement
   * runs: what it writes back is read just before. Throws the system's error, ENOSPC on a full disk.
   */
  reserve(logBytes: number): void {
    const frames = Math.ceil(logBytes / (this.#pageSize + FRAME_HEAD_BYTES));
    const regions = Math.ceil((frames + 1) / REGION_FRAMES);
    if (regions <= this.#regions) return;
    // A file that was moved away under way is as it was: there is nothing that could be prepared.
    if (!existsSync(this.#file)) return;
    this.#fd ??= openSync(this.#file, "r+");
    writeBlocks(this.#fd, regions);
    this.#regions = regions;
  }

  /** After SQLite has closed the file. */
  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}

/**
 * Before this process opens a file: room for the first region, so that opening does not meet the hole. Throws the
 * system's error.
 */
export function reserveFirstRegion(path: string): void {
  const fd = openSync(`${path}-shm`, constants.O_RDWR | constants.O_CREAT, 0o644);
  try {
    writeBlocks(fd, 1);
  } finally {
    closeSync(fd);
  }
}

function writeBlocks(fd: number, regions: number): void {
  const { blocks, size } = fstatSync(fd);
  const bytes = regions * REGION_BYTES;
  if (blocks * 512 < size) {
    // The last byte of a block: in the first one that is no byte of the head, which readers write too.
    const byte = Buffer.alloc(1);
    for (let at = BLOCK_BYTES - 1; at < size; at += BLOCK_BYTES) {
      readSync(fd, byte, 0, 1, at);
      writeSync(fd, byte, 0, 1, at);
    }
  }
  if (size < bytes) writeSync(fd, Buffer.alloc(bytes - size), 0, bytes - size, size);
}
