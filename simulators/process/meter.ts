import { Chance, Wandering } from "./chance.js";
import type { Mains } from "./mains.js";
import { type Load, type Part, signal, type WorldInput, type WorldSignal } from "./part.js";

export interface Phase {
  /** V to neutral. */
  voltage: number;
  /** A */
  current: number;
  /** W */
  power: number;
  powerFactor: number;
}

export interface MeterOptions {
  readonly seed: number;
  readonly mains: Mains;
  /** Everything behind the meter. */
  readonly loads: readonly Load[];
  /** 0.9 by default. */
  readonly powerFactor?: () => number;
  readonly importKwh?: number;
  readonly importKvarh?: number;
}

/** How the load spreads over the phases; the sum is 3. */
const IMBALANCE = [1.012, 0.994, 0.994] as const;
/** V that the feeder from the transformer sags for each W. */
const SAG = 6 / 40_000;

/**
 * A three-phase meter on the feeder: P is the sum of its loads, spread over three phases; U = U0 - sag P, I = P / (U cos phi),
 * Q = sqrt(S² - P²); energies only grow: E = ∫ P dt.
 */
export class ThreePhaseMeter implements Part {
  readonly state = {
    drawn: 0,
    noise1: [0, 0, 0],
    noise2: [0, 0, 0],
    noise3: [0, 0, 0],
    importKwh: 0,
    importKvarh: 0,
  };
  readonly phases: readonly [Phase, Phase, Phase] = [newPhase(), newPhase(), newPhase()];
  readonly signals: Readonly<Record<string, WorldSignal>>;
  readonly inputs: Readonly<Record<string, WorldInput>> = {};
  readonly #own: MeterOptions;
  readonly #noises: readonly Wandering[];

  constructor(options: MeterOptions) {
    this.#own = options;
    const { state } = this;
    state.importKwh = options.importKwh ?? 0;
    state.importKvarh = options.importKvarh ?? 0;
    const chance = new Chance(options.seed, state);
    this.#noises = [state.noise1, state.noise2, state.noise3].map(
      (noise) => new Wandering(chance, noise, 0.4, 30, 2),
    );
    const perPhase = (name: string, unit: string, of: (phase: Phase) => number): [string, WorldSignal][] =>
      this.phases.map((phase, at) => [`${name}.l${at + 1}`, signal(unit, () => of(phase))]);
    this.signals = {
      ...Object.fromEntries(perPhase("voltage", "V", ({ voltage }) => voltage)),
      ...Object.fromEntries(perPhase("current", "A", ({ current }) => current)),
      power: signal("W", () => this.power),
      reactive: signal("var", () => this.reactive),
      "power.factor": signal("", () => this.powerFactor),
      frequency: signal("Hz", () => this.frequency),
      energy: signal("kWh", () => this.importKwh),
      "energy.reactive": signal("kvarh", () => this.importKvarh),
    };
  }

  get importKwh(): number {
    return this.state.importKwh;
  }

  get importKvarh(): number {
    return this.state.importKvarh;
  }

  get frequency(): number {
    return this.#own.mains.frequency;
  }

  get power(): number {
    return this.phases.reduce((sum, phase) => sum + phase.power, 0);
  }

  get reactive(): number {
    return this.phases.reduce((sum, phase) => sum + reactiveOf(phase), 0);
  }

  get apparent(): number {
    return this.phases.reduce((sum, phase) => sum + apparentOf(phase), 0);
  }

  get powerFactor(): number {
    return this.apparent === 0 ? 1 : this.power / this.apparent;
  }

  step(seconds: number, now: number): void {
    const { mains, loads, powerFactor } = this.#own;
    let loadW = 0;
    for (const load of loads) loadW += load.powerW;
    const factor = powerFactor?.() ?? 0.9;
    for (let at = 0; at < 3; at++) {
      const phase = this.phases[at] as Phase;
      const noise = this.#noises[at]?.at(now) ?? 0;
      phase.voltage = mains.voltage > 0 ? Math.max(0, mains.voltage + noise - loadW * SAG) : 0;
      phase.power = phase.voltage > 0 ? (loadW / 3) * (IMBALANCE[at] ?? 1) : 0;
      phase.powerFactor = factor;
      phase.current = phase.voltage > 0 ? phase.power / (phase.voltage * factor) : 0;
    }
    this.state.importKwh += (this.power * seconds) / 3_600_000;
    this.state.importKvarh += (this.reactive * seconds) / 3_600_000;
  }
}

export function apparentOf(phase: Phase): number {
  return phase.voltage * phase.current;
}

export function reactiveOf(phase: Phase): number {
  return Math.sqrt(Math.max(0, apparentOf(phase) ** 2 - phase.power ** 2));
}

function newPhase(): Phase {
  return { voltage: 230, current: 0, power: 0, powerFactor: 1 };
}
