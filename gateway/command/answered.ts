import { Buffer as Bytes } from "node:buffer";

/** How many answers are remembered, and their bytes. */
const MOST = 256;
const MOST_BYTES = 512_000;

/** The answers that were given, by id: who asks twice is answered twice, and nothing is done twice. */
export class Answered {
  readonly #answers = new Map<string, string>();
  #bytes = 0;

  get(id: string): string | undefined {
    return this.#answers.get(id);
  }

  add(id: string, answer: string): void {
    this.#drop(id);
    this.#answers.set(id, answer);
    this.#bytes += Bytes.byteLength(answer);
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= MOST && this.#bytes <= MOST_BYTES) break;
      this.#drop(oldest);
    }
  }

  #drop(id: string): void {
    const answer = this.#answers.get(id);
    if (answer === undefined) return;
    this.#answers.delete(id);
    this.#bytes -= Bytes.byteLength(answer);
  }
}
