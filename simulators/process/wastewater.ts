import { Chance, Wandering } from "./chance.js";
import { clamp, decay, kept, type Part, signal, type WorldInput, type WorldSignal } from "./part.js";
import type { Rain } from "./rain.js";
import { localHour } from "./sun.js";

export interface WastewaterOptions {
  readonly seed: number;
  /** m³ a day; 1,800 by default. */
  readonly perDay?: number;
  readonly rain?: Rain;
}

/** Of a working treatment plant; the limits of QCVN 40:2011/BTNMT column B are 150 mg/l COD, 100 mg/l TSS, pH 5.5 to 9. */
const USUAL = { cod: 62, tss: 34, ph: 7.2, ammonium: 4.5, temperature: 29 } as const;
/** What comes past the treatment: raw water. */
const RAW = { cod: 640, tss: 310, ph: 5.1, ammonium: 38 } as const;
/** s in which the outlet's chamber mixes. */
const MIXING_S = 600;

/**
 * The outlet of a treatment plant: the flow follows the shifts, the quality wanders; of a share `bypass` that nobody treats
 * it becomes c = (1 - b) c_treated + b c_raw, and the chamber mixes, dc/dt = (c - c_out) / tau. Load: L = ∫ Q c dt.
 */
export class Wastewater implements Part {
  readonly state = {
    drawn: 0,
    noise1: [0, 0, 0],
    noise2: [0, 0, 0],
    noise3: [0, 0, 0],
    bypass: 0,
    cod: USUAL.cod as number,
    tss: USUAL.tss as number,
    ph: USUAL.ph as number,
    ammonium: USUAL.ammonium as number,
    totalM3: 0,
    codKg: 0,
  };
  readonly signals: Readonly<Record<string, WorldSignal>> = {
    flow: signal("m³/h", () => this.flow),
    total: signal("m³", () => this.state.totalM3),
    cod: signal("mg/l", () => this.state.cod),
    tss: signal("mg/l", () => this.state.tss),
    ph: signal("", () => this.state.ph),
    ammonium: signal("mg/l", () => this.state.ammonium),
    temperature: signal("°C", () => this.#temperature),
    load: signal("kg", () => this.state.codKg),
  };
  readonly inputs: Readonly<Record<string, WorldInput>> = {
    /** Share of the water that goes past the treatment. */
    bypass: kept(this.state, "bypass", "", [0, 1]),
  };
  /** m³/h */
  flow = 0;
  #temperature: number = USUAL.temperature;
  readonly #own: WastewaterOptions;
  readonly #flowNoise: Wandering;
  readonly #qualityNoise: Wandering;
  readonly #solidsNoise: Wandering;

  constructor(options: WastewaterOptions) {
    this.#own = options;
    const chance = new Chance(options.seed, this.state);
    const noise = (state: number[]): Wandering => new Wandering(chance, state, 0.12, 5_400, 60);
    this.#flowNoise = noise(this.state.noise1);
    this.#qualityNoise = noise(this.state.noise2);
    this.#solidsNoise = noise(this.state.noise3);
  }

  step(seconds: number, now: number): void {
    const { state } = this;
    const { perDay = 1_800, rain } = this.#own;
    const flowNoise = this.#flowNoise.at(now);
    const clean = 1 + this.#qualityNoise.at(now);
    const solids = this.#solidsNoise.at(now);
    const hour = localHour(now);
    // Two shifts: most by day, a third at night; yard water comes with the rain.
    const shift = 1 + 0.5 * Math.sin(((hour - 9) / 24) * 2 * Math.PI);
    const rainwater = (rain?.intensity ?? 0) * 1.5;
    this.flow = Math.max(0, (perDay / 24) * shift * (1 + flowNoise) + rainwater);
    const keep = decay(seconds, MIXING_S);
    state.cod = mixed(state.cod, this.#comes(USUAL.cod * clean, RAW.cod), keep);
    state.tss = mixed(state.tss, this.#comes(USUAL.tss * (1 + solids), RAW.tss) + rainwater * 0.4, keep);
    state.ph = mixed(state.ph, clamp(this.#comes(USUAL.ph + solids, RAW.ph), 2, 12), keep);
    state.ammonium = mixed(state.ammonium, this.#comes(USUAL.ammonium * clean, RAW.ammonium), keep);
    this.#temperature = USUAL.temperature + 1.5 * Math.sin(((hour - 10) / 24) * 2 * Math.PI);
    const volume = (this.flow * seconds) / 3600;
    state.totalM3 += volume;
    state.codKg += (volume * state.cod) / 1000;
  }

  /** What comes of treated and of raw water. */
  #comes(treated: number, raw: number): number {
    return treated + (raw - treated) * this.state.bypass;
  }
}

function mixed(present: number, comes: number, keep: number): number {
  return comes + (present - comes) * keep;
}
