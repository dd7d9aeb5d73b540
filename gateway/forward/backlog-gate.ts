import type { Clock } from "../../drivers/core/clock.js";
import type { BacklogPace } from "./backlog-pace.js";
import type { DayBudget } from "./day-budget.js";
import type { Timers } from "./timers.js";

export interface BacklogGateParts {
  readonly pace: BacklogPace;
  readonly budget: DayBudget;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly onRested: () => void;
}

/** Lets the backlog pass at its pace and within the day's budget, and calls when a rest is over. One for each connection. */
export class BacklogGate {
  readonly #parts: BacklogGateParts;
  #resting = false;

  constructor(parts: BacklogGateParts) {
    this.#parts = parts;
  }

  /** Asked while a message of the backlog is ready. */
  get isOpen(): boolean {
    const { budget, clock, onRested, pace, timers } = this.#parts;
    if (budget.isSpent) return false;
    const ms = pace.waitMs(clock.mono());
    if (ms > 0 && ms < Number.POSITIVE_INFINITY && !this.#resting) {
      this.#resting = true;
      timers.after(ms, () => {
        this.#resting = false;
        onRested();
      });
    }
    return ms === 0;
  }
}
