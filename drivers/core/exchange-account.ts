import type { Clock } from "./clock.js";
import type { DriverStats, ExchangeStats } from "./exchange-stats.js";
import { ExchangeTally, type WindowCounts } from "./exchange-tally.js";

/** What happened on one connection in the last minutes: what a diagnosis is made from. */
export interface ExchangeWindow {
  /** How much time the counts cover, ms: less than the whole window soon after the start. */
  readonly coversMs: number;
  /** All that was on the wire, that of strangers included. */
  readonly bus: WindowCounts;
  /** By device id. */
  readonly devices: Readonly<Record<string, WindowCounts>>;
}

export interface AccountOptions {
  /** Exception codes with which a device says that it is busy now. */
  readonly busyCodes?: readonly number[];
}

/**
 * Keeps the books of one connection and of each of its devices. Made once by a driver; every method is cheap and
 * allocates nothing, but for `stats` and `window`, which are for people and beats of minutes.
 *
 * Every request is told twice: `requested` when it is handed to the wire, then exactly one of `answered`,
 * `exception`, `timedOut` or `damaged` with its device. What else is heard is told beside it: `heard` for all
 * bytes, `late`, `foreign`, `echoed`, and `damaged(undefined)` for noise that belongs to nobody's request.
 * `device` is an id given to the constructor; undefined, or an unknown id, counts for the connection only.
 *
 * `busyMs` is how long the wire could carry nothing else because of the exchange: from the first byte sent to
 * the last byte received, or to the end of waiting. `replyBytes` is how long the answer was or would have been.
 */
export class ExchangeAccount {
  readonly #clock: Clock;
  readonly #bus: ExchangeTally;
  readonly #devices = new Map<string, ExchangeTally>();

  constructor(clock: Clock, devices: readonly string[], options: AccountOptions = {}) {
    const now = clock.mono();
    const busyCodes = options.busyCodes ?? [];
    this.#clock = clock;
    this.#bus = new ExchangeTally(now, busyCodes);
    for (const id of devices) this.#devices.set(id, new ExchangeTally(now, busyCodes));
  }

  /** A request of ours is handed to the wire. */
  requested(device: string | undefined): void {
    const now = this.#clock.mono();
    this.#bus.requested(now);
    this.#of(device)?.requested(now);
  }

  /** A good answer. `roundTripMs`: from the end of the request to the end of the answer. */
  answered(device: string | undefined, roundTripMs: number, busyMs: number, replyBytes: number): void {
    const now = this.#clock.mono();
    const t = this.#clock.now();
    this.#bus.answered(now, t, roundTripMs, busyMs, replyBytes);
    this.#of(device)?.answered(now, t, roundTripMs, busyMs, replyBytes);
  }

  /** The device answered with an exception of the protocol. */
  exception(device: string | undefined, code: number, roundTripMs: number, busyMs: number): void {
    const now = this.#clock.mono();
    this.#bus.exception(now, code, roundTripMs, busyMs);
    this.#of(device)?.exception(now, code, roundTripMs, busyMs);
  }

  /** A request ended without an answer, and without bytes that could have been a part of one. */
  timedOut(device: string | undefined, busyMs: number): void {
    const now = this.#clock.mono();
    this.#bus.timedOut(now, busyMs);
    this.#of(device)?.timedOut(now, busyMs);
  }

  /** A request ended with bytes that were no whole frame; or, without a device, such bytes between requests. */
  damaged(device: string | undefined, busyMs = 0, replyBytes = 0): void {
    const now = this.#clock.mono();
    this.#bus.damaged(now, busyMs, replyBytes);
    this.#of(device)?.damaged(now, busyMs, replyBytes);
  }

  /** An answer came after its deadline. `afterMs`: from the end of its request, where that is known. */
  late(device: string | undefined, afterMs = 0): void {
    const now = this.#clock.mono();
    this.#bus.late(now, afterMs);
    this.#of(device)?.late(now, afterMs);
  }

  /** A whole frame that answers nothing. With the device whose request it disturbed, or for which it claims to be. */
  foreign(device: string | undefined): void {
    const now = this.#clock.mono();
    this.#bus.foreign(now);
    this.#of(device)?.foreign(now);
  }

  /** What we sent was heard again. */
  echoed(): void {
    this.#bus.echoed(this.#clock.mono());
  }

  /** Any bytes came in, of whatever kind: tells a dead wire from a garbled one. */
  heard(bytes: number): void {
    this.#bus.heard(this.#clock.mono(), bytes);
  }

  /** The wire was busy beside an exchange: a pause after a broadcast, a scan, a frame of strangers. */
  occupied(device: string | undefined, busyMs: number): void {
    const now = this.#clock.mono();
    this.#bus.occupied(now, busyMs);
    this.#of(device)?.occupied(now, busyMs);
  }

  stats(): DriverStats {
    const now = this.#clock.mono();
    const devices: Record<string, ExchangeStats> = {};
    for (const [id, tally] of this.#devices) devices[id] = tally.stats(now);
    return { ...this.#bus.stats(now), devices };
  }

  /** Counts of the last five minutes. */
  window(): ExchangeWindow {
    const now = this.#clock.mono();
    const devices: Record<string, WindowCounts> = {};
    for (const [id, tally] of this.#devices) devices[id] = tally.window(now);
    return { coversMs: this.#bus.coversMs(now), bus: this.#bus.window(now), devices };
  }

  #of(device: string | undefined): ExchangeTally | undefined {
    return device === undefined ? undefined : this.#devices.get(device);
  }
}
