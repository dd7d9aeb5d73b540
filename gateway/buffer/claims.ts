import { RangeSet, type Run } from "./range-set.js";

/** What one uplink still keeps records for. */
export interface Claim {
  /** Numbers that it has, or that are not of its stream; sorted, neither touching nor overlapping. */
  readonly has: readonly Run[];
  /** Wall ms: what is older does not wait for it any more. Null: everything waits; infinite: nothing does. */
  readonly until: number | null;
}

/** `free`: everybody has it. `expired`: nobody is waited for, and somebody has not got it. */
export type Standing = "free" | "expired" | "held";

/** Whether somebody waits for stored records. Pure. */
export class Claims {
  readonly #claims: readonly { readonly has: RangeSet; readonly until: number | null }[];
  /** Numbers that everybody has. */
  readonly free: readonly Run[];

  constructor(claims: readonly Claim[]) {
    this.#claims = claims.map(({ has, until }) => ({ has: new RangeSet(has), until }));
    this.free = claims.reduce<readonly Run[]>(
      (all, { has }) => common(all, has),
      [[1, Number.MAX_SAFE_INTEGER]],
    );
  }

  /** Of the numbers `first` to `last`, the newest of them taken at wall ms `t`. */
  standing(first: number, last: number, t: number): Standing {
    const waiting = this.#claims.filter(({ has }) => has.firstMissing(first) <= last);
    if (waiting.length === 0) return "free";
    return waiting.every(({ until }) => until !== null && t <= until) ? "expired" : "held";
  }
}

/** What is in both lists. */
function common(a: readonly Run[], b: readonly Run[]): Run[] {
  const both: Run[] = [];
  for (let i = 0, j = 0; ; ) {
    const one = a[i];
    const other = b[j];
    if (!one || !other) return both;
    const from = Math.max(one[0], other[0]);
    const to = Math.min(one[1], other[1]);
    if (from <= to) both.push([from, to]);
    if (one[1] < other[1]) i++;
    else j++;
  }
}
