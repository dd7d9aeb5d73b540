import { InternalError } from "../../drivers/core/errors.js";
import type { Release } from "../../drivers/core/lock.js";
import { say } from "../../drivers/core/message.js";
import type { Priority } from "../../drivers/core/point.js";
import { type ReadingBatch, readingCount } from "../../drivers/core/reading.js";
import type { Buffer, BufferStats, DaySent, Outcome, UplinkProgress } from "../core/buffer.js";
import type { GatewayEvent } from "../core/event.js";
import type { GatewayRecord } from "../core/record.js";
import { AuditEvents } from "./audit-events.js";
import { BufferFile } from "./buffer-file.js";
import { type BufferOptions, randomEpoch } from "./buffer-options.js";
import { projectLife } from "./card-life.js";
import { NO_COMMITS } from "./committer.js";
import { readIdentity } from "./identity.js";
import { Losses } from "./losses.js";
import { BUFFER_MESSAGES } from "./messages.js";
import { numbersOf } from "./numbers-between.js";
import { Opening, saySetAside } from "./opening.js";
import { damageEvents, pastEvents } from "./opening-events.js";
import { PendingRecords } from "./pending-records.js";
import type { Opened, Reopened } from "./protocol.js";
import { RangeSet, type Run } from "./range-set.js";
import type { Store } from "./store.js";
import { UplinkTrack } from "./uplink-track.js";
import { Waiters } from "./waiters.js";

const CLOSE_MS = 3_000;

/** The buffer in a SQLite file; made by `openBuffer`. */
export class SqliteBuffer implements Buffer {
  readonly #options: BufferOptions;
  readonly #store: Store;
  readonly #release: Release;
  readonly #opening: Opening;
  readonly #tracks: readonly UplinkTrack[];
  readonly #pending = new PendingRecords();
  readonly #losses: Losses;
  readonly #waiters = new Waiters();
  /** Numbers given under an epoch in memory: they are in no file. */
  readonly #volatileNumbers = new RangeSet();
  readonly #audited: AuditEvents | undefined;
  #file: BufferFile | undefined;
  /** What the last run left behind, until it can be told. */
  #past: Opened | undefined;
  #rev: number;
  #seq: number;
  /** Set while numbers are given under an epoch that lives in memory only. */
  #volatileEpoch: string | undefined;
  #volatileFrom = 1;
  #readings = 0;
  #records = 0;
  #dropped = 0;
  #closing: Promise<void> | undefined;

  constructor(options: BufferOptions, store: Store, release: Release) {
    this.#options = options;
    this.#store = store;
    this.#release = release;
    this.#tracks = options.uplinks.map((uplink, place) => new UplinkTrack(uplink.id, place, uplink));
    this.#losses = new Losses(this.#tracks);
    this.#audited = options.audit && new AuditEvents(options.audit, options.clock);
    this.#opening = new Opening({
      options,
      store,
      isClosing: () => this.#closing !== undefined,
      onOpened: (opened) => this.#attach(opened),
      onLate: () => this.#goVolatile(),
    });
    // Until the file is open: beyond every number that was ever given, as far as the second place knows.
    const identity = readIdentity(options.config.identity);
    this.#seq = identity?.reserved ?? options.clock.now();
    this.#rev = identity ? identity.rev + (identity.readingsHash === options.readingsHash ? 0 : 1) : 1;
    this.#goVolatile();
  }

  open(): Promise<void> {
    return this.#opening.open();
  }

  /** The file was damaged while it was open, and another one stands in its place: numbers go on. */
  reopened(reopened: Reopened): void {
    const { opened } = reopened;
    saySetAside(this.#options, opened);
    if (!this.#file || this.#closing !== undefined) return;
    if (opened.epoch !== this.#file.epoch || opened.rev !== this.#rev) {
      // Both places are lost: only a start tells that as it must be told.
      this.#options.onFatal?.(new InternalError(BUFFER_MESSAGES.both_lost));
      return;
    }
    this.#file.reopened(reopened);
    for (const event of damageEvents(opened)) this.appendEvent(event, "high");
  }

  #attach(opened: Opened): void {
    const { clock, clockTrusted, config, log } = this.#options;
    // Numbers given in memory meanwhile stay given.
    const started = this.#volatileNumbers.runs.length > 0 ? this.#seq : 0;
    this.#seq = Math.max(started, opened.base);
    this.#rev = opened.rev;
    for (const [place, track] of this.#tracks.entries()) {
      const state = opened.uplinks[place];
      if (state) track.adopt(state, opened.base);
    }
    const absent = opened.absent.map((state, n) => {
      const track = new UplinkTrack(state.name, this.#tracks.length + n, undefined);
      track.adopt(state, opened.base);
      return track;
    });
    this.#losses.adopt(absent, opened.notes.untold);
    this.#past = opened;
    this.#file = new BufferFile({
      store: this.#store,
      opened,
      pending: this.#pending,
      tracks: this.#tracks,
      absent,
      losses: this.#losses,
      clock,
      clockTrusted,
      log,
      path: config.path,
      commitEveryMs: config.commitEveryMs,
      keepAtLeastMs: config.keepAtLeastMs,
      lastGiven: () => this.#seq,
      isClosing: () => this.#closing !== undefined,
      onCommitted: () => this.#committed(),
      tell: (event, track) => this.#appendEventFor(event, "high", (other) => other === track, track.name),
      alarm: (event) => this.appendEvent(event, "alarm").seq,
    });
    this.#leaveVolatile();
    // Who waits for a number that was given meanwhile does not wait for the next record.
    if (this.#volatileEpoch !== undefined || started > 0) this.#file.committer.wake(true);
  }

  get epoch(): string {
    return this.#volatileEpoch ?? this.#file?.epoch ?? "";
  }

  get rev(): number {
    return this.#rev;
  }

  get durableSeq(): number {
    return this.#file?.durableSeq ?? 0;
  }

  append(batch: ReadingBatch, priority: Priority): GatewayRecord {
    this.#readings += readingCount(batch);
    const head = this.#number(priority, (track) => track.carries(batch.layout));
    return this.#keep({ kind: "data", batch, ...head });
  }

  appendEvent(event: GatewayEvent, priority: Priority): GatewayRecord {
    return this.#appendEventFor(event, priority, () => true);
  }

  #appendEventFor(
    event: GatewayEvent,
    priority: Priority,
    carries: (track: UplinkTrack) => boolean,
    uplink?: string,
  ): GatewayRecord {
    const { clock } = this.#options;
    const head = this.#number(priority, carries);
    this.#audited?.note(event, head.epoch, uplink);
    const times = { t: clock.now(), mono: clock.mono(), boot: clock.boot };
    return this.#keep({ kind: "event", event, ...times, ...head });
  }

  #number(priority: Priority, carries: (track: UplinkTrack) => boolean) {
    if (!this.#file || this.#seq >= this.#file.committer.reserved) this.#goVolatile();
    const seq = ++this.#seq;
    if (this.#volatileEpoch !== undefined) this.#volatileNumbers.add(seq);
    const prevs = this.#tracks.map((track) => (carries(track) ? track.link(seq) : -1));
    const clock = this.#options.clockTrusted() ? ("trusted" as const) : ("untrusted" as const);
    return { epoch: this.epoch, rev: this.#rev, seq, priority, clock, prevs };
  }

  #keep(record: GatewayRecord): GatewayRecord {
    this.#records++;
    const { clock, log } = this.#options;
    if (this.#file && this.#volatileEpoch === undefined) {
      const now = clock.mono();
      this.#pending.add(record, now);
      const dropped = this.#pending.dropExcess(now);
      if (dropped.length > 0) {
        this.#dropped += dropped.length;
        log.error(say(BUFFER_MESSAGES.records_dropped, { count: dropped.length }));
        this.#losses.gone(dropped, "disk_stalled");
      }
      const half = this.#file.committer.reserved - record.seq === this.#file.committer.renewAt;
      this.#file.committer.wake(record.priority === "alarm" || half);
    }
    for (const track of this.#tracks) {
      if ((record.prevs[track.place] ?? -1) !== -1) this.#back(track, numbersOf(track.enter(record)));
    }
    return record;
  }

  /** These numbers do not wait any more for this uplink: those that no file has are gone. */
  #back(track: UplinkTrack, seqs: readonly number[]): void {
    this.#losses.back(track, seqs);
    if (this.#volatileNumbers.runs.length === 0) return;
    for (const seq of seqs) {
      if (!this.#volatileNumbers.has(seq) || track.acknowledged.has(seq)) continue;
      this.#dropped++;
      track.close(seq);
    }
  }

  /** The numbers reserved in the file are used up and the disk gives no more: an epoch that lives in memory. */
  #goVolatile(): void {
    if (this.#volatileEpoch !== undefined) return;
    this.#volatileEpoch = randomEpoch();
    this.#volatileFrom = this.#seq + 1;
    for (const track of this.#tracks) track.setVolatile(true, this.#seq);
  }

  /** The disk is back: numbers go on under the stored epoch, beyond those given meanwhile. */
  #leaveVolatile(): void {
    if (this.#volatileEpoch === undefined || !this.#file || this.#file.committer.reserved <= this.#seq)
      return;
    this.#volatileEpoch = undefined;
    for (const track of this.#tracks) {
      track.setVolatile(false, this.#seq);
      for (const [from, to] of this.#volatileNumbers.runs) track.closeGap(from, to);
    }
    if (this.#past) this.#tellThePast(this.#past);
    this.#past = undefined;
  }

  /** The first records of a run: what the last one left behind. */
  #tellThePast(opened: Opened): void {
    const { void: range } = opened;
    if (range) for (const track of this.#tracks) track.closeGap(range.from, range.to);
    for (const event of pastEvents(opened)) this.appendEvent(event, "high");
    this.#file?.tellOwed();
  }

  #committed(): void {
    this.#leaveVolatile();
    this.#waiters.reached(this.durableSeq);
  }

  durable(seq: number): Promise<void> {
    if (seq <= this.durableSeq) return Promise.resolve();
    if (this.#closing !== undefined) return Promise.reject(new InternalError(BUFFER_MESSAGES.closed));
    return this.#waiters.wait(seq);
  }

  #track(uplink: string): UplinkTrack {
    const track = this.#tracks.find(({ name }) => name === uplink);
    if (!track) throw new InternalError(BUFFER_MESSAGES.unknown_uplink, { uplink });
    return track;
  }

  slotOf(uplink: string): number {
    return this.#track(uplink).place;
  }

  takeLive(uplink: string, limit: number): readonly GatewayRecord[] {
    return this.#track(uplink).takeLive(limit);
  }

  takeUrgent(uplink: string): readonly GatewayRecord[] {
    return this.#track(uplink).takeUrgent();
  }

  setLive(uplink: string, live: boolean): void {
    const track = this.#track(uplink);
    this.#back(track, numbersOf(track.setLive(live)));
  }

  settle(uplink: string, seqs: readonly number[], outcome: Outcome): void {
    const track = this.#track(uplink);
    const settled = track.settle(seqs, outcome);
    if (settled.length === 0) return;
    this.#back(track, settled);
    this.#file?.committer.wake(false);
  }

  async takeBacklog(uplink: string, limit: number): Promise<readonly GatewayRecord[]> {
    return (await this.#file?.backlog.take(this.#track(uplink), limit)) ?? [];
  }

  progress(uplink: string): UplinkProgress {
    const kept = this.#file?.kept.from ?? this.#seq + 1;
    return this.#track(uplink).progress(this.#seq, kept, this.#spanOf(this.epoch));
  }

  pendingFrom(uplink: string, epoch: string): number {
    return this.#track(uplink).pendingFrom(this.#spanOf(epoch), this.#seq);
  }

  #spanOf(epoch: string): Run {
    return this.#file?.spanOf(epoch) ?? [this.#volatileFrom, Number.POSITIVE_INFINITY];
  }

  async *range(from: number, to: number, epoch?: string): AsyncIterable<readonly GatewayRecord[]> {
    if (this.#file) yield* this.#file.backlog.range(from, to, epoch);
  }

  knows(epoch: string): boolean {
    return epoch === this.epoch || this.#file?.spanOf(epoch) !== undefined;
  }

  async revision(rev: number, epoch = this.#file?.epoch): Promise<string | undefined> {
    const isOurs = epoch === this.#file?.epoch || epoch === this.epoch;
    if (rev === this.#rev && isOurs) return this.#options.description;
    return this.#file && this.#store.call({ op: "revision", epoch: epoch ?? "", rev });
  }

  birthsAcknowledged(uplink: string): number {
    return this.#track(uplink).births;
  }

  acknowledgeBirths(uplink: string, rev: number): void {
    if (this.#track(uplink).acknowledgeBirths(rev)) this.#file?.committer.wake(false);
  }

  daysSent(uplink: string): readonly DaySent[] {
    return this.#track(uplink).days;
  }

  keepDaysSent(uplink: string, days: readonly DaySent[]): void {
    this.#track(uplink).days = days;
  }

  stats(): BufferStats {
    const { clock, config } = this.#options;
    const { card, ...commits } = this.#file?.committer.stats ?? NO_COMMITS;
    const { from = this.#seq + 1, t } = this.#file?.kept ?? {};
    const { room } = this.#file ?? {};
    const { disk = "writable", fileBytes = 0, limitBytes = config.maxBytes, usedBytes = 0 } = room ?? {};
    return {
      path: config.path,
      durable: this.#volatileEpoch === undefined && this.#file?.committer.isStuck !== true,
      last: this.#seq,
      durableSeq: this.durableSeq,
      keptFrom: from,
      ...(t !== undefined && { keptSince: t }),
      belowKeepAtLeastUntil: this.#file?.below ?? 0,
      uncommittedMs: this.#pending.ageMs(clock.mono()),
      uncommittedBytes: this.#pending.bytes,
      fileBytes,
      usedBytes,
      limitBytes,
      disk,
      ...commits,
      card: projectLife(card, config.cardEnduranceBytes),
      readings: this.#readings,
      records: this.#records,
      dropped: this.#dropped,
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#opening.cancel();
    const deadline = new AbortController();
    const late = this.#options.clock.sleep(CLOSE_MS, deadline.signal).catch(() => {});
    await Promise.race([this.#file?.close().catch(() => {}), late]);
    deadline.abort();
    this.#audited?.close();
    await this.abandon();
    this.#waiters.reject(new InternalError(BUFFER_MESSAGES.closed));
  }

  /** Gives back the thread and the lock. */
  async abandon(): Promise<void> {
    await this.#store.terminate();
    await this.#release();
  }
}
