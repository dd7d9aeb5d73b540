import type { SeqRange } from "../core/command.js";

const MOST = 16;

/** Runs of numbers that are not there, in order; what does not fit in the list widens its last run. */
export class MissingRuns {
  readonly #runs: SeqRange[] = [];

  get runs(): readonly SeqRange[] {
    return this.#runs;
  }

  add(from: number, to: number): void {
    if (to < from) return;
    const last = this.#runs.at(-1);
    if (last && (from <= last.to + 1 || this.#runs.length >= MOST)) {
      this.#runs[this.#runs.length - 1] = { from: last.from, to };
    } else {
      this.#runs.push({ from, to });
    }
  }
}
