import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { asError, InternalError } from "../../drivers/core/errors.js";
import { APPLICATION_ID, configure, formatOf, migrate } from "./file-format.js";
import { keepOldFormat } from "./keep-old-format.js";
import { reserveFirstRegion } from "./log-index.js";
import type { OpenRequest } from "./protocol.js";
import { salvage, salvageFrom } from "./salvage.js";
import { startingPoint } from "./starting-point.js";

/** How long a statement waits for another process (an export, a person with sqlite3). */
const BUSY_MS = 1_000;
/** Larger files are not read through at start, which would take a slow card minutes: chunks have checksums. */
const MOST_CHECKED_BYTES = 64_000_000;

export interface OpenFile {
  readonly db: Database.Database;
  /** The damaged file that stood there, and how many records were taken over from it. */
  readonly setAside?: { readonly path: string; readonly problem: string; readonly saved: number };
}

/**
 * Opens the file, new or old; one that is damaged is set aside, what can be read of it is taken over. `from`: what is
 * taken over instead, the file that stood there and is gone.
 */
export function openFile(request: OpenRequest, from?: Database.Database): OpenFile {
  const { path, stamp } = request;
  mkdirSync(dirname(path), { recursive: true });
  if (from) {
    const isThere = ["", "-wal", "-shm"].some((suffix) => existsSync(path + suffix));
    const aside = isThere ? setAside(path, `${path}.damaged-${stamp}`) : "";
    const db = openAndCheck(request);
    return { db, setAside: { path: aside, problem: request.damage ?? "", saved: salvageFrom(from, db) } };
  }
  try {
    if (request.damage !== undefined && existsSync(path)) throw damaged(request.damage);
    return { db: openAndCheck(request) };
  } catch (error) {
    const isUnreadable = request.impatient === true && codeOf(error) === "SQLITE_IOERR_READ";
    if (!isDamage(error) && !isForeign(error) && !isUnreadable) throw error;
    const aside = setAside(path, `${path}.damaged-${stamp}`);
    const db = openAndCheck(request);
    return { db, setAside: { path: aside, problem: asError(error).message, saved: salvage(aside, db) } };
  }
}

/** Renames a file of SQLite with all that belongs to it; returns the name it has now, which nothing had before. */
export function setAside(path: string, wanted: string): string {
  const aside = freeName(wanted);
  for (const suffix of ["", "-wal"]) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  // The index of a log is made anew by whoever opens it next.
  rmSync(`${path}-shm`, { force: true });
  syncFolder(dirname(path));
  return aside;
}

export function freeName(wanted: string): string {
  let name = wanted;
  for (let n = 2; existsSync(name); n++) name = `${wanted}-${n}`;
  return name;
}

/** SQLite's words for a file that is not what it should be. */
export function isDamage(error: unknown): boolean {
  const code = codeOf(error);
  const isDamaged = code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB";
  // Shorter than it says.
  return isDamaged || code === "SQLITE_IOERR_SHORT_READ";
}

/** A database without our tables, or with something else in them. */
function isForeign(error: unknown): boolean {
  return error instanceof InternalError || codeOf(error) === "SQLITE_ERROR";
}

function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}

function damaged(problem: string): Error {
  return Object.assign(new TypeError(problem), { code: "SQLITE_CORRUPT" });
}

/** What quick_check says of a page that the disk did not give: the number is SQLite's, its low byte SQLITE_IOERR. */
function isUnreadVerdict(verdict: string): boolean {
  const found = /error code[ =](\d+)/.exec(verdict)?.[1];
  return found !== undefined && (Number(found) & 0xff) === 10;
}

function openAndCheck(request: OpenRequest): Database.Database {
  reserveFirstRegion(request.path);
  const db = new Database(request.path, { timeout: BUSY_MS });
  try {
    // A file of a newer format is not touched, not even by its settings.
    const steps = request.tuning?.steps;
    if (formatOf(db) > 0) {
      keepOldFormat(db, request.path);
      migrate(db, request.path, steps);
    }
    configure(db, request.tuning?.pageSize);
    migrate(db, request.path, steps);
    const bytes =
      Number(db.pragma("page_count", { simple: true })) * Number(db.pragma("page_size", { simple: true }));
    const verdict = bytes > MOST_CHECKED_BYTES ? "ok" : db.pragma("quick_check(1)", { simple: true });
    const owner = Number(db.pragma("application_id", { simple: true }));
    const problem =
      verdict !== "ok" ? String(verdict) : owner !== APPLICATION_ID ? "not a buffer file" : undefined;
    if (problem && isUnreadVerdict(problem)) {
      // The disk may give it later: nothing is set aside for that.
      throw Object.assign(new TypeError(problem), { code: "SQLITE_IOERR_READ" });
    }
    if (problem) throw damaged(problem);
    startingPoint(db, request);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A rename is durable only when its folder is. */
export function syncFolder(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/**
 * Makes the write-ahead log as long as it will become: from then on a commit writes into blocks that are there,
 * and the file system has nothing to put into its own journal (which costs more than the commit itself). SQLite
 * stops reading the log at the first frame that is not whole: zeros are none. Only while no statement runs. False
 * when the disk has no space for it: then the log grows with its commits, as it does without this.
 */
export function extendLog(path: string, bytes: number): boolean {
  let fd: number;
  try {
    fd = openSync(`${path}-wal`, "r+");
  } catch {
    return false;
  }
  try {
    const { size } = fstatSync(fd);
    const zeros = Buffer.alloc(65_536);
    for (let at = size; at < bytes; at += zeros.length) {
      writeSync(fd, zeros, 0, Math.min(zeros.length, bytes - at), at);
    }
    if (size < bytes) fsyncSync(fd);
    return true;
  } catch {
    return false;
  } finally {
    closeSync(fd);
  }
}
