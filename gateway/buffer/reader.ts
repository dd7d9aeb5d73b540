import Database from "better-sqlite3";
import type { GatewayRecord } from "../core/record.js";
import { formatOf } from "./file-format.js";
import { numbersBetween } from "./numbers-between.js";
import type { Run } from "./range-set.js";
import { RowWalk } from "./row-walk.js";
import { lastCommitted, stateOf, storedUplinks } from "./starting-point.js";

/** A buffer file seen from outside, while a gateway may be writing it. */
export interface BufferReader {
  readonly format: number;
  readonly epoch: string;
  readonly rev: number;
  /** Names of the uplinks, in the order of `prevs`. */
  readonly uplinks: readonly string[];
  /** Last number that is committed now. */
  last(): number;
  /**
   * The lowest and the highest number whose records may have times (wall ms) between `from` and `to`, up to what
   * is committed now; undefined: there are none. A clock that steps within a day is allowed for.
   */
  numbersBetween(from: number, to: number): Run | undefined;
  /** All records from number `from` on, in order. A row that cannot be read is left out and counted. */
  records(from?: number): Generator<GatewayRecord>;
  /** The same with numbers up to `to`, in short steps: nothing stays open between two of them. */
  steps(from: number, to: number): Generator<readonly GatewayRecord[]>;
  /** Rows, or runs of pages, that could not be read so far. */
  readonly damaged: number;
  close(): void;
}

/** Opens for reading only. Throws SQLite's error for a file that is none. */
export function openBufferReader(path: string): BufferReader {
  const db = new Database(path, { readonly: true, fileMustExist: true });
  try {
    return new FileReader(db);
  } catch (error) {
    db.close();
    throw error;
  }
}

class FileReader implements BufferReader {
  readonly #db: Database.Database;
  readonly #slots: readonly number[];
  readonly format: number;
  readonly epoch: string;
  readonly rev: number;
  readonly uplinks: readonly string[];
  damaged = 0;

  constructor(db: Database.Database) {
    this.#db = db;
    this.format = formatOf(db);
    this.epoch = String(stateOf(db, "epoch") ?? "");
    this.rev = Number(stateOf(db, "rev") ?? 0);
    const uplinks = storedUplinks(db);
    this.uplinks = uplinks.map(({ name }) => name);
    this.#slots = uplinks.map(({ slot }) => slot);
  }

  last(): number {
    return lastCommitted(this.#db);
  }

  numbersBetween(from: number, to: number): Run | undefined {
    return numbersBetween(this.#db, from, to);
  }

  *steps(from: number, to: number): Generator<readonly GatewayRecord[]> {
    for (const { records, rows, unreadable } of new RowWalk(this.#db, this.#slots).steps(from, to)) {
      this.damaged += rows.filter(({ records: read }) => read === undefined).length;
      this.damaged += unreadable.length;
      yield records;
    }
  }

  *records(from = 1): Generator<GatewayRecord> {
    for (const records of this.steps(from, Number.MAX_SAFE_INTEGER)) yield* records;
  }

  close(): void {
    this.#db.close();
  }
}

/** All records of a buffer file, in order of their numbers. */
export function* readBuffer(path: string): Generator<GatewayRecord> {
  const reader = openBufferReader(path);
  try {
    yield* reader.records();
  } finally {
    reader.close();
  }
}
