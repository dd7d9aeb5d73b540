import { Arrivals, Chance } from "./chance.js";
import { clamp, input, kept, type Part, signal, type WorldInput, type WorldSignal } from "./part.js";
import { byHour, localDay, localHour } from "./sun.js";

export interface WasteBinOptions {
  readonly seed: number;
  /** l; 660 by default, of a container on four wheels. */
  readonly capacityL?: number;
  /** l a day; 260 by default. */
  readonly litresPerDay?: number;
  /** Days between two rounds of the collectors; 2 by default. */
  readonly everyDays?: number;
  /** Share that is full at the beginning; 0 by default. */
  readonly fill?: number;
}

/** Share of a day's bags in each hour: little at night, most in the evening, when it is carried out. */
const BY_HOUR = [
  0.3, 0.2, 0.1, 0.1, 0.4, 1.2, 2, 2, 1.4, 1, 1, 1.4, 1.4, 0.9, 0.8, 1, 1.5, 2.2, 2.8, 3, 2.4, 1.5, 0.9, 0.5,
] as const;
const SUM = BY_HOUR.reduce((sum, one) => sum + one, 0);
/** l of a bag: least and most. */
const BAG = [1.5, 6] as const;
const MEAN_BAG = (BAG[0] + BAG[1]) / 2;
const KG_PER_L = 0.14;
/** Hour of the collectors, and m from the sensor in the lid to the bottom. */
const ROUND_HOUR = 4.5;
const DEPTH_M = 1.1;

/**
 * A bin that people fill and collectors empty: bags come as a Poisson process whose rate follows the hour, each of a drawn
 * size; V' = V + bags, until it is full, and what does not fit lies beside it.
 */
export class WasteBin implements Part {
  readonly state = {
    drawn: 0,
    bags: [0, 0],
    litres: 0,
    broughtL: 0,
    takenL: 0,
    besideL: 0,
    rounds: 0,
    lastDay: -1,
    use: 1,
  };
  readonly signals: Readonly<Record<string, WorldSignal>> = {
    fill: signal("%", () => (100 * this.state.litres) / this.#capacityL),
    distance: signal("m", () => DEPTH_M * (1 - this.state.litres / this.#capacityL)),
    weight: signal("kg", () => this.state.litres * KG_PER_L),
    beside: signal("l", () => this.state.besideL),
    rounds: signal("", () => this.state.rounds),
  };
  readonly inputs: Readonly<Record<string, WorldInput>> = {
    /** 1: the collectors come now. */
    empty: input(
      "",
      [0, 1],
      () => 0,
      (value) => value >= 0.5 && this.#empty(),
    ),
    /** Times as much as usual: a market day, or Tết. */
    use: kept(this.state, "use", "", [0, 10]),
  };
  readonly #capacityL: number;
  readonly #bagsPerDay: number;
  readonly #everyDays: number;
  readonly #chance: Chance;
  readonly #bags: Arrivals;

  constructor(options: WasteBinOptions) {
    this.#capacityL = options.capacityL ?? 660;
    this.#bagsPerDay = (options.litresPerDay ?? 260) / MEAN_BAG;
    this.#everyDays = options.everyDays ?? 2;
    this.state.litres = this.#capacityL * clamp(options.fill ?? 0, 0, 1);
    this.state.broughtL = this.state.litres;
    this.#chance = new Chance(options.seed, this.state);
    this.#bags = new Arrivals(options.seed + 1, this.state.bags);
  }

  step(seconds: number, now: number): void {
    const { state } = this;
    const hour = localHour(now);
    const share = byHour(BY_HOUR, hour) / SUM;
    const expected = (this.#bagsPerDay * share * state.use * seconds) / 3600;
    for (let bags = this.#bags.come(expected); bags > 0; bags--) this.#throw(this.#chance.between(...BAG));
    const day = localDay(now);
    if (day !== state.lastDay && day % this.#everyDays === 0 && hour >= ROUND_HOUR) {
      // A world that begins after the round does not get it again.
      if (state.lastDay >= 0) this.#empty();
      state.lastDay = day;
    } else if (state.lastDay < 0) state.lastDay = hour >= ROUND_HOUR ? day : day - 1;
  }

  #throw(litres: number): void {
    const { state } = this;
    const fits = Math.min(litres, this.#capacityL - state.litres);
    state.broughtL += litres;
    state.litres += fits;
    state.besideL += litres - fits;
  }

  /** They sweep up what lies beside it too. */
  #empty(): void {
    const { state } = this;
    state.takenL += state.litres + state.besideL;
    state.litres = 0;
    state.besideL = 0;
    state.rounds++;
  }
}
