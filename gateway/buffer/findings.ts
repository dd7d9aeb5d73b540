import type { Said } from "../../drivers/core/message.js";

/** Of each kind so many are kept, the others counted. */
const MOST_OF_A_KIND = 20;

/** What a check found, in bounds however damaged a file is. */
export class Findings {
  readonly #kept: Said[] = [];
  readonly #counts = new Map<string, number>();

  add(said: Said): void {
    const count = (this.#counts.get(said.message.code) ?? 0) + 1;
    this.#counts.set(said.message.code, count);
    if (count <= MOST_OF_A_KIND) this.#kept.push(said);
  }

  get kept(): readonly Said[] {
    return this.#kept;
  }

  get count(): number {
    let all = 0;
    for (const count of this.#counts.values()) all += count;
    return all;
  }
}
