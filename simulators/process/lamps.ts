import { Chance } from "./chance.js";
import {
  decay,
  input,
  kept,
  type Load,
  type Part,
  type Supply,
  signal,
  type WorldInput,
  type WorldSignal,
} from "./part.js";

/** What a lamp is. */
export interface LampKind {
  readonly watts: number;
  /** s of the time constant with which the light comes. */
  readonly warmUpS: number;
  /** Power while cold, as a share of the rated. */
  readonly coldPower: number;
  /** Weibull: characteristic life in h, and shape. */
  readonly lifeHours: number;
  readonly shape: number;
}

/** High-pressure sodium takes minutes; its life is that of makers' data sheets. LED is at once there. */
export const LAMPS = {
  sodium: { watts: 172, warmUpS: 120, coldPower: 0.55, lifeHours: 24_000, shape: 3.5 },
  led: { watts: 95, warmUpS: 0.5, coldPower: 1, lifeHours: 70_000, shape: 2 },
} as const satisfies Readonly<Record<string, LampKind>>;

export interface LampCircuitOptions {
  readonly seed: number;
  readonly supply: Supply;
  readonly lamps: number;
  readonly kind?: LampKind;
}

/** h of life that a start costs a lamp. */
const START_HOURS = 0.5;
/** W that a dead lamp's ballast still takes. */
const DEAD_W = 4;

/**
 * A circuit of street lamps. Light: dl/dt = (1 - l) / tau after switching on; power P = Pn (p0 + (1 - p0) l) d with d the
 * dimming. Each lamp dies at an age of its own, drawn from Weibull's law t = eta (-ln u)^(1/k); a stolen cable takes
 * the lamps behind it. E = ∫ P dt.
 */
export class LampCircuit implements Part, Load {
  readonly state = {
    drawn: 0,
    on: 0,
    dim: 100,
    light: 0,
    connected: 0,
    energyKwh: 0,
    hours: 0,
    starts: 0,
    lit: 0,
    /** h that each lamp has burnt, and at which it will die. */
    ages: [] as number[],
    lives: [] as number[],
  };
  readonly signals: Readonly<Record<string, WorldSignal>> = {
    power: signal("W", () => this.powerW),
    current: signal("A", () => (this.#supply.voltage > 0 ? this.powerW / (this.#supply.voltage * 0.92) : 0)),
    light: signal("%", () => this.state.light * this.state.dim),
    burning: signal("", () => (this.state.lit === 1 ? this.#living(this.state.connected) : 0)),
    failed: signal("", () => this.state.ages.length - this.#living(this.state.ages.length)),
    energy: signal("kWh", () => this.state.energyKwh),
    hours: signal("h", () => this.state.hours),
    starts: signal("", () => this.state.starts),
  };
  readonly inputs: Readonly<Record<string, WorldInput>>;
  powerW = 0;
  readonly #supply: Supply;
  readonly #kind: LampKind;
  readonly #chance: Chance;

  constructor(options: LampCircuitOptions) {
    this.#supply = options.supply;
    this.#kind = options.kind ?? LAMPS.sodium;
    this.#chance = new Chance(options.seed, this.state);
    this.state.connected = options.lamps;
    for (let at = 0; at < options.lamps; at++) {
      // They were put up over the years, and none of them was dead at the last inspection.
      const age = 0.5 * this.#kind.lifeHours * this.#chance.next();
      this.state.ages.push(age);
      this.state.lives.push(this.#lifeFrom(age));
    }
    this.inputs = {
      on: kept(this.state, "on", "", [0, 1]),
      /** 0 is off, as a DALI level of 0 is. */
      dim: kept(this.state, "dim", "%", [0, 100]),
      /** How many of the lamps the cable still reaches. */
      connected: kept(this.state, "connected", "", [0, options.lamps]),
      /** 1: somebody comes with a ladder and new lamps. */
      replace: input(
        "",
        [0, 1],
        () => 0,
        (value) => value >= 0.5 && this.#replace(),
      ),
    };
  }

  step(seconds: number): void {
    const { state } = this;
    const { watts, warmUpS, coldPower } = this.#kind;
    const hours = seconds / 3600;
    const lit = state.on >= 0.5 && state.dim > 0 && this.#supply.voltage > 0;
    if (lit && state.lit === 0) {
      state.starts++;
      this.#age(START_HOURS);
    }
    state.lit = lit ? 1 : 0;
    // Lamps go out at once, and a hot sodium lamp that was off has to begin again.
    state.light = lit ? 1 + (state.light - 1) * decay(seconds, warmUpS) : 0;
    if (lit) {
      state.hours += hours;
      this.#age(hours);
      const burning = this.#living(state.connected);
      const each = watts * (coldPower + (1 - coldPower) * state.light) * (state.dim / 100);
      this.powerW = burning * each + (Math.floor(state.connected) - burning) * DEAD_W;
    } else this.powerW = 0;
    state.energyKwh += (this.powerW * seconds) / 3_600_000;
  }

  #age(hours: number): void {
    const { ages } = this.state;
    for (let at = 0; at < ages.length; at++) ages[at] = (ages[at] ?? 0) + hours;
  }

  /** How many of the first lamps can burn. */
  #living(among: number): number {
    const { ages, lives } = this.state;
    let living = 0;
    for (let at = 0; at + 1 <= among; at++) if ((ages[at] ?? 0) < (lives[at] ?? 0)) living++;
    return living;
  }

  /** The age at which a lamp dies that has come to this one. */
  #lifeFrom(age: number): number {
    const { lifeHours, shape } = this.#kind;
    return lifeHours * ((age / lifeHours) ** shape + this.#chance.exponential()) ** (1 / shape);
  }

  #replace(): void {
    const { ages, lives } = this.state;
    for (let at = 0; at < ages.length; at++) {
      if ((ages[at] ?? 0) < (lives[at] ?? 0)) continue;
      ages[at] = 0;
      lives[at] = this.#lifeFrom(0);
    }
  }
}
