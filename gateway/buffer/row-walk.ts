import type { Database, Statement } from "better-sqlite3";
import type { GatewayRecord } from "../core/record.js";
import { Book, type Entries } from "./book.js";
import { TABLES, type Table } from "./file-format.js";
import type { ChunkRow, ReadRows } from "./protocol.js";
import type { Run } from "./range-set.js";
import { RowDecoder } from "./row-decoder.js";
import { RowReader } from "./rows.js";
import { lastReadable } from "./starting-point.js";
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
  /** Numbers of a table that lie in pages which SQLite cannot read: the walk goes around them. */
  readonly unreadable: readonly Run[];
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
  readonly #read: (from: number, tables: readonly Table[]) => ReadRows;
  readonly #unreadableUntil = new Map<Table, number>();
  readonly #extent: Statement;
  #known = "";
  #decoder: RowDecoder;

  constructor(db: Database, slots: readonly number[]) {
    this.#db = db;
    this.#slots = slots;
    const reader = new RowReader(db);
    this.#read = db.transaction((from: number, tables: readonly Table[]) => reader.read(from, tables));
    this.#extent = db
      .prepare("SELECT (SELECT count(*) FROM layout) || ' ' || (SELECT count(*) FROM run)")
      .pluck();
    this.#decoder = new RowDecoder(new Book({ layouts: [], runs: [] }, slots));
  }

  /** All that is committed with numbers `from` to `to`; without `to` until nothing is left. */
  *steps(from: number, to = Number.MAX_SAFE_INTEGER): Generator<WalkStep> {
    const begun = new Map<Table, number>();
    for (let next = from; next <= to; ) {
      const unreadable: Run[] = [];
      const { keys, rows: found, upTo } = this.#readAround(next, unreadable);
      this.#refresh();
      for (const key of keys) this.#decoder.decodeRow(key);
      const rows: WalkedRow[] = [];
      const records: GatewayRecord[] = [];
      for (const row of found) {
        const decoded = this.#decoder.decodeRow(row);
        for (const record of decoded ?? []) {
          if (record.seq >= next && record.seq <= upTo && record.seq <= to) records.push(record);
        }
        if (row.first <= (begun.get(row.table) ?? 0)) continue;
        begun.set(row.table, row.first);
        rows.push({ row, records: decoded });
      }
      records.sort((a, b) => a.seq - b.seq);
      yield { rows, records, unreadable, upTo: Math.min(upTo, to) };
      if (upTo === Number.MAX_SAFE_INTEGER) return;
      next = upTo + 1;
    }
  }

  /** Reads what can be read: a table with pages that cannot is left out until it can again. */
  #readAround(from: number, unreadable: Run[]): ReadRows {
    const waiting = (): number[] => [...this.#unreadableUntil.values()].filter((until) => until > from);
    const tables = (): Table[] => TABLES.filter((table) => (this.#unreadableUntil.get(table) ?? 0) <= from);
    let read: ReadRows;
    try {
      read = this.#read(from, tables());
    } catch {
      for (const table of tables()) {
        if (this.#canRead(from, table)) continue;
        const until = this.#readableAfter(from, table);
        this.#unreadableUntil.set(table, until);
        unreadable.push([
          from,
          until === Number.POSITIVE_INFINITY ? Math.max(from, this.#last()) : until - 1,
        ]);
      }
      read = this.#read(from, tables());
    }
    const upTo = Math.min(read.upTo, ...waiting().map((until) => until - 1));
    return { ...read, upTo, rows: read.rows.filter(({ first }) => first <= upTo) };
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

  /** The lowest number found from which reading a table works again; infinite: there is none. */
  #readableAfter(from: number, table: Table): number {
    const last = this.#last();
    let bad = from;
    let good: number | undefined;
    for (let step = 1; good === undefined; step *= 2) {
      if (from + step > last) return Number.POSITIVE_INFINITY;
      if (this.#canRead(from + step, table)) good = from + step;
      else bad = from + step;
    }
    while (good - bad > 1) {
      const middle = Math.floor((good + bad) / 2);
      if (this.#canRead(middle, table)) good = middle;
      else bad = middle;
    }
    return good;
  }

  #canRead(from: number, table: Table): boolean {
    try {
      this.#read(from, [table]);
      return true;
    } catch {
      return false;
    }
  }

  #last(): number {
    return lastReadable(this.#db);
  }
}
