/** One constituent of a tide: amplitude in m, period in hours, phase in hours at 1970-01-01 UTC. */
interface Constituent {
  readonly amplitude: number;
  readonly periodHours: number;
  readonly phaseHours: number;
}

/**
 * The East Sea's mixed, mainly semidiurnal tide at the mouths of the Hậu river: M2 and S2 make two highs a day
 * and the spring and neap fortnight, K1 and O1 make the two highs unequal.
 */
const CONSTITUENTS: readonly Constituent[] = [
  { amplitude: 0.62, periodHours: 12.4206012, phaseHours: 3.1 },
  { amplitude: 0.24, periodHours: 12, phaseHours: 5.4 },
  { amplitude: 0.38, periodHours: 23.9344696, phaseHours: 9.7 },
  { amplitude: 0.26, periodHours: 25.8193417, phaseHours: 2.2 },
];

const MEAN_LEVEL = 0.35;

/** River level in m above the national datum (Hòn Dấu) at a wall time in ms. */
export function riverLevel(wallMs: number): number {
  const hours = wallMs / 3_600_000;
  return CONSTITUENTS.reduce(
    (level, { amplitude, periodHours, phaseHours }) =>
      level + amplitude * Math.cos((2 * Math.PI * (hours - phaseHours)) / periodHours),
    MEAN_LEVEL,
  );
}
