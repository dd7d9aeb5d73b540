import { bit, kept, type Part, signal, type WorldInput, type WorldSignal } from "./part.js";
import type { Store } from "./water.js";

export interface TankOptions {
  readonly areaM2: number;
  readonly depthM: number;
  /** m above the national datum; 0 by default. */
  readonly floorM?: number;
  /** m above its floor, at the beginning. */
  readonly levelM?: number;
  /** g/l, at the beginning. */
  readonly salinity?: number;
  /** Where it goes when the tank is full; without one a full tank takes no more. */
  readonly overflowTo?: Store;
  /** m above the floor at which the floats switch; by default 90 % and 10 % of the depth. */
  readonly floats?: { readonly high: number; readonly low: number };
}

/** A tank, well or canal with upright walls: dV/dt = Q_in - Q_out, h = V / A; salt is mixed at once, dM/dt = Σ Q c. */
export class Tank implements Part, Store {
  readonly state = { volumeM3: 0, saltKg: 0, spilledM3: 0, offsetM: 0 };
  readonly areaM2: number;
  readonly floorM: number;
  readonly depthM: number;
  readonly signals: Readonly<Record<string, WorldSignal>>;
  readonly inputs: Readonly<Record<string, WorldInput>> = {
    /** Added to what the level sensor says; the water knows nothing of it. */
    offset: kept(this.state, "offsetM", "m", [-10, 10]),
  };
  readonly #overflowTo: Store | undefined;
  readonly #floats: { readonly high: number; readonly low: number };

  constructor(options: TankOptions) {
    this.areaM2 = options.areaM2;
    this.depthM = options.depthM;
    this.floorM = options.floorM ?? 0;
    this.#overflowTo = options.overflowTo;
    this.#floats = options.floats ?? { high: 0.9 * this.depthM, low: 0.1 * this.depthM };
    this.state.volumeM3 = Math.min(options.levelM ?? 0, this.depthM) * this.areaM2;
    this.state.saltKg = this.state.volumeM3 * (options.salinity ?? 0);
    this.signals = {
      level: signal("m", () => this.levelM + this.state.offsetM),
      surface: signal("m", () => this.surfaceM),
      volume: signal("m³", () => this.state.volumeM3),
      salinity: signal("g/l", () => this.salinity),
      spilled: signal("m³", () => this.state.spilledM3),
      "float.high": bit(() => this.floatHigh),
      "float.low": bit(() => this.floatLow),
    };
  }

  /** m above the floor. */
  get levelM(): number {
    return this.state.volumeM3 / this.areaM2;
  }

  get surfaceM(): number {
    return this.floorM + this.levelM;
  }

  get salinity(): number {
    return this.state.volumeM3 > 0 ? this.state.saltKg / this.state.volumeM3 : 0;
  }

  get availableM3(): number {
    return this.state.volumeM3;
  }

  get roomM3(): number {
    return this.#overflowTo ? Number.POSITIVE_INFINITY : this.areaM2 * this.depthM - this.state.volumeM3;
  }

  get floatHigh(): boolean {
    return this.levelM >= this.#floats.high;
  }

  get floatLow(): boolean {
    return this.levelM <= this.#floats.low;
  }

  exchange(volumeM3: number, saltKg: number): void {
    const { state } = this;
    // What rounding leaves of the last drop is no water.
    state.volumeM3 = Math.max(0, state.volumeM3 + volumeM3);
    state.saltKg = Math.max(0, state.saltKg + saltKg);
    const excess = state.volumeM3 - this.areaM2 * this.depthM;
    if (excess <= 0 || !this.#overflowTo) return;
    const salt = excess * this.salinity;
    state.volumeM3 -= excess;
    state.saltKg -= salt;
    state.spilledM3 += excess;
    this.#overflowTo.exchange(excess, salt);
  }

  step(): void {}
}
