import { closeSync, openSync, rmSync, statfsSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { Database } from "better-sqlite3";
import { LOG_BYTES } from "./file-format.js";
import { LogIndex } from "./log-index.js";
import { extendLog } from "./open-file.js";

/**
 * What is given back to the disk when it is full: as much as the file can have to grow by to take over the log. That
 * is a log of full length, and what it was lengthened by where there was less space than a checkpoint needs.
 */
const BALLAST_LOGS = 2.5;
/** A commit may run beyond the length at which the log is begun anew; each frame has a head. */
const LOG_MARGIN = 1.1;
/** On a small disk the log is shorter, so that it and the ballast leave the file the most of it. */
const LOG_OF_ALL = 1 / 8;
/** And so that both fit into what is left on one that is nearly full. */
const LOG_OF_FREE = 1 / 5;
const LEAST_LOG_BYTES = 100_000;
/** Beginning the log with another length is worth it only when it becomes so much longer. */
const WORTH_LENGTHENING = 1.5;
/** The ballast takes at most this share of what is free: a small disk is not filled by it. */
const MOST_SHARE = 0.5;
const LEAST_BALLAST = 128_000;
/** The disk has room again when the ballast fits and as much besides. */
const ROOM_SHARE = 2;
/** With less than this to spare, a disk that refuses to write is full, whatever the error is called. */
const NEXT_TO_NOTHING = 256_000;

/** Asked of the file system; a test has its own. */
export interface Disk {
  availableBytes(folder: string): number;
}

export const SYSTEM_DISK: Disk = {
  availableBytes(folder) {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  },
};

/**
 * Keeps a way out of a full disk. SQLite needs space even to delete: so a file of zeros lies beside the buffer and
 * is given back when a commit finds no space. With it the log is carried into the file, and from then on the file
 * does not grow, so that nothing needs space any more: new records take the place of old ones until the disk has room
 * again.
 */
export class DiskRoom {
  readonly #db: Database;
  readonly #folder: string;
  readonly #ballast: string;
  readonly #maxPages: number;
  readonly #pageSize: number;
  readonly #disk: Disk;
  readonly #path: string;
  readonly #index: LogIndex;
  #logBytes = 0;
  #state: "writable" | "full" = "writable";
  /** What was given back: with less the way out would become narrower each time. */
  #given = LEAST_BALLAST;

  constructor(db: Database, path: string, maxBytes: number, disk: Disk) {
    this.#db = db;
    this.#path = path;
    this.#folder = dirname(path);
    this.#ballast = `${path}.ballast`;
    this.#disk = disk;
    this.#pageSize = Number(db.pragma("page_size", { simple: true }));
    this.#maxPages = Math.max(1024, Math.floor(maxBytes / this.#pageSize));
    this.#index = new LogIndex(path, this.#pageSize);
    this.#fitLog();
    this.restore();
  }

  /** So long may the log become before it is begun anew. */
  get logBytes(): number {
    return this.#logBytes;
  }

  /** Before so many bytes are committed: what SQLite maps into memory has its blocks. Throws the system's error. */
  prepare(bytes: number): void {
    const logBytes = Math.max(this.#logBytes * LOG_MARGIN, bytesOf(`${this.#path}-wal`));
    this.#index.reserve(logBytes + bytes);
  }

  /** After the file is closed. */
  close(): void {
    this.#index.close();
  }

  /** `full`: the file must not grow. */
  get state(): "writable" | "full" {
    return this.#state;
  }

  /** What the file may become. */
  get limitBytes(): number {
    return this.#limitPages() * this.#pageSize;
  }

  /** A write failed with `code`. Whether it is worth trying again at once. Never throws. */
  relieve(code: string): boolean {
    if (this.#pages() >= this.#limitPages()) return false;
    if (
      !/^(SQLITE_FULL|ENOSPC)/.test(code) &&
      !(code.startsWith("SQLITE_IOERR") && this.#available() < NEXT_TO_NOTHING)
    )
      return false;
    const bytes = ballastBytes(this.#ballast);
    this.#given = Math.max(this.#given, bytes);
    rmSync(this.#ballast, { force: true });
    this.#checkpoint("PASSIVE");
    // What a commit that found no space made the log longer by is the file's to grow.
    if (bytesOf(`${this.#path}-wal`) > this.#logBytes * LOG_MARGIN * WORTH_LENGTHENING) this.#shortenLog();
    this.#state = "full";
    this.#limit(this.#pages());
    return bytes > 0;
  }

  /** After each commit: while the disk is full the log must be free for the next one, for it cannot grow. */
  committed(): void {
    if (this.#state === "full") this.#checkpoint("PASSIVE");
  }

  /** Looks whether the disk has room again. Never throws. */
  restore(): void {
    try {
      const bytes = ballastBytes(this.#ballast);
      if (this.#state === "full" && this.#available() < ROOM_SHARE * this.#given) return;
      if (this.#wantedLog() > this.#logBytes * WORTH_LENGTHENING) this.#fitLog();
      const available = this.#available();
      const fits = Math.floor(Math.min(this.#logBytes * BALLAST_LOGS, bytes + available * MOST_SHARE));
      if (fits >= LEAST_BALLAST && bytes < fits * 0.9) fill(this.#ballast, bytes, fits);
      if (this.#state === "full") this.#limit(this.#maxPages);
      this.#state = "writable";
    } catch {
      // No room yet, or the file system does not tell: as before.
    }
  }

  /** How long the log should be on the disk as it is. */
  #wantedLog(): number {
    const free = this.#available() + ballastBytes(this.#ballast) + bytesOf(`${this.#path}-wal`);
    const all = free + this.#pages() * this.#pageSize;
    const fits = Math.min(all * LOG_OF_ALL, free * LOG_OF_FREE);
    return Math.floor(Math.min(LOG_BYTES, Math.max(LEAST_LOG_BYTES, fits)));
  }

  /** Never throws: a log that cannot be made as long as it will become grows with its commits. */
  #fitLog(): void {
    this.#logBytes = this.#wantedLog();
    this.#db.pragma(`wal_autocheckpoint = ${Math.floor(this.#logBytes / this.#pageSize)}`);
    const bytes = this.#logBytes * LOG_MARGIN;
    if (bytesOf(`${this.#path}-wal`) > bytes * WORTH_LENGTHENING) this.#shortenLog();
    else if (!extendLog(this.#path, bytes) && dropBallast(this.#path)) extendLog(this.#path, bytes);
  }

  #shortenLog(): void {
    this.#checkpoint("TRUNCATE");
    extendLog(this.#path, this.#logBytes * LOG_MARGIN);
  }

  #limitPages(): number {
    return Number(this.#db.pragma("max_page_count", { simple: true }));
  }

  #pages(): number {
    return Number(this.#db.pragma("page_count", { simple: true }));
  }

  #available(): number {
    try {
      return this.#disk.availableBytes(this.#folder);
    } catch {
      return 0;
    }
  }

  #limit(pages: number): void {
    this.#db.pragma(`max_page_count = ${pages}`);
  }

  #checkpoint(how: "PASSIVE" | "TRUNCATE"): void {
    try {
      this.#db.pragma(`wal_checkpoint(${how})`);
    } catch {
      // Somebody else was faster: it goes on when there is room.
    }
  }
}

/** Gives all of the ballast back: a full disk at start. */
export function dropBallast(path: string): boolean {
  const bytes = ballastBytes(`${path}.ballast`);
  rmSync(`${path}.ballast`, { force: true });
  return bytes > 0;
}

const bytesOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** What it really takes of the disk. */
function ballastBytes(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? Math.min(stat.size, stat.blocks * 512) : 0;
}

/** Makes it longer; what is there stays there. Throws when it does not fit: it is as long as it could become. */
function fill(path: string, from: number, to: number): void {
  const zeros = Buffer.alloc(65_536);
  const fd = openSync(path, from === 0 ? "w" : "r+", 0o640);
  try {
    for (let at = from; at < to; at += zeros.length) {
      writeSync(fd, zeros, 0, Math.min(zeros.length, to - at), at);
    }
  } finally {
    closeSync(fd);
  }
}
