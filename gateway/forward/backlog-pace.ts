import type { BacklogConfig } from "../core/config.js";

/** The backlog runs and rests in turns: so long at most at a stretch, so that live values notice little of it. */
const SLICE_MS = 200;
const MINUTE_MS = 60_000;
/** What a message costs besides its payload on a metered link: MQTT, TLS, TCP and IP, and its acknowledgement. */
export const OVERHEAD_BYTES = 150;

/**
 * How fast the backlog may go, so that it leaves the link usable. `share`: it runs until everything in flight is
 * acknowledged, which is as fast as the link is, and then rests so long that it had the link for that share of the
 * time. `dayBytes`: when so much was sent today, live messages included, it waits for the next day; live goes on.
 * Pure: monotonic and wall ms are handed in. Lives as long as the uplink.
 */
export class BacklogPace {
  readonly #share: number;
  readonly #dayBytes: number;
  readonly #calendar: Intl.DateTimeFormat;
  #inFlight = 0;
  #runsSince = 0;
  #restsUntil = Number.NEGATIVE_INFINITY;
  #minute = -1;
  #day = "";
  #today = 0;

  constructor(config: BacklogConfig, timezone: string) {
    this.#share = config.share;
    this.#dayBytes = config.dayBytes ?? Number.POSITIVE_INFINITY;
    this.#calendar = new Intl.DateTimeFormat("en-CA", { timeZone: timezone, dateStyle: "short" });
  }

  /** 0: the next message of the backlog may go. Infinity: when one of those in flight has settled, or tomorrow. */
  waitMs(now: number, wall: number): number {
    if (this.isDaySpent(wall)) return Number.POSITIVE_INFINITY;
    if (this.#share >= 1) return 0;
    if (this.#inFlight > 0) return now - this.#runsSince < SLICE_MS ? 0 : Number.POSITIVE_INFINITY;
    return Math.max(0, this.#restsUntil - now);
  }

  started(now: number): void {
    if (this.#inFlight++ === 0) this.#runsSince = now;
  }

  /** Acknowledged or not. */
  settled(now: number): void {
    this.#inFlight = Math.max(0, this.#inFlight - 1);
    if (this.#inFlight > 0) return;
    const ran = now - this.#runsSince;
    this.#restsUntil = now + (ran * (1 - this.#share)) / this.#share;
  }

  /** The connection has ended, and with it whatever was in flight. */
  reset(): void {
    this.#inFlight = 0;
    this.#restsUntil = Number.NEGATIVE_INFINITY;
  }

  /** Every message counts, whichever lane it is on. */
  count(payloadBytes: number, wall: number): void {
    this.#turnDay(wall);
    this.#today += payloadBytes + OVERHEAD_BYTES;
  }

  isDaySpent(wall: number): boolean {
    if (this.#dayBytes === Number.POSITIVE_INFINITY) return false;
    this.#turnDay(wall);
    return this.#today >= this.#dayBytes;
  }

  sentToday(wall: number): number {
    this.#turnDay(wall);
    return this.#today;
  }

  /** The calendar day where the gateway stands; looked up once a minute. */
  #turnDay(wall: number): void {
    const minute = Math.floor(wall / MINUTE_MS);
    if (minute === this.#minute) return;
    this.#minute = minute;
    const day = this.#calendar.format(wall);
    if (day !== this.#day) this.#today = 0;
    this.#day = day;
  }
}
