import type { Cancel, Clock } from "../../drivers/core/clock.js";
import { asError } from "../../drivers/core/errors.js";
import type { Log } from "../../drivers/core/log.js";
import { say } from "../../drivers/core/message.js";
import type { GatewayEvent, LossReason } from "../core/event.js";
import { AgeClock } from "./age-clock.js";
import type { Committer } from "./committer.js";
import type { Losses } from "./losses.js";
import { BUFFER_MESSAGES } from "./messages.js";
import type { PendingRecords } from "./pending-records.js";
import type { Group, Kept, Notes, Retained, Room } from "./protocol.js";
import type { RowDecoder } from "./row-decoder.js";
import type { Store } from "./store.js";
import type { UplinkTrack } from "./uplink-track.js";

export interface RoomMakerOptions {
  readonly store: Store;
  readonly decoder: RowDecoder;
  readonly committer: () => Committer;
  readonly pending: PendingRecords;
  readonly tracks: readonly UplinkTrack[];
  /** Of uplinks that are not configured today. */
  readonly absent: readonly UplinkTrack[];
  readonly losses: Losses;
  readonly clock: Clock;
  readonly clockTrusted: () => boolean;
  readonly log: Log;
  readonly keepAtLeastMs: number;
  /** See `Opened`. */
  readonly newest: number | undefined;
  /** As the last run left them. */
  readonly notes: Notes;
  readonly durableSeq: () => number;
  readonly isClosing: () => boolean;
  readonly onKept: (kept: Kept, room: Room) => void;
  readonly tellLosses: () => void;
  /** Appends an event to every uplink's stream; returns its number. */
  readonly alarm: (event: GatewayEvent) => number;
}

/** How often retention looks. */
const RETAIN_EVERY_MS = 10_000;
/** What is not committed can wait so long, and be so large, before unsent records make room for it. */
const PATIENT_MS = 3_000;
const PATIENT_BYTES = 16_000_000;
/** `below` while the clock cannot say when. */
const UNKNOWN = -1;

/** Removes what may go from the file, tells whom it concerns, and says whether keep_at_least is held. */
export class RoomMaker {
  readonly #options: RoomMakerOptions;
  readonly #ages: AgeClock;
  #below: number;
  #owed: Notes["owed"];
  /** Number of the event that tells of it. */
  #told: number | undefined;
  #cancel: Cancel = () => {};
  #running: Promise<void> | undefined;

  constructor(options: RoomMakerOptions) {
    this.#options = options;
    this.#ages = new AgeClock(options.newest);
    this.#below = options.notes.below;
    this.#owed = options.notes.owed;
    this.#later();
  }

  /** Wall ms until which less is there than promised; 0: all of it is. */
  get below(): number {
    return this.#below;
  }

  /** What a start must know of it, when all records up to `last` are committed. */
  notesAt(last: number): Pick<Notes, "below" | "owed"> {
    const isTold = this.#told !== undefined && this.#told <= last;
    return { below: this.#below, owed: isTold ? "" : this.#owed };
  }

  /** Once numbers can be given: the last run ended between a removal and the record that tells of it. */
  tellOwed(): void {
    if (this.#owed !== "" && this.#told === undefined) this.#tellBroken(this.#owed);
  }

  stop(): void {
    this.#cancel();
  }

  #later(): void {
    this.#cancel = this.#options.clock.after(RETAIN_EVERY_MS, () => {
      this.look(false);
      this.#options.tellLosses();
      this.#later();
    });
  }

  /** `full`: a commit found no space; must be called before another one begins. */
  look(full: boolean): void {
    const { committer, isClosing } = this.#options;
    if (isClosing()) return;
    this.#running ??= this.#makeRoom(full)
      .catch((error: unknown) => committer().complain(asError(error)))
      .finally(() => {
        this.#running = undefined;
      });
  }

  async #makeRoom(full: boolean): Promise<void> {
    const { clock, clockTrusted, committer, durableSeq, isClosing, keepAtLeastMs, onKept } = this.#options;
    const { absent, pending, store, tracks } = this.#options;
    for (let again = true; again && !isClosing(); ) {
      // One step at a time: what is still to be removed must not be chosen twice.
      const now = this.#ages.at(clockTrusted() ? clock.now() : undefined, clock.mono());
      const chosen = await store.call({
        op: "retain",
        // A clock that may stand anywhere makes nothing old.
        olderThan: now === undefined ? Number.NEGATIVE_INFINITY : now - keepAtLeastMs,
        claims: [...tracks, ...absent].map((track) => track.claim(durableSeq(), now)),
        wantedBytes: full ? pending.bytes : 0,
        pressed: pending.ageMs(clock.mono()) > PATIENT_MS || pending.bytes > PATIENT_BYTES,
      });
      const { evicted, expired, free, kept, more, room, young } = chosen;
      onKept(kept, room);
      this.#checkPromise(now);
      const groups = [...free, ...expired, ...evicted];
      if (groups.length === 0) return;
      this.#lose(chosen, expired, "expired");
      this.#lose(chosen, evicted, "full");
      if (young !== null) this.#broken(young, now, room);
      await committer().remove(groups);
      this.#options.tellLosses();
      again = more;
      full = false;
    }
  }

  #lose({ rows }: Retained, groups: readonly Group[], reason: LossReason): void {
    const { decoder, log, losses } = this.#options;
    for (const { first, last, table } of groups) {
      const own = rows.filter((row) => row.table === table && row.first >= first && row.first <= last);
      const { records } = decoder.decode({ rows: own, keys: [], upTo: Number.MAX_SAFE_INTEGER });
      losses.gone(records, reason);
      if (reason === "full") {
        log.error(say(BUFFER_MESSAGES.evicted, { count: records.length, priority: table }));
      }
    }
  }

  /** What goes at wall ms `now` was younger than what is promised: `t` is that of its newest record. */
  #broken(t: number, now: number | undefined, room: Room): void {
    const { keepAtLeastMs } = this.#options;
    if (keepAtLeastMs === 0) return;
    const wasHeld = this.#below === 0;
    if (now === undefined || !Number.isFinite(t)) this.#below = UNKNOWN;
    else if (this.#below !== UNKNOWN) this.#below = Math.max(this.#below, Math.min(t, now) + keepAtLeastMs);
    if (!wasHeld) return;
    this.#tellBroken(room.disk === "full" ? "disk_full" : "max_size");
  }

  #tellBroken(reason: "disk_full" | "max_size"): void {
    const { alarm, keepAtLeastMs, log } = this.#options;
    log.error(say(BUFFER_MESSAGES.below_keep_at_least, { days: days(keepAtLeastMs) }));
    this.#owed = reason;
    this.#told = alarm({
      event: "below_keep_at_least",
      keep_at_least_s: Math.round(keepAtLeastMs / 1000),
      reason,
    });
  }

  #checkPromise(now: number | undefined): void {
    const { alarm, keepAtLeastMs, log } = this.#options;
    if (this.#below === 0 || now === undefined) return;
    if (this.#below === UNKNOWN) this.#below = now + keepAtLeastMs;
    if (now <= this.#below) return;
    this.#below = 0;
    this.#owed = "";
    log.info(say(BUFFER_MESSAGES.keep_at_least_again, { days: days(keepAtLeastMs) }));
    alarm({ event: "keep_at_least_again", keep_at_least_s: Math.round(keepAtLeastMs / 1000) });
  }
}

const days = (ms: number): number => Math.round(ms / 8_640_000) / 10;
