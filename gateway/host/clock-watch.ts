import type { Cancel, Clock } from "../../drivers/core/clock.js";

export interface ClockStep {
  /** Signed milliseconds of all steps since the last one told. */
  readonly byMs: number;
  readonly steps: number;
  /** Wall ms that it would have been without them, and that it is. */
  readonly from: number;
  readonly to: number;
}

const LOOK_EVERY_MS = 5_000;
/** Larger than what a daemon slews and what a busy process is late by. */
const LEAST_STEP_MS = 1_500;
/** A clock that jumps for ever is told no more often. */
const TELL_EVERY_MS = 600_000;

/**
 * Watches the wall clock against the monotonic one. Slow corrections are none of its business: each look compares
 * with the one before.
 */
export class ClockWatch {
  readonly #clock: Clock;
  readonly #onStep: (step: ClockStep) => void;
  #offset: number;
  #byMs = 0;
  #steps = 0;
  #toldAt = Number.NEGATIVE_INFINITY;
  #cancel: Cancel = () => {};

  constructor(clock: Clock, onStep: (step: ClockStep) => void) {
    this.#clock = clock;
    this.#onStep = onStep;
    this.#offset = this.#measure();
  }

  start(): void {
    this.#cancel = this.#clock.after(LOOK_EVERY_MS, () => {
      this.look();
      this.start();
    });
  }

  stop(): void {
    this.#cancel();
  }

  /** Looks now: called by itself, and by whoever learns that the clock was set. */
  look(): void {
    const offset = this.#measure();
    const byMs = offset - this.#offset;
    this.#offset = offset;
    if (Math.abs(byMs) >= LEAST_STEP_MS) {
      this.#byMs += byMs;
      this.#steps++;
    }
    const mono = this.#clock.mono();
    if (this.#steps === 0 || mono - this.#toldAt < TELL_EVERY_MS) return;
    const to = this.#clock.now();
    const step = { byMs: this.#byMs, steps: this.#steps, from: to - this.#byMs, to };
    this.#toldAt = mono;
    this.#byMs = 0;
    this.#steps = 0;
    this.#onStep(step);
  }

  /** The two are read one after the other: a pause between them would look like a step. */
  #measure(): number {
    let best = { tookMs: Number.POSITIVE_INFINITY, offset: 0 };
    for (let n = 0; n < 3 && best.tookMs > 1; n++) {
      const before = this.#clock.mono();
      const wall = this.#clock.now();
      const tookMs = this.#clock.mono() - before;
      if (tookMs < best.tookMs) best = { tookMs, offset: wall - before };
    }
    return best.offset;
  }
}
