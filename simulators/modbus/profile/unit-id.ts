import type { ProfileKeys } from "./keys.js";

/** Under which unit id a device is reached, and how that changes. */
export class UnitId {
  /** The point by which it is changed. */
  readonly point: string | undefined;
  readonly #any: number | undefined;
  readonly #broadcast: ReadonlySet<number>;
  readonly #answersFrom: "old" | "new";
  readonly #needsPower: boolean;
  #now: number;
  #next: number | undefined;
  /** The newest counts. */
  #mistaken: { readonly unit: number }[] = [];
  /** Under which the answer to the request that changed it is sent. */
  #once: number | undefined;

  constructor({ addressing, broadcast }: ProfileKeys, unit: number) {
    this.#now = unit;
    this.point = addressing?.set?.point;
    this.#any = addressing?.any;
    this.#broadcast = new Set([...(addressing?.broadcast ?? []), ...(broadcast?.addresses ?? [])]);
    this.#answersFrom = addressing?.set?.answers_from ?? "old";
    this.#needsPower = addressing?.set?.effect === "power-cycle";
  }

  get now(): number {
    return this.#mistaken.at(-1)?.unit ?? this.#now;
  }

  answersTo(unit: number): boolean {
    return unit === this.now || unit === this.#any;
  }

  /** Somebody has set another one; what it gives puts the right one back. */
  mistake(unit: number): () => void {
    const mistaken = { unit };
    this.#mistaken.push(mistaken);
    return () => {
      this.#mistaken = this.#mistaken.filter((other) => other !== mistaken);
    };
  }

  isBroadcast(unit: number): boolean {
    return this.#broadcast.has(unit);
  }

  set(unit: number): void {
    this.#next = unit;
    if (this.#needsPower) return;
    this.#once = this.#answersFrom === "old" ? undefined : unit;
    this.#now = unit;
  }

  /** The unit id of the answer to a request for `asked`. */
  answersFrom(asked: number): number {
    const unit = this.#once ?? asked;
    this.#once = undefined;
    return unit;
  }

  powerCycle(): void {
    this.#now = this.#next ?? this.#now;
  }
}
