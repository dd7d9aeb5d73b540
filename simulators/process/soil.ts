import { clamp, decay, kept, type Part, signal, type WorldInput, type WorldSignal } from "./part.js";
import type { Rain } from "./rain.js";
import type { Sky } from "./sky.js";
import type { Store } from "./water.js";

export interface SoilOptions {
  readonly sky: Sky;
  readonly rain?: Rain;
  readonly areaM2: number;
  /** Where surplus water drains. */
  readonly drainTo: Store;
  /** m; 0.4 by default, of vegetables. */
  readonly rootDepthM?: number;
  /** Shares of the volume at the beginning. */
  readonly moisture?: number;
  /** g/l in the soil water, at the beginning. */
  readonly salinity?: number;
  /** Crop coefficient; 1 by default. */
  readonly crop?: number;
}

/** Shares of the volume, of the delta's silty clay (FAO paper 56, table 19: clay loam to silty clay). */
export const SOIL = { wilting: 0.2, field: 0.36, saturated: 0.48 } as const;
/** Share of the available water that crops take without stress. */
const EASY = 0.5;
/** h in which two thirds of what exceeds the field capacity have drained. */
const DRAIN_HOURS = 10;
/** g/l of a dS/m. */
const GRAM_PER_DS = 0.64;

/**
 * Root zone as a bucket (FAO Irrigation and Drainage Paper 56, chapter 8): dW/dt = rain + irrigation - Ks Kc ET0 - drainage,
 * with Ks = (W - Wwp) / ((1 - p) (Wfc - Wwp)) between 0 and 1: thirsty crops take less, and none below the wilting
 * point. Above the field capacity it drains exponentially; what exceeds saturation runs off. Salt comes with the
 * water, leaves with the drainage only, and makes the soil water's EC: the less water, the saltier.
 */
export class Soil implements Part, Store {
  readonly state = {
    volumeM3: 0,
    saltKg: 0,
    receivedM3: 0,
    rainM3: 0,
    usedM3: 0,
    drainedM3: 0,
    temperature: 27.5,
    crop: 1,
  };
  readonly areaM2: number;
  readonly floorM = Number.NEGATIVE_INFINITY;
  readonly surfaceM = 0;
  /** Soil gives nothing to pumps and valves. */
  readonly availableM3 = 0;
  readonly roomM3 = Number.POSITIVE_INFINITY;
  readonly signals: Readonly<Record<string, WorldSignal>> = {
    moisture: signal("%", () => this.moisture * 100),
    ec: signal("dS/m", () => this.salinity / GRAM_PER_DS),
    temperature: signal("°C", () => this.state.temperature),
    stress: signal("%", () => (1 - this.#ease) * 100),
    drained: signal("m³", () => this.state.drainedM3),
    used: signal("mm", () => (this.state.usedM3 / this.areaM2) * 1000),
    received: signal("m³", () => this.state.receivedM3),
  };
  readonly inputs: Readonly<Record<string, WorldInput>> = {
    crop: kept(this.state, "crop", "", [0, 1.3]),
  };
  readonly #own: SoilOptions;
  /** m³ of the root zone. */
  readonly #bulkM3: number;

  constructor(options: SoilOptions) {
    this.#own = options;
    this.areaM2 = options.areaM2;
    this.#bulkM3 = options.areaM2 * (options.rootDepthM ?? 0.4);
    this.state.volumeM3 = this.#bulkM3 * clamp(options.moisture ?? 0.3, SOIL.wilting, SOIL.saturated);
    this.state.saltKg = this.state.volumeM3 * (options.salinity ?? 0.6);
    this.state.crop = options.crop ?? 1;
  }

  /** Share of the volume. */
  get moisture(): number {
    return this.state.volumeM3 / this.#bulkM3;
  }

  get salinity(): number {
    return this.state.volumeM3 > 0 ? this.state.saltKg / this.state.volumeM3 : 0;
  }

  /** Irrigation, by whatever brings it. */
  exchange(volumeM3: number, saltKg: number): void {
    this.state.volumeM3 += volumeM3;
    this.state.saltKg += saltKg;
    this.state.receivedM3 += volumeM3;
    this.#drain(this.state.volumeM3 - SOIL.saturated * this.#bulkM3);
  }

  step(seconds: number): void {
    const { sky, rain } = this.#own;
    const { state } = this;
    const hours = seconds / 3600;
    const perMm = this.areaM2 / 1000;
    const fallen = (rain?.intensity ?? 0) * hours * perMm;
    state.rainM3 += fallen;
    state.volumeM3 += fallen;
    const use = this.#ease * state.crop * sky.evaporation * hours * perMm;
    const used = Math.min(use, Math.max(0, state.volumeM3 - SOIL.wilting * this.#bulkM3));
    state.volumeM3 -= used;
    state.usedM3 += used;
    const above = Math.max(0, state.volumeM3 - SOIL.field * this.#bulkM3);
    const flood = Math.max(0, state.volumeM3 - SOIL.saturated * this.#bulkM3);
    this.#drain(Math.max(flood, above * (1 - decay(seconds, DRAIN_HOURS * 3600))));
    state.temperature = sky.temperature + (state.temperature - sky.temperature) * decay(seconds, 8 * 3600);
  }

  #drain(volumeM3: number): void {
    if (volumeM3 <= 0) return;
    const salt = volumeM3 * this.salinity;
    this.state.volumeM3 -= volumeM3;
    this.state.saltKg -= salt;
    this.state.drainedM3 += volumeM3;
    this.#own.drainTo.exchange(volumeM3, salt);
  }

  /** Ks of FAO 56, 0 to 1. */
  get #ease(): number {
    return clamp((this.moisture - SOIL.wilting) / ((1 - EASY) * (SOIL.field - SOIL.wilting)), 0, 1);
  }
}
