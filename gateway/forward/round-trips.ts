import type { RoundTrip } from "../../drivers/core/exchange-stats.js";

const KEPT = 256;

/** From sending to the receipt, over the last messages of an uplink. */
export class RoundTrips {
  readonly #ms = new Float32Array(KEPT);
  #count = 0;

  add(ms: number): void {
    this.#ms[this.#count % KEPT] = ms;
    this.#count++;
  }

  /** By nearest rank: both were measured, to a hundredth of a millisecond. Undefined before the first. */
  stats(): RoundTrip | undefined {
    const count = Math.min(this.#count, KEPT);
    if (count === 0) return undefined;
    const sorted = this.#ms.slice(0, count).sort();
    const rank = (share: number): number =>
      Math.round((sorted[Math.ceil(share * count) - 1] ?? 0) * 100) / 100;
    return { medianMs: rank(0.5), p99Ms: rank(0.99) };
  }
}
