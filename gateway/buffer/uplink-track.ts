import type { Layout } from "../../drivers/core/reading.js";
import type { DaySent, Outcome, UplinkProgress } from "../core/buffer.js";
import type { GatewayRecord } from "../core/record.js";
import type { Claim } from "./claims.js";
import type { UplinkState } from "./protocol.js";
import { RangeSet, type Run } from "./range-set.js";

/** Records that wait as live for one uplink; what does not fit is backlog. */
const MOST_LIVE = 2_000;
const MOST_LIVE_VALUES = 400_000;
/** With more runs, numbers that will not come are closed when the backlog has been read past them. */
const MOST_RUNS = 1_000;

/** What the configuration says of an uplink, as far as the buffer must know it. */
export interface UplinkSettings {
  readonly carries: (device: string, point: string) => boolean;
  /** Records wait for it as long as there is room. True by default. */
  readonly required?: boolean;
  /** For one that is not required: what is older does not wait for it. */
  readonly keepForMs?: number;
}

/**
 * What the buffer knows of one uplink: how far its chain goes, what was acknowledged, what is on its way. Pure
 * bookkeeping. Numbers between a record and its predecessor in the chain are not of this stream: who has the
 * record has them too.
 */
export class UplinkTrack {
  readonly name: string;
  /** Its index in `prevs`. */
  readonly place: number;
  acknowledged = new RangeSet();
  births = 0;
  /** What it sent on its last days. */
  days: readonly DaySent[] = [];
  /** Something changed that is not in the file. */
  dirty = false;
  /** Where the search for backlog goes on. */
  cursor = 1;
  /** Backlog that was read ahead. */
  fetched: GatewayRecord[] = [];
  #slot = 0;
  /** Last number of the stream that the file keeps, and of the one in memory while there is one. */
  #last = 0;
  #committedLast = 0;
  #volatileLast: number | undefined;
  /** The stream that is being numbered has no number up to this one; nor has the one that the file keeps. */
  #beginsAfter = 0;
  #keptAfter = 0;
  readonly #settings: UplinkSettings | undefined;
  readonly #carried = new WeakMap<Layout, boolean>();
  /** Taken and not settled, with their predecessors. */
  readonly #taken = new Map<number, number>();
  #live: GatewayRecord[] = [];
  #liveValues = 0;
  /** How many of them are of priority `alarm`; those that were taken out of their order, ahead of older ones. */
  #urgent = 0;
  readonly #ahead = new Set<number>();
  #isLive = false;
  #isAsked = false;

  /** `settings` undefined: it is not configured today, and takes nothing. */
  constructor(name: string, place: number, settings: UplinkSettings | undefined) {
    this.name = name;
    this.place = place;
    this.#settings = settings;
  }

  get isConfigured(): boolean {
    return this.#settings !== undefined;
  }

  /** Somebody takes records, or has done so since it was last said to be away. */
  get isAsked(): boolean {
    return this.#isAsked || this.#isLive;
  }

  get slot(): number {
    return this.#slot;
  }

  /** What the file must keep for it at wall ms `now`, undefined where no clock is trusted. */
  claim(durableSeq: number, now: number | undefined): Claim {
    const { keepForMs = 0, required = true } = this.#settings ?? {};
    const has = new RangeSet(this.acknowledged.runs);
    // What follows the last record of the stream is not of it.
    has.add(this.#last + 1, durableSeq);
    const until = required || now === undefined ? null : now - keepForMs;
    return { has: has.runs, until: this.isConfigured ? until : Number.POSITIVE_INFINITY };
  }

  /** Goes on where the file stands; its stream begins after `base` where it has no number yet. */
  adopt({ acknowledged, births, days, last, slot }: UplinkState, base: number): void {
    this.acknowledged = new RangeSet(acknowledged);
    this.births = births;
    this.days = days;
    this.#slot = slot;
    this.#last = last;
    this.#committedLast = last;
    this.#keptAfter = base;
    this.cursor = 1;
  }

  /** The file is another one: nothing that was read ahead holds, and what is acknowledged must be written again. */
  readAgain(): void {
    this.cursor = 1;
    this.fetched = [];
    this.dirty = true;
  }

  /** With `last` as the last record of the stream that is in the file. */
  stateWith(last = this.#committedLast): UplinkState {
    const acknowledged = this.acknowledged.runs.map((run): Run => [...run]);
    const { births, days, name } = this;
    return { slot: this.#slot, name, acknowledged, last, births, days };
  }

  get last(): number {
    return this.#volatileLast ?? this.#last;
  }

  committed(last: number): void {
    this.#committedLast = last;
  }

  /** Makes `seq` the last of the stream; returns the one before, 0 for none. */
  link(seq: number): number {
    const prev = this.last;
    if (this.#volatileLast === undefined) this.#last = seq;
    else this.#volatileLast = seq;
    return prev;
  }

  /** From now on the stream is one in memory, after `lastGiven`, or again the one that the file keeps. */
  setVolatile(volatile: boolean, lastGiven: number): void {
    this.#volatileLast = volatile ? 0 : undefined;
    this.#beginsAfter = volatile ? lastGiven : this.#keptAfter;
  }

  carries(layout: Layout): boolean {
    let carried = this.#carried.get(layout);
    if (carried === undefined) {
      const { device, points } = layout;
      carried = points.some(({ id }) => this.#settings?.carries(device, id));
      this.#carried.set(layout, carried);
    }
    return carried;
  }

  /** False where they were known. */
  acknowledgeBirths(rev: number): boolean {
    if (this.births === rev) return false;
    this.births = rev;
    this.dirty = true;
    return true;
  }

  /** A new record of this stream. Returns what no longer waits as live: it is backlog, if it is in the file. */
  enter(record: GatewayRecord): readonly GatewayRecord[] {
    if (!this.#isLive) return [record];
    this.#live.push(record);
    this.#liveValues += valuesOf(record);
    if (record.priority === "alarm") this.#urgent++;
    const back: GatewayRecord[] = [];
    while (this.#live.length > MOST_LIVE || (this.#liveValues > MOST_LIVE_VALUES && this.#live.length > 1)) {
      const oldest = this.#live.shift();
      if (!oldest) break;
      this.#leaveLive(oldest);
      this.#backTo(oldest.seq);
      back.push(oldest);
    }
    return back;
  }

  /** Returns what no longer waits as live. */
  setLive(live: boolean): readonly GatewayRecord[] {
    this.#isLive = live;
    if (live) return [];
    this.#isAsked = false;
    const back = this.#live;
    this.#live = [];
    this.#liveValues = 0;
    this.#urgent = 0;
    this.#ahead.clear();
    const [first] = back;
    if (first) this.#backTo(first.seq);
    return back;
  }

  takeLive(limit: number): GatewayRecord[] {
    const records = this.#live.splice(0, limit);
    for (const record of records) this.#leaveLive(record);
    this.take(records);
    return records;
  }

  /** What must not wait behind older records. */
  takeUrgent(): GatewayRecord[] {
    if (this.#urgent === 0) return [];
    const urgent = this.#live.filter(({ priority }) => priority === "alarm");
    this.#live = this.#live.filter(({ priority }) => priority !== "alarm");
    for (const record of urgent) {
      this.#leaveLive(record);
      this.#ahead.add(record.seq);
    }
    this.take(urgent);
    return urgent;
  }

  #leaveLive(record: GatewayRecord): void {
    this.#liveValues -= valuesOf(record);
    if (record.priority === "alarm") this.#urgent--;
    // Whatever was ahead of this one is in its order again.
    for (const seq of this.#ahead) if (seq < this.#firstLive) this.#ahead.delete(seq);
  }

  take(records: readonly GatewayRecord[]): void {
    this.#isAsked = true;
    for (const { prevs, seq } of records) this.#taken.set(seq, prevs[this.place] ?? -1);
  }

  /** Whether a stored record still waits to be sent and nobody else will send it. */
  isBacklog(seq: number): boolean {
    return !this.isOnItsWay(seq) && !this.acknowledged.has(seq);
  }

  isOnItsWay(seq: number): boolean {
    return this.#taken.has(seq) || (seq >= this.#firstLive && !this.#ahead.has(seq));
  }

  get #firstLive(): number {
    return this.#live[0]?.seq ?? Number.POSITIVE_INFINITY;
  }

  /** Returns the numbers that were taken and are not any more. */
  settle(seqs: readonly number[], outcome: Outcome): number[] {
    const settled: number[] = [];
    for (const seq of seqs) {
      const prev = this.#taken.get(seq);
      if (prev === undefined) continue;
      this.#taken.delete(seq);
      settled.push(seq);
      if (outcome === "returned") this.#backTo(seq);
      else {
        const from =
          prev > 0 ? prev + 1 : prev === 0 && seq > this.#beginsAfter ? this.#beginsAfter + 1 : seq;
        this.acknowledged.add(from, seq);
      }
    }
    if (settled.length > 0) this.dirty = true;
    return settled;
  }

  /** What of these numbers is neither acknowledged nor on its way, as runs. */
  missing(from: number, to: number): Run[] {
    const known = new RangeSet(this.acknowledged.runs);
    for (const seq of this.#taken.keys()) if (seq >= from && seq <= to) known.add(seq);
    const end = Math.min(to, this.#firstLive - 1);
    const runs: Run[] = [];
    let at = from;
    for (const [low, high] of known.runs) {
      if (low > end) break;
      if (low > at) runs.push([at, low - 1]);
      at = Math.max(at, high + 1);
    }
    if (at <= end) runs.push([at, end]);
    return runs;
  }

  /** A number of the stream that will not come. */
  close(seq: number): void {
    this.dirty = true;
    if (this.acknowledged.runs.length < MOST_RUNS) this.acknowledged.add(seq);
    else this.#backTo(seq);
  }

  /** Numbers that are not in the file will not come, except those on their way. */
  closeGap(from: number, to: number): void {
    const end = Math.min(to, this.#firstLive - 1);
    if (end < from) return;
    this.dirty = true;
    let next = from;
    const between = [...this.#taken.keys()].filter((seq) => seq >= from && seq <= end).sort((a, b) => a - b);
    for (const seq of between) {
      this.acknowledged.add(next, seq - 1);
      next = seq + 1;
    }
    this.acknowledged.add(next, end);
  }

  /** Lowest number of `from` to `to` that is not acknowledged, or the one after the last given of them. */
  pendingFrom([from, to]: Run, lastGiven: number): number {
    const missing = this.acknowledged.firstMissing(from);
    if (to < Number.POSITIVE_INFINITY) return Math.min(missing, to + 1);
    const last = from > this.#beginsAfter ? this.last : this.#last;
    // What follows the last record of the stream is not of it.
    return missing > last ? lastGiven + 1 : missing;
  }

  /** `span`: the numbers of the present epoch. What is pending may be of older ones too. */
  progress(lastGiven: number, keptFrom: number, span: Run): UplinkProgress {
    const missing = this.acknowledged.firstMissing(1);
    const pending =
      missing > this.last ? 0 : this.last + 1 - missing - this.acknowledged.count(missing, this.last);
    return { pendingFrom: this.pendingFrom(span, lastGiven), last: this.last, keptFrom, pending };
  }

  #backTo(seq: number): void {
    this.cursor = Math.min(this.cursor, seq);
    // What was read ahead lies beyond: it is read again in its order.
    if ((this.fetched[0]?.seq ?? 0) > seq) this.fetched = [];
  }
}

function valuesOf(record: GatewayRecord): number {
  return record.kind === "data" ? record.batch.values.length : 10;
}
