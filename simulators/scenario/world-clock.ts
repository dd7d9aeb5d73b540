import { type Cancel, type Clock, sleepOn } from "../../drivers/core/clock.js";
import type { World } from "../process/world.js";

interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** How often it looks whether something is due, ms of the clock beneath. */
const LOOK_MS = 50;
/** What waits at the same time; a script and the faults of a desk are fewer. */
const MOST_TIMERS = 1000;

/** The time of a world, at whatever speed it runs. Its timers fire while it is started. */
export class WorldClock implements Clock {
  readonly boot: string;
  readonly #world: World;
  readonly #beneath: Clock;
  #timers: Timer[] = [];
  #order = 0;
  /** It may have settled before anybody looks. */
  readonly #beginMs: number;
  #cancel: Cancel = () => {};

  constructor(world: World, beneath: Clock) {
    this.#world = world;
    this.#beneath = beneath;
    this.boot = beneath.boot;
    this.#beginMs = world.now;
  }

  now(): number {
    return this.#world.now;
  }

  /** ms since it was made. */
  mono(): number {
    return this.#world.now - this.#beginMs;
  }

  after(delayMs: number, run: () => void): Cancel {
    if (this.#timers.length >= MOST_TIMERS) throw new RangeError("too much waits for the time of a world");
    const timer = { dueMs: this.mono() + Math.max(0, delayMs), order: this.#order++, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, delayMs, signal);
  }

  start(): void {
    this.#cancel = this.#beneath.after(LOOK_MS, () => {
      this.#world.advance();
      this.fire();
      this.start();
    });
  }

  /** Idempotent. */
  stop(): void {
    this.#cancel();
  }

  /** Runs what is due, in the order of its time. */
  fire(): void {
    for (;;) {
      const [next] = this.#timers
        .filter(({ dueMs }) => dueMs <= this.mono())
        .sort((a, b) => a.dueMs - b.dueMs || a.order - b.order);
      if (!next) return;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      next.run();
    }
  }
}
