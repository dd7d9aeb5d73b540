/**
 * One after the other: the queue of a connection. Each turn has its own deadline, so all of them come to an end.
 * `run` gives undefined, and does nothing, when `limit` turns wait already.
 */
export class Turns {
  readonly #limit: number;
  #waiting = 0;
  #last: Promise<unknown> | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get waiting(): number {
    return this.#waiting;
  }

  run<T>(turn: () => Promise<T>): Promise<T> | undefined {
    if (this.#waiting >= this.#limit) return undefined;
    this.#waiting++;
    const mine = this.#last === undefined ? turn() : this.#last.then(turn, turn);
    const over = (): void => {
      this.#waiting--;
      if (this.#waiting === 0) this.#last = undefined;
    };
    mine.then(over, over);
    this.#last = mine;
    return mine;
  }
}
