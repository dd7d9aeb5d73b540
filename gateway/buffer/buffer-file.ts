import type { Clock } from "../../drivers/core/clock.js";
import type { Log } from "../../drivers/core/log.js";
import { say } from "../../drivers/core/message.js";
import type { GatewayEvent } from "../core/event.js";
import { Backlog } from "./backlog.js";
import { Book } from "./book.js";
import { Committer } from "./committer.js";
import { type EpochStart, spanOf } from "./epochs.js";
import type { Losses } from "./losses.js";
import { BUFFER_MESSAGES } from "./messages.js";
import type { PendingRecords } from "./pending-records.js";
import type { Kept, Opened, Reopened, Room } from "./protocol.js";
import type { Run } from "./range-set.js";
import { RoomMaker } from "./room-maker.js";
import { RowDecoder } from "./row-decoder.js";
import type { Store } from "./store.js";
import type { UplinkTrack } from "./uplink-track.js";

export interface BufferFileOptions {
  readonly store: Store;
  readonly opened: Opened;
  readonly pending: PendingRecords;
  readonly tracks: readonly UplinkTrack[];
  /** Of uplinks that are not configured today; their places follow those of `tracks`. */
  readonly absent: readonly UplinkTrack[];
  readonly losses: Losses;
  readonly clock: Clock;
  readonly clockTrusted: () => boolean;
  readonly log: Log;
  readonly path: string;
  readonly commitEveryMs: number;
  readonly keepAtLeastMs: number;
  readonly lastGiven: () => number;
  readonly isClosing: () => boolean;
  readonly onCommitted: () => void;
  /** Appends an event to one uplink's stream. */
  readonly tell: (event: GatewayEvent, track: UplinkTrack) => void;
  /** Appends an event to every uplink's stream, to be committed at once; returns its number. */
  readonly alarm: (event: GatewayEvent) => number;
}

/** The opened file, as the thread that polls sees it: what is committed, read and removed. */
export class BufferFile {
  readonly #options: BufferFileOptions;
  readonly #roomMaker: RoomMaker;
  readonly epoch: string;
  readonly #epochs: readonly EpochStart[];
  readonly committer: Committer;
  readonly backlog: Backlog;
  durableSeq: number;
  kept: Kept;
  room: Room;
  #hasHoles: boolean;

  constructor(options: BufferFileOptions) {
    this.#options = options;
    const { absent, clock, commitEveryMs, isClosing, lastGiven, log, losses, opened } = options;
    const { pending, store, tell, tracks } = options;
    this.epoch = opened.epoch;
    this.#epochs = opened.epochs;
    this.durableSeq = opened.base;
    this.kept = opened.kept;
    this.room = opened.room;
    const slots = [...opened.uplinks, ...opened.absent].map(({ slot }) => slot);
    const book = new Book(opened.entries, slots);
    const decoder = new RowDecoder(book);
    this.#hasHoles = opened.hasHoles;
    this.backlog = new Backlog({
      store,
      decoder,
      durableSeq: () => this.durableSeq,
      isClosing,
      hasHoles: () => this.#hasHoles,
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
      tracks: [...tracks, ...absent],
      clock,
      log,
      everyMs: commitEveryMs,
      opened,
      lastGiven,
      notes: (last) => ({ untold: losses.untold, ...this.#roomMaker.notesAt(last) }),
      onCommitted: (last) => this.#committed(last),
      onRoom: (room) => this.#setRoom(room),
      room: () => this.room,
      onFull: () => this.#roomMaker.look(true),
    });
    this.#roomMaker = new RoomMaker({
      ...options,
      decoder,
      committer: () => this.committer,
      keepAtLeastMs: options.keepAtLeastMs,
      newest: opened.newest,
      notes: opened.notes,
      durableSeq: () => this.durableSeq,
      onKept: (kept, room) => {
        this.kept = kept;
        this.#setRoom(room);
      },
      tellLosses: () => this.#tellLosses(false),
    });
  }

  /** Wall ms until which less is there than keep_at_least promises; 0: all of it is. */
  get below(): number {
    return this.#roomMaker.below;
  }

  /** The numbers that may belong to an epoch; undefined for one that the file does not know. */
  spanOf(epoch: string): Run | undefined {
    return spanOf(this.#epochs, epoch);
  }

  /** Once numbers can be given: what the last run owed. */
  tellOwed(): void {
    this.#roomMaker.tellOwed();
  }

  #setRoom(room: Room): void {
    const { log, path } = this.#options;
    if (room.disk !== this.room.disk) {
      if (room.disk === "full") log.error(say(BUFFER_MESSAGES.disk_full, { path }));
      else log.info(say(BUFFER_MESSAGES.disk_roomy, { path }));
    }
    this.room = room;
  }

  /** The file was set aside while it was open. What was not saved is told when the backlog comes by its place. */
  reopened({ fileCount, opened }: Reopened): void {
    const { absent, tracks } = this.#options;
    this.kept = opened.kept;
    this.#setRoom(opened.room);
    this.#hasHoles = true;
    for (const track of [...tracks, ...absent]) track.readAgain();
    this.committer.reopened(fileCount, opened.stamp);
  }

  #committed(last: number): void {
    this.durableSeq = Math.max(this.durableSeq, last);
    this.#options.onCommitted();
    this.#tellLosses(false);
  }

  #tellLosses(all: boolean): void {
    const { clock, losses, tell } = this.#options;
    for (const { event, track } of losses.take(clock.mono(), all)) tell(event, track);
  }

  /** Commits what is left and ends the reservation. Throws when that is not possible. */
  async close(): Promise<void> {
    this.#roomMaker.stop();
    this.#tellLosses(true);
    await this.committer.close();
    await this.#options.store.call({ op: "close" });
  }
}
