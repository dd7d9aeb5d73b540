/** Work that waits in its order while what it needs is changed; bounded. */
export class HeldWork {
  readonly #most: number;
  #waiting: (() => void)[] | undefined;
  #tooMany = 0;

  /** `most`: beyond it work is dropped and counted. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Asked for each batch: cheap. */
  get isHeld(): boolean {
    return this.#waiting !== undefined;
  }

  /** From now on work waits. */
  hold(): void {
    this.#waiting ??= [];
  }

  /** False where nothing is held: whoever asks does it now. */
  wait(run: () => void): boolean {
    if (!this.#waiting) return false;
    if (this.#waiting.length < this.#most) this.#waiting.push(run);
    else this.#tooMany++;
    return true;
  }

  /** Does what waited; how much was dropped meanwhile. */
  release(): number {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const run of waiting) run();
    const dropped = this.#tooMany;
    this.#tooMany = 0;
    return dropped;
  }
}
