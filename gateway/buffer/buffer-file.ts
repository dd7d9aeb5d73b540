import type { Cancel, Clock } from "../../drivers/core/clock.js";
import { asError } from "../../drivers/core/errors.js";
import type { Log } from "../../drivers/core/log.js";
import { say } from "../../drivers/core/message.js";
import type { GatewayEvent } from "../core/event.js";
import { Backlog } from "./backlog.js";
import { Book } from "./book.js";
import { Committer } from "./committer.js";
import type { Losses } from "./losses.js";
import { BUFFER_MESSAGES } from "./messages.js";
import type { PendingRecords } from "./pending-records.js";
import type { Opened } from "./protocol.js";
import { RowDecoder } from "./row-decoder.js";
import type { Store } from "./store.js";
import type { UplinkTrack } from "./uplink-track.js";

export interface BufferFileOptions {
  readonly store: Store;
  readonly opened: Opened;
  readonly pending: PendingRecords;
  readonly tracks: readonly UplinkTrack[];
  readonly losses: Losses;
  readonly clock: Clock;
  readonly log: Log;
  readonly commitEveryMs: number;
  readonly keepAtLeastMs: number;
  readonly lastGiven: () => number;
  readonly isClosing: () => boolean;
  readonly onCommitted: () => void;
  /** Appends an event to one uplink's stream. */
  readonly tell: (event: GatewayEvent, track: UplinkTrack) => void;
}

/** How often retention looks. */
const RETAIN_EVERY_MS = 10_000;

/** The opened file, as the thread that polls sees it: what is committed, read and removed. */
export class BufferFile {
  readonly #options: BufferFileOptions;
  readonly #decoder: RowDecoder;
  readonly epoch: string;
  readonly committer: Committer;
  readonly backlog: Backlog;
  durableSeq: number;
  keptFrom: number;
  #cancelRetain: Cancel = () => {};
  #retaining: Promise<void> | undefined;

  constructor(options: BufferFileOptions) {
    this.#options = options;
    const { clock, commitEveryMs, isClosing, lastGiven, log, opened, pending, store, tell, tracks } = options;
    this.epoch = opened.epoch;
    this.durableSeq = opened.base;
    this.keptFrom = opened.keptFrom;
    const book = new Book(
      opened.entries,
      opened.uplinks.map(({ slot }) => slot),
    );
    this.#decoder = new RowDecoder(book);
    this.backlog = new Backlog({
      store,
      decoder: this.#decoder,
      durableSeq: () => this.durableSeq,
      isClosing,
      hasHoles: (opened.setAside?.saved ?? 0) > 0,
      onDamaged: (track, event) => {
        log.error(
          say(BUFFER_MESSAGES.rows_damaged, { from: event.runs[0]?.from ?? 0, to: event.runs[0]?.to ?? 0 }),
        );
        tell(event, track);
      },
    });
    this.committer = new Committer({
      store,
      pending,
      book,
      tracks,
      clock,
      log,
      everyMs: commitEveryMs,
      opened,
      lastGiven,
      onCommitted: (last) => this.#committed(last),
      onFull: () => this.#retain(true),
    });
    this.#retainLater();
  }

  #committed(last: number): void {
    this.durableSeq = Math.max(this.durableSeq, last);
    this.#options.onCommitted();
    this.#tellLosses();
  }

  #tellLosses(): void {
    for (const { event, track } of this.#options.losses.take()) this.#options.tell(event, track);
  }

  #retainLater(): void {
    this.#cancelRetain = this.#options.clock.after(RETAIN_EVERY_MS, () => {
      this.#retain(false);
      this.#retainLater();
    });
  }

  #retain(full: boolean): void {
    if (this.#options.isClosing()) return;
    this.#retaining ??= this.#makeRoom(full)
      .catch((error: unknown) => this.committer.complain(asError(error)))
      .finally(() => {
        this.#retaining = undefined;
      });
  }

  /**
   * Removes what may go. What somebody still waits for is told first: the event and the removal are one commit,
   * so that no moment exists in which records are gone and nobody knows.
   */
  async #makeRoom(full: boolean): Promise<void> {
    const { clock, keepAtLeastMs, lastGiven, log, losses, store, tracks } = this.#options;
    for (let again = true; again && !this.#options.isClosing(); ) {
      // One step at a time: what is still to be removed must not be chosen twice.
      const lowest = Math.min(...tracks.map((track) => track.progress(lastGiven(), 0).pendingFrom));
      const { done, evict, keptFrom, more, rows } = await store.call({
        op: "retain",
        olderThan: clock.now() - keepAtLeastMs,
        acknowledgedBelow: Math.min(lowest, this.durableSeq + 1),
        full,
      });
      this.keptFrom = keptFrom;
      if (done.length === 0 && evict.length === 0) return;
      if (evict.length > 0) {
        const { records } = this.#decoder.decode({ rows, keys: [], upTo: Number.MAX_SAFE_INTEGER });
        const priority = evict[0]?.table ?? "";
        log.error(say(BUFFER_MESSAGES.evicted, { count: records.length, priority }));
        losses.gone(records, "full");
        this.#tellLosses();
      }
      await this.committer.remove([...done, ...evict]);
      again = more;
      full = false;
    }
  }

  /** Commits what is left and ends the reservation. Throws when that is not possible. */
  async close(): Promise<void> {
    this.#cancelRetain();
    this.#tellLosses();
    await this.committer.close();
    await this.#options.store.call({ op: "close" });
  }
}
