import { restoreState } from "../gateway/contract/subscriber/state.js";
import type { ReportSource } from "./receiver-store.js";

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

/** What a receiver has stored, by gateway and hour (of the records' own time). Reads only. */
export async function completeness(source: ReportSource): Promise<readonly GatewayReport[]> {
  const gateways = await source.rows<{ gateway: string; saved: string }>(
    "SELECT gateway, saved FROM state WHERE saved <> '' ORDER BY gateway",
  );
  const reports: GatewayReport[] = [];
  for (const row of gateways) reports.push(await reportOf(source, row));
  return reports;
}

async function reportOf(
  source: ReportSource,
  { gateway, saved }: { gateway: string; saved: string },
): Promise<GatewayReport> {
  const count = async (sql: string, ...more: readonly string[]): Promise<number> =>
    (await source.rows<{ n: number }>(`SELECT count(*) AS n FROM ${sql}`, gateway, ...more))[0]?.n ?? 0;
  const notes = (what: string): Promise<number> => count("note WHERE gateway = ? AND what = ?", what);
  const told = (what: string): Promise<readonly Told[]> =>
    source.rows<Told>(
      `SELECT DISTINCT epoch, first AS "from", last AS "to", detail AS reason FROM note
       WHERE gateway = ? AND what = ? ORDER BY epoch, first`,
      gateway,
      what,
    );
  const open = restoreState(saved).epochs.flatMap(({ epoch, gaps }) =>
    gaps.filter((gap) => gap.told).map(({ from, to }) => ({ epoch, from, to })),
  );
  const spans: (readonly [number, number])[] = [];
  for (const gap of open) spans.push(await spanOf(source, gateway, gap));
  const conflicts = await notes("conflict");
  const unreadable = await notes("unreadable");
  const givenUp = await notes("given_up");
  return {
    gateway,
    complete: open.length === 0 && conflicts === 0 && unreadable === 0 && givenUp === 0,
    epochs: await count("(SELECT DISTINCT epoch FROM record WHERE gateway = ?) AS epochs"),
    records: await count("record WHERE gateway = ?"),
    readings: await count("reading WHERE gateway = ?"),
    duplicates: await notes("duplicate"),
    conflicts,
    unreadable,
    gaps_told: await notes("gap"),
    open_gaps: open,
    given_up: givenUp,
    voids: await told("void"),
    lost: await told("lost"),
    beside_the_chain: await count("record WHERE gateway = ? AND place = 'void'"),
    untrusted: await count("record WHERE gateway = ? AND clock = 'untrusted'"),
    hours: await hoursOf(source, gateway, spans),
  };
}

/** Between which times the records of a gap were taken, by their neighbours. */
async function spanOf(
  source: ReportSource,
  gateway: string,
  { epoch, from, to }: GatewayReport["open_gaps"][number],
): Promise<readonly [number, number]> {
  const near = async (sql: string, seq: number): Promise<number | undefined> => {
    const rows = await source.rows<{ t_ms: number }>(
      `SELECT t_ms FROM record WHERE gateway = ? AND epoch = ? AND seq ${sql} LIMIT 1`,
      gateway,
      epoch,
      seq,
    );
    return rows[0]?.t_ms;
  };
  const before = await near("< ? ORDER BY seq DESC", from);
  const after = await near("> ? ORDER BY seq", to);
  return [before ?? after ?? 0, after ?? before ?? 0];
}

async function hoursOf(
  source: ReportSource,
  gateway: string,
  spans: readonly (readonly [number, number])[],
): Promise<readonly HourReport[]> {
  const rows = await source.rows<Row>(
    `SELECT t_ms / ${HOUR_MS} AS hour, count(*) AS records, sum(CASE WHEN topic = 'event' THEN 1 ELSE 0 END) AS events,
       sum(late) AS late, min(t_ms) AS first, max(t_ms) AS last
     FROM record WHERE gateway = ? GROUP BY 1 ORDER BY 1`,
    gateway,
  );
  const readings = new Map(
    (
      await source.rows<{ hour: number; n: number; bad: number }>(
        `SELECT t_ms / ${HOUR_MS} AS hour, count(*) AS n, sum(CASE WHEN quality = 'bad' THEN 1 ELSE 0 END) AS bad
         FROM reading JOIN record USING (gateway, epoch, seq) WHERE gateway = ? GROUP BY 1`,
        gateway,
      )
    ).map(({ bad, hour, n }) => [hour, { n, bad }]),
  );
  const hours: HourReport[] = [];
  for (const { events, first, hour, last, late, records } of rows) {
    const start = hour * HOUR_MS;
    const open = spans.filter(([from, to]) => from < start + HOUR_MS && to >= start).length;
    const latency = await latencyOf(source, gateway, start);
    hours.push({
      hour: new Date(start).toISOString(),
      records,
      events,
      readings: readings.get(hour)?.n ?? 0,
      bad: readings.get(hour)?.bad ?? 0,
      late,
      first: new Date(first).toISOString(),
      last: new Date(last).toISOString(),
      latency_median_ms: latency.median,
      latency_worst_ms: latency.worst,
      open_gaps: open,
      complete: open === 0,
    });
  }
  return hours;
}

async function latencyOf(
  source: ReportSource,
  gateway: string,
  start: number,
): Promise<{ readonly median: number | null; readonly worst: number | null }> {
  const live = "FROM record WHERE gateway = ? AND t_ms >= ? AND t_ms < ? AND late = 0 AND clock = 'trusted'";
  const where = [gateway, start, start + HOUR_MS] as const;
  const [all] = await source.rows<{ n: number; worst: number | null }>(
    `SELECT count(*) AS n, max(received_ms - t_ms) AS worst ${live}`,
    ...where,
  );
  const [middle] = await source.rows<{ ms: number }>(
    `SELECT received_ms - t_ms AS ms ${live} ORDER BY 1 LIMIT 1 OFFSET ?`,
    ...where,
    (all?.n ?? 0) >> 1,
  );
  return { median: middle?.ms ?? null, worst: all?.worst ?? null };
}
