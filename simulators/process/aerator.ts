import {
  bit,
  kept,
  type Load,
  type Part,
  type Supply,
  signal,
  type WorldInput,
  type WorldSignal,
} from "./part.js";

export interface AeratorOptions {
  readonly supply: Supply;
  readonly watts?: number;
  /** kg of O2 that a kWh brings into clean water without oxygen at 20 °C; 1.8 by default, of paddle wheels. */
  readonly efficiency?: number;
}

/** A as a share of the rated power: three phases at 400 V with a power factor of 0.8. */
const AMPS_PER_WATT = 1 / (Math.sqrt(3) * 400 * 0.8);
/** s until it gives its full stream. */
const SPIN_UP_S = 6;

/**
 * A paddle-wheel aerator. Its transfer in a pond (Boyd, Aquacultural Engineering 18 (1998) 9):
 * OTR = SAE P (Cs - C) / 9.09 1.024^(T - 20) 0.9, kg/h. A broken one takes current and moves nothing.
 */
export class Aerator implements Part, Load {
  readonly state = { on: 0, turning: 0, broken: 0, energyKwh: 0, runHours: 0 };
  readonly signals: Readonly<Record<string, WorldSignal>> = {
    running: bit(() => this.powerW > 0),
    power: signal("W", () => this.powerW),
    current: signal("A", () => this.powerW * AMPS_PER_WATT),
    energy: signal("kWh", () => this.state.energyKwh),
    hours: signal("h", () => this.state.runHours),
  };
  readonly inputs: Readonly<Record<string, WorldInput>> = {
    on: kept(this.state, "on", "", [0, 1]),
    /** 1 is a lost gear: the motor turns alone, at a third of its power. */
    broken: kept(this.state, "broken", "", [0, 1]),
  };
  readonly #supply: Supply;
  readonly #watts: number;
  readonly #efficiency: number;

  constructor(options: AeratorOptions) {
    this.#supply = options.supply;
    this.#watts = options.watts ?? 1_500;
    this.#efficiency = options.efficiency ?? 1.8;
  }

  get powerW(): number {
    if (this.state.on < 0.5 || this.#supply.voltage <= 0) return 0;
    return this.state.broken >= 0.5 ? this.#watts / 3 : this.#watts;
  }

  /** kg O2 an hour into water of 20 °C without oxygen. */
  get standardKgPerH(): number {
    return (this.#watts / 1000) * this.#efficiency * this.state.turning;
  }

  step(seconds: number): void {
    const { state } = this;
    const moving = this.powerW > 0 && state.broken < 0.5 ? 1 : 0;
    state.turning = moving + (state.turning - moving) * Math.exp(-seconds / SPIN_UP_S);
    state.energyKwh += (this.powerW * seconds) / 3_600_000;
    if (this.powerW > 0) state.runHours += seconds / 3600;
  }
}
