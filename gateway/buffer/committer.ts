import type { Cancel, Clock } from "../../drivers/core/clock.js";
import { asError } from "../../drivers/core/errors.js";
import type { Log } from "../../drivers/core/log.js";
import { say } from "../../drivers/core/message.js";
import { PRIORITIES, type Priority } from "../../drivers/core/point.js";
import type { BufferStats } from "../core/buffer.js";
import { type GatewayRecord, recordTime } from "../core/record.js";
import { encodeChunk, type KeyStates } from "./chunk.js";
import type { LayoutBook } from "./layout-book.js";
import { BUFFER_MESSAGES } from "./messages.js";
import type { PendingRecords } from "./pending-records.js";
import type { ChunkRow } from "./protocol.js";
import type { Store } from "./store.js";
import type { UplinkTrack } from "./uplink-track.js";

export interface CommitterOptions {
  readonly store: Store;
  readonly pending: PendingRecords;
  readonly layouts: LayoutBook;
  readonly tracks: readonly UplinkTrack[];
  readonly slots: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly everyMs: number;
  /** End of the reservation that the file holds. */
  readonly reserved: number;
  readonly lastGiven: () => number;
  readonly onCommitted: (last: number) => void;
}

export type CommitStats = Pick<
  BufferStats,
  "fileBytes" | "bytesWritten" | "commits" | "lastCommitMs" | "worstCommitMs"
>;

interface Key {
  readonly first: number;
  readonly states: KeyStates;
  used: number;
}

/** Chunks that build on one key chunk: more make damage and eviction coarser, fewer make chunks larger. */
const CHUNKS_A_KEY = 60;
/** A change of acknowledgements alone is no reason to wear the card at once. */
const ACKNOWLEDGEMENTS_EVERY_MS = 10_000;
/** A reservation lasts for at least so long at the present rate. */
const RESERVE_MS = 120_000;
const LEAST_RESERVATION = 10_000;
const NO_KEYS: KeyStates = new Map();

/** The group commit: at most one on its way, the next one takes everything that gathered meanwhile. */
export class Committer {
  readonly #options: CommitterOptions;
  readonly #keys = new Map<Priority, Key>();
  #reserved: number;
  #timer: { readonly due: number; readonly cancel: Cancel } | undefined;
  #running: Promise<void> | undefined;
  #urgent = false;
  #failing = false;
  #closed = false;
  #lastStart: number;
  #lastSeq: number;
  #perMs = 0;
  #stats: CommitStats = { fileBytes: 0, bytesWritten: 0, commits: 0, lastCommitMs: 0, worstCommitMs: 0 };

  constructor(options: CommitterOptions) {
    this.#options = options;
    this.#reserved = options.reserved;
    this.#lastStart = options.clock.mono();
    this.#lastSeq = options.lastGiven();
  }

  get reserved(): number {
    return this.#reserved;
  }

  get stats(): CommitStats {
    return this.#stats;
  }

  /** There is something to commit; `urgent`: now. */
  wake(urgent: boolean): void {
    if (this.#closed) return;
    if (urgent) this.#urgent = true;
    if (this.#running) return;
    const { clock, everyMs, pending } = this.#options;
    const pauseMs = pending.count > 0 ? everyMs : ACKNOWLEDGEMENTS_EVERY_MS;
    const due = this.#urgent && !this.#failing ? clock.mono() : this.#lastStart + pauseMs;
    if (this.#timer && this.#timer.due <= due) return;
    this.#timer?.cancel();
    const cancel = clock.after(Math.max(0, due - clock.mono()), () => {
      this.#timer = undefined;
      this.#run();
    });
    this.#timer = { due, cancel };
  }

  /** Commits what is left and ends the reservation, so that no void follows. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.#running;
    await this.#commit(true);
  }

  /** Says once that the file cannot be written, until it can again. */
  complain(error: Error): void {
    if (!this.#failing) {
      this.#options.log.error(say(BUFFER_MESSAGES.commit_failed, { problem: error.message }), { err: error });
    }
    this.#failing = true;
  }

  #run(): void {
    if (this.#running) return;
    this.#running = this.#commit(false).then(() => {
      this.#running = undefined;
      const { pending, tracks } = this.#options;
      if (this.#closed) return;
      if (this.#urgent || pending.count > 0 || tracks.some(({ dirty }) => dirty)) this.wake(this.#urgent);
    });
  }

  async #commit(final: boolean): Promise<void> {
    const { clock, layouts, onCommitted, pending, store, tracks } = this.#options;
    this.#urgent = false;
    const startedAt = clock.mono();
    this.#measureRate(startedAt);
    const records = pending.begin();
    const last = this.#options.lastGiven();
    const { chunks, keys } = this.#encode(records);
    const unsaved = layouts.unsaved.slice();
    const slots = tracks.map(({ state }) => state);
    for (const track of tracks) track.dirty = false;
    const reserve = final ? last : this.#nextReservation(last);
    try {
      const { bytesWritten, fileBytes } = await store.call({
        op: "commit",
        chunks,
        layouts: unsaved,
        slots,
        ...(reserve === undefined ? {} : { reserved: reserve }),
      });
      this.#stats = { ...this.#stats, bytesWritten, fileBytes, commits: this.#stats.commits + 1 };
    } catch (error) {
      pending.failed();
      this.#keys.clear();
      for (const track of tracks) track.dirty = true;
      this.complain(asError(error));
      return;
    }
    const tookMs = clock.mono() - startedAt;
    const worstCommitMs = Math.max(this.#stats.worstCommitMs, tookMs);
    this.#stats = { ...this.#stats, lastCommitMs: tookMs, worstCommitMs };
    if (this.#failing) this.#options.log.info(say(BUFFER_MESSAGES.commits_again));
    this.#failing = false;
    pending.committed();
    layouts.saved(unsaved);
    for (const [priority, key] of keys) this.#keys.set(priority, key);
    if (reserve !== undefined) this.#reserved = reserve;
    onCommitted(records.at(-1)?.seq ?? 0);
  }

  #encode(records: readonly GatewayRecord[]): { chunks: ChunkRow[]; keys: Map<Priority, Key> } {
    const chunks: ChunkRow[] = [];
    const keys = new Map<Priority, Key>();
    for (const priority of PRIORITIES) {
      const own = records.filter((record) => record.priority === priority);
      const first = own[0];
      const last = own.at(-1);
      if (!first || !last) continue;
      const known = this.#keys.get(priority);
      const key = known && known.used < CHUNKS_A_KEY ? known : undefined;
      const { layouts, slots } = this.#options;
      const encoded = encodeChunk(own, slots, layouts, key?.states ?? NO_KEYS);
      if (key) key.used++;
      else keys.set(priority, { first: first.seq, states: encoded.keys, used: 0 });
      chunks.push({
        priority,
        first: first.seq,
        last: last.seq,
        key: key?.first ?? first.seq,
        t: recordTime(last),
        count: own.length,
        body: encoded.body,
      });
    }
    return { chunks, keys };
  }

  #measureRate(now: number): void {
    const last = this.#options.lastGiven();
    const elapsedMs = now - this.#lastStart;
    if (elapsedMs > 0) this.#perMs = Math.max((last - this.#lastSeq) / elapsedMs, this.#perMs * 0.9);
    this.#lastStart = now;
    this.#lastSeq = last;
  }

  /** The new end when less than half of what should be reserved is left. */
  #nextReservation(last: number): number | undefined {
    const wanted = Math.max(LEAST_RESERVATION, Math.ceil(this.#perMs * RESERVE_MS));
    return this.#reserved - last < wanted / 2 ? last + wanted : undefined;
  }
}
