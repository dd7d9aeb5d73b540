interface Waiter {
  readonly seq: number;
  resolve(): void;
  reject(error: Error): void;
}

/** Who waits until everything up to a number is on the disk. */
export class Waiters {
  #waiters: Waiter[] = [];

  wait(seq: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ seq, resolve, reject });
    });
  }

  reached(durableSeq: number): void {
    const waiters = this.#waiters;
    this.#waiters = waiters.filter(({ seq }) => seq > durableSeq);
    for (const waiter of waiters) if (waiter.seq <= durableSeq) waiter.resolve();
  }

  reject(error: Error): void {
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
  }
}
