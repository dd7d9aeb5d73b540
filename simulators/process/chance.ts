import { randomAt } from "../random.js";
import { decay } from "./part.js";

/** What chance keeps in a part's state. */
export interface Chances {
  /** Numbers drawn so far. */
  drawn: number;
}

/** A part's own random sequence; its place lies in the part's state, so a restored world goes on as it would have. */
export class Chance {
  readonly #seed: number;
  readonly #state: Chances;

  constructor(seed: number, state: Chances) {
    this.#seed = seed;
    this.#state = state;
  }

  /** In [0, 1). */
  next(): number {
    return randomAt(this.#seed, this.#state.drawn++);
  }

  /** In [least, most). */
  between(least: number, most: number): number {
    return least + (most - least) * this.next();
  }

  /** Mean 0, deviation 1: the sum of twelve, never beyond 6. */
  normal(): number {
    let sum = -6;
    for (let at = 0; at < 12; at++) sum += this.next();
    return sum;
  }

  /** Mean 1: what passes until the next of events that do not know of each other. */
  exponential(): number {
    return -Math.log(1 - this.next());
  }
}

/**
 * Noise that wanders around 0 (Ornstein and Uhlenbeck): x' = x e^(-T/tau) + sigma sqrt(1 - e^(-2T/tau)) N(0, 1). It is
 * drawn once every `everyS` of the world's time, whatever the step, and glides between two draws.
 */
export class Wandering {
  readonly #everyMs: number;
  readonly #keep: number;
  readonly #fresh: number;
  readonly #chance: Chance;
  readonly #state: number[];

  /** `state` holds the last draw, the one to come and its number since 1970: three numbers, at first all 0. */
  constructor(chance: Chance, state: number[], sigma: number, memoryS: number, everyS: number) {
    this.#chance = chance;
    this.#state = state;
    this.#everyMs = everyS * 1000;
    this.#keep = decay(everyS, memoryS);
    this.#fresh = sigma * Math.sqrt(1 - this.#keep ** 2);
  }

  at(now: number): number {
    const state = this.#state;
    const place = now / this.#everyMs;
    const due = Math.floor(place) + 1;
    // A longer absence is forgotten anyway; a clock that was set back draws once.
    let behind = Math.min(2, Math.abs(due - (state[2] ?? 0)));
    for (; behind > 0; behind--) {
      state[0] = state[1] ?? 0;
      state[1] = (state[1] ?? 0) * this.#keep + this.#fresh * this.#chance.normal();
    }
    state[2] = due;
    const share = place - Math.floor(place);
    return (state[0] ?? 0) * (1 - share) + (state[1] ?? 0) * share;
  }
}

/** Events that one step may bring: a bound for what a file could say. */
const MOST_ARRIVALS = 1_000;

/** Single events at a rate that changes (a Poisson process): each comes when the rate has added up to its draw. */
export class Arrivals {
  readonly #seed: number;
  readonly #state: number[];

  /** `state` holds what has still to add up until the next one, and the numbers drawn: two numbers, at first 0. */
  constructor(seed: number, state: number[]) {
    this.#seed = seed;
    this.#state = state;
    this.#draw();
  }

  /** How many come while `expected` of them are to be expected. */
  come(expected: number): number {
    const state = this.#state;
    let came = 0;
    state[0] = (state[0] ?? 0) - expected;
    while (state[0] <= 0 && came < MOST_ARRIVALS) {
      this.#draw();
      came++;
    }
    if (came === MOST_ARRIVALS) state[0] = 1;
    return came;
  }

  #draw(): void {
    const [left = 0, drawn = 0] = this.#state;
    this.#state[0] = left - Math.log(1 - randomAt(this.#seed, drawn));
    this.#state[1] = drawn + 1;
  }
}
