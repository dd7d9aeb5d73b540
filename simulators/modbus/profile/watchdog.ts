import { toNumber } from "../exact.js";
import type { ProfileKeys } from "./keys.js";
import type { PointBank } from "./point-bank.js";

/** The device's own fail-safe: when nobody asks for so many seconds, its outputs go to their safe values. */
export class Watchdog {
  readonly #point: string | undefined;
  readonly #bank: PointBank;
  #heardAt: number | undefined;
  tripped = 0;

  constructor({ watchdog }: ProfileKeys, bank: PointBank) {
    this.#point = watchdog?.point;
    this.#bank = bank;
  }

  /** To be told of each request, and before anybody looks at the outputs. */
  heard(mono: number): void {
    const since = this.#heardAt;
    this.#heardAt = mono;
    if (this.#point === undefined || since === undefined || !this.#bank.points.has(this.#point)) return;
    const seconds = this.#bank.point(this.#point).meant(this.#bank.memory);
    if (typeof seconds !== "object" || seconds.n <= 0n) return;
    if (mono - since <= toNumber(seconds) * 1000) return;
    this.tripped++;
    for (const id of this.#bank.points.keys()) {
      const rest = this.#bank.rest(id);
      if (rest !== undefined) this.#bank.putBack(id, rest);
    }
  }

  /** Power is back: it counts from now. */
  restart(): void {
    this.#heardAt = undefined;
  }
}
