import { type Random, wander } from "../random.js";

export interface Phase {
  /** V to neutral. */
  voltage: number;
  /** A */
  current: number;
  /** W */
  power: number;
  powerFactor: number;
}

/** How the load spreads over the phases; the sum is 3. */
const IMBALANCE = [1.012, 0.994, 0.994] as const;

/** A three-phase meter on the feeder: what flows follows the load, energy only grows. */
export class ThreePhaseMeter {
  readonly phases: readonly [Phase, Phase, Phase] = [newPhase(), newPhase(), newPhase()];
  frequency = 50;
  importKwh = 51_207.4;
  importKvarh = 17_930.2;
  #noise = [0, 0, 0];
  #frequencyNoise = 0;
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
    this.step(0, 0, 0.9);
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

  /** `loadW` over all phases with its power factor. */
  step(seconds: number, loadW: number, powerFactor: number): void {
    this.#frequencyNoise = wander(this.#frequencyNoise, 0.01, 0.02, this.#random);
    this.frequency = 50 + this.#frequencyNoise;
    for (const [at, phase] of this.phases.entries()) {
      this.#noise[at] = wander(this.#noise[at] ?? 0, 0.8, 0.02, this.#random);
      // The feeder from the transformer sags by about 6 V at full load.
      phase.voltage = 231.5 + (this.#noise[at] ?? 0) - (loadW / 40_000) * 6;
      phase.power = (loadW / 3) * (IMBALANCE[at] ?? 1);
      phase.powerFactor = powerFactor;
      phase.current = phase.power / (phase.voltage * powerFactor);
    }
    this.importKwh += (this.power * seconds) / 3_600_000;
    this.importKvarh += (this.reactive * seconds) / 3_600_000;
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
