import { readdirSync, statfsSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Database } from "better-sqlite3";
import { readingCount } from "../../drivers/core/reading.js";
import { recordTime } from "../core/record.js";
import { Book } from "./book.js";
import { formatOf, sqlName, TABLES, type Table } from "./file-format.js";
import { readIdentity } from "./identity.js";
import { RangeSet } from "./range-set.js";
import { RowDecoder } from "./row-decoder.js";
import { rowsOf } from "./rows.js";
import { lastCommitted, lowestKept, newestMarks, stateOf, storedUplinks } from "./starting-point.js";
import { readEntries } from "./store-file.js";
import { openForCare } from "./verify.js";

/** Heads of rows read in one step. */
const ROWS_A_STEP = 5_000;
/** Chunks of each table that are decoded to count readings; a table with more of them is estimated. */
const SAMPLED_ROWS = 64;

export interface TableContents {
  readonly table: Table;
  readonly rows: number;
  readonly records: number;
  readonly readings: number;
  /** Lowest and highest number, 0 for none. */
  readonly first: number;
  readonly last: number;
  /** Wall ms, as far as a trusted clock told. */
  readonly from?: number;
  readonly to?: number;
}

export interface UplinkContents {
  readonly name: string;
  /** Lowest number not acknowledged, and how many kept records are not: at most, where it carries only some. */
  readonly pendingFrom: number;
  readonly pending: number;
  readonly acknowledged: number;
  readonly last: number;
  readonly births: number;
}

export interface BufferContents {
  readonly path: string;
  readonly format: number;
  readonly epoch: string;
  readonly epochs: readonly string[];
  readonly rev: number;
  readonly machine: string;
  readonly reserved: number;
  readonly first: number;
  readonly last: number;
  readonly fileBytes: number;
  readonly logBytes: number;
  readonly pageBytes: number;
  readonly pages: number;
  readonly freePages: number;
  readonly diskFreeBytes: number;
  readonly tables: readonly TableContents[];
  readonly records: number;
  readonly readings: number;
  /** Readings are counted in some chunks of each table and reckoned from there. */
  readonly estimated: boolean;
  readonly bytesAReading?: number;
  readonly uplinks: readonly UplinkContents[];
  readonly identity?: {
    readonly path: string;
    readonly state: "agrees" | "missing" | "other_epoch" | "behind";
    readonly reserved?: number;
  };
  /** Files that were set aside or kept beside it. */
  readonly beside: readonly { readonly file: string; readonly bytes: number }[];
}

interface Head {
  readonly first: number;
  readonly span: number;
  readonly count: number;
  readonly t: number | null;
}

/** What is in a buffer, in short reads, also while a gateway writes it. Throws as `openForCare`. */
export function* bufferContents(path: string, identityPath?: string): Generator<undefined, BufferContents> {
  const db = openForCare(path);
  try {
    const marks = newestMarks(db);
    const uplinks = storedUplinks(db).map((uplink) => {
      const own = marks.uplinks.find(({ slot }) => slot === uplink.slot);
      return { ...uplink, last: own?.last ?? 0, acknowledged: new RangeSet(own?.acknowledged), pending: 0 };
    });
    const tables: TableContents[] = [];
    let estimated = false;
    for (const table of TABLES) {
      const contents = new TableCount(table);
      for (const heads of headsOf(db, table)) {
        contents.add(heads);
        for (const uplink of uplinks) {
          for (const head of heads) uplink.pending += pendingIn(head, uplink.acknowledged);
        }
        yield undefined;
      }
      estimated ||= contents.rows > SAMPLED_ROWS;
      tables.push(contents.finish(db));
    }
    const records = sum(tables.map((table) => table.records));
    const readings = sum(tables.map((table) => table.readings));
    const last = lastCommitted(db);
    const pragma = (name: string): number => Number(db.pragma(name, { simple: true }));
    const pageBytes = pragma("page_size");
    const used = (pragma("page_count") - pragma("freelist_count")) * pageBytes;
    const { bavail, bsize } = statfsSync(dirname(path));
    return {
      path,
      format: formatOf(db),
      epoch: String(stateOf(db, "epoch") ?? ""),
      epochs: epochsOf(db),
      rev: Number(stateOf(db, "rev") ?? 0),
      machine: String(stateOf(db, "machine") ?? ""),
      reserved: Number(stateOf(db, "reserved") ?? 0),
      first: lowestKept(db),
      last,
      fileBytes: sizeOf(path),
      logBytes: sizeOf(`${path}-wal`),
      pageBytes,
      pages: pragma("page_count"),
      freePages: pragma("freelist_count"),
      diskFreeBytes: bavail * bsize,
      tables,
      records,
      readings,
      estimated,
      ...(readings > 0 && { bytesAReading: used / readings }),
      uplinks: uplinks.map(({ acknowledged, births, last: own, name, pending }) => ({
        name,
        pendingFrom: pending === 0 ? last + 1 : acknowledged.firstMissing(1),
        pending,
        acknowledged: records - pending,
        last: own,
        births,
      })),
      ...(identityPath !== undefined && { identity: identityOf(db, identityPath, last) }),
      beside: filesBeside(path),
    };
  } finally {
    db.close();
  }
}

function* headsOf(db: Database, table: Table): Generator<readonly Head[]> {
  const heads = db.prepare(
    `SELECT first, span, count, t FROM ${sqlName(table)} WHERE first > ? ORDER BY first LIMIT ${ROWS_A_STEP}`,
  );
  for (let at = 0; ; ) {
    const rows = heads.all(at) as Head[];
    if (rows.length > 0) yield rows;
    if (rows.length < ROWS_A_STEP) return;
    at = rows.at(-1)?.first ?? at;
  }
}

/** At most: which of its numbers a row holds is known only when it is decoded. */
function pendingIn({ count, first, span }: Head, acknowledged: RangeSet): number {
  return Math.min(count, span + 1 - acknowledged.count(first, first + span));
}

class TableCount {
  readonly #table: Table;
  rows = 0;
  #records = 0;
  #first = 0;
  #last = 0;
  #from = Number.POSITIVE_INFINITY;
  #to = Number.NEGATIVE_INFINITY;

  constructor(table: Table) {
    this.#table = table;
  }

  add(heads: readonly Head[]): void {
    for (const { count, first, span, t } of heads) {
      this.rows++;
      this.#records += count;
      if (this.#first === 0) this.#first = first;
      this.#last = Math.max(this.#last, first + span);
      if (t === null) continue;
      this.#from = Math.min(this.#from, t);
      this.#to = Math.max(this.#to, t);
    }
  }

  finish(db: Database): TableContents {
    const sample = this.#sample(db);
    const share = sample.records === 0 ? 0 : sample.readings / sample.records;
    return {
      table: this.#table,
      rows: this.rows,
      records: this.#records,
      readings: Math.round(share * this.#records),
      first: this.#first,
      last: this.#last,
      ...(this.#from <= this.#to && { from: this.#from, to: this.#to }),
    };
  }

  /** Readings in all rows of a small table, in rows spread over a large one. */
  #sample(db: Database): { readonly records: number; readonly readings: number } {
    const decoder = new RowDecoder(new Book(readEntries(db), []));
    const next = db.prepare(`SELECT min(first) FROM ${sqlName(this.#table)} WHERE first >= ?`).pluck();
    const step = this.rows <= SAMPLED_ROWS ? 1 : (this.#last - this.#first) / SAMPLED_ROWS;
    let records = 0;
    let readings = 0;
    for (let at = this.#first, n = 0; n < Math.min(this.rows, SAMPLED_ROWS); n++) {
      const first = next.get(Math.floor(at)) as number | null;
      if (first === null) break;
      const [row] = rowsOf(db, this.#table, first, first);
      if (!row) break;
      const keys = row.key === first ? [] : rowsOf(db, this.#table, row.key, row.key);
      for (const record of decoder.decode({ rows: [row], keys, upTo: row.last }).records) {
        records++;
        // A row's own time is that of its last record.
        if (record.clock === "trusted") this.#from = Math.min(this.#from, recordTime(record));
        if (record.kind === "data") readings += readingCount(record.batch);
      }
      at = Math.max(at + step, row.first + 1);
    }
    return { records, readings };
  }
}

function epochsOf(db: Database): string[] {
  return db.prepare("SELECT epoch FROM run GROUP BY epoch ORDER BY min(id)").pluck().all() as string[];
}

function identityOf(db: Database, path: string, last: number): NonNullable<BufferContents["identity"]> {
  const identity = readIdentity(path);
  if (!identity) return { path, state: "missing" };
  const { reserved } = identity;
  const agrees = identity.epoch === stateOf(db, "epoch");
  return { path, state: agrees ? (reserved < last ? "behind" : "agrees") : "other_epoch", reserved };
}

/** Files that were set aside as damaged, replaced by a restore, or kept before a migration. */
function filesBeside(path: string): { file: string; bytes: number }[] {
  const own = basename(path);
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(`${own}.`) && !/-(?:wal|shm)$/.test(name))
    .sort()
    .map((name) => join(dirname(path), name))
    .map((file) => ({ file, bytes: sizeOf(file) }));
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
