import Database from "better-sqlite3";
import type { GatewayRecord } from "../core/record.js";
import { Book, type Entries } from "./book.js";
import { formatOf } from "./file-format.js";
import { RowDecoder } from "./row-decoder.js";
import { RowReader } from "./rows.js";
import { lastCommitted, stateOf } from "./starting-point.js";
import { readEntries } from "./store-file.js";

/** A buffer file seen from outside, while a gateway may be writing it. */
export interface BufferReader {
  readonly format: number;
  readonly epoch: string;
  readonly rev: number;
  /** Names of the uplinks, in the order of `prevs`. */
  readonly uplinks: readonly string[];
  /** Last number that is committed now. */
  last(): number;
  /** All records from number `from` on, in order. A row that cannot be read is left out and counted. */
  records(from?: number): Generator<GatewayRecord>;
  /** Rows that could not be read so far. */
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
  readonly #reader: RowReader;
  readonly #slots: readonly number[];
  readonly format: number;
  readonly epoch: string;
  readonly rev: number;
  readonly uplinks: readonly string[];
  damaged = 0;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#reader = new RowReader(db);
    this.format = formatOf(db);
    this.epoch = String(stateOf(db, "epoch") ?? "");
    this.rev = Number(stateOf(db, "rev") ?? 0);
    const uplinks = db.prepare("SELECT slot, name FROM uplink ORDER BY slot").all() as {
      slot: number;
      name: string;
    }[];
    this.uplinks = uplinks.map(({ name }) => name);
    this.#slots = uplinks.map(({ slot }) => slot);
  }

  last(): number {
    return lastCommitted(this.#db);
  }

  *records(from = 1): Generator<GatewayRecord> {
    // A gateway that runs may add layouts: they are read again for each step.
    let entries: Entries | undefined;
    let decoder: RowDecoder | undefined;
    for (let next = from; ; ) {
      const rows = this.#reader.read(next);
      const now = readEntries(this.#db);
      if (!decoder || JSON.stringify(now) !== JSON.stringify(entries)) {
        entries = now;
        decoder = new RowDecoder(new Book(now, this.#slots));
      }
      const { damaged, records } = decoder.decode(rows);
      this.damaged += damaged.length;
      for (const record of records) if (record.seq >= next) yield record;
      if (rows.upTo === Number.MAX_SAFE_INTEGER) return;
      next = rows.upTo + 1;
    }
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
