import { afterFailure, type Backoff, NO_BACKOFF } from "./backoff.js";

/** What is kept of a device, silent or not. Owned by `Probes`. */
export interface Probed {
  backoff: Backoff;
  /** Start and cost of the last request that failed. */
  failedMs: number;
  costMs: number;
  /** The driver does not let it be asked before. */
  heldMs: number;
}

/**
 * A probe that cost c is followed by none for 24 c: a twenty-fifth of the time goes to silent devices, so that with the
 * beat that each probe disturbs it stays below the promised twentieth.
 */
const REST_AFTER_PROBE = 24;
/** What a probe that must be made may have to wait for, as parts of `retryWithinMs`. */
const LEAST_SPARE = 1 / 20;
const MOST_SPARE = 1 / 4;

/**
 * When the silent devices of one connection are asked again. After its third failure in a row a device is probed
 * only: one request, after a pause that grows. Three rules, the later ones before the earlier:
 *
 * 1. All probes together take at most 4 % of the time (where there is another device that answers).
 * 2. Each silent device is probed at least once within `retryWithinMs`. Such a probe goes before everything else;
 *    it is made so early that it comes in time after the other silent devices and after what is under way.
 * 3. Probes take at most half of the time, so that many silent devices with long timeouts do not stop the others.
 *    Where this binds, rule 2 is late: N devices are all probed within 2 * N * timeout.
 *
 * Pure bookkeeping on monotonic milliseconds. The plan is made anew only when something happened, so that asking
 * for `nextMs` costs nothing. At most one probe is under way at a time.
 */
export class Probes<D extends Probed> {
  readonly #retryWithinMs: number;
  readonly #devices: number;
  readonly #silent = new Set<D>();
  #underWay: D | undefined;
  /** The end of rest by rule 1, and by rule 3. */
  #restMs = 0;
  #shortRestMs = 0;
  /** The longest request that failed, and that was answered. */
  #longestMs = 0;
  #longestGoodMs = 0;
  #urgent: D | undefined;
  #urgentMs = Number.POSITIVE_INFINITY;
  #next: D | undefined;
  #nextMs = Number.POSITIVE_INFINITY;

  /** `devices`: how many the connection has, silent or not. */
  constructor(retryWithinMs: number, devices: number) {
    this.#retryWithinMs = retryWithinMs;
    this.#devices = devices;
  }

  isSilent(device: D): boolean {
    return device.backoff.untilMs > 0;
  }

  /** When `next` can first give a device. */
  get nextMs(): number {
    return Math.min(this.#urgentMs, this.#nextMs);
  }

  /** The device to probe now. */
  next(nowMs: number): D | undefined {
    if (nowMs >= this.#urgentMs) return this.#urgent;
    return nowMs >= this.#nextMs ? this.#next : undefined;
  }

  /** Whether the next probe must go before everything else; else it waits until nothing else is due. */
  isUrgent(nowMs: number): boolean {
    return nowMs >= this.#urgentMs;
  }

  /** The device cannot be asked before `untilMs`. */
  hold(device: D, untilMs: number): void {
    device.heldMs = untilMs;
    this.#plan();
  }

  /** A probe was sent; `answered`, `failed` or `interrupted` must follow. */
  started(device: D): void {
    this.#underWay = device;
    this.#plan();
  }

  /**
   * A request got no answer. One that was sent before the last failure was known says nothing new and is not
   * counted (several may be under way). Returns whether the device is silent from now on, and was not before.
   */
  failed(device: D, startMs: number, endMs: number): boolean {
    if (device.backoff.failures > 0 && startMs < device.failedMs + device.costMs) return false;
    const wasSilent = this.isSilent(device);
    device.failedMs = startMs;
    device.costMs = endMs - startMs;
    device.backoff = afterFailure(device.backoff, endMs, this.#retryWithinMs);
    this.#longestMs = Math.max(this.#longestMs, device.costMs);
    if (wasSilent) this.#spent(device, endMs);
    const becameSilent = !wasSilent && this.isSilent(device);
    if (becameSilent) this.#silent.add(device);
    if (this.isSilent(device)) this.#plan();
    return becameSilent;
  }

  /** The device is there; the exchange took so long. Returns whether it was silent. */
  answered(device: D, tookMs: number): boolean {
    if (tookMs > this.#longestGoodMs) this.#longestGoodMs = tookMs;
    if (device.backoff === NO_BACKOFF) return false;
    device.backoff = NO_BACKOFF;
    device.heldMs = 0;
    if (this.#underWay === device) this.#underWay = undefined;
    if (!this.#silent.delete(device)) return false;
    this.#plan();
    return true;
  }

  /** The probe ended with the connection: it says nothing about the device, but it took its time. */
  interrupted(device: D, startMs: number, endMs: number): void {
    if (this.#underWay !== device) return;
    device.failedMs = startMs;
    device.costMs = endMs - startMs;
    this.#spent(device, endMs);
    this.#plan();
  }

  #spent(device: D, endMs: number): void {
    if (this.#underWay === device) this.#underWay = undefined;
    this.#restMs = Math.max(this.#restMs, endMs + REST_AFTER_PROBE * device.costMs);
    this.#shortRestMs = Math.max(this.#shortRestMs, endMs + device.costMs);
  }

  #plan(): void {
    this.#urgent = undefined;
    this.#next = undefined;
    this.#urgentMs = Number.POSITIVE_INFINITY;
    this.#nextMs = Number.POSITIVE_INFINITY;
    if (this.#silent.size === 0 || this.#underWay) return;
    const oldestFirst = [...this.#silent].sort((a, b) => a.failedMs - b.failedMs);
    this.#planUrgent(oldestFirst);
    this.#planNext(oldestFirst);
  }

  /**
   * Backwards from the last: each must begin so early that all after it come in time, each after a rest and after
   * the exchange of another device that began in it.
   */
  #planUrgent(oldestFirst: readonly D[]): void {
    const within = this.#retryWithinMs;
    const spareMs = Math.min(Math.max(this.#longestMs, within * LEAST_SPARE), within * MOST_SPARE);
    const waitMs = Math.min(this.#longestGoodMs, within * LEAST_SPARE);
    let latestMs = Number.POSITIVE_INFINITY;
    for (const device of oldestFirst.toReversed()) {
      latestMs = Math.min(device.failedMs + within - spareMs, latestMs - 2 * device.costMs - waitMs);
      this.#urgent = device;
    }
    this.#urgentMs = Math.max(latestMs, this.#shortRestMs, this.#urgent?.heldMs ?? 0);
  }

  #planNext(oldestFirst: readonly D[]): void {
    const freeMs = (device: D): number => Math.max(device.backoff.untilMs, device.heldMs);
    const anyAnswers = this.#silent.size < this.#devices;
    const restMs = anyAnswers ? this.#restMs : this.#shortRestMs;
    this.#nextMs = Math.max(
      restMs,
      oldestFirst.map(freeMs).reduce((a, b) => Math.min(a, b)),
    );
    this.#next = oldestFirst.find((device) => freeMs(device) <= this.#nextMs);
  }
}
