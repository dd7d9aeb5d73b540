/** No record of this program is older: a time before it is that of a clock that nobody has set. */
export const PLAUSIBLE_MS = Date.UTC(2023, 0, 1);

/**
 * The wall time by which records grow old. A clock that steps forward makes nothing old: it is followed at twice the
 * pace of the monotonic clock at most. One that steps back is followed at once, which only keeps longer. Begins no later
 * than the newest record of the file: the time for which a box was switched off is caught up with while it runs. Pure.
 */
export class AgeClock {
  readonly #newest: number;
  #steady: number | undefined;
  #mono = 0;

  /** `newest`: wall ms of the newest record whose time a trusted clock told; infinite where there is none. */
  constructor(newest = Number.POSITIVE_INFINITY) {
    this.#newest = newest;
  }

  /** At `wall` ms, undefined while that is not trusted; `mono` is monotonic ms. Undefined: nobody knows. */
  at(wall: number | undefined, mono: number): number | undefined {
    if (wall === undefined || wall < PLAUSIBLE_MS) return undefined;
    const reach =
      this.#steady === undefined ? Math.min(wall, this.#newest) : this.#steady + 2 * (mono - this.#mono);
    this.#steady = Math.max(this.#steady ?? 0, Math.min(wall, reach));
    this.#mono = mono;
    return Math.min(wall, this.#steady);
  }
}
