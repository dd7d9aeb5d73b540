import type { Layout } from "../../drivers/core/reading.js";
import type { Outcome, UplinkProgress } from "../core/buffer.js";
import type { GatewayRecord } from "../core/record.js";
import type { SlotState } from "./protocol.js";
import { RangeSet, type Run } from "./range-set.js";

/** Records that wait as live for one uplink; what does not fit is backlog. */
const MOST_LIVE = 2_000;

/**
 * What the buffer knows of one uplink: how far its chain goes, what was acknowledged, what is on its way. Pure
 * bookkeeping; numbers that the uplink does not carry count as acknowledged.
 */
export class UplinkTrack {
  readonly slot: number;
  readonly name: string;
  readonly acknowledged: RangeSet;
  /** Last number of the stream that the file keeps, and of the one in memory while there is one. */
  #last: number;
  #volatileLast: number | undefined;
  births: number;
  /** Something changed that is not in the file. */
  dirty = false;
  /** Where the search for backlog goes on. */
  cursor = 1;
  /** Backlog that was read ahead. */
  fetched: GatewayRecord[] = [];
  readonly #carries: (device: string, point: string) => boolean;
  readonly #carried = new WeakMap<Layout, boolean>();
  readonly #taken = new Set<number>();
  #live: GatewayRecord[] = [];
  #isLive = false;

  constructor(state: SlotState, carries: (device: string, point: string) => boolean) {
    this.slot = state.slot;
    this.name = state.name;
    this.acknowledged = new RangeSet(state.acknowledged);
    this.#last = state.last;
    this.births = state.births;
    this.#carries = carries;
  }

  get state(): SlotState {
    const { births, name, slot } = this;
    const acknowledged = this.acknowledged.runs.map((run): Run => [...run]);
    return { slot, name, acknowledged, last: this.#last, births };
  }

  get last(): number {
    return this.#volatileLast ?? this.#last;
  }

  /** Makes `seq` the last of the stream; returns the one before, 0 for none. */
  link(seq: number): number {
    const prev = this.last;
    if (this.#volatileLast === undefined) this.#last = seq;
    else this.#volatileLast = seq;
    return prev;
  }

  /** The stream begins anew in memory, or goes on where the file's stands. */
  setVolatile(volatile: boolean): void {
    this.#volatileLast = volatile ? 0 : undefined;
  }

  carries(layout: Layout): boolean {
    let carried = this.#carried.get(layout);
    if (carried === undefined) {
      carried = layout.points.some(({ id }) => this.#carries(layout.device, id));
      this.#carried.set(layout, carried);
    }
    return carried;
  }

  /** A new record of this stream. */
  enter(record: GatewayRecord): void {
    if (!this.#isLive) return;
    this.#live.push(record);
    if (this.#live.length > MOST_LIVE) this.#back(this.#live.shift());
  }

  setLive(live: boolean): void {
    this.#isLive = live;
    if (live) return;
    for (const record of this.#live) this.#back(record);
    this.#live = [];
  }

  takeLive(limit: number): GatewayRecord[] {
    const records = this.#live.splice(0, limit);
    for (const { seq } of records) this.#taken.add(seq);
    return records;
  }

  take(records: readonly GatewayRecord[]): void {
    for (const { seq } of records) this.#taken.add(seq);
  }

  /** Whether a stored record still waits to be sent and nobody else will send it. */
  isBacklog(seq: number): boolean {
    const firstLive = this.#live[0]?.seq ?? Number.POSITIVE_INFINITY;
    return seq < firstLive && !this.#taken.has(seq) && !this.acknowledged.has(seq);
  }

  isOnItsWay(seq: number): boolean {
    return this.#taken.has(seq) || seq >= (this.#live[0]?.seq ?? Number.POSITIVE_INFINITY);
  }

  settle(seqs: readonly number[], outcome: Outcome): void {
    for (const seq of seqs) {
      if (!this.#taken.delete(seq)) continue;
      if (outcome === "returned") this.#backTo(seq);
      else this.acknowledged.add(seq);
    }
    this.dirty = true;
  }

  /** Numbers that will not come. */
  close(from: number, to: number): void {
    this.acknowledged.add(from, to);
    this.dirty = true;
  }

  progress(lastGiven: number, keptFrom: number): UplinkProgress {
    const pendingFrom = Math.min(this.acknowledged.firstMissing(1), lastGiven + 1);
    const pending = lastGiven + 1 - pendingFrom - this.acknowledged.count(pendingFrom, lastGiven);
    return { pendingFrom, last: this.last, keptFrom, pending };
  }

  #back(record: GatewayRecord | undefined): void {
    if (record) this.#backTo(record.seq);
  }

  #backTo(seq: number): void {
    this.cursor = Math.min(this.cursor, seq);
    // What was read ahead lies beyond: it is read again in its order.
    if ((this.fetched[0]?.seq ?? 0) > seq) this.fetched = [];
  }
}
