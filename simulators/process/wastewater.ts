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
  readonly #noises: readonly Wandering[];

  constructor(options: WastewaterOptions) {
    this.#own = options;
    const chance = new Chance(options.seed, this.state);
    this.#noises = [this.state.noise1, this.state.noise2, this.state.noise3].map(
      (noise) => new Wandering(chance, noise, 0.12, 5_400, 60),
    );
  }

  step(seconds: number, now: number): void {
    const { state } = this;
    const { perDay = 1_800, rain } = this.#own;
    const [n1, n2, n3] = this.#noises.map((noise) => noise.at(now)) as [number, number, number];
    const hour = localHour(now);
    // Two shifts: most by day, a third at night; yard water comes with the rain.
    const shift = 1 + 0.5 * Math.sin(((hour - 9) / 24) * 2 * Math.PI);
    const rainwater = (rain?.intensity ?? 0) * 1.5;
    this.flow = Math.max(0, (perDay / 24) * shift * (1 + n1) + rainwater);
    const clean = 1 + n2;
    const mixed = (usual: number, raw: number): number => usual * (1 - state.bypass) + raw * state.bypass;
    const keep = decay(seconds, MIXING_S);
    const toward = (present: number, wanted: number): number => wanted + (present - wanted) * keep;
    state.cod = toward(state.cod, mixed(USUAL.cod * clean, RAW.cod));
    state.tss = toward(state.tss, mixed(USUAL.tss * (1 + n3), RAW.tss) + rainwater * 0.4);
    state.ph = toward(state.ph, clamp(mixed(USUAL.ph + n3, RAW.ph), 2, 12));
    state.ammonium = toward(state.ammonium, mixed(USUAL.ammonium * clean, RAW.ammonium));
    this.#temperature = USUAL.temperature + 1.5 * Math.sin(((hour - 10) / 24) * 2 * Math.PI);
    const volume = (this.flow * seconds) / 3600;
    state.totalM3 += volume;
    state.codKg += (volume * state.cod) / 1000;
  }
}
