import { type Cancel, type Clock, sleepOn } from "./clock.js";

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that tests and simulators step by hand. Timers fire in order of their due time. */
export class ManualClock implements Clock {
  readonly boot: string;
  #wall: number;
  #mono = 0;
  #order = 0;
  #timers: Timer[] = [];

  constructor(wall = Date.UTC(2026, 10, 23, 2, 51, 20, 123), boot = "boot-0") {
    this.#wall = wall;
    this.boot = boot;
  }

  now(): number {
    return this.#wall;
  }

  mono(): number {
    return this.#mono;
  }

  /** Moves wall time alone, as NTP or a person does. */
  stepWall(deltaMs: number): void {
    this.#wall += deltaMs;
  }

  get pending(): number {
    return this.#timers.length;
  }

  after(delayMs: number, run: () => void): Cancel {
    const timer = { due: this.#mono + Math.max(0, delayMs), order: this.#order++, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, delayMs, signal);
  }

  /** Lets `ms` pass; before it and after each timer that fires, what waits on promises gets its turn. */
  async advance(ms: number): Promise<void> {
    const end = this.#mono + ms;
    await new Promise(setImmediate);
    for (;;) {
      const next = this.#timers
        .filter((timer) => timer.due <= end)
        .sort((a, b) => a.due - b.due || a.order - b.order)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#wall += next.due - this.#mono;
      this.#mono = next.due;
      next.run();
      await new Promise(setImmediate);
    }
    this.#wall += end - this.#mono;
    this.#mono = end;
    await new Promise(setImmediate);
  }
}
