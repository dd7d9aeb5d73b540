/** The backlog runs and rests in turns: so long at most at a stretch, so that live values notice little of it. */
const SLICE_MS = 200;

/**
 * How fast the backlog may go, so that it leaves the link usable: it runs until everything in flight is acknowledged,
 * which is as fast as the link is, and then rests so long that it had the link for its share of the time. Pure:
 * monotonic ms are handed in. Lives as long as the uplink.
 */
export class BacklogPace {
  readonly #share: number;
  #inFlight = 0;
  #runsSince = 0;
  #restsUntil = Number.NEGATIVE_INFINITY;

  constructor(share: number) {
    this.#share = share;
  }

  /** 0: the next message of the backlog may go. Infinity: when one of those in flight has settled. */
  waitMs(now: number): number {
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
}
