import { kept, type Part, signal, type WorldInput, type WorldSignal } from "./part.js";
import { DAY_MS } from "./sun.js";

const RADIANS = Math.PI / 180;
/** 2000-01-01 12:00 UTC: the epoch of the mean longitudes. */
const J2000_MS = 946_728_000_000;

/**
 * A constituent: cos(V - g), with V = turns 15° t + s S + h H + p P + shift. t is hours of UTC, S, H and P are the mean
 * longitudes of moon, sun and the moon's perigee; the multiples are Doodson's, the shifts those of the equilibrium tide.
 */
interface Constituent {
  /** m, at the coast. */
  readonly amplitude: number;
  readonly turns: number;
  readonly s: number;
  readonly h: number;
  readonly p: number;
  readonly shift: number;
  /** Degrees that the sea lags behind the equilibrium tide of Greenwich. */
  readonly lag: number;
}

/**
 * Amplitudes and lags are chosen, not analysed from a gauge: they give the form that is known of the coast between
 * Vũng Tàu and Gành Hào. (K1 + O1) / (M2 + S2) is 0.94: mixed, mainly semidiurnal, with a strong daily inequality that
 * shows in the low waters (the lags of K1 and O1 together are half a turn from that of M2); springs of 2.5 to 3.5 m
 * follow full and new moon by a day and a half. Nodal factors are left out.
 */
export const CONSTITUENTS: Readonly<Record<"M2" | "S2" | "N2" | "K1" | "O1", Constituent>> = {
  M2: { amplitude: 0.76, turns: 2, s: -2, h: 2, p: 0, shift: 0, lag: 60 },
  S2: { amplitude: 0.28, turns: 2, s: 0, h: 0, p: 0, shift: 0, lag: 97 },
  N2: { amplitude: 0.15, turns: 2, s: -3, h: 2, p: 1, shift: 0, lag: 35 },
  K1: { amplitude: 0.57, turns: 1, s: 0, h: 1, p: 0, shift: 90, lag: 142 },
  O1: { amplitude: 0.41, turns: 1, s: -2, h: 1, p: 0, shift: -90, lag: 98 },
};

const ALL = Object.values(CONSTITUENTS);

/** m above mean sea level at the coast, at a wall time in ms. */
export function tideM(now: number): number {
  const days = (now - J2000_MS) / DAY_MS;
  // Meeus, Astronomical Algorithms, chapters 25 and 47, linear terms.
  const s = 218.3164477 + 13.17639648 * days;
  const h = 280.4664567 + 0.98564736 * days;
  const p = 83.3532465 + 0.11140353 * days;
  const t = 15 * ((now % DAY_MS) / 3_600_000);
  let level = 0;
  for (const one of ALL) {
    const v = one.turns * t + one.s * s + one.h * h + one.p * p + one.shift;
    level += one.amplitude * Math.cos((v - one.lag) * RADIANS);
  }
  return level;
}

/** m above the national datum of Hòn Dấu: what the sea off the delta stands higher. */
export const MEAN_SEA_M = 0.25;

/** The sea at the coast: h = mean + surge + Σ a cos(V - g). */
export class Sea implements Part {
  readonly state = { surgeM: 0 };
  readonly signals: Readonly<Record<string, WorldSignal>> = { level: signal("m", () => this.levelM) };
  readonly inputs: Readonly<Record<string, WorldInput>> = {
    /** What wind piles up; the north-east monsoon brings 0.2 to 0.4 m (Eslami and others, 2021). */
    surge: kept(this.state, "surgeM", "m", [-1, 2]),
  };
  /** m above the national datum. */
  levelM = MEAN_SEA_M;

  /** Also of another time: a river's tide is the sea's of some hours ago. */
  levelAt(now: number): number {
    return MEAN_SEA_M + this.state.surgeM + tideM(now);
  }

  step(_seconds: number, now: number): void {
    this.levelM = this.levelAt(now);
  }
}
