import type { Random } from "../random.js";

/** mm of one tip of the bucket. */
export const TIP_MM = 0.2;

/** Showers as the south-west monsoon brings them: dry spells of hours, then minutes to an hour of rain. */
export class Rain {
  /** mm/h, of the moment. */
  intensity = 0;
  /** Tips of the bucket since installation; a 16-bit device rolls over by itself. */
  tips = 4_318;
  #inBucket = 0;
  #leftS: number;
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
    this.#leftS = 60 + 240 * random();
  }

  step(seconds: number): void {
    this.#leftS -= seconds;
    if (this.#leftS <= 0) {
      const starts = this.intensity === 0;
      this.intensity = starts ? 4 + 70 * this.#random() ** 2 : 0;
      this.#leftS = starts ? 300 + 2_700 * this.#random() : 3_600 + 14_400 * this.#random();
    }
    this.#inBucket += (this.intensity * seconds) / 3600;
    while (this.#inBucket >= TIP_MM) {
      this.#inBucket -= TIP_MM;
      this.tips++;
    }
  }
}
