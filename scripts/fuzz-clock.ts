import { type Cancel, type Clock, sleepOn } from "../drivers/core/clock.js";

interface Timer {
  readonly due: number;
  readonly run: () => void;
}

/** Time that goes from timer to timer, and stands still between: hours of waiting in seconds, to the microsecond. */
export class SteppedClock implements Clock {
  readonly boot = "fuzz";
  #mono = 0;
  /** By due time; those of the same time in the order in which they were set. */
  readonly #timers: Timer[] = [];

  now(): number {
    return Date.UTC(2026, 10, 23) + this.#mono;
  }

  mono(): number {
    return this.#mono;
  }

  after(delayMs: number, run: () => void): Cancel {
    const timer = { due: this.#mono + Math.max(0, delayMs), run };
    let at = this.#timers.length;
    while (at > 0 && (this.#timers[at - 1] as Timer).due > timer.due) at--;
    this.#timers.splice(at, 0, timer);
    return () => {
      const found = this.#timers.indexOf(timer);
      if (found >= 0) this.#timers.splice(found, 1);
    };
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, delayMs, signal);
  }

  /** Goes to the next timer, at most to `untilMs`, and lets everybody who waits on a promise have a turn. */
  async step(untilMs: number): Promise<void> {
    const next = this.#timers[0];
    if (next && next.due <= untilMs) {
      this.#timers.shift();
      this.#mono = Math.max(this.#mono, next.due);
      next.run();
    } else this.#mono = Math.max(this.#mono, untilMs);
    await new Promise(setImmediate);
  }
}
