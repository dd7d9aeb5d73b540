import type { PlanHints } from "../core/driver.js";

/** Answers before anything is said, and how many of the last ones the mean is of. */
const ENOUGH = 20;
const MEMORY = 16;
/** What is not worth a new plan. */
const SAME_MS = 2;
const SAME_SHARE = 0.5;

/** How long a device takes to begin its answer, as a mean of the last ones: late ones are paid for, too. */
export class TurnaroundMeter {
  #count = 0;
  #meanMs = 0;
  #hints: PlanHints | undefined;

  get hints(): PlanHints | undefined {
    return this.#hints;
  }

  note(turnaroundMs: number): void {
    this.#count++;
    this.#meanMs += (Math.max(0, turnaroundMs) - this.#meanMs) / Math.min(this.#count, MEMORY);
    if (this.#count < ENOUGH) return;
    const known = this.#hints?.turnaroundMs;
    const same =
      known !== undefined && Math.abs(this.#meanMs - known) <= Math.max(SAME_MS, known * SAME_SHARE);
    if (!same) this.#hints = { turnaroundMs: Math.round(this.#meanMs * 10) / 10 };
  }
}
