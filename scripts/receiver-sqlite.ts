import Database from "better-sqlite3";
import type { Clock } from "../drivers/core/clock.js";
import { InternalError } from "../drivers/core/errors.js";
import type { Action } from "../gateway/contract/subscriber/action.js";
import type { SavedStep } from "../gateway/contract/subscriber/store.js";
import { RECEIVER_MESSAGES as M } from "./receiver-messages.js";
import { againNote, BIRTH, NOTE, READING, RECORD, rowsOf, type Table } from "./receiver-rows.js";
import type { ReceiverStore, ReportSource } from "./receiver-store.js";

/** Another worker of the same file may hold its lock for so long. */
const BUSY_MS = 10_000;

/** What each version of the file adds to the one before it. The first may meet files without a version. */
const VERSIONS = [
  `
CREATE TABLE IF NOT EXISTS state (gateway TEXT PRIMARY KEY, saved TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS record (
  gateway TEXT NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL, rev INTEGER NOT NULL, topic TEXT NOT NULL,
  t_ms INTEGER NOT NULL, clock TEXT NOT NULL, boot TEXT, mono_ms INTEGER, place TEXT NOT NULL,
  late INTEGER NOT NULL, received_ms INTEGER NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (gateway, epoch, seq)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS record_boot ON record (gateway, boot) WHERE clock = 'untrusted';
CREATE TABLE IF NOT EXISTS reading (
  gateway TEXT NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL, point TEXT NOT NULL, device TEXT NOT NULL,
  value, quality TEXT NOT NULL, reason TEXT, state TEXT,
  PRIMARY KEY (gateway, epoch, seq, point)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS birth (
  gateway TEXT NOT NULL, epoch TEXT NOT NULL, rev INTEGER NOT NULL, device TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (gateway, epoch, rev, device)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS note (
  gateway TEXT NOT NULL, at_ms INTEGER NOT NULL, what TEXT NOT NULL, epoch TEXT, first INTEGER, last INTEGER,
  detail TEXT);
CREATE INDEX IF NOT EXISTS note_gateway ON note (gateway, what);
`,
  "CREATE INDEX record_time ON record (gateway, t_ms);",
] as const;

/**
 * Everything in one SQLite file, each step one transaction. Several workers, in one process or in many, may share
 * the file: they take turns by its lock.
 */
export class SqliteStore implements ReceiverStore {
  readonly #db: Database.Database;
  readonly #clock: Clock;
  readonly #statements = new Map<string, Database.Statement>();

  constructor(path: string, clock: Clock) {
    this.#clock = clock;
    this.#db = new Database(path, { timeout: BUSY_MS });
    try {
      this.#db.pragma("journal_mode = WAL");
      // A message is acknowledged after its step: then it must be on the disk.
      this.#db.pragma("synchronous = FULL");
      this.#db.transaction(() => upgrade(this.#db)).immediate();
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  async transact(
    gateway: string,
    step: (saved: string | undefined) => SavedStep,
  ): Promise<readonly Action[]> {
    const run = this.#db.transaction((): readonly Action[] => {
      const row = this.#sql("SELECT saved FROM state WHERE gateway = ?").get(gateway);
      const before = (row as { saved: string } | undefined)?.saved;
      const { actions, saved } = step(before);
      this.#keep(gateway, actions);
      if (saved !== before) {
        this.#sql("INSERT OR REPLACE INTO state (gateway, saved) VALUES (?, ?)").run(gateway, saved);
      }
      return actions;
    });
    // Immediate: the state is read under the lock under which it is written.
    return run.immediate();
  }

  async gateways(): Promise<readonly string[]> {
    const rows = this.#sql("SELECT gateway FROM state ORDER BY gateway").all();
    return (rows as { gateway: string }[]).map(({ gateway }) => gateway);
  }

  async close(): Promise<void> {
    this.#db.close();
  }

  #keep(gateway: string, actions: readonly Action[]): void {
    const now = this.#clock.now();
    const { again, births, clocks, notes, readings, records } = rowsOf(gateway, actions, now);
    this.#insert(RECORD, records);
    this.#insert(READING, readings);
    this.#insert(BIRTH, births);
    for (const { boot, offsetMs } of clocks) {
      this.#sql(
        `UPDATE record SET t_ms = CAST(? + mono_ms AS INTEGER), clock = 'corrected'
         WHERE gateway = ? AND boot = ? AND clock = 'untrusted'`,
      ).run(offsetMs, gateway, boot);
    }
    const kept = this.#sql("SELECT body FROM record WHERE gateway = ? AND epoch = ? AND seq = ?");
    const compared = again.map((one) => {
      const row = kept.get(gateway, one.epoch, one.seq) as { body: string } | undefined;
      return againNote(gateway, now, one, row?.body);
    });
    this.#insert(NOTE, [...notes, ...compared]);
  }

  #insert<Row extends object>({ again, columns, name }: Table<Row>, rows: readonly Row[]): void {
    const names = Object.keys(columns);
    const values = names.map((column) => `@${column}`);
    const statement = this.#sql(
      `INSERT OR ${again} INTO ${name} (${names.join()}) VALUES (${values.join()})`,
    );
    for (const row of rows) statement.run(row);
  }

  #sql(text: string): Database.Statement {
    const known = this.#statements.get(text) ?? this.#db.prepare(text);
    this.#statements.set(text, known);
    return known;
  }
}

/** Throws where there is no such file. */
export async function readSqlite(path: string): Promise<ReportSource> {
  const db = new Database(path, { readonly: true, fileMustExist: true });
  db.exec("BEGIN");
  return {
    rows: async <Row>(sql: string, ...values: readonly (string | number)[]) =>
      db.prepare(sql).all(...values) as Row[],
    close: async () => void db.close(),
  };
}

function upgrade(db: Database.Database): void {
  const version = db.pragma("user_version", { simple: true }) as number;
  if (version > VERSIONS.length) throw new InternalError(M.newer_store, { version, known: VERSIONS.length });
  for (const statements of VERSIONS.slice(version)) db.exec(statements);
  db.pragma(`user_version = ${VERSIONS.length}`);
}
