import type { Clock } from "../../drivers/core/clock.js";
import type { MqttLink } from "./mqtt-link.js";
import { birthMessages, type Head, type Outgoing, recordsMessage } from "./record-text.js";
import type { Station } from "./station.js";
import type { Entry, GatewayStream } from "./stream.js";
import type { Tally } from "./tally.js";

/** Messages without a receipt, as a gateway has them by default. */
const WINDOW = 16;
/** Records in a message, live or from the backlog. */
const MOST_RECORDS = 32;
/** What the broker refuses is not offered again at once. */
const REFUSED_MS = 5_000;

export interface SessionParts {
  readonly station: Station;
  readonly epoch: string;
  /** The revision whose births are retained. */
  readonly rev: number;
  readonly everyMs: number;
  readonly stream: GatewayStream;
  readonly link: MqttLink;
  readonly clock: Clock;
  readonly tally: Tally;
  /** Records a second of the backlog. */
  readonly backlogRate: number;
  /** The backlog is empty, after there was one. */
  readonly onDrained: () => void;
}

/** Ahead of records: status, births, snapshot, replies. Made when its turn comes. */
interface Control {
  readonly make: () => Outgoing;
  readonly done?: ((outcome: "acknowledged" | "failed") => void) | undefined;
}

/** One connection of one gateway: what it sends, in which order and how fast. */
export class FleetSession {
  readonly #parts: SessionParts;
  readonly #control: Control[] = [];
  readonly #announced: Set<number>;
  #inFlight = 0;
  #backlogInFlight = 0;
  #backlogAt = 0;
  #hasBacklog = true;
  #cancelPace: (() => void) | undefined;
  #state: "open" | "ended" = "open";

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#announced = new Set([parts.rev]);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get isDraining(): boolean {
    return this.#hasBacklog && this.#backlogAt > 0;
  }

  /** Ahead of everything that is not under way yet; `done` is called once. */
  control(make: () => Outgoing, done?: Control["done"]): void {
    if (this.#state === "ended") {
      done?.("failed");
      return;
    }
    this.#control.push({ make, done });
    this.pump();
  }

  /** The births of a revision that is retained from now on; records of an older one need theirs again. */
  births(rev: number, done: () => void): void {
    this.#announced.clear();
    this.#announced.add(rev);
    this.#sendBirths(rev, true, done);
  }

  /** Something may have become ready. */
  pump(): void {
    while (this.#state === "open" && this.#parts.link.isOpen && this.#inFlight < WINDOW) {
      const control = this.#control.shift();
      if (control) this.#send(control.make(), control.done);
      else if (!this.#sendLive() && !this.#sendBacklog()) break;
    }
  }

  /** Some records again, because the centre asked: `done` is called once, with how many went out. */
  resend(entries: readonly Entry[], done: (sent: number, last: number | undefined) => void): void {
    let from = 0;
    let last: number | undefined;
    const next = (): void => {
      const piece = alike(entries, from);
      const [first] = piece;
      if (!first || this.#state === "ended") {
        done(from, last);
        return;
      }
      this.#announce(first.rev);
      for (const entry of piece) entry.handed = true;
      this.control(
        () => recordsMessage(this.#parts.station, piece, this.#head, "resend"),
        (outcome) => {
          if (outcome === "failed") {
            done(from, last);
            return;
          }
          from += piece.length;
          last = piece.at(-1)?.seq;
          next();
        },
      );
    };
    next();
  }

  /** Idempotent: everything without a receipt is backlog again. */
  end(): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#cancelPace?.();
    this.#parts.stream.cutOff();
    for (const { done } of this.#control.splice(0)) done?.("failed");
  }

  get #head(): Head {
    return { epoch: this.#parts.epoch, pendingFrom: this.#parts.stream.pendingFrom };
  }

  #sendLive(): boolean {
    const entries = this.#parts.stream.take("live", MOST_RECORDS);
    const [first] = entries;
    if (!first) return false;
    this.#sendRecords(entries, "live", first.rev);
    return true;
  }

  #sendBacklog(): boolean {
    if (!this.#hasBacklog) return false;
    const { backlogRate, clock, stream } = this.#parts;
    const waitMs = this.#backlogAt - clock.mono();
    if (waitMs > 0) {
      this.#cancelPace ??= clock.after(waitMs, () => {
        this.#cancelPace = undefined;
        this.pump();
      });
      return false;
    }
    const entries = stream.take("backlog", Math.max(1, Math.min(MOST_RECORDS, Math.ceil(backlogRate))));
    const [first] = entries;
    if (!first) {
      if (this.#backlogInFlight === 0) {
        this.#hasBacklog = false;
        // Nobody is told that nothing was waiting.
        if (this.#backlogAt > 0) this.#parts.onDrained();
      }
      return false;
    }
    this.#backlogAt = clock.mono() + (entries.length * 1000) / backlogRate;
    this.#backlogInFlight++;
    this.#sendRecords(entries, "historical", first.rev);
    return true;
  }

  #sendRecords(entries: readonly Entry[], marking: "live" | "historical", rev: number): void {
    const { clock, station, stream, tally } = this.#parts;
    this.#announce(rev);
    const done = (outcome: "acknowledged" | "failed"): void => {
      if (marking === "historical") this.#backlogInFlight--;
      if (this.#state === "ended") return;
      if (outcome === "failed") {
        stream.giveBack(entries);
        this.#hasBacklog = true;
        this.#backlogAt = clock.mono() + REFUSED_MS;
        return;
      }
      stream.acknowledge(entries, clock.mono());
      tally.add("acknowledgedRecords", entries.length);
    };
    // Behind births that wait it keeps its place; else it goes at once.
    const make = (): Outgoing => {
      tally.add("records", entries.length);
      if (marking === "historical") tally.add("historicalRecords", entries.length);
      return recordsMessage(station, entries, this.#head, marking);
    };
    if (this.#control.length > 0) this.#control.push({ make, done });
    else this.#send(make(), done);
  }

  /** Before the first record of a revision that is not the retained one its births go out, not retained. */
  #announce(rev: number): void {
    if (this.#announced.has(rev)) return;
    this.#announced.add(rev);
    this.#sendBirths(rev, false);
  }

  #sendBirths(rev: number, retain: boolean, done?: () => void): void {
    const { epoch, everyMs, station } = this.#parts;
    const births = birthMessages(station, epoch, rev, everyMs, retain);
    let left = births.length;
    for (const make of births) {
      this.#control.push({
        make,
        done: (outcome) => {
          if (outcome === "acknowledged" && --left === 0) done?.();
        },
      });
    }
  }

  #send(outgoing: Outgoing, done: Control["done"]): void {
    const { link, tally } = this.#parts;
    this.#inFlight++;
    tally.sent(outgoing);
    link.send(outgoing, (error) => {
      this.#inFlight--;
      done?.(error || this.#state === "ended" ? "failed" : "acknowledged");
      this.pump();
    });
  }
}

/** As many as share a message: of one revision and one topic. */
function alike(entries: readonly Entry[], from: number): readonly Entry[] {
  const first = entries[from];
  if (!first) return [];
  const isEvent = "event" in first.what;
  let to = from;
  while (to < entries.length && to - from < MOST_RECORDS) {
    const entry = entries[to];
    if (!entry || entry.rev !== first.rev || "event" in entry.what !== isEvent) break;
    to++;
  }
  return entries.slice(from, to);
}
