import type { LossReason, LostRecords, LostRun } from "../core/event.js";
import { type GatewayRecord, prevInSlot } from "../core/record.js";
import { LossRuns } from "./loss-runs.js";
import type { UplinkTrack } from "./uplink-track.js";

/** So that the event fits into a message that every broker takes. */
const MOST_RUNS = 1_000;
const MOST_NAME_CHARACTERS = 16_000;
/** Of an uplink that is not configured: it may stay away for long, and its account is written again and again. */
const MOST_ABSENT_RUNS = 500;
/** An uplink is told of removals of one kind at most so often; meanwhile they gather. */
const TELL_EVERY_MS = 60_000;

interface Account {
  readonly track: UplinkTrack;
  readonly reason: LossReason;
  runs: LossRuns;
  points: Set<string>;
  /** Monotonic ms. */
  toldAt: number;
}

interface Orphan {
  readonly record: GatewayRecord;
  readonly reason: LossReason;
}

export interface LossEvent {
  readonly track: UplinkTrack;
  readonly event: LostRecords;
}

/** What the file remembers of an account that is not told yet. */
interface StoredAccount {
  readonly slot: number;
  readonly reason: LossReason;
  readonly runs: readonly LostRun[];
  readonly points: readonly string[];
}

/**
 * Keeps account of records that no disk has: who still waits for them, and who must be told. What is not told yet
 * stands in `untold`, which is committed together with the removal: no moment exists in which records are gone and
 * nobody knows.
 */
export class Losses {
  readonly #tracks: UplinkTrack[];
  readonly #accounts = new Map<string, Account>();
  /** Still on their way to somebody: lost only when they come back. */
  readonly #orphans = new Map<number, Orphan>();
  #untold: string | undefined = "";

  constructor(tracks: readonly UplinkTrack[]) {
    this.#tracks = [...tracks];
  }

  /**
   * Goes on with what the last run had not told. `absent` are uplinks that are not configured today: what they
   * lose is told when they come back.
   */
  adopt(absent: readonly UplinkTrack[], untold: string): void {
    this.#tracks.push(...absent);
    if (untold === "") return;
    for (const { points, reason, runs, slot } of JSON.parse(untold) as StoredAccount[]) {
      const track = this.#tracks.find((one) => one.slot === slot);
      if (!track) continue;
      const account = this.#account(track, reason);
      for (const run of runs) account.runs.add(run);
      for (const name of points) account.points.add(name);
    }
    this.#untold = undefined;
  }

  /** JSON of what is lost and not told; empty for nothing. */
  get untold(): string {
    this.#untold ??= this.#write();
    return this.#untold;
  }

  /** These records are in memory only and nobody keeps them, or will be removed from the file. */
  gone(records: readonly GatewayRecord[], reason: LossReason): void {
    for (const record of records) {
      for (const track of this.#tracks) {
        if (track.isOnItsWay(record.seq)) this.#orphans.set(record.seq, { record, reason });
        else this.#lose(track, record, reason);
      }
    }
  }

  /** These numbers are no longer on their way to this uplink. */
  back(track: UplinkTrack, seqs: readonly number[]): void {
    if (this.#orphans.size === 0) return;
    for (const seq of seqs) {
      const orphan = this.#orphans.get(seq);
      if (!orphan) continue;
      this.#lose(track, orphan.record, orphan.reason);
      if (!this.#tracks.some((other) => other.isOnItsWay(seq))) this.#orphans.delete(seq);
    }
  }

  #lose(track: UplinkTrack, record: GatewayRecord, reason: LossReason): void {
    if ((record.prevs[track.place] ?? -1) === -1 || track.acknowledged.has(record.seq)) return;
    const account = this.#account(track, reason);
    if (!track.isConfigured && account.runs.size >= MOST_ABSENT_RUNS) account.runs = account.runs.coarser();
    const { points, runs } = account;
    const { seq } = record;
    runs.add({ from: seq, to: seq, prev: prevInSlot(record, track.place) ?? null, count: 1 });
    if (record.kind === "data") {
      const { layout } = record.batch;
      for (const { id } of layout.points) points.add(`${layout.device}.${id}`);
    }
    track.close(seq);
    this.#untold = undefined;
  }

  #account(track: UplinkTrack, reason: LossReason): Account {
    const name = `${track.slot} ${reason}`;
    const known = this.#accounts.get(name);
    if (known) return known;
    const account: Account = {
      track,
      reason,
      runs: new LossRuns(),
      points: new Set(),
      toldAt: Number.NEGATIVE_INFINITY,
    };
    this.#accounts.set(name, account);
    return account;
  }

  /**
   * What must be told at monotonic ms `now`, each event to its uplink alone; `all`: without waiting for company. It
   * counts as told: it must be committed with the next commit.
   */
  take(now: number, all = false): LossEvent[] {
    const events: LossEvent[] = [];
    for (const account of this.#accounts.values()) {
      const { points, reason, runs, track } = account;
      if (runs.size === 0 || !track.isConfigured) continue;
      if (!all && !isDue(account, now) && runs.size < MOST_RUNS) continue;
      for (const event of eventsOf(runs.runs, namesOf(points), reason)) events.push({ track, event });
      account.runs = new LossRuns();
      account.points = new Set();
      account.toldAt = now;
      this.#untold = undefined;
    }
    return events;
  }

  #write(): string {
    const accounts = [...this.#accounts.values()].filter(({ runs }) => runs.size > 0);
    if (accounts.length === 0) return "";
    return JSON.stringify(
      accounts.map(
        ({ points, reason, runs, track }): StoredAccount => ({
          slot: track.slot,
          reason,
          runs: runs.runs,
          points: namesOf(points),
        }),
      ),
    );
  }
}

function isDue({ reason, toldAt, track }: Account, now: number): boolean {
  // What a slow disk cost is told by the commit that ends it: that is seldom enough.
  if (reason === "disk_stalled") return true;
  return now - toldAt >= TELL_EVERY_MS && (reason !== "expired" || track.isAsked);
}

function eventsOf(runs: readonly LostRun[], points: readonly string[], reason: LossReason): LostRecords[] {
  const events: LostRecords[] = [];
  for (let at = 0; at < runs.length; at += MOST_RUNS) {
    events.push({ event: "lost", runs: runs.slice(at, at + MOST_RUNS), points, reason });
  }
  return events;
}

function namesOf(points: ReadonlySet<string>): string[] {
  let characters = 0;
  return [...points].sort().filter((name) => {
    characters += name.length + 3;
    return characters <= MOST_NAME_CHARACTERS;
  });
}
