import type { Aerator } from "./aerator.js";
import { clamp, decay, kept, type Part, signal, type WorldInput, type WorldSignal } from "./part.js";
import type { Rain } from "./rain.js";
import type { Sky } from "./sky.js";
import type { Store } from "./water.js";

export interface PondOptions {
  readonly sky: Sky;
  readonly rain?: Rain;
  readonly aerators: readonly Aerator[];
  /** m²; 3,000 by default. */
  readonly areaM2?: number;
  readonly depthM?: number;
  /** m of water at the beginning. */
  readonly levelM?: number;
  /** g/l at the beginning. */
  readonly salinity?: number;
  /** m above the datum, of the bottom. */
  readonly floorM?: number;
}

/** mg/l is g/m³. Rates of an intensive shrimp pond, chosen so that nights fall below 3 mg/l without aerators. */
const RATES = {
  /** Photosynthesis at full light, and the light at which it is three quarters of that, W/m². */
  photosynthesis: 1.35,
  saturatingLight: 250,
  /** Respiration of water, mud and shrimp at 20 °C, with 1.047 for each degree; halved at 0.4 mg/l of oxygen. */
  respiration: 0.42,
  perDegree: 1.047,
  scarce: 0.4,
  /** m/h through the surface, light wind. */
  surface: 0.05,
} as const;
/** mg/l at 20 °C, in the test of an aerator. */
const TEST_SATURATION = 9.09;
/** W/(m² K) that the surface loses, evaporation included; share of the light that is not reflected. */
const HEAT = { loss: 55, absorbed: 0.92, joulesPerM3K: 4.18e6 } as const;
/** mg/l of oxygen in the water that is let in. */
const INFLOW_OXYGEN = 5;

/**
 * Oxygen of a pond through day and night, by mass: dM/dt = V (Pm tanh(I / Ik) - R f^(T-20) C / (C + Ch)) + kL A (Cs - C) + aerators.
 * Temperature: h rho c dT/dt = a I - K (T - Ta). Volume: rain and evaporation, and what is let in and out.
 */
export class Pond implements Part, Store {
  readonly state = {
    volumeM3: 0,
    saltKg: 0,
    oxygenG: 0,
    temperature: 29.5,
    stocking: 1,
    producedG: 0,
    respiredG: 0,
    surfaceG: 0,
    aeratedG: 0,
    exchangedG: 0,
    rainM3: 0,
    evaporatedM3: 0,
  };
  readonly areaM2: number;
  readonly floorM: number;
  readonly signals: Readonly<Record<string, WorldSignal>> = {
    oxygen: signal("mg/l", () => this.oxygen),
    saturation: signal("%", () => (100 * this.oxygen) / saturationOf(this.state.temperature, this.salinity)),
    temperature: signal("°C", () => this.state.temperature),
    salinity: signal("g/l", () => this.salinity),
    level: signal("m", () => this.surfaceM - this.floorM),
    ph: signal("", () => 7.9 + 0.11 * clamp(this.oxygen - 5.5, -4, 6)),
  };
  readonly inputs: Readonly<Record<string, WorldInput>> = {
    /** How much life is in it; 1 is usual, 1.5 is a bloom before it dies. */
    stocking: kept(this.state, "stocking", "", [0, 3]),
  };
  readonly #own: PondOptions;
  readonly #capacityM3: number;

  constructor(options: PondOptions) {
    this.#own = options;
    this.areaM2 = options.areaM2 ?? 3_000;
    this.floorM = options.floorM ?? 0;
    this.#capacityM3 = this.areaM2 * (options.depthM ?? 1.8);
    this.state.volumeM3 = Math.min(this.#capacityM3, this.areaM2 * (options.levelM ?? 1.4));
    this.state.saltKg = this.state.volumeM3 * (options.salinity ?? 15);
    this.state.oxygenG = this.state.volumeM3 * 6;
  }

  get surfaceM(): number {
    return this.floorM + this.state.volumeM3 / this.areaM2;
  }

  get salinity(): number {
    return this.state.volumeM3 > 0 ? this.state.saltKg / this.state.volumeM3 : 0;
  }

  /** mg/l */
  get oxygen(): number {
    return this.state.volumeM3 > 0 ? this.state.oxygenG / this.state.volumeM3 : 0;
  }

  get availableM3(): number {
    return this.state.volumeM3;
  }

  get roomM3(): number {
    return Math.max(0, this.#capacityM3 - this.state.volumeM3);
  }

  exchange(volumeM3: number, saltKg: number): void {
    const { state } = this;
    const oxygen = volumeM3 * (volumeM3 > 0 ? INFLOW_OXYGEN : this.oxygen);
    state.volumeM3 = Math.max(0, state.volumeM3 + volumeM3);
    state.saltKg = Math.max(0, state.saltKg + saltKg);
    state.oxygenG = Math.max(0, state.oxygenG + oxygen);
    state.exchangedG += oxygen;
  }

  step(seconds: number): void {
    this.#weather(seconds);
    this.#breathe(seconds / 3600);
  }

  #weather(seconds: number): void {
    const { sky, rain } = this.#own;
    const { state } = this;
    const perMm = this.areaM2 / 1000;
    const hours = seconds / 3600;
    const fallen = Math.min(this.roomM3, (rain?.intensity ?? 0) * hours * perMm);
    const evaporated = Math.min(state.volumeM3, 1.1 * sky.evaporation * hours * perMm);
    state.volumeM3 += fallen - evaporated;
    state.rainM3 += fallen;
    state.evaporatedM3 += evaporated;
    const depth = Math.max(0.1, state.volumeM3 / this.areaM2);
    const wanted = sky.temperature + (HEAT.absorbed * sky.irradiance) / HEAT.loss;
    const timeS = (depth * HEAT.joulesPerM3K) / HEAT.loss;
    state.temperature = wanted + (state.temperature - wanted) * decay(seconds, timeS);
  }

  #breathe(hours: number): void {
    const { state } = this;
    const { sky, aerators } = this.#own;
    const volume = state.volumeM3;
    const oxygen = this.oxygen;
    const deficit = saturationOf(state.temperature, this.salinity) - oxygen;
    const light = Math.tanh(sky.irradiance / RATES.saturatingLight);
    const produced = volume * RATES.photosynthesis * state.stocking * light * hours;
    const warm = RATES.perDegree ** (state.temperature - 20);
    const need = RATES.respiration * state.stocking * warm * (oxygen / (oxygen + RATES.scarce));
    const respired = Math.min(state.oxygenG, volume * need * hours);
    const surface = RATES.surface * this.areaM2 * deficit * hours;
    let standard = 0;
    for (const aerator of aerators) standard += aerator.standardKgPerH;
    const aerated =
      ((standard * 1000 * deficit) / TEST_SATURATION) * 1.024 ** (state.temperature - 20) * 0.9 * hours;
    state.producedG += produced;
    state.respiredG += respired;
    state.surfaceG += surface;
    state.aeratedG += aerated;
    state.oxygenG += produced - respired + surface + aerated;
  }
}

/** mg/l: Elmore and Hayes (1960) for fresh water; a g/l of salt takes half a per cent. */
export function saturationOf(celsius: number, salinity: number): number {
  const fresh = 14.652 - 0.41022 * celsius + 0.007991 * celsius ** 2 - 0.000077774 * celsius ** 3;
  return fresh * (1 - 0.0053 * salinity);
}
