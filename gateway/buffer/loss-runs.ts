import type { LostRun } from "../core/event.js";

/**
 * Lost records of one uplink's stream, as runs: records that follow one another in the chain are one, in whatever
 * order they are added. The walk goes on at a run's `prev`.
 */
export class LossRuns {
  readonly #byEnd = new Map<number, LostRun>();
  readonly #byPrev = new Map<number, LostRun>();

  get size(): number {
    return this.#byEnd.size;
  }

  get runs(): LostRun[] {
    return [...this.#byEnd.values()].sort((a, b) => a.from - b.from);
  }

  add(run: LostRun): void {
    let whole = run;
    const before = run.prev === null ? undefined : this.#byEnd.get(run.prev);
    if (before) {
      this.#forget(before);
      whole = { from: before.from, to: run.to, prev: before.prev, count: before.count + run.count };
    }
    const behind = this.#byPrev.get(run.to);
    if (behind) {
      this.#forget(behind);
      whole = { ...whole, to: behind.to, count: whole.count + behind.count };
    }
    this.#byEnd.set(whole.to, whole);
    if (whole.prev !== null) this.#byPrev.set(whole.prev, whole);
  }

  /**
   * Half as many runs, each of two neighbours: the records between them are told as lost although they came. Only
   * for who will not be told soon.
   */
  coarser(): LossRuns {
    const half = new LossRuns();
    const { runs } = this;
    for (let at = 0; at < runs.length; at += 2) {
      const [first, second] = runs.slice(at, at + 2);
      if (first) half.add(second ? { ...first, to: second.to, count: first.count + second.count } : first);
    }
    return half;
  }

  #forget(run: LostRun): void {
    this.#byEnd.delete(run.to);
    if (run.prev !== null) this.#byPrev.delete(run.prev);
  }
}
