import type { Chain } from "./chain.js";
import { type Range, within } from "./segments.js";

/** A range in which something is missing, although the broker has taken it over. Plain JSON. */
export interface Gap extends Range {
  /** Since when it is missed, ms. */
  readonly since: number;
  /** It was told: the grace time is over. */
  readonly told: boolean;
  /** How often it was asked for, and when it may be asked for again, ms. */
  readonly asked: number;
  readonly again: number;
}

export interface Closed extends Range {
  readonly by: "came" | "void" | "lost";
}

export interface GapChanges {
  readonly gaps: readonly Gap[];
  readonly opened: readonly Gap[];
  readonly closed: readonly Closed[];
}

/** What is missing now, held against what was missing before. */
export function watch(
  before: readonly Gap[],
  missing: readonly Range[],
  chain: Chain,
  now: number,
  graceMs: number,
): GapChanges {
  const opened: Gap[] = [];
  const gaps = missing.map((range): Gap => {
    const known = before.filter(({ from, to }) => from <= range.to && to >= range.from);
    // A clock that was set back must not make a gap wait longer than it has to.
    const since = Math.min(now, ...known.map((one) => one.since));
    const told = known.some((one) => one.told);
    const gap: Gap = {
      ...range,
      since,
      told: told || now - since >= graceMs,
      asked: Math.max(0, ...known.map((one) => one.asked)),
      again: Math.max(0, ...known.map((one) => one.again)),
    };
    if (gap.told && !told) opened.push(gap);
    return gap;
  });
  return { gaps, opened, closed: before.filter(({ told }) => told).flatMap((gap) => rest(gap, gaps, chain)) };
}

/** What of a told gap is missing no more. */
function rest(gap: Gap, gaps: readonly Gap[], chain: Chain): Closed[] {
  const closed: Closed[] = [];
  let from = gap.from;
  const still = gaps.filter((one) => one.from <= gap.to && one.to >= gap.from);
  for (const one of still) {
    if (one.from > from) closed.push(how({ from, to: one.from - 1 }, chain));
    from = Math.max(from, one.to + 1);
  }
  if (from <= gap.to) closed.push(how({ from, to: gap.to }, chain));
  return closed;
}

function how(range: Range, { holes }: Chain): Closed {
  const hole = holes.find(({ from, to }) => from <= range.to && range.to <= to);
  if (!hole || within(hole.inside, { from: range.to, to: range.to }).length > 0)
    return { ...range, by: "came" };
  return { ...range, by: hole.kind };
}
