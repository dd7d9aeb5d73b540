import {
  claim,
  contains,
  insert,
  isEmpty,
  type Range,
  type Segment,
  type Segments,
  union,
  within,
  without,
} from "./segments.js";

/** Numbers that will not come, as a `void` or a `lost` event told; `inside` is what came of them all the same. */
export interface Hole extends Range {
  readonly kind: "void" | "lost";
  readonly prev: number | null;
  readonly inside: Segments;
}

/** What is known of one uplink's stream in one epoch. Plain JSON. */
export interface Chain {
  readonly segments: Segments;
  readonly holes: readonly Hole[];
  /** Numbers up to here are not missed: they are older than this subscriber. */
  readonly floor: number;
}

export const NEW_CHAIN: Chain = { segments: [], holes: [], floor: 0 };

/** Where a record's number lies: on the chain, or in a range that was told as void or lost before it came. */
export type Place = "chain" | "void" | "lost";

export interface ChainLimits {
  readonly segments: number;
  readonly holes: number;
}

/** Whether that number came already. */
export function came(chain: Chain, seq: number): boolean {
  const around = holesAround(chain, seq);
  if (around.length === 0) return contains(chain.segments, seq);
  return around.some(({ inside }) => contains(inside, seq));
}

export function placeOf(chain: Chain, seq: number): Place {
  const around = holesAround(chain, seq);
  return around.find(({ kind }) => kind === "void")?.kind ?? around[0]?.kind ?? "chain";
}

/** A record came. One within a void hangs beside the chain. */
export function take(chain: Chain, seq: number, prev: number | null): Chain {
  const one: Segment = { from: seq, to: seq, prev };
  const place = placeOf(chain, seq);
  const holes = chain.holes.map((hole) =>
    hole.from <= seq && seq <= hole.to ? { ...hole, inside: insert(hole.inside, one) } : hole,
  );
  return { ...chain, holes, segments: place === "void" ? chain.segments : insert(chain.segments, one) };
}

/** Of `from` to `to` nothing more will come; the chain goes on from `prev`. */
export function takeVoid(chain: Chain, { from, to }: Range, prev: number | null): Chain {
  const segments = chain.segments.flatMap((one) => {
    if (isEmpty(one) ? one.to < from || one.to > to : one.to < from || one.from > to) return [one];
    const parts: Segment[] = [];
    // What the crash took away was the end of this segment: its last number is the one that was committed last.
    const end = Math.min(one.to, prev ?? 0, from - 1);
    if (one.from <= end) parts.push({ ...one, to: end });
    if (one.to > to) parts.push({ from: to + 1, to: one.to, prev });
    return parts;
  });
  return { ...chain, segments, holes: dig(chain, { kind: "void", from, to, prev, inside: [] }) };
}

/** `from` to `to` cannot be sent any more; the walk goes on at `prev`. */
export function takeLost(chain: Chain, { from, to }: Range, prev: number | null): Chain {
  const holes = dig(chain, { kind: "lost", from, to, prev, inside: [] });
  return { ...chain, holes, segments: insert(chain.segments, { from, to, prev }) };
}

/** `last` exists, says a status. */
export function takeLast(chain: Chain, last: number): Chain {
  return holesAround(chain, last).length > 0 ? chain : { ...chain, segments: claim(chain.segments, last) };
}

/**
 * Ranges in which something is missing. `to` is a number that exists and did not come; how many there are between
 * `from` and `to` is not known, since numbers need not follow one another.
 */
export function missing({ segments, holes, floor }: Chain): readonly Range[] {
  const ranges: Range[] = [];
  let below = floor;
  for (const segment of segments) {
    let to = segment.prev;
    for (let left = holes.length; to !== null && left > 0; left--) {
      const known: number = to;
      const hole = holes.find((one) => one.kind === "void" && one.from <= known && known <= one.to);
      if (!hole) break;
      to = hole.prev;
    }
    if (to !== null && to > below) ranges.push({ from: below + 1, to });
    below = Math.max(below, segment.to, segment.prev ?? 0);
  }
  return ranges;
}

/** Keeps the state small. `given` are ranges whose missing numbers are given up: they must be told. */
export function bound(
  chain: Chain,
  limits: ChainLimits,
): { readonly chain: Chain; readonly given: readonly Range[] } {
  if (chain.segments.length <= limits.segments && chain.holes.length <= limits.holes)
    return { chain, given: [] };
  const holes = chain.holes.slice(-limits.holes);
  const over = chain.segments.length - limits.segments;
  if (over <= 0) return { chain: { ...chain, holes }, given: [] };
  const oldest = chain.segments.slice(0, over + 1);
  const [first, last] = [oldest[0], oldest.at(-1)];
  if (!first || !last) return { chain, given: [] };
  const joined: Segment = { from: first.from, to: last.to, prev: first.prev };
  const given = missing({ ...chain, segments: oldest }).filter(({ from }) => from > first.from);
  return { chain: { ...chain, holes, segments: [joined, ...chain.segments.slice(over + 1)] }, given };
}

function holesAround({ holes }: Chain, seq: number): readonly Hole[] {
  return holes.filter(({ from, to }) => from <= seq && seq <= to);
}

/** The holes with one more, which holds what came of it so far; those that lie within it are part of it. */
function dig(chain: Chain, hole: Hole): readonly Hole[] {
  let inside = within(chain.segments, hole);
  // Within a lost range the segments say only that it is accounted for.
  for (const older of chain.holes) inside = without(inside, older);
  for (const older of chain.holes) inside = union(inside, within(older.inside, hole));
  const others = chain.holes.filter(
    (older) => older.kind !== hole.kind || older.from < hole.from || older.to > hole.to,
  );
  return [...others, { ...hole, inside }];
}
