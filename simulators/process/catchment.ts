import { decay, kept, type Part, signal, type WorldInput, type WorldSignal } from "./part.js";
import type { Rain } from "./rain.js";
import type { Sky } from "./sky.js";
import { move, type Store } from "./water.js";

export interface CatchmentOptions {
  readonly rain: Rain;
  /** Without one nothing evaporates. */
  readonly sky?: Sky;
  readonly drainTo: Store;
  readonly areaHa: number;
  /** mm that stay on the ground before anything runs off: 5 on a paved yard, 50 behind the bunds of a paddy. */
  readonly storageMm?: number;
  /** h in which two thirds of what stands above that have run off. */
  readonly runoffHours?: number;
  /** mm/h that the ground swallows. */
  readonly infiltrationMmPerH?: number;
  /** m above the datum, of the ground; the lowest level of its water. */
  readonly groundM?: number;
  /** mm of water on it at the beginning. */
  readonly pondedMm?: number;
}

/**
 * Fields that drain into a canal or well. Water on the ground: dS/dt = rain - infiltration - evaporation - q, with the
 * runoff of a linear reservoir q = (S - S0) / k above what the bunds hold. Solved exactly within a step.
 */
export class Catchment implements Part, Store {
  readonly state = {
    volumeM3: 0,
    saltKg: 0,
    rainM3: 0,
    infiltratedM3: 0,
    infiltratedKg: 0,
    evaporatedM3: 0,
    drainedM3: 0,
    bundMm: 0,
  };
  readonly areaM2: number;
  readonly floorM: number;
  readonly roomM3 = Number.POSITIVE_INFINITY;
  readonly signals: Readonly<Record<string, WorldSignal>> = {
    ponding: signal("mm", () => this.pondedMm),
    level: signal("m", () => this.surfaceM),
    runoff: signal("m³/s", () => this.runoff),
    drained: signal("m³", () => this.state.drainedM3),
  };
  readonly inputs: Readonly<Record<string, WorldInput>> = {
    /** How high the farmers keep the bunds. */
    bund: kept(this.state, "bundMm", "mm", [0, 500]),
  };
  /** m³/s */
  runoff = 0;
  readonly #own: CatchmentOptions;
  readonly #runoffS: number;

  constructor(options: CatchmentOptions) {
    this.#own = options;
    this.areaM2 = options.areaHa * 10_000;
    this.floorM = options.groundM ?? 0;
    this.state.bundMm = options.storageMm ?? 5;
    this.state.volumeM3 = ((options.pondedMm ?? 0) / 1000) * this.areaM2;
    this.#runoffS = (options.runoffHours ?? 2) * 3600;
  }

  get pondedMm(): number {
    return (this.state.volumeM3 / this.areaM2) * 1000;
  }

  get surfaceM(): number {
    return this.floorM + this.pondedMm / 1000;
  }

  get salinity(): number {
    return this.state.volumeM3 > 0 ? this.state.saltKg / this.state.volumeM3 : 0;
  }

  get availableM3(): number {
    return this.state.volumeM3;
  }

  exchange(volumeM3: number, saltKg: number): void {
    this.state.volumeM3 = Math.max(0, this.state.volumeM3 + volumeM3);
    this.state.saltKg = Math.max(0, this.state.saltKg + saltKg);
  }

  step(seconds: number): void {
    const { rain, sky, drainTo, infiltrationMmPerH = 2 } = this.#own;
    const { state } = this;
    const perMm = this.areaM2 / 1000;
    const hours = seconds / 3600;
    const fallen = rain.intensity * hours * perMm;
    state.rainM3 += fallen;
    this.exchange(fallen, 0);
    const evaporated = Math.min(state.volumeM3, (sky?.evaporation ?? 0) * hours * perMm);
    state.evaporatedM3 += evaporated;
    this.exchange(-evaporated, 0);
    const infiltrated = Math.min(state.volumeM3, infiltrationMmPerH * hours * perMm);
    const salt = infiltrated * this.salinity;
    state.infiltratedM3 += infiltrated;
    state.infiltratedKg += salt;
    this.exchange(-infiltrated, -salt);
    const above = state.volumeM3 - state.bundMm * perMm;
    const drained = above > 0 ? move(this, drainTo, above * (1 - decay(seconds, this.#runoffS))) : 0;
    state.drainedM3 += drained;
    this.runoff = drained / seconds;
  }
}
