import { type DeviceCount, deviceOf } from "./block-device.js";
import { add, addDevice, type CardTotals, NOTHING_WRITTEN } from "./card-life.js";

/** A row of its own costs a page: it rides along with a commit so often at most. */
const SAVE_EVERY_MS = 600_000;
const LOOK_EVERY_MS = 10_000;

/** Counts what is written on the card, over all runs. Lives in the thread that owns the file. */
export class CardAccount {
  readonly #device: (() => DeviceCount | undefined) | undefined;
  readonly #now: () => number;
  #totals: CardTotals;
  #ownBytes = 0;
  #lookedAt: number;
  #savedAt: number;

  /** `stored`: what `text` gave in an earlier run; anything else counts as nothing. `now`: monotonic ms. */
  constructor(path: string, stored: unknown, now = (): number => performance.now()) {
    this.#device = deviceOf(path);
    this.#now = now;
    this.#totals = parse(stored);
    this.#lookedAt = this.#savedAt = now();
    this.#look(0);
  }

  get totals(): CardTotals {
    return this.#totals;
  }

  /** `ownBytes`: what the gateway has written since start. */
  written(ownBytes: number): void {
    if (this.#now() - this.#lookedAt >= LOOK_EVERY_MS) this.#look(ownBytes);
  }

  /** What the commit that is being made should keep; undefined when it is not time. `last`: it is the last one. */
  due(ownBytes: number, last: boolean): string | undefined {
    const now = this.#now();
    if (!last && now - this.#savedAt < SAVE_EVERY_MS) return undefined;
    this.#savedAt = now;
    this.#look(ownBytes);
    return JSON.stringify(this.#totals);
  }

  #look(ownBytes: number): void {
    const now = this.#now();
    const at = this.#device?.();
    const device = at ? addDevice(this.#totals.device, at) : this.#totals.device;
    this.#totals = {
      own: add(this.#totals.own, ownBytes - this.#ownBytes, now - this.#lookedAt),
      ...(device && { device }),
    };
    this.#ownBytes = ownBytes;
    this.#lookedAt = now;
  }
}

function parse(stored: unknown): CardTotals {
  try {
    const totals = JSON.parse(String(stored)) as CardTotals;
    if (isTally(totals.own) && (totals.device === undefined || isTally(totals.device))) return totals;
  } catch {
    // Of a file that was begun just now, or damaged.
  }
  return { own: NOTHING_WRITTEN };
}

function isTally(tally: { readonly bytes: unknown; readonly ms: unknown; readonly hours: unknown }): boolean {
  return Number.isFinite(tally.bytes) && Number.isFinite(tally.ms) && Array.isArray(tally.hours);
}
