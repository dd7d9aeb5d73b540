import { kept, type Part, signal, type WorldInput, type WorldSignal } from "./part.js";

/** m/s² and kg/m³. */
export const GRAVITY = 9.81;
export const WATER_DENSITY = 1_000;

/** Holds water with salt in it. Water goes from store to store, and only through `move`: none comes from nowhere. */
export interface Store {
  /** m above the national datum, of the water's surface. */
  readonly surfaceM: number;
  /** m above the national datum, below which nothing can be taken. */
  readonly floorM: number;
  /** m² of the surface; Infinity where taking does not lower it. */
  readonly areaM2: number;
  /** g/l, which is kg/m³. */
  readonly salinity: number;
  /** m³ that can be taken, and that fit. */
  readonly availableM3: number;
  readonly roomM3: number;
  /** Only for `move`: adds (or takes, where negative) water and the salt in it. */
  exchange(volumeM3: number, saltKg: number): void;
}

/** Moves at most `wantedM3` with the salt in it, and returns how much there was to move. */
export function move(from: Store, to: Store, wantedM3: number): number {
  const moved = Math.min(wantedM3, from.availableM3, to.roomM3);
  if (!(moved > 0)) return 0;
  const salt = moved * from.salinity;
  from.exchange(-moved, -salt);
  to.exchange(moved, salt);
  return moved;
}

/** m³ that level two stores out: more through one opening in one step would make their levels swing. */
export function levellingM3(higher: Store, lower: Store): number {
  const fall = higher.surfaceM - lower.surfaceM;
  return fall <= 0 ? 0 : fall / (1 / higher.areaM2 + 1 / lower.areaM2);
}

/** Where the world ends: a sea, a drain, the public supply. It never fills, and counts what goes and comes. */
export class Boundary implements Part, Store {
  readonly state = { surfaceM: 0, salinity: 0, inM3: 0, outM3: 0, inKg: 0, outKg: 0 };
  readonly floorM = Number.NEGATIVE_INFINITY;
  readonly areaM2 = Number.POSITIVE_INFINITY;
  readonly availableM3 = Number.POSITIVE_INFINITY;
  readonly roomM3 = Number.POSITIVE_INFINITY;
  readonly signals: Readonly<Record<string, WorldSignal>> = {
    received: signal("m³", () => this.state.inM3),
    given: signal("m³", () => this.state.outM3),
  };
  readonly inputs: Readonly<Record<string, WorldInput>> = {
    level: kept(this.state, "surfaceM", "m", [-20, 20]),
    salinity: kept(this.state, "salinity", "g/l", [0, 40]),
  };

  constructor(options: { readonly surfaceM?: number; readonly salinity?: number } = {}) {
    this.state.surfaceM = options.surfaceM ?? 0;
    this.state.salinity = options.salinity ?? 0;
  }

  get surfaceM(): number {
    return this.state.surfaceM;
  }

  get salinity(): number {
    return this.state.salinity;
  }

  exchange(volumeM3: number, saltKg: number): void {
    account(this.state, volumeM3, saltKg);
  }

  step(): void {}
}

/** Counts what a place without a bottom was given and what it gave. */
export function account(
  state: { inM3: number; outM3: number; inKg: number; outKg: number },
  volumeM3: number,
  saltKg: number,
): void {
  if (volumeM3 > 0) {
    state.inM3 += volumeM3;
    state.inKg += saltKg;
  } else {
    state.outM3 -= volumeM3;
    state.outKg -= saltKg;
  }
}
