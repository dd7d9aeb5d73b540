import { Chance, Wandering } from "./chance.js";
import { input, kept, type Part, signal, type WorldInput, type WorldSignal } from "./part.js";
import { HOUR_MS } from "./sun.js";

export interface AnalyserOptions {
  readonly seed: number;
  readonly unit: string;
  /** What there is to measure. */
  readonly of: () => number;
  /** End of the scale. */
  readonly fullScale: number;
  /** h between two calibrations; 24 by default. */
  readonly everyHours?: number;
  /** min that a calibration takes; 30 by default. */
  readonly forMin?: number;
  /** Share of the full scale that the zero wanders in a day; 0.01 by default. */
  readonly driftPerDay?: number;
}

/** What the instrument says of itself, in the words of Circular 10/2021/TT-BTNMT: measuring, calibrating, fault; and maintenance. */
export const INSTRUMENT_STATES = ["measuring", "calibrating", "maintenance", "fault"] as const;

/** Share of the full scale of the span solution. */
const SPAN = 0.8;
/** Shares of a calibration: with the zero solution, then with the span solution; at its end it is rinsed with the water. */
const SHARES = { zero: 0.4, span: 0.4 } as const;
/** s in which it follows. */
const RESPONSE_S = 90;

/**
 * An analyser that drifts and calibrates itself: y = x (1 + g d) + d FS + noise, where d grows with the days since the last
 * calibration. While it calibrates it shows its solutions, not the water, and says so; afterwards d is 0.
 */
export class Analyser implements Part {
  readonly state = {
    drawn: 0,
    noise: [0, 0, 0],
    drift: 0,
    /** Share of the full scale a day, drawn anew after each calibration. */
    driftPerDay: 0,
    calibratingS: 0,
    untilS: 0,
    calibrations: 0,
    maintenance: 0,
    fault: 0,
    value: 0,
  };
  readonly signals: Readonly<Record<string, WorldSignal>>;
  readonly inputs: Readonly<Record<string, WorldInput>>;
  readonly #own: Required<AnalyserOptions>;
  readonly #chance: Chance;
  readonly #noise: Wandering;

  constructor(options: AnalyserOptions) {
    this.#own = { everyHours: 24, forMin: 30, driftPerDay: 0.01, ...options };
    const { state } = this;
    this.#chance = new Chance(options.seed, state);
    this.#noise = new Wandering(this.#chance, state.noise, 0.004, 30, 5);
    state.value = options.of();
    state.untilS = this.#own.everyHours * 3600 * this.#chance.next();
    this.#drawDrift();
    this.signals = {
      value: signal(options.unit, () => this.state.value),
      /** 0 measuring, 1 calibrating, 2 maintenance, 3 fault. */
      state: signal("", () => INSTRUMENT_STATES.indexOf(this.word)),
      drift: signal("%", () => this.state.drift * 100),
      calibrations: signal("", () => this.state.calibrations),
      due: signal("h", () => Math.max(0, this.state.untilS) / 3600),
    };
    this.inputs = {
      /** 1: calibrate now. */
      calibrate: input(
        "",
        [0, 1],
        // From the order on: whoever reads back what was written finds it.
        () => (this.state.calibratingS > 0 || this.state.untilS <= 0 ? 1 : 0),
        (value) => {
          if (value >= 0.5 && state.calibratingS <= 0) state.untilS = 0;
        },
      ),
      maintenance: kept(state, "maintenance", "", [0, 1]),
      /** 1: the pump of its sample has failed. */
      fault: kept(state, "fault", "", [0, 1]),
    };
  }

  get word(): (typeof INSTRUMENT_STATES)[number] {
    const { state } = this;
    if (state.fault >= 0.5) return "fault";
    if (state.maintenance >= 0.5) return "maintenance";
    return state.calibratingS > 0 ? "calibrating" : "measuring";
  }

  step(seconds: number, now: number): void {
    const { state } = this;
    const { everyHours, forMin, fullScale, of } = this.#own;
    const days = (seconds * 1000) / (24 * HOUR_MS);
    state.untilS -= seconds;
    if (state.calibratingS > 0) {
      state.calibratingS -= seconds;
      if (this.#done >= SHARES.zero + SHARES.span) state.drift = 0;
      if (state.calibratingS <= 0) {
        state.calibrations++;
        this.#drawDrift();
      }
    } else if (state.untilS <= 0 && this.word === "measuring") {
      state.calibratingS = forMin * 60;
      state.untilS = everyHours * 3600;
    } else state.drift += state.driftPerDay * days;
    if (this.word === "fault") return;
    const shown = this.#sample(of()) * (1 + state.drift) + (state.drift + this.#noise.at(now)) * fullScale;
    state.value = shown + (state.value - shown) * Math.exp(-seconds / RESPONSE_S);
    state.value = Math.max(0, Math.min(fullScale, state.value));
  }

  /** The water, or the solution that stands in its way. */
  #sample(water: number): number {
    if (this.word !== "calibrating" || this.#done >= SHARES.zero + SHARES.span) return water;
    return this.#done < SHARES.zero ? 0 : SPAN * this.#own.fullScale;
  }

  /** Share of the calibration under way. */
  get #done(): number {
    return 1 - this.state.calibratingS / (this.#own.forMin * 60);
  }

  #drawDrift(): void {
    this.state.driftPerDay = this.#own.driftPerDay * this.#chance.normal();
  }
}
