import { Chance } from "./chance.js";
import { kept, type Part, signal, type WorldInput, type WorldSignal } from "./part.js";

/** mm of one tip of the bucket. */
export const TIP_MM = 0.2;

export interface RainOptions {
  readonly seed: number;
  /** Follows the calendar by default; `wet` and `dry` hold it. */
  readonly season?: "calendar" | "wet" | "dry";
  /** h without rain between two showers, in the mean; by default the season's. */
  readonly dryHours?: number;
  /** Minutes until the first shower; drawn by default. */
  readonly firstAfterMin?: number;
  /** Tips since installation. */
  readonly tips?: number;
}

/** h without rain between two showers, in the mean. */
const DRY_HOURS = { wet: 20, dry: 200 } as const;
/** Chance that a shower is a storm. */
const STORMS = 0.05;

/**
 * Rain comes as events: after a dry spell of drawn length (exponential, as long as the season says) a shower of a
 * drawn duration and peak, most of them small, one in twenty a storm. It swells and fades: i(t) = peak sin²(pi t / T),
 * so an event brings peak T / 2. The south-west monsoon is from May to November; a year brings about 1.8 m, as to the
 * eastern delta.
 */
export class Rain implements Part {
  readonly state = {
    drawn: 0,
    leftS: 0,
    durationS: 0,
    peakMmPerH: 0,
    stormMmPerH: 0,
    totalMm: 0,
    startMm: 0,
    lastHourMm: 0,
  };
  readonly signals: Readonly<Record<string, WorldSignal>> = {
    intensity: signal("mm/h", () => this.intensity),
    total: signal("mm", () => this.tips * TIP_MM),
    "last.hour": signal("mm", () => this.state.lastHourMm),
    tips: signal("", () => this.tips),
  };
  readonly inputs: Readonly<Record<string, WorldInput>> = {
    /** A storm by hand, beside what falls anyway. */
    storm: kept(this.state, "stormMmPerH", "mm/h", [0, 200]),
  };
  /** mm/h, of the moment. */
  intensity = 0;
  readonly #chance: Chance;
  readonly #season: "calendar" | "wet" | "dry";
  readonly #dryHours: number | undefined;

  constructor(options: RainOptions) {
    this.#chance = new Chance(options.seed, this.state);
    this.#season = options.season ?? "calendar";
    this.#dryHours = options.dryHours;
    this.state.startMm = (options.tips ?? 0) * TIP_MM;
    // As if a dry spell were ending.
    this.state.leftS = (options.firstAfterMin ?? 0) * 60;
    this.state.durationS = this.state.leftS;
  }

  /** Tips of the bucket since installation; a 16-bit device rolls over by itself. */
  get tips(): number {
    return Math.floor((this.state.startMm + this.state.totalMm) / TIP_MM + 1e-6);
  }

  step(seconds: number, now: number): void {
    const { state } = this;
    let fallen = 0;
    for (let left = seconds; left > 0; ) {
      if (state.leftS <= 0) this.#next(now);
      const part = Math.min(left, state.leftS);
      fallen += this.#amount(state.durationS - state.leftS, part);
      state.leftS -= part;
      left -= part;
    }
    fallen += (state.stormMmPerH * seconds) / 3600;
    this.intensity = (fallen / seconds) * 3600;
    state.totalMm += fallen;
    // A running mean with an hour's memory, as loggers without a clock keep it.
    state.lastHourMm += fallen - (state.lastHourMm * seconds) / 3600;
  }

  /** mm from `fromS` after the event's beginning: the integral of the intensity, exact for any step. */
  #amount(fromS: number, seconds: number): number {
    const { peakMmPerH, durationS } = this.state;
    if (peakMmPerH === 0 || durationS <= 0) return 0;
    const grown = (at: number): number =>
      at / 2 - (durationS / (4 * Math.PI)) * Math.sin((2 * Math.PI * at) / durationS);
    return (peakMmPerH / 3600) * (grown(fromS + seconds) - grown(fromS));
  }

  #next(now: number): void {
    const { state } = this;
    const rains = state.peakMmPerH === 0 && state.durationS > 0;
    if (rains) {
      const storm = this.#chance.next() < STORMS;
      state.peakMmPerH = storm ? this.#chance.between(50, 100) : 3 + 45 * this.#chance.next() ** 2;
      state.durationS = storm ? this.#chance.between(2_400, 6_000) : this.#chance.between(600, 3_600);
    } else {
      state.peakMmPerH = 0;
      state.durationS =
        60 + this.#chance.exponential() * (this.#dryHours ?? DRY_HOURS[this.#seasonAt(now)]) * 3600;
    }
    state.leftS = state.durationS;
  }

  #seasonAt(now: number): "wet" | "dry" {
    if (this.#season !== "calendar") return this.#season;
    const month = new Date(now).getUTCMonth();
    return month >= 4 && month <= 10 ? "wet" : "dry";
  }
}
