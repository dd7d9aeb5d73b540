/**
 * What is known of a chain, as few numbers: a segment says that everything of the stream from `from` to `to` is
 * accounted for, and which number comes before it. Numbers in between need not exist. A segment with `to` below
 * `from` holds nothing: it only says that the number `prev` exists.
 */
export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly prev: number | null;
}

/** Numbers `from` to `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Sorted by `from`, apart from one another. */
export type Segments = readonly Segment[];

export function contains(segments: readonly Range[], seq: number): boolean {
  return segments.some(({ from, to }) => from <= seq && seq <= to);
}

/** With one more; what touches by its link, or overlaps, becomes one. Idempotent. */
export function insert(segments: Segments, added: Segment): Segments {
  const { from, prev } = added;
  // A number that the chain passes over is not part of it after all.
  const kept = segments.filter(
    (one) => !(isEmpty(one) && prev !== null && prev < one.to && one.to < from && !isEmpty(added)),
  );
  const sorted = [...kept, added].sort((a, b) => a.from - b.from || a.to - b.to);
  const result: Segment[] = [];
  for (const next of sorted) {
    const below = result.at(-1);
    if (below && joins(below, next)) result[result.length - 1] = join(below, next);
    else result.push(next);
  }
  return result;
}

/** `n` exists, though it did not come yet. */
export function claim(segments: Segments, n: number): Segments {
  const known = segments.some(
    ({ from, to, prev }) => (from <= n && n <= to) || prev === n || (prev !== null && prev < n && n < from),
  );
  return known || n < 1 ? segments : insert(segments, { from: n + 1, to: n, prev: n });
}

/** The parts that lie within the range. */
export function within(segments: Segments, { from, to }: Range): Segments {
  return segments
    .filter((one) => one.from <= to && one.to >= from && !isEmpty(one))
    .map((one) => ({
      from: Math.max(one.from, from),
      to: Math.min(one.to, to),
      prev: one.from >= from ? one.prev : null,
    }));
}

/** The parts that lie outside of the range. */
export function without(segments: Segments, { from, to }: Range): Segments {
  return segments.flatMap((one) => {
    if (one.to < from || one.from > to) return isEmpty(one) && from <= one.to && one.to <= to ? [] : [one];
    const parts: Segment[] = [];
    if (one.from < from) parts.push({ ...one, to: from - 1 });
    if (one.to > to) parts.push({ from: to + 1, to: one.to, prev: null });
    return parts;
  });
}

export function union(a: Segments, b: Segments): Segments {
  return b.reduce(insert, a);
}

export function isEmpty({ from, to }: Segment): boolean {
  return to < from;
}

function joins(below: Segment, above: Segment): boolean {
  if (above.from <= below.to) return true;
  return above.prev === below.to;
}

function join(below: Segment, above: Segment): Segment {
  return { from: below.from, to: Math.max(below.to, above.to), prev: below.prev };
}
