import type { Database } from "better-sqlite3";
import { ConfigurationError } from "../../drivers/core/errors.js";
import { PRIORITIES } from "../../drivers/core/point.js";
import type { GatewayRecord } from "../core/record.js";
import { BUFFER_MESSAGES } from "./messages.js";

/** "tram" in ASCII: `file` and SQLite tell whose file it is. */
export const APPLICATION_ID = 0x7472616d;

/**
 * Small pages: a commit of 1,000 slowly moving readings touches three or four of them, and the fewer bytes those
 * are, the fewer blocks of the card are written. docs/buffer-format.md has the figures. It cannot change later
 * without VACUUM.
 */
export const PAGE_SIZE = 512;

/** Length of the write-ahead log: pages that change often are written once for so much of it. */
export const LOG_BYTES = 2_000_000;

/** One table for each priority, so that the least important goes first; `event` is never evicted. */
export const TABLES = [...PRIORITIES, "event"] as const;
export type Table = (typeof TABLES)[number];

export const sqlName = (table: Table): string => (table === "event" ? "event" : `data_${table}`);

/** What tells of numbers that will not come outlives what it tells of. */
export function tableOf(record: GatewayRecord): Table {
  if (record.kind === "data") return record.priority;
  const { event } = record.event;
  const kept = event === "lost" || event === "void" || event === "epoch" || event === "buffer_damaged";
  return kept ? "event" : record.priority;
}

/** Step n brings a file from format n to n + 1; each runs in one transaction with its `user_version`. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE state (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE revision (
    epoch TEXT, rev INTEGER, description TEXT NOT NULL, PRIMARY KEY (epoch, rev)
  ) WITHOUT ROWID;
  CREATE TABLE layout (id INTEGER PRIMARY KEY, layout TEXT NOT NULL);
  CREATE TABLE run (id INTEGER PRIMARY KEY, epoch TEXT NOT NULL, boot TEXT NOT NULL);
  CREATE TABLE uplink (slot INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, births INTEGER NOT NULL);
  ${TABLES.map(
    (table) => `CREATE TABLE ${sqlName(table)} (
    first INTEGER PRIMARY KEY, span INTEGER NOT NULL, back INTEGER NOT NULL, count INTEGER NOT NULL,
    rev INTEGER NOT NULL, t INTEGER, marks BLOB, body BLOB NOT NULL
  );`,
  ).join("\n  ")}
  `,
];

export const FORMAT = MIGRATIONS.length;

/**
 * Creates the tables of a new file or brings an older one up to date. Throws for a newer one. `further` are steps
 * beyond today's format: proofs make them up to show what becomes of a file when they are cut off.
 */
export function migrate(db: Database, path: string, further: readonly string[] = []): void {
  const found = formatOf(db);
  const steps = [...MIGRATIONS, ...further];
  if (found > steps.length) {
    throw new ConfigurationError(BUFFER_MESSAGES.newer_format, { path, found, known: steps.length });
  }
  for (let version = found; version < steps.length; version++) {
    db.transaction(() => {
      db.exec(steps[version] ?? "");
      db.pragma(`user_version = ${version + 1}`);
      db.pragma(`application_id = ${APPLICATION_ID}`);
    })();
  }
}

export function formatOf(db: Database): number {
  return Number(db.pragma("user_version", { simple: true }));
}

/**
 * Settings of a connection that writes. The write-ahead log keeps its size (`journal_size_limit` stays off), so
 * that fdatasync has no metadata to write; it is begun anew after each checkpoint. The file is not shrunk
 * (auto_vacuum off): freed pages are used again, moving pages would only wear the card.
 */
export function configure(db: Database, pageSize = PAGE_SIZE): void {
  db.pragma(`page_size = ${pageSize}`);
  db.pragma("journal_mode = WAL");
  // better-sqlite3 is built with NORMAL as the default in WAL mode: that loses what was committed at a power cut.
  db.pragma("synchronous = FULL");
  db.pragma(`wal_autocheckpoint = ${Math.floor(LOG_BYTES / pageSize)}`);
  db.pragma("temp_store = MEMORY");
  db.pragma("cache_size = -2000");
}

/**
 * SQLite cannot free space on a full disk: this keeps a way out. Not before the file is open: a start writes some
 * pages and a migration many, and what may be removed is known only then.
 */
export function limitSize(db: Database, maxBytes: number): void {
  const pageSize = Number(db.pragma("page_size", { simple: true }));
  db.pragma(`max_page_count = ${Math.max(1024, Math.floor(maxBytes / pageSize))}`);
}
