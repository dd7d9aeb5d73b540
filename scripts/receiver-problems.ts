import type { Clock } from "../drivers/core/clock.js";

const AGAIN_MS = 60_000;
/** Different sentences that are remembered: with more, the oldest may be told again early. */
const MOST = 16;

/** What is tried again and again is not told again and again: each sentence at most once a minute. */
export class Problems {
  readonly #clock: Pick<Clock, "mono">;
  readonly #tell: (problem: string) => void;
  readonly #toldAt = new Map<string, number>();

  constructor(clock: Pick<Clock, "mono">, tell: (problem: string) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  tell(problem: string): void {
    const now = this.#clock.mono();
    const before = this.#toldAt.get(problem);
    if (before !== undefined && now - before < AGAIN_MS) return;
    this.#toldAt.delete(problem);
    this.#toldAt.set(problem, now);
    const [oldest] = this.#toldAt.keys();
    if (this.#toldAt.size > MOST && oldest !== undefined) this.#toldAt.delete(oldest);
    this.#tell(problem);
  }
}
