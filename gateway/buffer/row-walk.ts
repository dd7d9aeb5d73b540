import type { Database, Statement } from "better-sqlite3";
import type { GatewayRecord } from "../core/record.js";
import { Book, type Entries } from "./book.js";
import type { Table } from "./file-format.js";
import type { ChunkRow, ReadRows } from "./protocol.js";
import type { Run } from "./range-set.js";
import { RowDecoder } from "./row-decoder.js";
import { RowReader } from "./rows.js";
import { lastCommitted } from "./starting-point.js";
import { readEntries } from "./store-file.js";

export interface WalkedRow {
  readonly row: ChunkRow;
  /** Undefined: the row cannot be read. */
  readonly records: readonly GatewayRecord[] | undefined;
}

export interface WalkStep {
  /** Rows that begin in this step, in the order of their first numbers. */
  readonly rows: readonly WalkedRow[];
  /** In the order of their numbers. */
  readonly records: readonly GatewayRecord[];
  /** Numbers that lie in pages which SQLite cannot read: the walk went around them. */
  readonly unreadable?: Run;
  /** Everything up to this number has been walked. */
  readonly upTo: number;
}

/**
 * Goes through the rows of a file, also while a gateway writes it. Each step is one short transaction: it sees
 * one state of all tables, and stops no checkpoint for longer.
 */
export class RowWalk {
  readonly #db: Database;
  readonly #slots: readonly number[];
  readonly #read: (from: number) => ReadRows;
  readonly #extent: Statement;
  #known = "";
  #decoder: RowDecoder;

  constructor(db: Database, slots: readonly number[]) {
    this.#db = db;
    this.#slots = slots;
    const reader = new RowReader(db);
    this.#read = db.transaction((from: number) => reader.read(from));
    this.#extent = db
      .prepare("SELECT (SELECT count(*) FROM layout) || ' ' || (SELECT count(*) FROM run)")
      .pluck();
    this.#decoder = new RowDecoder(new Book({ layouts: [], runs: [] }, slots));
  }

  /** All that is committed with numbers `from` to `to`; without `to` until nothing is left. */
  *steps(from: number, to = Number.MAX_SAFE_INTEGER): Generator<WalkStep> {
    const begun = new Map<Table, number>();
    for (let next = from; next <= to; ) {
      let read: ReadRows;
      try {
        read = this.#read(next);
        this.#refresh();
      } catch (error) {
        const again = this.#readableAfter(next, error);
        yield { rows: [], records: [], unreadable: [next, again - 1], upTo: again - 1 };
        next = again;
        continue;
      }
      for (const key of read.keys) this.#decoder.decodeRow(key);
      const rows: WalkedRow[] = [];
      const records: GatewayRecord[] = [];
      for (const row of read.rows) {
        const decoded = this.#decoder.decodeRow(row);
        for (const record of decoded ?? []) {
          if (record.seq >= next && record.seq <= read.upTo && record.seq <= to) records.push(record);
        }
        if (row.first <= (begun.get(row.table) ?? 0)) continue;
        begun.set(row.table, row.first);
        rows.push({ row, records: decoded });
      }
      records.sort((a, b) => a.seq - b.seq);
      yield { rows, records, upTo: Math.min(read.upTo, to) };
      if (read.upTo === Number.MAX_SAFE_INTEGER) return;
      next = read.upTo + 1;
    }
  }

  /** Layouts and runs are only ever added: they are read again when there are more. */
  #refresh(): void {
    const known = String(this.#extent.get());
    if (known === this.#known) return;
    this.#known = known;
    let entries: Entries = { layouts: [], runs: [] };
    try {
      entries = readEntries(this.#db);
    } catch {
      // Without them no row means anything: each is told as one that cannot be read.
    }
    this.#decoder = new RowDecoder(new Book(entries, this.#slots));
  }

  /** The lowest number found from which reading works again; throws `error` where there is none. */
  #readableAfter(from: number, error: unknown): number {
    const last = lastCommitted(this.#db);
    let bad = from;
    let good: number | undefined;
    for (let step = 1; good === undefined; step *= 2) {
      if (from + step > last) throw error;
      if (this.#canRead(from + step)) good = from + step;
      else bad = from + step;
    }
    while (good - bad > 1) {
      const middle = Math.floor((good + bad) / 2);
      if (this.#canRead(middle)) good = middle;
      else bad = middle;
    }
    return good;
  }

  #canRead(from: number): boolean {
    try {
      this.#read(from);
      return true;
    } catch {
      return false;
    }
  }
}
