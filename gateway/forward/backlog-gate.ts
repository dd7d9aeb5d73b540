import type { Clock } from "../../drivers/core/clock.js";
import type { BacklogPace } from "./backlog-pace.js";
import type { Timers } from "./timers.js";

/** Lets the backlog pass at its pace, and calls when a rest is over. One for each connection. */
export class BacklogGate {
  readonly #pace: BacklogPace;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #onRested: () => void;
  #resting = false;

  constructor(pace: BacklogPace, clock: Clock, timers: Timers, onRested: () => void) {
    this.#pace = pace;
    this.#clock = clock;
    this.#timers = timers;
    this.#onRested = onRested;
  }

  /** Asked while a message of the backlog is ready. */
  get isOpen(): boolean {
    const ms = this.#pace.waitMs(this.#clock.mono(), this.#clock.now());
    if (ms > 0 && ms < Number.POSITIVE_INFINITY && !this.#resting) {
      this.#resting = true;
      this.#timers.after(ms, () => {
        this.#resting = false;
        this.#onRested();
      });
    }
    return ms === 0;
  }
}
