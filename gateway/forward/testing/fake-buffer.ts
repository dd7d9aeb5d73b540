import type { Priority } from "../../../drivers/core/point.js";
import type { ReadingBatch } from "../../../drivers/core/reading.js";
import type { Buffer, BufferStats, DaySent, Outcome, UplinkProgress } from "../../core/buffer.js";
import type { GatewayEvent } from "../../core/event.js";
import type { GatewayRecord } from "../../core/record.js";

interface Stream {
  live: boolean;
  /** Numbers that wait as live. */
  readonly waiting: Set<number>;
  readonly taken: Set<number>;
  readonly done: Set<number>;
  last: number;
  births: number;
  fixed?: UplinkProgress;
}

/** A buffer in memory, by hand and simple: what the uplink above it is tested against. */
export class FakeBuffer implements Buffer {
  readonly records: GatewayRecord[] = [];
  readonly revisions = new Map<number, string>();
  /** What was settled, in order. */
  readonly settled: { readonly outcome: Outcome; readonly seqs: readonly number[] }[] = [];
  days: readonly DaySent[] = [];
  epoch: string;
  rev: number;
  /** At most so many records wait as live. */
  liveBound = 1_000;
  /** Set: `takeBacklog` fails. */
  broken: Error | undefined;
  readonly #names: readonly string[];
  readonly #streams: readonly Stream[];
  #seq = 0;

  constructor(parts: { uplinks: readonly string[]; epoch?: string; rev?: number }) {
    this.#names = parts.uplinks;
    this.epoch = parts.epoch ?? "e1";
    this.rev = parts.rev ?? 1;
    this.#streams = parts.uplinks.map(() => ({
      live: false,
      waiting: new Set(),
      taken: new Set(),
      done: new Set(),
      last: 0,
      births: 0,
    }));
  }

  append(batch: ReadingBatch, priority: Priority): GatewayRecord {
    return this.#add({ kind: "data", batch, ...this.#head(priority) });
  }

  appendEvent(event: GatewayEvent, priority: Priority): GatewayRecord {
    return this.#add({ kind: "event", event, t: 0, mono: 0, boot: "boot-0", ...this.#head(priority) });
  }

  get durableSeq(): number {
    return this.#seq;
  }

  async durable(): Promise<void> {}

  slotOf(uplink: string): number {
    const slot = this.#names.indexOf(uplink);
    if (slot < 0) throw new RangeError(uplink);
    return slot;
  }

  takeLive(uplink: string, limit: number): readonly GatewayRecord[] {
    const stream = this.#stream(uplink);
    return this.#take(stream, [...stream.waiting].sort((a, b) => a - b).slice(0, limit));
  }

  takeUrgent(uplink: string): readonly GatewayRecord[] {
    const stream = this.#stream(uplink);
    const urgent = this.records.filter(
      ({ priority, seq }) => priority === "alarm" && stream.waiting.has(seq),
    );
    return this.#take(
      stream,
      urgent.map(({ seq }) => seq),
    );
  }

  async takeBacklog(uplink: string, limit: number): Promise<readonly GatewayRecord[]> {
    await new Promise(setImmediate);
    if (this.broken) throw this.broken;
    const stream = this.#stream(uplink);
    const seqs = this.records
      .map(({ seq }) => seq)
      .filter((seq) => !stream.done.has(seq) && !stream.taken.has(seq) && !stream.waiting.has(seq));
    return this.#take(stream, seqs.slice(0, limit));
  }

  settle(uplink: string, seqs: readonly number[], outcome: Outcome): void {
    const stream = this.#stream(uplink);
    this.settled.push({ outcome, seqs });
    for (const seq of seqs) {
      if (!stream.taken.delete(seq)) continue;
      if (outcome !== "returned") stream.done.add(seq);
    }
  }

  setLive(uplink: string, live: boolean): void {
    const stream = this.#stream(uplink);
    stream.live = live;
    if (!live) stream.waiting.clear();
  }

  setProgress(uplink: string, progress: UplinkProgress): void {
    this.#stream(uplink).fixed = progress;
  }

  progress(uplink: string): UplinkProgress {
    const { done, fixed, last } = this.#stream(uplink);
    if (fixed) return fixed;
    const open = this.records.filter(({ seq }) => !done.has(seq));
    return { pendingFrom: open[0]?.seq ?? this.#seq + 1, last, keptFrom: 1, pending: open.length };
  }

  outcomeOf(outcome: Outcome): readonly number[] {
    return this.settled.filter((entry) => entry.outcome === outcome).flatMap(({ seqs }) => seqs);
  }

  async *range(from: number, to: number, epoch?: string): AsyncIterable<readonly GatewayRecord[]> {
    const wanted = (record: GatewayRecord): boolean => epoch === undefined || record.epoch === epoch;
    yield this.records.filter((record) => record.seq >= from && record.seq <= to && wanted(record));
  }

  pendingFrom(uplink: string): number {
    return this.progress(uplink).pendingFrom;
  }

  knows(epoch: string): boolean {
    return this.epoch === epoch || this.records.some((record) => record.epoch === epoch);
  }

  async revision(rev: number): Promise<string | undefined> {
    return this.revisions.get(rev);
  }

  birthsAcknowledged(uplink: string): number {
    return this.#stream(uplink).births;
  }

  acknowledgeBirths(uplink: string, rev: number): void {
    this.#stream(uplink).births = rev;
  }

  daysSent(): readonly DaySent[] {
    return this.days;
  }

  keepDaysSent(_: string, days: readonly DaySent[]): void {
    this.days = days;
  }

  stats(): BufferStats {
    return {
      path: "",
      durable: true,
      last: this.#seq,
      durableSeq: this.#seq,
      keptFrom: 1,
      uncommittedMs: 0,
      uncommittedBytes: 0,
      belowKeepAtLeastUntil: 0,
      fileBytes: 0,
      usedBytes: 0,
      limitBytes: 0,
      disk: "writable",
      bytesWritten: 0,
      card: { ownBytes: 0 },
      commits: 0,
      lastCommitMs: 0,
      worstCommitMs: 0,
      readings: 0,
      records: this.records.length,
      dropped: 0,
    };
  }

  async close(): Promise<void> {}

  #stream(uplink: string): Stream {
    const stream = this.#streams[this.slotOf(uplink)];
    if (!stream) throw new RangeError(uplink);
    return stream;
  }

  #head(priority: Priority): Pick<GatewayRecord, "epoch" | "rev" | "seq" | "priority" | "clock" | "prevs"> {
    this.#seq++;
    const prevs = this.#streams.map(({ last }) => last);
    for (const stream of this.#streams) stream.last = this.#seq;
    return { epoch: this.epoch, rev: this.rev, seq: this.#seq, priority, clock: "trusted", prevs };
  }

  #add(record: GatewayRecord): GatewayRecord {
    this.records.push(record);
    for (const stream of this.#streams) {
      if (stream.live && stream.waiting.size < this.liveBound) stream.waiting.add(record.seq);
    }
    return record;
  }

  #take(stream: Stream, seqs: readonly number[]): readonly GatewayRecord[] {
    for (const seq of seqs) {
      stream.waiting.delete(seq);
      stream.taken.add(seq);
    }
    const wanted = new Set(seqs);
    return this.records.filter(({ seq }) => wanted.has(seq));
  }
}
