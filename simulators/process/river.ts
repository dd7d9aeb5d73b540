import { Chance, Wandering } from "./chance.js";
import { clamp, decay, kept, type Part, signal, type WorldInput, type WorldSignal } from "./part.js";
import { yearShare } from "./sun.js";
import { MEAN_SEA_M, type Sea, tideM } from "./tide.js";
import { account, type Store } from "./water.js";

export interface RiverOptions {
  readonly seed: number;
  readonly sea: Sea;
  /** km from the mouth to the place that is looked at. */
  readonly distanceKm: number;
}

/** Chosen for the Hậu river; see the class. */
export const ESTUARY = {
  /** m/s: a tidal wave in 8 m of water, slowed by friction; it needs some 4 h to Cần Thơ. */
  celerity: 6.5,
  /** km over which the tide loses the e-th part. */
  dampingKm: 110,
  /** m that 1,000 m³/s of discharge lift the river, for each km from the mouth. */
  liftPerKm: 0.0006,
  /** m³/s in the dry season and at the height of the flood. */
  leastDischarge: 1_900,
  mostDischarge: 14_000,
  /** km that salt reaches at the least discharge. */
  dryReachKm: 62,
  /** The reach goes with Q^-0.65. */
  reachExponent: 0.65,
  /** g/l at the mouth in the dry season. */
  seaSalinity: 30,
  /** 1 / K of van der Burgh. */
  mixing: 2,
  /** s: the system response time. */
  responseS: 4 * 86_400,
  /** km that water moves up and down for each metre of tide. */
  excursionKmPerM: 5,
  /** s by which high-water slack, when the salt is farthest up, follows high water. */
  slackDelayS: 4_500,
} as const;

/**
 * A river some way up from its mouth. Level: the sea's tide of x / c ago, damped, upon the discharge's own slope:
 * h = h0 + T(t - x/c) e^(-x/D) + b Q x. Salt: a front that reaches L = L0 (Q0 / Q)^n up the river, S = S0 (1 - x/L)^(1/K)
 * in its mean place, as in the steady model of Savenije that Nguyen and Savenije used for the Mekong (Hydrol. Earth
 * Syst. Sci. 10 (2006) 743); the reach follows the discharge within days, and the tide carries the front to and fro.
 */
export class River implements Part, Store {
  readonly state = {
    drawn: 0,
    noise: [0, 0, 0],
    reachKm: 0,
    /** m³/s; 0 follows the season. */
    heldDischarge: 0,
    inM3: 0,
    outM3: 0,
    inKg: 0,
    outKg: 0,
  };
  readonly floorM = Number.NEGATIVE_INFINITY;
  readonly areaM2 = Number.POSITIVE_INFINITY;
  readonly availableM3 = Number.POSITIVE_INFINITY;
  readonly roomM3 = Number.POSITIVE_INFINITY;
  readonly signals: Readonly<Record<string, WorldSignal>> = {
    level: signal("m", () => this.surfaceM),
    salinity: signal("g/l", () => this.salinity),
    discharge: signal("m³/s", () => this.discharge),
    reach: signal("km", () => this.state.reachKm),
    temperature: signal("°C", () => this.temperature),
  };
  readonly inputs: Readonly<Record<string, WorldInput>> = {
    /** 0 follows the season. */
    "discharge.held": kept(this.state, "heldDischarge", "m³/s", [0, 30_000]),
  };
  surfaceM = MEAN_SEA_M;
  salinity = 0;
  discharge: number = ESTUARY.leastDischarge;
  /** °C */
  temperature = 28.5;
  readonly #sea: Sea;
  readonly #distanceKm: number;
  readonly #noise: Wandering;
  #wantedReachKm = 0;
  #minute = Number.NaN;
  #second = Number.NaN;
  #tideM = 0;
  /** km that the tide has carried the water up from its mean place. */
  #carriedKm = 0;
  #seasonal: number = ESTUARY.leastDischarge;

  constructor(options: RiverOptions) {
    this.#sea = options.sea;
    this.#distanceKm = options.distanceKm;
    this.#noise = new Wandering(new Chance(options.seed, this.state), this.state.noise, 0.05, 1_800, 60);
  }

  exchange(volumeM3: number, saltKg: number): void {
    account(this.state, volumeM3, saltKg);
  }

  step(seconds: number, now: number): void {
    const { state } = this;
    this.#followSeason(now);
    const wanted = this.#wantedReachKm;
    if (state.reachKm === 0) state.reachKm = wanted;
    state.reachKm = wanted + (state.reachKm - wanted) * decay(seconds, ESTUARY.responseS);
    const second = Math.floor(now / 1_000);
    if (second !== this.#second) this.#followTide(second * 1_000);
    this.#second = second;
    const mean = MEAN_SEA_M + this.#sea.state.surgeM;
    this.surfaceM = mean + this.#tideM + (ESTUARY.liftPerKm * this.#distanceKm * this.discharge) / 1_000;
    const clean = salinityAt(this.#distanceKm - this.#carriedKm, state.reachKm);
    this.salinity = Math.max(0.1, clean * (1 + this.#noise.at(now)));
  }

  /** Nor does the tide hurry: once a second. */
  #followTide(now: number): void {
    const lagMs = (this.#distanceKm / ESTUARY.celerity) * 1e6;
    const damping = Math.exp(-this.#distanceKm / ESTUARY.dampingKm);
    this.#tideM = tideM(now - lagMs) * damping;
    this.#carriedKm = ESTUARY.excursionKmPerM * damping * tideM(now - lagMs - ESTUARY.slackDelayS * 1_000);
  }

  /** The season moves slowly: once a minute is enough. */
  #followSeason(now: number): void {
    const minute = Math.floor(now / 60_000);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#seasonal = seasonalDischarge(now);
      this.temperature = 28.5 - 1.8 * Math.cos(2 * Math.PI * (yearShare(now) - 0.04));
    }
    const discharge = this.state.heldDischarge > 0 ? this.state.heldDischarge : this.#seasonal;
    if (discharge === this.discharge && this.#wantedReachKm > 0) return;
    this.discharge = discharge;
    this.#wantedReachKm = reachOf(discharge);
  }
}

/** m³/s: least in early April, most in early October, as the Mekong brings it. */
export function seasonalDischarge(now: number): number {
  const { leastDischarge, mostDischarge } = ESTUARY;
  const wet = (1 - Math.cos(2 * Math.PI * (yearShare(now) - 0.26))) / 2;
  return leastDischarge * (mostDischarge / leastDischarge) ** wet;
}

/** km up from the mouth that salt is felt, once the estuary has settled. */
export function reachOf(discharge: number): number {
  return ESTUARY.dryReachKm * (ESTUARY.leastDischarge / discharge) ** ESTUARY.reachExponent;
}

/** g/l at a distance from the mouth; below 0 is the sea. */
export function salinityAt(distanceKm: number, reachKm: number): number {
  return ESTUARY.seaSalinity * clamp(1 - distanceKm / reachKm, 0, 1) ** ESTUARY.mixing;
}
