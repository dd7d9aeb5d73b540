import type { LossReason, LostRecords, LostRun } from "../core/event.js";
import { type GatewayRecord, prevInSlot } from "../core/record.js";
import type { UplinkTrack } from "./uplink-track.js";

/** So that the event fits into a message that every broker takes. */
const MOST_RUNS = 1_000;
const MOST_NAME_CHARACTERS = 16_000;

interface Lost {
  readonly track: UplinkTrack;
  readonly record: GatewayRecord;
}

interface Orphan {
  readonly record: GatewayRecord;
  readonly reason: LossReason;
}

export interface LossEvent {
  readonly track: UplinkTrack;
  readonly event: LostRecords;
}

/** Keeps account of records that no disk has: who still waits for them, and who must be told. */
export class Losses {
  readonly #tracks: readonly UplinkTrack[];
  #lost = new Map<LossReason, Lost[]>();
  /** Still on their way to somebody: lost only when they come back. */
  readonly #orphans = new Map<number, Orphan>();

  constructor(tracks: readonly UplinkTrack[]) {
    this.#tracks = tracks;
  }

  get any(): boolean {
    return this.#lost.size > 0;
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
    const lost = this.#lost.get(reason) ?? [];
    lost.push({ track, record });
    this.#lost.set(reason, lost);
    track.close(record.seq);
  }

  /** What must be told now, each event to its uplink alone. It counts as told. */
  take(): LossEvent[] {
    const lost = this.#lost;
    this.#lost = new Map();
    return [...lost].flatMap(([reason, all]) =>
      this.#tracks.flatMap((track) => {
        const own = all.filter((one) => one.track === track).map(({ record }) => record);
        return lostEvents(own, track.place, reason).map((event) => ({ track, event }));
      }),
    );
  }
}

/** Pure. */
export function lostEvents(
  records: readonly GatewayRecord[],
  place: number,
  reason: LossReason,
): LostRecords[] {
  if (records.length === 0) return [];
  const runs: LostRun[] = [];
  for (const record of [...records].sort((a, b) => a.seq - b.seq)) {
    const prev = prevInSlot(record, place) ?? null;
    const last = runs.at(-1);
    // Records that follow one another in the chain become one run; the walk goes on at the run's `prev`.
    if (last && last.to === prev) runs[runs.length - 1] = { ...last, to: record.seq, count: last.count + 1 };
    else runs.push({ from: record.seq, to: record.seq, prev, count: 1 });
  }
  const points = pointsOf(records);
  const events: LostRecords[] = [];
  for (let at = 0; at < runs.length; at += MOST_RUNS) {
    events.push({ event: "lost", runs: runs.slice(at, at + MOST_RUNS), points, reason });
  }
  return events;
}

function pointsOf(records: readonly GatewayRecord[]): string[] {
  const layouts = new Set(records.flatMap((record) => (record.kind === "data" ? [record.batch.layout] : [])));
  const names = new Set<string>();
  for (const { device, points } of layouts) for (const { id } of points) names.add(`${device}.${id}`);
  let characters = 0;
  return [...names].sort().filter((name) => {
    characters += name.length + 3;
    return characters <= MOST_NAME_CHARACTERS;
  });
}
