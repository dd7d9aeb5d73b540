import type { Timers } from "./timers.js";

/** So many live records do not wait for more company. */
const ENOUGH = 256;

/** Holds live records back until there are enough of them, or the first has waited long enough. */
export class Gather {
  readonly #waitMs: number;
  readonly #timers: Timers;
  #gate: "open" | "shut" | "waiting";
  #gathered = 0;

  /** A `waitMs` of 0 holds nothing back. */
  constructor(waitMs: number, timers: Timers) {
    this.#waitMs = waitMs;
    this.#timers = timers;
    this.#gate = waitMs > 0 ? "shut" : "open";
  }

  get isOpen(): boolean {
    return this.#gate === "open";
  }

  open(): void {
    this.#gate = "open";
  }

  /** So many more records wait; calls `release` when their time is over. */
  add(records: number, release: () => void): void {
    if (this.#gate === "open") return;
    this.#gathered += records;
    if (this.#gathered >= ENOUGH) {
      this.#gate = "open";
    } else if (this.#gate === "shut") {
      this.#gate = "waiting";
      this.#timers.after(this.#waitMs, () => {
        this.#gate = "open";
        release();
      });
    }
  }

  /** Some were taken, or there was none to take. */
  took(records: number): void {
    if (records > 0) this.#gathered = 0;
    else if (this.#waitMs > 0) this.#gate = "shut";
  }
}
