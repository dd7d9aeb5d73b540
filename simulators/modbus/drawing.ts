import type { Random } from "../random.js";

/** Which of many occasions are meant. All that is given must hold; without any of it each one is. */
export interface Odds {
  /** 0 to 1, drawn for each occasion. */
  readonly probability?: number;
  /** Each n-th occasion, counted from the first. */
  readonly every?: number;
}

/** Decides occasion after occasion. */
export class Drawing {
  /** Whether each occasion is decided on its own. */
  readonly drawn: boolean;
  readonly #odds: Odds;
  readonly #random: Random;
  #seen = 0;

  constructor(odds: Odds, random: Random) {
    this.#odds = odds;
    this.#random = random;
    this.drawn = odds.probability !== undefined || odds.every !== undefined;
  }

  /** Called once for each occasion. */
  strikes(): boolean {
    const { probability, every } = this.#odds;
    this.#seen++;
    if (every !== undefined && this.#seen % every !== 0) return false;
    return probability === undefined || this.#random() < probability;
  }
}
