import type { ScanEffort } from "../../core/prober.js";

/** What a device is given to begin its answer, before any was measured. */
const SERIAL_MS: Readonly<Record<ScanEffort, number>> = { quick: 120, normal: 200, thorough: 500 };
const TCP_MS: Readonly<Record<ScanEffort, number>> = { quick: 500, normal: 1000, thorough: 2000 };
const ROOM = 2;
const LONGEST_MS = 2000;

/** How long an answer is waited for: longer where devices of this wire were seen to be slow, never shorter. */
export class Patience {
  #turnaroundMs: number;

  constructor(effort: ScanEffort, isSerial: boolean) {
    this.#turnaroundMs = (isSerial ? SERIAL_MS : TCP_MS)[effort];
  }

  get turnaroundMs(): number {
    return this.#turnaroundMs;
  }

  /** A device took so long. */
  note(elapsedMs: number): void {
    this.#turnaroundMs = Math.min(LONGEST_MS, Math.max(this.#turnaroundMs, elapsedMs * ROOM));
  }
}
