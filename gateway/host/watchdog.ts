/** Parts of the gateway that must keep turning, whatever devices, disk and brokers do. Pure. */
export class Watchdog {
  readonly #limitMs: number;
  readonly #beats = new Map<string, number>();

  /** A part that is silent for longer than `limitMs` is stuck. */
  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** The part ended for good: nobody waits for it any more. */
  forget(part: string): void {
    this.#beats.delete(part);
  }

  /** The part advanced; from its first beat on it is watched. A failed poll is an advance too. */
  beat(part: string, nowMs: number): void {
    this.#beats.set(part, nowMs);
  }

  /** The parts that stand still. */
  stuck(nowMs: number): string[] {
    return [...this.#beats].flatMap(([part, at]) => (nowMs - at > this.#limitMs ? [part] : []));
  }
}
