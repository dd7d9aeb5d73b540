/**
 * The queue of a connection: so many turns at the same time, the others in the order in which they came. Each turn
 * has its own deadline, so all of them come to an end. `run` gives undefined, and does nothing, when `limit` turns
 * wait already.
 */
export class Turns {
  readonly #limit: number;
  readonly #width: number;
  readonly #waiting: (() => void)[] = [];
  #active = 0;

  constructor(limit: number, width = 1) {
    this.#limit = limit;
    this.#width = width;
  }

  /** Turns that have begun or wait. */
  get waiting(): number {
    return this.#active + this.#waiting.length;
  }

  run<T>(turn: () => Promise<T>): Promise<T> | undefined {
    if (this.waiting >= this.#limit) return undefined;
    if (this.#active < this.#width) return this.#begin(turn);
    return new Promise<void>((resolve) => this.#waiting.push(resolve)).then(() => this.#begin(turn));
  }

  #begin<T>(turn: () => Promise<T>): Promise<T> {
    this.#active++;
    const mine = turn();
    mine.then(this.#over, this.#over);
    return mine;
  }

  readonly #over = (): void => {
    this.#active--;
    this.#waiting.shift()?.();
  };
}
