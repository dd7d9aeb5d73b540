/** A change is measured over about this time, */
const SPAN_MS = 60_000;
/** over no less than this, so that the noise of two readings in a row is no change, */
const LEAST_MS = 10_000;
/** and from readings that lie so far apart. */
const APART_MS = 5_000;

interface Sample {
  readonly value: number;
  readonly mono: number;
}

/** Readings of the last minute, thinned: at most a dozen or so. */
export interface RecentChange {
  readonly samples: Sample[];
}

export function firstChange(): RecentChange {
  return { samples: [] };
}

/**
 * How much the value changes a minute, without its sign: against the youngest reading that is a minute old, or the
 * oldest there is. Undefined while there is none old enough. Brings `change` up to date.
 */
export function changeAMinute(change: RecentChange, value: number, mono: number): number | undefined {
  const { samples } = change;
  while (samples[1] !== undefined && samples[1].mono <= mono - SPAN_MS) samples.shift();
  const [base] = samples;
  const elapsed = base ? mono - base.mono : 0;
  const last = samples.at(-1);
  if (!last || mono - last.mono >= APART_MS) samples.push({ value, mono });
  if (!base || elapsed < LEAST_MS) return undefined;
  return (Math.abs(value - base.value) / elapsed) * 60_000;
}
