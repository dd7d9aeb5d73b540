import { Chance, Wandering } from "./chance.js";
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

/** V to neutral at which loads are rated. */
export const NOMINAL_V = 230;

/** The grid at a station: V = V0 + wandering noise while it is there; f = 50 Hz and a little. */
export class Mains implements Part, Supply {
  readonly state = {
    drawn: 0,
    present: 1,
    nominalV: 231.5,
    volts: [0, 0, 0],
    hertz: [0, 0, 0],
    cuts: 0,
    live: 1,
  };
  readonly signals: Readonly<Record<string, WorldSignal>> = {
    voltage: signal("V", () => this.voltage),
    frequency: signal("Hz", () => this.frequency),
    live: bit(() => this.voltage > 0),
    cuts: signal("", () => this.state.cuts),
  };
  readonly inputs: Readonly<Record<string, WorldInput>> = {
    /** 0 is a power cut. */
    present: kept(this.state, "present", "", [0, 1]),
    nominal: kept(this.state, "nominalV", "V", [0, 300]),
  };
  /** V to neutral. */
  voltage = NOMINAL_V;
  /** Hz; 0 while there is none. */
  frequency = 50;
  readonly #volts: Wandering;
  readonly #hertz: Wandering;

  constructor(options: { readonly seed: number }) {
    const chance = new Chance(options.seed, this.state);
    this.#volts = new Wandering(chance, this.state.volts, 0.8, 60, 2);
    this.#hertz = new Wandering(chance, this.state.hertz, 0.012, 60, 2);
  }

  step(_seconds: number, now: number): void {
    const live = this.state.present >= 0.5;
    if (!live && this.state.live === 1) this.state.cuts++;
    this.state.live = live ? 1 : 0;
    this.voltage = live ? Math.max(0, this.state.nominalV + this.#volts.at(now)) : 0;
    this.frequency = live ? 50 + this.#hertz.at(now) : 0;
  }
}

/** Lamps of a house, a PLC, ventilation: always on while there is power. E = ∫ P dt. */
export class SteadyLoad implements Part, Load {
  readonly state = { watts: 0, energyKwh: 0 };
  readonly signals: Readonly<Record<string, WorldSignal>> = {
    power: signal("W", () => this.powerW),
    energy: signal("kWh", () => this.state.energyKwh),
  };
  readonly inputs: Readonly<Record<string, WorldInput>> = {
    watts: kept(this.state, "watts", "W", [0, 1e6]),
  };
  readonly #supply: Supply;

  constructor(options: { readonly supply: Supply; readonly watts: number }) {
    this.#supply = options.supply;
    this.state.watts = options.watts;
  }

  get powerW(): number {
    return this.#supply.voltage > 0 ? this.state.watts : 0;
  }

  step(seconds: number): void {
    this.state.energyKwh += (this.powerW * seconds) / 3_600_000;
  }
}
