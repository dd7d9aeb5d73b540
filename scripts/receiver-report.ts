import Database from "better-sqlite3";
import { restoreState } from "../gateway/contract/subscriber/state.js";

const HOUR_MS = 3_600_000;

export interface HourReport {
  /** Its beginning, ISO 8601 UTC. */
  readonly hour: string;
  readonly records: number;
  readonly events: number;
  readonly readings: number;
  readonly bad: number;
  /** Sent later than they were taken. */
  readonly late: number;
  readonly first: string;
  readonly last: string;
  /** From the gateway's time of a live record to its storing here, ms. */
  readonly latency_median_ms: number | null;
  readonly latency_worst_ms: number | null;
  /** Open gaps whose neighbours lie in this hour or around it. */
  readonly open_gaps: number;
  readonly complete: boolean;
}

export interface GatewayReport {
  readonly gateway: string;
  readonly complete: boolean;
  readonly epochs: number;
  readonly records: number;
  readonly readings: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly unreadable: number;
  readonly gaps_told: number;
  readonly open_gaps: readonly { readonly epoch: string; readonly from: number; readonly to: number }[];
  readonly given_up: number;
  readonly voids: readonly Told[];
  readonly lost: readonly Told[];
  readonly beside_the_chain: number;
  readonly untrusted: number;
  readonly hours: readonly HourReport[];
}

interface Told {
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

interface Row {
  readonly hour: number;
  readonly records: number;
  readonly events: number;
  readonly late: number;
  readonly first: number;
  readonly last: number;
}

/** What a receiver's file holds, by gateway and hour (of the records' own time). Reads only. */
export function completeness(path: string): readonly GatewayReport[] {
  const db = new Database(path, { readonly: true, fileMustExist: true });
  try {
    const gateways = db.prepare("SELECT gateway, saved FROM state ORDER BY gateway").all();
    return (gateways as { gateway: string; saved: string }[]).map((row) => reportOf(db, row));
  } finally {
    db.close();
  }
}

function reportOf(
  db: Database.Database,
  { gateway, saved }: { gateway: string; saved: string },
): GatewayReport {
  const count = (sql: string, ...more: unknown[]): number =>
    (db.prepare(`SELECT count(*) AS n FROM ${sql}`).get(gateway, ...more) as { n: number }).n;
  const notes = (what: string): number => count("note WHERE gateway = ? AND what = ?", what);
  const told = (what: string): Told[] =>
    db
      .prepare(
        `SELECT DISTINCT epoch, first AS "from", last AS "to", detail AS reason FROM note
         WHERE gateway = ? AND what = ? ORDER BY epoch, first`,
      )
      .all(gateway, what) as Told[];
  const open = restoreState(saved).epochs.flatMap(({ epoch, gaps }) =>
    gaps.filter((gap) => gap.told).map(({ from, to }) => ({ epoch, from, to })),
  );
  const spans = open.map(({ epoch, from, to }) => spanOf(db, gateway, epoch, from, to));
  const [conflicts, unreadable, givenUp] = [notes("conflict"), notes("unreadable"), notes("given_up")];
  return {
    gateway,
    complete: open.length === 0 && conflicts === 0 && unreadable === 0 && givenUp === 0,
    epochs: (
      db.prepare("SELECT count(DISTINCT epoch) AS n FROM record WHERE gateway = ?").get(gateway) as {
        n: number;
      }
    ).n,
    records: count("record WHERE gateway = ?"),
    readings: count("reading WHERE gateway = ?"),
    duplicates: notes("duplicate"),
    conflicts,
    unreadable,
    gaps_told: notes("gap"),
    open_gaps: open,
    given_up: givenUp,
    voids: told("void"),
    lost: told("lost"),
    beside_the_chain: count("record WHERE gateway = ? AND place = 'void'"),
    untrusted: count("record WHERE gateway = ? AND clock = 'untrusted'"),
    hours: hoursOf(db, gateway, spans),
  };
}

/** Between which times the records of a gap were taken, by their neighbours. */
function spanOf(
  db: Database.Database,
  gateway: string,
  epoch: string,
  from: number,
  to: number,
): [number, number] {
  const near = (sql: string, seq: number): number | undefined =>
    (
      db
        .prepare(`SELECT t_ms FROM record WHERE gateway = ? AND epoch = ? AND seq ${sql} LIMIT 1`)
        .get(gateway, epoch, seq) as { t_ms: number } | undefined
    )?.t_ms;
  const before = near("< ? ORDER BY seq DESC", from);
  const after = near("> ? ORDER BY seq", to);
  return [before ?? after ?? 0, after ?? before ?? 0];
}

function hoursOf(
  db: Database.Database,
  gateway: string,
  spans: readonly (readonly [number, number])[],
): readonly HourReport[] {
  const rows = db
    .prepare(
      `SELECT t_ms / ${HOUR_MS} AS hour, count(*) AS records, sum(topic = 'event') AS events, sum(late) AS late,
         min(t_ms) AS first, max(t_ms) AS last
       FROM record WHERE gateway = ? GROUP BY 1 ORDER BY 1`,
    )
    .all(gateway) as Row[];
  const readings = new Map(
    (
      db
        .prepare(
          `SELECT t_ms / ${HOUR_MS} AS hour, count(*) AS n, sum(quality = 'bad') AS bad
           FROM reading JOIN record USING (gateway, epoch, seq) WHERE gateway = ? GROUP BY 1`,
        )
        .all(gateway) as { hour: number; n: number; bad: number }[]
    ).map(({ bad, hour, n }) => [hour, { n, bad }]),
  );
  return rows.map(({ events, first, hour, last, late, records }): HourReport => {
    const start = hour * HOUR_MS;
    const open = spans.filter(([from, to]) => from < start + HOUR_MS && to >= start).length;
    const latencies = (
      db
        .prepare(
          `SELECT received_ms - t_ms AS ms FROM record
           WHERE gateway = ? AND t_ms >= ? AND t_ms < ? AND late = 0 AND clock = 'trusted' ORDER BY 1`,
        )
        .all(gateway, start, start + HOUR_MS) as { ms: number }[]
    ).map(({ ms }) => ms);
    return {
      hour: new Date(start).toISOString(),
      records,
      events,
      readings: readings.get(hour)?.n ?? 0,
      bad: readings.get(hour)?.bad ?? 0,
      late,
      first: new Date(first).toISOString(),
      last: new Date(last).toISOString(),
      latency_median_ms: latencies[latencies.length >> 1] ?? null,
      latency_worst_ms: latencies.at(-1) ?? null,
      open_gaps: open,
      complete: open === 0,
    };
  });
}
