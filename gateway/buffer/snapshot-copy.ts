import Database from "better-sqlite3";
import { InternalError } from "../../drivers/core/errors.js";
import { CARE_MESSAGES as M } from "./care-messages.js";
import { formatOf, sqlName, TABLES } from "./file-format.js";
import { lastCommitted } from "./starting-point.js";

/** What one step reads at most: a short transaction, and little memory. */
const ROWS_A_STEP = 200;
const BYTES_A_STEP = 256 * 1024;
/** The second pass takes what was added during the first, so that little is left for the end. */
const PASSES = 2;
/** Rows taken again at the end: after a commit that failed the newest may be written anew, in other pieces. */
const UNSETTLED_ROWS = 64;

export interface Progress {
  readonly done: number;
  readonly total: number;
}

type Row = readonly (string | number | bigint | Uint8Array | null)[];

/**
 * Copies a buffer into a new file, also while a gateway writes it. SQLite's own backup begins anew with every
 * commit of another process, and so never ends beside a gateway that commits each second; held in one
 * transaction it would let the log grow. But rows of chunks never change: they are copied in short steps, oldest
 * first, and one last short transaction takes what was added since, with everything else. The copy is what the
 * file was at that moment. It is compact, and one file without a log.
 */
export function* copyBuffer(from: string, to: string): Generator<Progress, void> {
  const source = new Database(from, { readonly: true, fileMustExist: true });
  try {
    const target = new Database(to);
    try {
      yield* new Copy(source, target).run();
    } finally {
      target.close();
    }
  } finally {
    source.close();
  }
}

class Copy {
  readonly #source: Database.Database;
  readonly #target: Database.Database;
  readonly #format: number;
  /** By table: the numbers of the rows copied last, the newest at the end. */
  readonly #at = new Map<string, bigint[]>(TABLES.map((table) => [sqlName(table), [-1n]]));
  #bytes = 0;

  constructor(source: Database.Database, target: Database.Database) {
    this.#source = source;
    this.#target = target;
    this.#format = formatOf(source);
    target.pragma(`page_size = ${this.#number("page_size")}`);
    target.pragma("journal_mode = MEMORY");
    // It is flushed once, when it is whole.
    target.pragma("synchronous = OFF");
    target.transaction(() => {
      const schema = source
        .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
        .pluck();
      for (const sql of schema.all()) target.exec(String(sql));
      target.pragma(`application_id = ${this.#number("application_id")}`);
      target.pragma(`user_version = ${this.#format}`);
    })();
  }

  *run(): Generator<Progress, void> {
    const pages = this.#number("page_count") - this.#number("freelist_count");
    const total = pages * this.#number("page_size");
    for (let pass = 0; pass < PASSES; pass++) {
      const end = lastCommitted(this.#source);
      for (const [table, at] of this.#at) {
        for (let full = true; full && (at.at(-1) ?? 0n) < end; ) {
          const next = this.#next(table, at.at(-1) ?? -1n);
          this.#put(table, next.rows);
          ({ full } = next);
          yield { done: Math.min(this.#bytes, total), total };
        }
      }
    }
    this.#finish();
  }

  #next(
    table: string,
    after: bigint,
    bounded = true,
  ): { readonly rows: readonly Row[]; readonly full: boolean } {
    const statement = this.#source.prepare(`SELECT * FROM ${table} WHERE first > ? ORDER BY first`);
    const rows: Row[] = [];
    let bytes = 0;
    // Nothing else runs between two rows, so the transaction is as short as the loop.
    for (const row of statement.raw().safeIntegers().iterate(after) as Iterable<Row>) {
      rows.push(row);
      for (const value of row) bytes += value instanceof Uint8Array ? value.length : 4;
      if (bounded && (rows.length >= ROWS_A_STEP || bytes >= BYTES_A_STEP)) break;
    }
    this.#bytes += bytes;
    return { rows, full: rows.length >= ROWS_A_STEP || bytes >= BYTES_A_STEP };
  }

  #put(table: string, rows: readonly Row[]): void {
    const [first] = rows;
    if (!first) return;
    const insert = this.#target.prepare(`INSERT INTO ${table} VALUES (${first.map(() => "?").join(", ")})`);
    this.#target.transaction(() => {
      for (const row of rows) insert.run(row);
    })();
    const at = this.#at.get(table);
    for (const [number] of rows) at?.push(number as bigint);
    at?.splice(0, at.length - UNSETTLED_ROWS);
  }

  /** One state of the whole file: what is new, what is gone, and all that changes in place. */
  #finish(): void {
    const { gone, rows } = this.#source.transaction(() => {
      if (formatOf(this.#source) !== this.#format) throw new InternalError(M.format_changed);
      const rows = new Map<string, readonly Row[]>();
      for (const table of this.#tables()) {
        const settled = this.#at.get(table)?.[0];
        const all =
          settled !== undefined
            ? this.#next(table, settled, false).rows
            : (this.#source.prepare(`SELECT * FROM ${table}`).raw().safeIntegers().all() as Row[]);
        rows.set(table, all);
      }
      const gone = [...this.#at.keys()].map((table) => ({
        table,
        first: this.#source.prepare(`SELECT min(first) FROM ${table}`).pluck().get() as number | null,
      }));
      return { gone, rows };
    })();
    this.#target.transaction(() => {
      for (const [table, all] of rows) {
        const settled = this.#at.get(table)?.[0];
        if (settled !== undefined) this.#target.prepare(`DELETE FROM ${table} WHERE first > ?`).run(settled);
        this.#put(table, all);
      }
      for (const { first, table } of gone) {
        // Evicted meanwhile, oldest first.
        if (first === null) this.#target.prepare(`DELETE FROM ${table}`).run();
        else this.#target.prepare(`DELETE FROM ${table} WHERE first < ?`).run(first);
      }
    })();
  }

  #tables(): string[] {
    return this.#source
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .pluck()
      .all() as string[];
  }

  #number(pragma: string): number {
    return Number(this.#source.pragma(pragma, { simple: true }));
  }
}
