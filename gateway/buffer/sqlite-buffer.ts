import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { Cancel, Clock } from "../../drivers/core/clock.js";
import { asError, ConfigurationError, InternalError } from "../../drivers/core/errors.js";
import type { Lock, Release } from "../../drivers/core/lock.js";
import type { Log } from "../../drivers/core/log.js";
import { say } from "../../drivers/core/message.js";
import type { Priority } from "../../drivers/core/point.js";
import { type ReadingBatch, readingCount } from "../../drivers/core/reading.js";
import type { Buffer, BufferStats, Outcome, UplinkProgress } from "../core/buffer.js";
import type { BufferConfig } from "../core/config.js";
import type { GatewayEvent, LossReason } from "../core/event.js";
import type { GatewayRecord } from "../core/record.js";
import { RowDecoder } from "./backlog-reader.js";
import { Committer } from "./committer.js";
import { FORMAT } from "./file-format.js";
import { LayoutBook } from "./layout-book.js";
import { type LostOf, lostEvents } from "./losses.js";
import { BUFFER_MESSAGES } from "./messages.js";
import { PendingRecords } from "./pending-records.js";
import type { Opened } from "./protocol.js";
import { Store, StoreError } from "./store.js";
import { UplinkTrack } from "./uplink-track.js";

export interface BufferOptions {
  readonly config: BufferConfig;
  readonly gatewayId: string;
  readonly uplinks: readonly {
    readonly id: string;
    readonly carries: (device: string, point: string) => boolean;
  }[];
  /** Differs from the stored one: the revision counts up. */
  readonly readingsHash: string;
  /** JSON that describes this revision, kept for births. */
  readonly description: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly lock: Lock;
  readonly machineId: string;
  readonly clockTrusted: () => boolean;
}

/** How often retention looks. */
const RETAIN_EVERY_MS = 10_000;
const CLOSE_MS = 3_000;
/** Rows of each priority that one step of reading takes. */
const READ_ROWS = 4;

/** Opens the buffer: takes the lock, starts the thread that owns the file, tells what the last run left behind. */
export async function openBuffer(options: BufferOptions): Promise<Buffer> {
  const { clock, config, lock, log } = options;
  // The lock's name is that of the file in its folder: the folder must be there.
  await mkdir(dirname(config.path), { recursive: true });
  const release = await lock.acquire(`buffer ${config.path}`, config.path);
  const store = new Store();
  try {
    const opened = await store.call({
      op: "open",
      path: config.path,
      identityPath: config.identity,
      maxBytes: config.maxBytes,
      machineId: options.machineId,
      readingsHash: options.readingsHash,
      description: options.description,
      uplinks: options.uplinks.map(({ id }) => id),
      stamp: new Date(clock.now()).toISOString().replace(/[-:]|\.\d+/g, ""),
      newEpoch: randomEpoch(),
    });
    if (opened.setAside) {
      const { path: aside, problem } = opened.setAside;
      log.error(say(BUFFER_MESSAGES.set_aside, { path: config.path, aside, problem }));
    }
    const buffer = new SqliteBuffer(options, store, opened, release);
    buffer.tellThePast(opened);
    return buffer;
  } catch (error) {
    await store.terminate();
    await release();
    if (!(error instanceof StoreError)) throw error;
    const { path } = config;
    if (error.code === BUFFER_MESSAGES.newer_format.code) {
      throw new ConfigurationError(BUFFER_MESSAGES.newer_format, { path, found: "?", known: FORMAT });
    }
    throw new ConfigurationError(
      BUFFER_MESSAGES.cannot_open,
      { path, problem: error.message },
      { cause: error },
    );
  }
}

/** 64 random bits, as 13 letters and digits. */
function randomEpoch(): string {
  return randomBytes(8).readBigUInt64BE().toString(36).padStart(13, "0");
}

class SqliteBuffer implements Buffer {
  readonly #options: BufferOptions;
  readonly #store: Store;
  readonly #release: Release;
  readonly #layouts: LayoutBook;
  readonly #decoder: RowDecoder;
  readonly #tracks: readonly UplinkTrack[];
  readonly #bySlot: readonly (UplinkTrack | undefined)[];
  readonly #pending = new PendingRecords();
  readonly #committer: Committer;
  readonly #storedEpoch: string;
  readonly #waiters: { readonly seq: number; resolve(): void; reject(error: Error): void }[] = [];
  /** Records dropped from memory; some may still be on their way live. */
  readonly #dropped = new Map<number, GatewayRecord>();
  #lost: LostOf[] = [];
  readonly rev: number;
  #seq: number;
  #durableSeq: number;
  #keptFrom: number;
  /** Set while numbers are given under an epoch that lives in memory only. */
  #volatileEpoch: string | undefined;
  #firstVolatile = 0;
  #cancelRetain: Cancel = () => {};
  #readings = 0;
  #records = 0;
  #droppedCount = 0;
  #closing: Promise<void> | undefined;

  constructor(options: BufferOptions, store: Store, opened: Opened, release: Release) {
    this.#options = options;
    this.#store = store;
    this.#release = release;
    this.#layouts = new LayoutBook(opened.layouts);
    this.#decoder = new RowDecoder(this.#layouts);
    this.#tracks = opened.slots.map((state) => {
      const uplink = options.uplinks.find(({ id }) => id === state.name);
      return new UplinkTrack(state, uplink?.carries ?? (() => false));
    });
    const slots = Math.max(0, ...this.#tracks.map(({ slot }) => slot + 1));
    this.#bySlot = Array.from({ length: slots }, (_, slot) =>
      this.#tracks.find((track) => track.slot === slot),
    );
    this.#storedEpoch = opened.epoch;
    this.rev = opened.rev;
    this.#seq = opened.base;
    this.#durableSeq = opened.base;
    this.#keptFrom = opened.keptFrom;
    this.#committer = new Committer({
      store,
      pending: this.#pending,
      layouts: this.#layouts,
      tracks: this.#tracks,
      slots,
      clock: options.clock,
      log: options.log,
      everyMs: options.config.commitEveryMs,
      reserved: opened.reserved,
      lastGiven: () => this.#seq,
      onCommitted: (last) => this.#committed(last),
    });
    this.#retainLater();
  }

  get epoch(): string {
    return this.#volatileEpoch ?? this.#storedEpoch;
  }

  get durableSeq(): number {
    return this.#durableSeq;
  }

  /** The first records of a run: what the last one left behind. */
  tellThePast({ oldEpoch, setAside, void: range }: Opened): void {
    if (oldEpoch) {
      const { epoch: old, last: old_last, reason } = oldEpoch;
      this.appendEvent({ event: "epoch", old, old_last, reason }, "high");
    }
    if (range) {
      for (const track of this.#tracks) track.close(range.from, range.to);
      this.appendEvent({ event: "void", ...range }, "high");
    }
    if (setAside) {
      this.appendEvent({ event: "buffer_damaged", set_aside: setAside.path, saved: 0 }, "high");
    }
  }

  append(batch: ReadingBatch, priority: Priority): GatewayRecord {
    this.#readings += readingCount(batch);
    const { layout } = batch;
    const head = this.#number(priority, (track) => track.carries(layout));
    return this.#keep({ ...head, kind: "data", batch });
  }

  appendEvent(event: GatewayEvent, priority: Priority): GatewayRecord {
    return this.#appendEventFor(event, priority, () => true);
  }

  #appendEventFor(
    event: GatewayEvent,
    priority: Priority,
    carries: (track: UplinkTrack) => boolean,
  ): GatewayRecord {
    const { clock } = this.#options;
    const head = this.#number(priority, carries);
    const times = { t: clock.now(), mono: clock.mono(), boot: clock.boot };
    return this.#keep({ ...head, kind: "event", event, ...times });
  }

  #number(priority: Priority, carries: (track: UplinkTrack) => boolean) {
    const seq = ++this.#seq;
    if (seq > this.#committer.reserved) this.#goVolatile();
    const prevs = this.#bySlot.map((track) => {
      if (!track) return -1;
      if (!carries(track)) {
        track.acknowledged.add(seq);
        return -1;
      }
      return track.link(seq);
    });
    const clock = this.#options.clockTrusted() ? ("trusted" as const) : ("untrusted" as const);
    return { epoch: this.epoch, rev: this.rev, seq, priority, clock, prevs };
  }

  #keep(record: GatewayRecord): GatewayRecord {
    this.#records++;
    const now = this.#options.clock.mono();
    if (this.#volatileEpoch === undefined) {
      this.#pending.add(record, now);
      const dropped = this.#pending.dropExcess(now);
      if (dropped.length > 0) this.#dropFromMemory(dropped);
      this.#committer.wake(record.priority === "alarm");
    }
    for (const track of this.#tracks) if ((record.prevs[track.slot] ?? -1) !== -1) track.enter(record);
    return record;
  }

  /** The numbers reserved in the file are used up and the disk gives no more: an epoch that lives in memory. */
  #goVolatile(): void {
    if (this.#volatileEpoch !== undefined) return;
    this.#volatileEpoch = randomEpoch();
    this.#firstVolatile = this.#seq;
    for (const track of this.#tracks) track.setVolatile(true);
  }

  /** The disk is back: numbers go on under the stored epoch, beyond those given meanwhile. */
  #leaveVolatile(): void {
    if (this.#volatileEpoch === undefined || this.#committer.reserved <= this.#seq) return;
    this.#volatileEpoch = undefined;
    for (const track of this.#tracks) {
      track.setVolatile(false);
      for (let seq = this.#firstVolatile; seq <= this.#seq; seq++) {
        if (!track.isOnItsWay(seq)) track.close(seq, seq);
      }
    }
  }

  #committed(last: number): void {
    this.#durableSeq = Math.max(this.#durableSeq, last);
    this.#leaveVolatile();
    for (let index = this.#waiters.length - 1; index >= 0; index--) {
      const waiter = this.#waiters[index];
      if (!waiter || waiter.seq > this.#durableSeq) continue;
      this.#waiters.splice(index, 1);
      waiter.resolve();
    }
    if (this.#lost.length > 0) this.#tellLost("disk_stalled");
  }

  #dropFromMemory(records: readonly GatewayRecord[]): void {
    this.#droppedCount += records.length;
    const { log } = this.#options;
    log.error(say(BUFFER_MESSAGES.records_dropped, { count: records.length }));
    for (const record of records) {
      for (const track of this.#tracks) {
        if (track.isOnItsWay(record.seq)) this.#dropped.set(record.seq, record);
        else this.#lose(track, record);
      }
    }
  }

  #lose(track: UplinkTrack, record: GatewayRecord): void {
    if ((record.prevs[track.slot] ?? -1) === -1 || track.acknowledged.has(record.seq)) return;
    this.#lost.push({ track, record });
    track.close(record.seq, record.seq);
  }

  /** One `lost` event for each uplink that lost something, in its own stream. */
  #tellLost(reason: LossReason): void {
    const lost = this.#lost;
    this.#lost = [];
    for (const { event, slot } of lostEvents(lost, reason)) {
      this.#appendEventFor(event, "high", (track) => track.slot === slot);
    }
  }

  durable(seq: number): Promise<void> {
    if (seq <= this.#durableSeq) return Promise.resolve();
    if (this.#closing) return Promise.reject(new InternalError(BUFFER_MESSAGES.closed));
    return new Promise((resolve, reject) => {
      this.#waiters.push({ seq, resolve, reject });
    });
  }

  #track(uplink: string): UplinkTrack {
    const track = this.#tracks.find(({ name }) => name === uplink);
    if (!track) throw new InternalError(BUFFER_MESSAGES.unknown_uplink, { uplink });
    return track;
  }

  slotOf(uplink: string): number {
    return this.#track(uplink).slot;
  }

  takeLive(uplink: string, limit: number): readonly GatewayRecord[] {
    return this.#track(uplink).takeLive(limit);
  }

  setLive(uplink: string, live: boolean): void {
    this.#track(uplink).setLive(live);
  }

  settle(uplink: string, seqs: readonly number[], outcome: Outcome): void {
    const track = this.#track(uplink);
    track.settle(seqs, outcome);
    if (this.#dropped.size > 0) this.#settleDropped(track, seqs, outcome);
    this.#committer.wake(false);
  }

  /** A record that is on no disk and comes back unsent is lost; one that was acknowledged is not. */
  #settleDropped(track: UplinkTrack, seqs: readonly number[], outcome: Outcome): void {
    for (const seq of seqs) {
      const record = this.#dropped.get(seq);
      if (!record) continue;
      if (outcome === "returned") this.#lose(track, record);
      if (!this.#tracks.some((other) => other.isOnItsWay(seq))) this.#dropped.delete(seq);
    }
  }

  async takeBacklog(uplink: string, limit: number): Promise<readonly GatewayRecord[]> {
    const track = this.#track(uplink);
    while (track.fetched.length === 0) {
      const from = track.acknowledged.firstMissing(track.cursor);
      const until = this.#durableSeq;
      if (from > until || this.#closing) return [];
      const rows = await this.#store.call({ op: "read", from, rows: READ_ROWS });
      const upTo = Math.min(rows.upTo, until);
      const records = this.#decoder.decode({ ...rows, upTo }).filter(({ seq }) => seq >= from);
      this.#closeGaps(track, records, from, upTo);
      track.fetched = records.filter(({ seq }) => track.isBacklog(seq));
      track.cursor = upTo + 1;
    }
    const taken: GatewayRecord[] = [];
    while (taken.length < limit) {
      const record = track.fetched.shift();
      if (!record) break;
      if (track.isBacklog(record.seq)) taken.push(record);
    }
    track.take(taken);
    return taken;
  }

  /** Numbers that are not in the file will not come: they must not hold `pendingFrom` back. */
  #closeGaps(track: UplinkTrack, records: readonly GatewayRecord[], from: number, upTo: number): void {
    let next = from;
    for (const { prevs, seq } of records) {
      this.#closeUnlessOnItsWay(track, next, seq - 1);
      if ((prevs[track.slot] ?? -1) === -1) track.close(seq, seq);
      next = seq + 1;
    }
    this.#closeUnlessOnItsWay(track, next, upTo);
  }

  #closeUnlessOnItsWay(track: UplinkTrack, from: number, to: number): void {
    if (to - from > 1_000_000) {
      track.close(from, to);
      return;
    }
    for (let seq = from; seq <= to; seq++) if (!track.isOnItsWay(seq)) track.close(seq, seq);
  }

  progress(uplink: string): UplinkProgress {
    return this.#track(uplink).progress(this.#seq, this.#keptFrom);
  }

  async *range(from: number, to: number): AsyncIterable<readonly GatewayRecord[]> {
    for (let next = from; next <= Math.min(to, this.#durableSeq); ) {
      const rows = await this.#store.call({ op: "read", from: next, rows: READ_ROWS });
      const upTo = Math.min(rows.upTo, to, this.#durableSeq);
      const records = this.#decoder
        .decode({ ...rows, upTo })
        .filter(({ epoch, seq }) => seq >= next && epoch === this.#storedEpoch);
      next = upTo + 1;
      if (records.length > 0) yield records;
    }
  }

  revision(rev: number): Promise<string | undefined> {
    return this.#store.call({ op: "revision", epoch: this.#storedEpoch, rev });
  }

  birthsAcknowledged(uplink: string): number {
    return this.#track(uplink).births;
  }

  acknowledgeBirths(uplink: string, rev: number): void {
    const track = this.#track(uplink);
    track.births = rev;
    track.dirty = true;
    this.#committer.wake(false);
  }

  stats(): BufferStats {
    const { clock, config } = this.#options;
    return {
      path: config.path,
      durable: this.#volatileEpoch === undefined,
      last: this.#seq,
      durableSeq: this.#durableSeq,
      keptFrom: this.#keptFrom,
      uncommittedMs: this.#pending.ageMs(clock.mono()),
      uncommittedBytes: this.#pending.bytes,
      ...this.#committer.stats,
      readings: this.#readings,
      records: this.#records,
      dropped: this.#droppedCount,
    };
  }

  #retainLater(): void {
    this.#cancelRetain = this.#options.clock.after(RETAIN_EVERY_MS, () => {
      this.#retain()
        .catch((error: unknown) => this.#committer.complain(asError(error)))
        .finally(() => {
          if (!this.#closing) this.#retainLater();
        });
    });
  }

  async #retain(): Promise<void> {
    const { clock, config, log } = this.#options;
    const { evicted, keptFrom } = await this.#store.call({
      op: "retain",
      olderThan: clock.now() - config.keepAtLeastMs,
      acknowledgedBelow: Math.min(
        ...this.#tracks.map((track) => track.progress(this.#seq, 0).pendingFrom),
        this.#durableSeq + 1,
      ),
    });
    this.#keptFrom = keptFrom;
    if (evicted.length === 0) return;
    const records = this.#decoder.decode({ rows: evicted, keys: [], upTo: Number.MAX_SAFE_INTEGER });
    for (const record of records) for (const track of this.#tracks) this.#lose(track, record);
    const priority = evicted[0]?.priority ?? "low";
    log.error(say(BUFFER_MESSAGES.evicted, { count: this.#lost.length, priority }));
    this.#tellLost("full");
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { clock } = this.#options;
    this.#cancelRetain();
    if (this.#lost.length > 0) this.#tellLost("disk_stalled");
    const orderly = this.#committer.close().then(() => this.#store.call({ op: "close" }));
    await Promise.race([orderly.catch(() => {}), clock.sleep(CLOSE_MS)]);
    await this.#store.terminate();
    for (const waiter of this.#waiters.splice(0)) waiter.reject(new InternalError(BUFFER_MESSAGES.closed));
    await this.#release();
  }
}
