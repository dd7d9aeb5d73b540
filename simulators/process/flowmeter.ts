import { Chance, Wandering } from "./chance.js";
import { kept, type Part, signal, type WorldInput, type WorldSignal } from "./part.js";

export interface FlowmeterOptions {
  readonly seed: number;
  /** m³/s; negative flows back. */
  readonly flow: () => number;
  /** m³/h below which it shows 0; 0.5 by default. */
  readonly cutOff?: number;
  /** m³ at installation. */
  readonly totalM3?: number;
}

/** A magnetic flowmeter: shows Q (1 + noise) (1 + error) and adds up what it shows, forward and back: V = ∫ Q dt. */
export class Flowmeter implements Part {
  readonly state = { drawn: 0, noise: [0, 0, 0], forwardM3: 0, reverseM3: 0, error: 0 };
  readonly signals: Readonly<Record<string, WorldSignal>> = {
    rate: signal("m³/h", () => this.rate),
    total: signal("m³", () => this.state.forwardM3),
    "total.reverse": signal("m³", () => this.state.reverseM3),
  };
  readonly inputs: Readonly<Record<string, WorldInput>> = {
    /** Share by which it shows too much: deposits on its electrodes. */
    error: kept(this.state, "error", "", [-0.5, 0.5]),
  };
  /** m³/h */
  rate = 0;
  readonly #own: FlowmeterOptions;
  readonly #noise: Wandering;

  constructor(options: FlowmeterOptions) {
    this.#own = options;
    this.state.forwardM3 = options.totalM3 ?? 0;
    this.#noise = new Wandering(new Chance(options.seed, this.state), this.state.noise, 0.003, 20, 2);
  }

  step(seconds: number, now: number): void {
    const shown = this.#own.flow() * 3600 * (1 + this.state.error + this.#noise.at(now));
    this.rate = Math.abs(shown) < (this.#own.cutOff ?? 0.5) ? 0 : shown;
    const volume = (this.rate * seconds) / 3600;
    if (volume > 0) this.state.forwardM3 += volume;
    else this.state.reverseM3 -= volume;
  }
}
