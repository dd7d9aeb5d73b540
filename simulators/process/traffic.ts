import { Arrivals, Chance } from "./chance.js";
import { clamp, decay, kept, type Part, signal, type WorldInput, type WorldSignal } from "./part.js";
import { byHour, localHour, weekday } from "./sun.js";

export interface TrafficOptions {
  readonly seed: number;
  /** Vehicles on a working day; 14,000 by default, of a provincial road. */
  readonly perDay?: number;
}

/** Classes as counters tell them by length, and their share of the traffic of a Vietnamese provincial road. */
export const CLASSES = ["motorbike", "car", "truck"] as const;
const SHARES = [0.78, 0.14, 0.08] as const;
/** Passenger cars that one of the class counts for, and how much slower it is than a car, km/h. */
const WEIGHT = [0.3, 1, 2.5] as const;
const SLOWER = [8, 0, 6] as const;

/** Share of a working day in each hour: peaks before 8 and after 16. */
const BY_HOUR = [
  0.5, 0.3, 0.3, 0.5, 1.2, 3.2, 6.2, 7.8, 5.6, 4.6, 4.6, 5.4, 4.8, 4.4, 4.8, 5.2, 7.4, 8, 6.2, 4.8, 3.8, 2.6,
  1.8, 1,
] as const;
const SUM = BY_HOUR.reduce((sum, one) => sum + one, 0);
const SUNDAY = 0.75;
/** km/h on an empty road; passenger cars an hour at which it is full, at half the speed. */
const FREE_KMH = 58;
const FULL_PER_H = 1_900;

/**
 * A counter at the roadside. Vehicles of each class come as a Poisson process with the hour's and weekday's rate; the mean
 * speed falls with the flow as Greenshields found (1935): v = vf (1 + sqrt(1 - q / q_max)) / 2.
 */
export class Traffic implements Part {
  readonly state = {
    drawn: 0,
    motorbikes: [0, 0],
    cars: [0, 0],
    trucks: [0, 0],
    counts: [0, 0, 0],
    perHour: 0,
    speed: FREE_KMH,
    lastKmh: 0,
    demand: 1,
    capacity: 1,
    fast: 0,
  };
  readonly signals: Readonly<Record<string, WorldSignal>> = {
    ...Object.fromEntries(
      CLASSES.map((name, at) => [`count.${name}`, signal("", () => this.state.counts[at] ?? 0)]),
    ),
    count: signal("", () => this.state.counts.reduce((sum, one) => sum + one, 0)),
    flow: signal("1/h", () => this.state.perHour),
    speed: signal("km/h", () => this.state.speed),
    "speed.last": signal("km/h", () => this.state.lastKmh),
    "count.fast": signal("", () => this.state.fast),
  };
  readonly inputs: Readonly<Record<string, WorldInput>> = {
    /** Times as many as usual. */
    demand: kept(this.state, "demand", "", [0, 5]),
    /** Share of the road that is free: works, an accident, water. */
    capacity: kept(this.state, "capacity", "", [0.05, 1]),
  };
  readonly #perDay: number;
  readonly #chance: Chance;
  readonly #arrivals: readonly Arrivals[];

  constructor(options: TrafficOptions) {
    const { state } = this;
    this.#perDay = options.perDay ?? 14_000;
    this.#chance = new Chance(options.seed, state);
    this.#arrivals = [state.motorbikes, state.cars, state.trucks].map(
      (its, at) => new Arrivals(options.seed + 1 + at, its),
    );
  }

  step(seconds: number, now: number): void {
    const { state } = this;
    const share = byHour(BY_HOUR, localHour(now)) / SUM;
    const perHour = this.#perDay * share * state.demand * (weekday(now) === 0 ? SUNDAY : 1);
    let cars = 0;
    for (let at = 0; at < CLASSES.length; at++) cars += perHour * (SHARES[at] ?? 0) * (WEIGHT[at] ?? 1);
    const load = clamp(cars / (FULL_PER_H * state.capacity), 0, 1);
    const wanted = (FREE_KMH * (1 + Math.sqrt(1 - load))) / 2;
    state.speed = wanted + (state.speed - wanted) * decay(seconds, 120);
    for (let at = 0; at < CLASSES.length; at++) {
      const expected = (perHour * (SHARES[at] ?? 0) * seconds) / 3600;
      for (let came = this.#arrivals[at]?.come(expected) ?? 0; came > 0; came--) this.#pass(at);
    }
    // A quarter of an hour's memory, as counters show it.
    state.perHour *= decay(seconds, 900);
  }

  #pass(which: number): void {
    const { state } = this;
    state.counts[which] = (state.counts[which] ?? 0) + 1;
    state.perHour += 3600 / 900;
    state.lastKmh = clamp(state.speed - (SLOWER[which] ?? 0) + 7 * this.#chance.normal(), 5, 140);
    if (state.lastKmh > 60) state.fast++;
  }
}
