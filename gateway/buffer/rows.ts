import type { Database, Statement } from "better-sqlite3";
import { sqlName, TABLES, type Table } from "./file-format.js";
import { unpack } from "./packing.js";
import type { ChunkRow, ReadRows } from "./protocol.js";

interface StoredRow {
  readonly first: number;
  readonly span: number;
  readonly back: number;
  readonly count: number;
  readonly rev: number;
  readonly t: number | null;
  readonly body: Uint8Array;
}

/** Most rows of one table, and most unpacked bytes of them, that one step of reading takes. */
const MOST_ROWS = 32;
const MOST_BYTES = 200_000;

const COLUMNS = "first, span, back, count, rev, t, body";

/** Reads chunks in short steps: no statement stays open between two calls. */
export class RowReader {
  readonly #statements: ReadonlyMap<Table, { readonly from: Statement; readonly one: Statement }>;

  constructor(db: Database) {
    this.#statements = new Map(
      TABLES.map((table) => {
        const name = sqlName(table);
        const from = db.prepare(
          `SELECT ${COLUMNS} FROM ${name}
           WHERE first >= coalesce((SELECT max(first) FROM ${name} WHERE first <= ?), 0)
           AND first + span >= ? ORDER BY first LIMIT ${MOST_ROWS}`,
        );
        return [table, { from, one: db.prepare(`SELECT ${COLUMNS} FROM ${name} WHERE first = ?`) }] as const;
      }),
    );
  }

  /** The rows of all tables (or of some) that hold numbers >= `from`, as far as one step goes. */
  read(from: number, tables: readonly Table[] = TABLES): ReadRows {
    const found: ChunkRow[] = [];
    let upTo = Number.MAX_SAFE_INTEGER;
    for (const [table, { from: statement }] of this.#statements) {
      if (!tables.includes(table)) continue;
      let rows = 0;
      let bytes = 0;
      // An iterator unpacks no more than is wanted.
      for (const stored of statement.iterate(from, from) as IterableIterator<StoredRow>) {
        const row = toRow(stored, table);
        found.push(row);
        bytes += row.body.length;
        if (++rows < MOST_ROWS && bytes < MOST_BYTES) continue;
        upTo = Math.min(upTo, row.last);
        break;
      }
    }
    const rows = found.filter((row) => row.first <= upTo).sort((a, b) => a.first - b.first);
    return { rows, keys: this.#keysOf(rows), upTo };
  }

  #keysOf(rows: readonly ChunkRow[]): ChunkRow[] {
    const keys: ChunkRow[] = [];
    const seen = new Set(rows.map((row) => row.first));
    for (const { key, table } of rows) {
      if (seen.has(key)) continue;
      seen.add(key);
      const stored = this.#statements.get(table)?.one.get(key) as StoredRow | undefined;
      if (stored) keys.push(toRow(stored, table));
    }
    return keys;
  }
}

/** A row that cannot be unpacked has an empty body. */
export function toRow({ back, body, count, first, rev, span, t }: StoredRow, table: Table): ChunkRow {
  let unpacked = new Uint8Array() as Uint8Array;
  try {
    unpacked = unpack(body);
  } catch {
    // Its numbers are told as lost by who misses them.
  }
  return { table, first, last: first + span, key: first - back, count, rev, t, body: unpacked };
}

export function rowsOf(db: Database, table: Table, first: number, last: number): ChunkRow[] {
  const rows = db
    .prepare(`SELECT ${COLUMNS} FROM ${sqlName(table)} WHERE first >= ? AND first <= ? ORDER BY first`)
    .all(first, last) as StoredRow[];
  return rows.map((row) => toRow(row, table));
}
