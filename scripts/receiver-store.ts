import Database from "better-sqlite3";
import type { Action, StoreRecord } from "../gateway/contract/subscriber/action.js";
import type { SavedStep, SubscriberStore } from "../gateway/contract/subscriber/store.js";

/** Another worker of the same file may hold its lock for so long. */
const BUSY_MS = 10_000;

const SCHEMA = `
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
`;

/** A reading as a row: what the key needs beside it stands in its record. */
interface ReadingRow {
  readonly point: string;
  readonly value: number | string | null;
  readonly quality: "good" | "uncertain" | "bad";
  readonly reason: string | null;
}

/**
 * States, records, readings and births in one SQLite file, each step one transaction. Several workers, in one
 * process or in many, may share the file: they take turns by its lock.
 */
export class ReceiverStore implements SubscriberStore {
  readonly #db: Database.Database;
  readonly #now: () => number;
  readonly #statements = new Map<string, Database.Statement>();

  constructor(path: string, now: () => number) {
    this.#now = now;
    this.#db = new Database(path, { timeout: BUSY_MS });
    this.#db.pragma("journal_mode = WAL");
    // A message is acknowledged after its step: then it must be on the disk.
    this.#db.pragma("synchronous = FULL");
    this.#db.exec(SCHEMA);
  }

  async transact(
    gateway: string,
    step: (saved: string | undefined) => SavedStep,
  ): Promise<readonly Action[]> {
    const run = this.#db.transaction((): readonly Action[] => {
      const row = this.#sql("SELECT saved FROM state WHERE gateway = ?").get(gateway);
      const before = (row as { saved: string } | undefined)?.saved;
      const { actions, saved } = step(before);
      for (const action of actions) this.#keep(gateway, action);
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

  close(): void {
    this.#db.close();
  }

  #sql(text: string): Database.Statement {
    const known = this.#statements.get(text) ?? this.#db.prepare(text);
    this.#statements.set(text, known);
    return known;
  }

  #keep(gateway: string, action: Action): void {
    switch (action.do) {
      case "store":
        this.#store(gateway, action);
        break;
      case "duplicate":
        this.#compare(gateway, action.epoch, action.seq, action.content, action.record);
        break;
      case "clock":
        this.#sql(
          `UPDATE record SET t_ms = CAST(? + mono_ms AS INTEGER), clock = 'corrected'
             WHERE gateway = ? AND boot = ? AND clock = 'untrusted'`,
        ).run(action.offsetMs, gateway, action.boot);
        break;
      case "birth":
        if (action.message) {
          const { epoch, rev } = action.message;
          this.#sql(
            "INSERT OR REPLACE INTO birth (gateway, epoch, rev, device, body) VALUES (?, ?, ?, ?, ?)",
          ).run(gateway, epoch, rev, action.device ?? "", JSON.stringify(action.message));
        }
        break;
      case "unreadable":
        this.#note(gateway, action.do, { detail: action.problem });
        break;
      case "gap_closed":
      case "void":
      case "lost":
      case "gap":
      case "given_up":
        this.#note(gateway, action.do, {
          ...action,
          detail: "by" in action ? action.by : "reason" in action ? action.reason : "",
        });
        break;
      case "conflict":
        this.#note(gateway, action.do, { epoch: action.epoch, from: action.seq, to: action.seq });
        break;
      case "forgotten":
      case "unexplained":
        this.#note(gateway, action.do, { epoch: action.epoch });
        break;
      case "request":
        this.#note(gateway, action.do, { detail: action.payload });
        break;
      case "reply":
        this.#note(gateway, action.do, { detail: JSON.stringify(action.message) });
        break;
      case "status":
      case "snapshot":
        break;
    }
  }

  #store(gateway: string, { clock, epoch, place, record, rev, seq, t, topic }: StoreRecord): void {
    const late = record.historical || record.resend ? 1 : 0;
    const body = JSON.stringify(record);
    this.#sql("INSERT OR IGNORE INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)").run(
      ...[gateway, epoch, seq, rev, topic, Date.parse(t), clock, record.boot ?? null, record.mono_ms ?? null],
      ...[place, late, this.#now(), body],
    );
    if (topic === "event") return;
    const insert = this.#sql("INSERT OR IGNORE INTO reading VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    const state = typeof record["state"] === "string" ? record["state"] : null;
    for (const { point, quality, reason, value } of readingsOf(record)) {
      insert.run(gateway, epoch, seq, point, record.device ?? "", value, quality, reason, state);
    }
  }

  /** What the subscriber does not remember any more, the file does. */
  #compare(gateway: string, epoch: string, seq: number, content: string, record: object): void {
    const row = this.#sql("SELECT body FROM record WHERE gateway = ? AND epoch = ? AND seq = ?").get(
      gateway,
      epoch,
      seq,
    ) as { body: string } | undefined;
    const other = content === "unknown" && row && bare(JSON.parse(row.body)) !== bare(record);
    this.#note(gateway, other ? "conflict" : "duplicate", { epoch, from: seq, to: seq });
  }

  #note(
    gateway: string,
    what: string,
    { detail, epoch, from, to }: { epoch?: string; from?: number; to?: number; detail?: string },
  ): void {
    this.#sql("INSERT INTO note VALUES (?, ?, ?, ?, ?, ?, ?)").run(
      gateway,
      this.#now(),
      what,
      epoch ?? null,
      from ?? null,
      to ?? null,
      detail ?? null,
    );
  }
}

function bare(record: Readonly<Record<string, unknown>> | object): string {
  const { v, bad, uncertain, state, event, device } = record as Readonly<Record<string, unknown>>;
  return JSON.stringify([v, bad, uncertain, state, event, device]);
}

function readingsOf(record: Readonly<Record<string, unknown>>): readonly ReadingRow[] {
  const map = (key: string): [string, unknown][] => {
    const value = record[key];
    return typeof value === "object" && value !== null ? Object.entries(value) : [];
  };
  const uncertain = new Map(map("uncertain"));
  const word = (value: unknown): string => String(value);
  return [
    ...map("v").map(([point, value]): ReadingRow => {
      const doubt = uncertain.get(point);
      return {
        point,
        value: typeof value === "number" || typeof value === "string" ? value : value === true ? 1 : 0,
        quality: doubt === undefined ? "good" : "uncertain",
        reason: doubt === undefined ? null : word(doubt),
      };
    }),
    ...map("bad").map(
      ([point, reason]): ReadingRow => ({ point, value: null, quality: "bad", reason: word(reason) }),
    ),
  ];
}
