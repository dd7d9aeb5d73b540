import type { EventBody } from "../../gateway/contract/event.js";

/** One numbered record, without its values: they follow from device and time. */
export interface Entry {
  readonly seq: number;
  readonly prev: number | null;
  /** Wall ms. */
  readonly t: number;
  readonly rev: number;
  readonly what: Content;
  /** Monotonic ms of being numbered: what is younger than a commit is lost with the power. */
  readonly mono: number;
  /** `live` waits to go out at once, `backlog` to go out later, marked as historical. */
  state: "live" | "backlog" | "sent" | "acknowledged";
  /** It went out at least once: it may have arrived, whatever is known of it here. */
  handed: boolean;
  acknowledgedMono: number;
}

/** Readings of a device by its place in the station, with or without an answer of it; or an event. */
export type Content =
  | { readonly device: number; readonly answer: "good" | "none" }
  | { readonly event: EventBody };

/** What became of all numbers that were given: what the receiver must have is computed from it. */
export interface StreamAccount {
  readonly numbered: number;
  /** Told as lost, and never handed to a broker. */
  readonly lost: number;
  /** Gone with a crash, and never handed to a broker. */
  readonly voided: number;
  /** Handed to a broker without a receipt before they were gone: they may have arrived or not. */
  readonly uncertain: number;
  /** Not acknowledged yet. */
  readonly waiting: number;
}

export interface StreamParts {
  /** `device.point` of the points of a device, by its place in the station. */
  readonly pointsOf: (device: number) => readonly string[];
  /** Acknowledged records that are kept to be sent again. */
  readonly history: number;
  /** Records that may wait; more than that and the oldest are lost. */
  readonly capacity: number;
}

const COMMIT_MS = 1_000;
/** Numbers reserved at once. */
const RESERVE = 64;
/** Of a full buffer so much makes room at once, so that one event tells of many. */
const EVICT_SHARE = 0.1;

/**
 * The numbers of one gateway in one uplink's stream, exactly as the contract has them: chain, progress, what is
 * lost with a full buffer or with the power, and the events that tell so. Written from the contract alone.
 */
export class GatewayStream {
  readonly #parts: StreamParts;
  /** By number: kept for a re-send, or waiting. */
  #entries: Entry[] = [];
  #last = 0;
  #seq = 0;
  #reserved = 0;
  #power: "on" | "failed" = "on";
  /** Everything up to it is on the disk, however young. */
  #committed = 0;
  #numbered = 0;
  #lost = 0;
  #voided = 0;
  #uncertain = 0;
  #waiting = 0;

  constructor(parts: StreamParts) {
    this.#parts = parts;
  }

  /** Number of the last record of the stream, 0 for none. */
  get last(): number {
    return this.#last;
  }

  get pendingFrom(): number {
    return this.#entries.find(({ state }) => state !== "acknowledged")?.seq ?? this.#seq + 1;
  }

  get keptFrom(): number {
    return this.#entries[0]?.seq ?? this.#seq + 1;
  }

  get waiting(): number {
    return this.#waiting;
  }

  get account(): StreamAccount {
    return {
      numbered: this.#numbered,
      lost: this.#lost,
      voided: this.#voided,
      uncertain: this.#uncertain,
      waiting: this.#waiting,
    };
  }

  /** Numbers a record. A buffer that is full makes room first, and tells of it. */
  append(what: Content, now: Moment, rev: number, lane: "live" | "backlog"): void {
    if (this.#waiting >= this.#parts.capacity) {
      this.evict(Math.max(1, Math.floor(this.#parts.capacity * EVICT_SHARE)), "full", now, rev, lane);
    }
    this.#number(what, now, rev, lane);
  }

  /** What waits on that lane, oldest first: at most `most`, of one revision and one topic. */
  take(lane: "live" | "backlog", most: number): readonly Entry[] {
    if (this.#waiting === 0) return [];
    const taken: Entry[] = [];
    for (const entry of this.#entries) {
      if (entry.state !== lane) continue;
      const [first] = taken;
      if (first && (first.rev !== entry.rev || "event" in first.what !== "event" in entry.what)) break;
      taken.push(entry);
      if (taken.length >= most) break;
    }
    for (const entry of taken) {
      entry.state = "sent";
      entry.handed = true;
    }
    return taken;
  }

  acknowledge(entries: readonly Entry[], mono: number): void {
    for (const entry of entries) {
      if (entry.state !== "sent") continue;
      entry.state = "acknowledged";
      entry.acknowledgedMono = mono;
      this.#waiting--;
    }
    let kept = this.#entries.length - this.#waiting;
    let from = 0;
    while (kept > this.#parts.history && this.#entries[from]?.state === "acknowledged") {
      kept--;
      from++;
    }
    if (from > 0) this.#entries = this.#entries.slice(from);
  }

  /** Refused, though the connection stands: they go out later. */
  giveBack(entries: readonly Entry[]): void {
    for (const entry of entries) if (entry.state === "sent") entry.state = "backlog";
  }

  /** The connection is gone: everything that waits goes out later. */
  cutOff(): void {
    for (const entry of this.#entries) if (entry.state !== "acknowledged") entry.state = "backlog";
  }

  /** The oldest readings that wait are given up; a `lost` event names their exact runs. */
  evict(
    count: number,
    reason: "full" | "disk_stalled",
    now: Moment,
    rev: number,
    lane: "live" | "backlog",
  ): number {
    const gone = this.#entries
      .filter(({ state, what }) => (state === "backlog" || state === "live") && !("event" in what))
      .slice(0, count);
    if (gone.length === 0) return 0;
    const runs: { from: number; to: number; prev: number | null; count: number }[] = [];
    for (const { handed, prev, seq } of gone) {
      const run = runs.at(-1);
      if (run && run.to === prev) Object.assign(run, { to: seq, count: run.count + 1 });
      else runs.push({ from: seq, to: seq, prev, count: 1 });
      if (handed) this.#uncertain++;
      else this.#lost++;
    }
    const evicted = new Set(gone);
    this.#entries = this.#entries.filter((entry) => !evicted.has(entry));
    this.#waiting -= gone.length;
    const devices = new Set(gone.flatMap(({ what }) => ("event" in what ? [] : [what.device])));
    const points = [...devices].sort((a, b) => a - b).flatMap((device) => this.#parts.pointsOf(device));
    this.#number({ event: { event: "lost", runs, points, reason } }, now, rev, lane);
    // What makes room is committed together with what tells of it.
    this.#committed = this.#seq;
    return gone.length;
  }

  /**
   * The power fails. What was not committed is gone, and so is the knowledge of the latest receipts; when the
   * gateway is back, `recover` tells so.
   */
  crash(mono: number): void {
    this.#power = "failed";
    const gone = this.#entries.filter((entry) => !this.#isCommitted(entry.seq, entry.mono, mono));
    for (const { handed, state } of gone) {
      if (state !== "acknowledged") this.#waiting--;
      if (!handed) this.#voided++;
      else if (state !== "acknowledged") this.#uncertain++;
    }
    const [first] = gone;
    if (first) this.#last = first.prev ?? 0;
    this.#entries = this.#entries.slice(0, this.#entries.length - gone.length);
    for (const entry of this.#entries) {
      if (entry.state !== "acknowledged" || entry.acknowledgedMono <= mono - COMMIT_MS) continue;
      entry.state = "backlog";
      this.#waiting++;
    }
    this.cutOff();
  }

  /**
   * After a crash, and only then: numbers from behind what was committed to the end of the reservation will not
   * come. An orderly stop leaves no void.
   */
  recover(now: Moment, rev: number, lane: "live" | "backlog"): void {
    if (this.#power === "on") return;
    this.#power = "on";
    const [from, to] = [this.#last + 1, this.#reserved];
    if (to < from) return;
    this.#seq = to;
    this.#number({ event: { event: "void", from, to, reason: "crash" } }, now, rev, lane);
    this.#committed = this.#seq;
  }

  /** Of the numbers asked for, what is kept; they are not touched. */
  range(from: number, to: number): readonly Entry[] {
    return this.#entries.filter(({ seq }) => from <= seq && seq <= to);
  }

  between(fromT: number, toT: number): readonly Entry[] {
    return this.#entries.filter(({ t }) => fromT <= t && t <= toT);
  }

  #isCommitted(seq: number, at: number, mono: number): boolean {
    return seq <= this.#committed || at <= mono - COMMIT_MS;
  }

  #number(what: Content, { mono, t }: Moment, rev: number, lane: "live" | "backlog"): void {
    const seq = this.#seq + 1;
    const prev = this.#last === 0 ? null : this.#last;
    const entry: Entry = {
      ...{ seq, prev, t, rev, what, mono },
      state: lane,
      handed: false,
      acknowledgedMono: Number.POSITIVE_INFINITY,
    };
    this.#entries.push(entry);
    this.#seq = seq;
    this.#last = seq;
    if (seq > this.#reserved) this.#reserved = seq + RESERVE - 1;
    this.#numbered++;
    this.#waiting++;
  }
}

/** Wall and monotonic ms. */
export interface Moment {
  readonly t: number;
  readonly mono: number;
}
