import type { Cancel, Clock } from "../../drivers/core/clock.js";
import { asError } from "../../drivers/core/errors.js";
import type { Log } from "../../drivers/core/log.js";
import { say } from "../../drivers/core/message.js";
import type { BufferStats } from "../core/buffer.js";
import type { Book } from "./book.js";
import { type CardTotals, NOTHING_WRITTEN } from "./card-life.js";
import { ChunkMaker } from "./chunk-maker.js";
import { LOG_BYTES } from "./file-format.js";
import { BUFFER_MESSAGES } from "./messages.js";
import type { PendingRecords } from "./pending-records.js";
import type { Group, Notes, Opened, Room } from "./protocol.js";
import { type Store, StoreError } from "./store.js";
import type { UplinkTrack } from "./uplink-track.js";

export interface CommitterOptions {
  readonly store: Store;
  readonly pending: PendingRecords;
  readonly book: Book;
  readonly tracks: readonly UplinkTrack[];
  readonly clock: Clock;
  readonly log: Log;
  readonly everyMs: number;
  readonly opened: Opened;
  readonly lastGiven: () => number;
  /** Everything up to `last` is on the disk, or told as lost. */
  readonly onCommitted: (last: number) => void;
  /** What must be known after a crash, when all records up to `last` are committed; committed where it changed. */
  readonly notes: (last: number) => Notes;
  readonly onRoom: (room: Room) => void;
  readonly room: () => Room;
  /** The file cannot grow; called before another commit begins. */
  readonly onFull: () => void;
}

export interface CommitStats
  extends Pick<BufferStats, "bytesWritten" | "commits" | "lastCommitMs" | "worstCommitMs"> {
  readonly card: CardTotals;
}

export const NO_COMMITS: CommitStats = {
  bytesWritten: 0,
  card: { own: NOTHING_WRITTEN },
  commits: 0,
  lastCommitMs: 0,
  worstCommitMs: 0,
};

/** A change of acknowledgements alone is no reason to wear the card at once. */
const ACKNOWLEDGEMENTS_EVERY_MS = 10_000;
/** A reservation lasts for at least so long at the present rate, when half of it is used. */
const RESERVE_MS = 120_000;
const LEAST_RESERVATION = 100_000;
const STUCK_MS = 8_000;
const LONGEST_BACKOFF_MS = 5_000;
/** After a failure a commit takes so much at least. */
const LEAST_PART_BYTES = 50_000;

/** The group commit: at most one on its way, the next one takes everything that gathered meanwhile. */
export class Committer {
  readonly #options: CommitterOptions;
  readonly #maker: ChunkMaker;
  #reserved: number;
  #fileCount = 1;
  #stamp: number;
  #remove: Group[] = [];
  #onRemoved: () => void = () => {};
  #timer: { readonly due: number; readonly cancel: Cancel } | undefined;
  #running: Promise<void> | undefined;
  #urgent = false;
  #hasRoom = false;
  #failures = 0;
  /** Monotonic ms. */
  #failingSince: number | undefined;
  #saidIdentity = false;
  #closed = false;
  #lastStart: number;
  #lastSeq: number;
  #perMs = 0;
  #savedNotes: Notes;
  #stats: CommitStats;

  constructor(options: CommitterOptions) {
    this.#options = options;
    const { opened, tracks } = options;
    this.#maker = new ChunkMaker(
      options.book,
      opened.uplinks.map(({ slot }) => slot),
      tracks,
    );
    this.#stats = { ...NO_COMMITS, card: opened.card };
    this.#reserved = opened.reserved;
    this.#stamp = opened.stamp;
    this.#savedNotes = opened.notes;
    this.#lastStart = options.clock.mono();
    this.#lastSeq = options.lastGiven();
    this.#tellIdentity(opened.identityProblem);
  }

  /** End of the reservation that the file holds. */
  get reserved(): number {
    return this.#reserved;
  }

  /** The disk has refused every commit for so long that it takes nothing: what waits is about to be dropped. */
  get isStuck(): boolean {
    const since = this.#failingSince;
    return since !== undefined && this.#options.clock.mono() - since >= STUCK_MS;
  }

  get stats(): CommitStats {
    return this.#stats;
  }

  /** How many numbers are left when a new reservation is due at once. */
  get renewAt(): number {
    return Math.floor(this.#wanted / 2) - 1;
  }

  /** The next commit removes these groups, together with what tells of them; resolves when they are gone. */
  remove(groups: readonly Group[]): Promise<void> {
    this.#remove.push(...groups);
    // Room that was found is made at once, also while the disk is not hurried.
    this.#hasRoom = true;
    this.wake(true);
    return new Promise((resolve) => {
      this.#onRemoved = resolve;
    });
  }

  /** Another file took the place of the one that commits went to: what is made for it stands by itself. */
  reopened(fileCount: number, stamp: number): void {
    this.#fileCount = fileCount;
    this.#stamp = Math.max(this.#stamp, stamp);
    this.#maker.reset();
    this.#options.book.forgetSaved();
    this.wake(true);
  }

  /** There is something to commit; `urgent`: now. */
  wake(urgent: boolean): void {
    if (this.#closed) return;
    if (urgent) this.#urgent = true;
    if (this.#running !== undefined) return;
    const { clock } = this.#options;
    const now = this.#hasRoom || (this.#urgent && this.#failures === 0);
    const due = now ? clock.mono() : this.#lastStart + this.#pauseMs();
    if (this.#timer && this.#timer.due <= due) return;
    this.#timer?.cancel();
    const run = (): void => {
      this.#timer = undefined;
      this.#run();
    };
    this.#timer = { due, cancel: clock.after(Math.max(0, due - clock.mono()), run) };
  }

  #pauseMs(): number {
    const { everyMs, pending } = this.#options;
    if (pending.count === 0 && this.#remove.length === 0) return ACKNOWLEDGEMENTS_EVERY_MS;
    return this.#failures === 0
      ? everyMs
      : Math.max(everyMs, Math.min(everyMs * 2 ** this.#failures, LONGEST_BACKOFF_MS));
  }

  /** Commits what is left and ends the reservation, so that no void follows. Throws when that is not possible. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.#running;
    await this.#commit(true);
    if (this.#failures > 0) throw new StoreError("", "not committed");
  }

  /** Says once that the file cannot be written, until it can again. */
  complain(error: Error): void {
    this.#failingSince ??= this.#options.clock.mono();
    if (this.#failures++ > 0) return;
    this.#options.log.error(say(BUFFER_MESSAGES.commit_failed, { problem: error.message }), { err: error });
  }

  #run(): void {
    if (this.#running !== undefined) return;
    this.#running = this.#commit(false).then(() => {
      this.#running = undefined;
      const { pending, tracks } = this.#options;
      if (this.#closed) return;
      const left = pending.count > 0 || this.#remove.length > 0 || tracks.some(({ dirty }) => dirty);
      if (this.#urgent || left) this.wake(this.#urgent);
    });
  }

  async #commit(final: boolean): Promise<void> {
    const { book, clock, log, onCommitted, onFull, onRoom, pending, store, tracks } = this.#options;
    this.#urgent = false;
    this.#hasRoom = false;
    const startedAt = clock.mono();
    this.#measureRate(startedAt);
    const removed = this.#remove;
    this.#remove = [];
    // After a failure room comes first, and alone: what waits may need more than one step of it gives.
    const onlyRoom = this.#failures > 0 && removed.length > 0;
    // And then no more than file and log have room for: what waits may be more than they can ever hold.
    const { disk, limitBytes, logBytes, usedBytes } = this.#options.room();
    const isTight = (this.#failures > 0 || disk === "full" || logBytes < LOG_BYTES) && !final;
    const most = isTight
      ? Math.max(LEAST_PART_BYTES, Math.min(limitBytes - usedBytes, logBytes / 2))
      : undefined;
    const waiting = onlyRoom ? [] : pending.begin(most);
    const given = this.#options.lastGiven();
    const last = Math.min(given, pending.lowestWaiting - 1);
    const { chunks, lasts } = this.#maker.make(waiting);
    const entries = book.unsaved;
    const notes = this.#options.notes(onlyRoom ? 0 : last);
    const { below, owed, untold } = this.#savedNotes;
    const changed = notes.below !== below || notes.owed !== owed || notes.untold !== untold;
    const uplinks = tracks.map((track, place) => track.stateWith(lasts[place]));
    for (const track of tracks) track.dirty = false;
    const reserved = final ? given : this.#nextReservation(given);
    try {
      const done = await store.call({
        op: "commit",
        remove: removed,
        entries,
        chunks,
        stamp: ++this.#stamp,
        uplinks,
        final,
        fileCount: this.#fileCount,
        ...(reserved !== undefined && { reserved }),
        ...(changed && { notes }),
      });
      const { bytesWritten, card } = done;
      this.#stats = { ...this.#stats, bytesWritten, card, commits: this.#stats.commits + 1 };
      this.#savedNotes = notes;
      onRoom(done);
      if (reserved !== undefined) this.#tellIdentity(done.identityProblem);
    } catch (error) {
      pending.failed();
      this.#maker.reset();
      this.#remove = [...removed, ...this.#remove];
      for (const track of tracks) track.dirty = true;
      this.complain(asError(error));
      if (error instanceof StoreError && error.code.startsWith("SQLITE_FULL")) onFull();
      return;
    }
    const tookMs = clock.mono() - startedAt;
    const worstCommitMs = Math.max(this.#stats.worstCommitMs, tookMs);
    this.#stats = { ...this.#stats, lastCommitMs: tookMs, worstCommitMs };
    if (this.#failures > 0) log.info(say(BUFFER_MESSAGES.commits_again));
    this.#failures = 0;
    this.#failingSince = undefined;
    pending.committed();
    book.saved(entries);
    this.#maker.committed();
    for (const [place, track] of tracks.entries()) {
      const own = lasts[place];
      if (own !== undefined) track.committed(own);
    }
    if (reserved !== undefined) this.#reserved = reserved;
    if (removed.length > 0) this.#onRemoved();
    if (most !== undefined && pending.bytes > most) this.#urgent = true;
    if (onlyRoom) this.#urgent = true;
    else onCommitted(last);
  }

  #tellIdentity(problem: string | undefined): void {
    if (problem !== undefined && !this.#saidIdentity) {
      this.#options.log.warn(say(BUFFER_MESSAGES.identity_unwritable, { problem }));
    }
    this.#saidIdentity = problem !== undefined;
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
    return this.#reserved - last < this.#wanted / 2 ? last + this.#wanted : undefined;
  }

  get #wanted(): number {
    return Math.max(LEAST_RESERVATION, Math.ceil(this.#perMs * RESERVE_MS));
  }
}
