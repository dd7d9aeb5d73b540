import type { Clock } from "../drivers/core/clock.js";
import { asError, InternalError } from "../drivers/core/errors.js";
import type { Action } from "../gateway/contract/subscriber/action.js";
import type { SavedStep } from "../gateway/contract/subscriber/store.js";
import { PostgresLink, type PostgresTarget, sqlStateOf } from "./receiver-postgres-link.js";
import { upgrade } from "./receiver-postgres-schema.js";
import { againNote, BIRTH, NOTE, noteOf, READING, RECORD, rowsOf, type Table } from "./receiver-rows.js";
import type { ReceiverStore, ReportSource } from "./receiver-store.js";

/** A report over years of history may take its time. */
const REPORT_PATIENCE_MS = 30 * 60_000;

type Step = (saved: string | undefined) => SavedStep;

/**
 * Everything in the schema `tram` of one PostgreSQL database. A step is one transaction that holds the lock of its
 * gateway's row from reading the state to writing it, so that any number of workers on any number of machines may
 * share the database. When the database is away a step rejects, the message is not acknowledged, and the next step
 * connects again. Nothing is queued here but the two that can call at once, a message and the passing of time.
 */
export class PostgresStore implements ReceiverStore {
  readonly #target: PostgresTarget;
  readonly #clock: Clock;
  #link: PostgresLink | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(target: PostgresTarget, clock: Clock) {
    this.#target = target;
    this.#clock = clock;
  }

  /** Rejects where the account, the database or its version is wrong; not where the database is away. */
  static async open(target: PostgresTarget, clock: Clock): Promise<PostgresStore> {
    const store = new PostgresStore(target, clock);
    try {
      await store.gateways();
    } catch (error) {
      if (isWrong(error)) throw error;
    }
    return store;
  }

  transact(gateway: string, step: Step): Promise<readonly Action[]> {
    return this.#inTurn(async (link) => {
      try {
        return await this.#step(link, gateway, step);
      } catch (error) {
        if (!isOfContent(error)) throw error;
        // It would never pass and block all that comes behind it: told, and missed by the chain if it had a number.
        await link.run("ROLLBACK");
        return this.#refuse(link, gateway, asError(error).message);
      }
    });
  }

  gateways(): Promise<readonly string[]> {
    return this.#inTurn(async (link) => {
      const rows = await link.run<{ gateway: string }>("SELECT gateway FROM state ORDER BY gateway");
      return rows.map(({ gateway }) => gateway);
    });
  }

  async close(): Promise<void> {
    await this.#turn;
    this.#link?.break();
    this.#link = undefined;
  }

  async #step(link: PostgresLink, gateway: string, step: Step): Promise<readonly Action[]> {
    await link.run("BEGIN");
    const before = await lockState(link, gateway);
    const { actions, saved } = step(before);
    await this.#keep(link, gateway, actions);
    if (saved !== before) await link.run("UPDATE state SET saved = $2 WHERE gateway = $1", gateway, saved);
    await link.run("COMMIT");
    return actions;
  }

  async #keep(link: PostgresLink, gateway: string, actions: readonly Action[]): Promise<void> {
    const now = this.#clock.now();
    const { again, births, clocks, notes, readings, records } = rowsOf(gateway, actions, now);
    await insert(link, RECORD, records);
    await insert(link, READING, readings);
    await insert(link, BIRTH, births);
    for (const { boot, offsetMs } of clocks) {
      await link.run(
        `UPDATE record SET t_ms = floor($1::float8 + mono_ms), clock = 'corrected'
         WHERE gateway = $2 AND boot = $3 AND clock = 'untrusted'`,
        offsetMs,
        gateway,
        boot,
      );
    }
    const compared = await compare(link, gateway, again, now);
    await insert(link, NOTE, [...notes, ...compared]);
  }

  async #refuse(link: PostgresLink, gateway: string, problem: string): Promise<readonly Action[]> {
    const note = noteOf(gateway, this.#clock.now(), "unreadable", { detail: problem.slice(0, 500) });
    await link.run("BEGIN");
    await lockState(link, gateway);
    await insert(link, NOTE, [note]);
    await link.run("COMMIT");
    return [{ do: "unreadable", problem }];
  }

  /** One after the other, on a session that is whole. */
  #inTurn<Result>(work: (link: PostgresLink) => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(async () => {
      const link = this.#link?.state === "whole" ? this.#link : await this.#connect();
      try {
        return await work(link);
      } catch (error) {
        // Whatever became of the transaction: the server rolls it back, or it was committed and comes again.
        link.break();
        this.#link = undefined;
        throw error;
      }
    });
    this.#turn = result.catch(() => {});
    return result;
  }

  async #connect(): Promise<PostgresLink> {
    const link = await PostgresLink.open(this.#target, this.#clock);
    try {
      await upgrade(link);
    } catch (error) {
      link.break();
      throw error;
    }
    this.#link = link;
    return link;
  }
}

export async function readPostgres(target: PostgresTarget, clock: Clock): Promise<ReportSource> {
  const link = await PostgresLink.open(target, clock, REPORT_PATIENCE_MS);
  try {
    await link.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  } catch (error) {
    link.break();
    throw error;
  }
  return {
    rows: <Row>(sql: string, ...values: readonly (string | number)[]) => {
      let count = 0;
      const numbered = sql.replace(/\?/g, () => `$${++count}`);
      return link.run<Row & object>(numbered, ...values);
    },
    close: async () => link.break(),
  };
}

/** The row is there afterwards, and locked until the transaction ends; without a state it is empty. */
async function lockState(link: PostgresLink, gateway: string): Promise<string | undefined> {
  const lock = "SELECT saved FROM state WHERE gateway = $1 FOR UPDATE";
  let [row] = await link.run<{ saved: string }>(lock, gateway);
  if (!row) {
    await link.run("INSERT INTO state (gateway, saved) VALUES ($1, '') ON CONFLICT DO NOTHING", gateway);
    [row] = await link.run<{ saved: string }>(lock, gateway);
  }
  return row?.saved || undefined;
}

/** All rows of a table in one statement, whose text is always the same. */
async function insert<Row extends object>(
  link: PostgresLink,
  { again, columns, name }: Table<Row>,
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return;
  const names = Object.keys(columns).join();
  const typed = Object.entries(columns).map(([column, type]) => `${column} ${type}`);
  const conflict =
    again === "ignore" ? "DO NOTHING" : "(gateway, epoch, rev, device) DO UPDATE SET body = excluded.body";
  await link.run(
    `INSERT INTO ${name} (${names}) SELECT ${names} FROM json_to_recordset($1::text::json) AS row(${typed.join()})
     ON CONFLICT ${conflict}`,
    jsonOf(rows),
  );
}

async function compare(
  link: PostgresLink,
  gateway: string,
  again: ReturnType<typeof rowsOf>["again"],
  now: number,
) {
  if (again.length === 0) return [];
  const rows = await link.run<{ epoch: string; seq: number; body: string }>(
    `SELECT epoch, seq, body FROM record JOIN json_to_recordset($2::text::json) AS came(epoch text, seq bigint)
       USING (epoch, seq) WHERE gateway = $1`,
    gateway,
    jsonOf(again.map(({ epoch, seq }) => ({ epoch, seq }))),
  );
  const kept = new Map(rows.map(({ body, epoch, seq }) => [`${seq} ${epoch}`, body]));
  return again.map((one) => againNote(gateway, now, one, kept.get(`${one.seq} ${one.epoch}`)));
}

/** PostgreSQL's texts cannot hold a NUL (datatype-json: `\u0000` is refused); an even run of backslashes is no escape. */
function jsonOf(rows: readonly object[]): string {
  return JSON.stringify(rows).replace(/(?<!\\)((?:\\\\)*)\\u0000/g, "$1\\ufffd");
}

/** Data exception, constraint, program limit (an index takes keys of 2.7 kB): the content, not the database, is at fault. */
function isOfContent(error: unknown): boolean {
  return /^(22|23|54)/.test(sqlStateOf(error) ?? "");
}

/** Nobody but a person can mend it: account, database, rights, a newer version. */
function isWrong(error: unknown): boolean {
  return error instanceof InternalError || /^(28|3D|42)/.test(sqlStateOf(error) ?? "");
}
