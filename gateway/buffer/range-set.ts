/** Whole numbers from `from` to `to`, both included. */
export type Run = readonly [from: number, to: number];

/**
 * A set of numbers kept as a short sorted list of runs that neither touch nor overlap: what an uplink has
 * acknowledged is nearly always one run and a few islands.
 */
export class RangeSet {
  #runs: [number, number][];

  constructor(runs: readonly Run[] = []) {
    this.#runs = [];
    for (const [from, to] of runs) this.add(from, to);
  }

  get runs(): readonly Run[] {
    return this.#runs;
  }

  has(number: number): boolean {
    const run = this.#runs[this.#indexFor(number)];
    return run !== undefined && run[0] <= number;
  }

  /** Adds a run; empty when `to < from`. */
  add(from: number, to = from): void {
    if (to < from) return;
    const last = this.#runs.at(-1);
    if (!last || from > last[1] + 1) {
      this.#runs.push([from, to]);
      return;
    }
    // Every run that touches the new one becomes part of it.
    const first = this.#indexFor(from - 1);
    let end = first;
    let low = from;
    let high = to;
    for (; end < this.#runs.length; end++) {
      const run = this.#runs[end];
      if (!run || run[0] > to + 1) break;
      low = Math.min(low, run[0]);
      high = Math.max(high, run[1]);
    }
    this.#runs.splice(first, end - first, [low, high]);
  }

  /** The lowest number >= `from` that is not in the set. */
  firstMissing(from: number): number {
    const run = this.#runs[this.#indexFor(from)];
    return run && run[0] <= from ? run[1] + 1 : from;
  }

  /** How many numbers of `from`..`to` are in the set. */
  count(from: number, to: number): number {
    let count = 0;
    for (let index = this.#indexFor(from); index < this.#runs.length; index++) {
      const run = this.#runs[index];
      if (!run || run[0] > to) break;
      count += Math.min(run[1], to) - Math.max(run[0], from) + 1;
    }
    return count;
  }

  /** Index of the first run that ends at `number` or later. */
  #indexFor(number: number): number {
    let low = 0;
    let high = this.#runs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#runs[middle]?.[1] ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
