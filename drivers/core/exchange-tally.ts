import type { ExchangeStats, RoundTrip } from "./exchange-stats.js";

/** Counts of the last minutes, of one device or of a whole connection. */
export interface WindowCounts {
  readonly requests: number;
  readonly good: number;
  readonly timeouts: number;
  readonly damaged: number;
  readonly late: number;
  readonly foreign: number;
  readonly exceptions: number;
  /** Those of `exceptions` that say "busy". */
  readonly busy: number;
  readonly echoes: number;
  /** Bytes of any kind that came in; counted for the connection only. */
  readonly heardBytes: number;
  /** Answers of at most SHORT_BYTES: good ones, damaged ones; and longer ones. */
  readonly shortGood: number;
  readonly shortDamaged: number;
  readonly longGood: number;
  readonly longDamaged: number;
  /** The latest of the late answers, ms after its request; 0 where none was measured. */
  readonly worstLateMs: number;
  /** Over the last answers, which may reach further back than the window. */
  readonly roundTrip?: RoundTrip;
}

/** Answers up to this length are short: a single value, an exception. */
export const SHORT_BYTES = 16;

const BUCKET_MS = 10_000;
const BUCKETS = 30;
/** How far back the counts of a window reach. */
export const WINDOW_MS = BUCKETS * BUCKET_MS;
const ROUND_TRIPS = 512;

const REQUESTS = 0;
const GOOD = 1;
const TIMEOUTS = 2;
const DAMAGED = 3;
const LATE = 4;
const FOREIGN = 5;
const EXCEPTIONS = 6;
const BUSY = 7;
const ECHOES = 8;
const HEARD = 9;
const SHORT_GOOD = 10;
const SHORT_DAMAGED = 11;
const LONG_GOOD = 12;
const LONG_DAMAGED = 13;
const BUSY_MS = 14;
/** The only column that holds a maximum instead of a sum. */
const WORST_LATE = 15;
const COLUMNS = 16;

/** Counters since the start, counts of the last five minutes in buckets of ten seconds, and the last round trips. */
export class ExchangeTally {
  readonly #since: number;
  readonly #busyCodes: readonly number[];
  readonly #totals = new Float64Array(COLUMNS);
  readonly #buckets = new Float64Array(BUCKETS * COLUMNS);
  readonly #roundTrips = new Float32Array(ROUND_TRIPS);
  readonly #codes = new Map<number, number>();
  #roundTripCount = 0;
  #bucket: number;
  #lastGoodT: number | undefined;

  constructor(now: number, busyCodes: readonly number[]) {
    this.#since = now;
    this.#busyCodes = busyCodes;
    this.#bucket = Math.floor(now / BUCKET_MS);
  }

  requested(now: number): void {
    this.#add(now, REQUESTS, 1);
  }

  answered(now: number, t: number, roundTripMs: number, busyMs: number, replyBytes: number): void {
    this.#add(now, GOOD, 1);
    this.#add(now, replyBytes <= SHORT_BYTES ? SHORT_GOOD : LONG_GOOD, 1);
    this.#add(now, BUSY_MS, busyMs);
    this.#roundTrip(roundTripMs);
    this.#lastGoodT = t;
  }

  exception(now: number, code: number, roundTripMs: number, busyMs: number): void {
    this.#add(now, EXCEPTIONS, 1);
    if (this.#busyCodes.includes(code)) this.#add(now, BUSY, 1);
    this.#add(now, BUSY_MS, busyMs);
    this.#roundTrip(roundTripMs);
    this.#codes.set(code, (this.#codes.get(code) ?? 0) + 1);
  }

  timedOut(now: number, busyMs: number): void {
    this.#add(now, TIMEOUTS, 1);
    this.#add(now, BUSY_MS, busyMs);
  }

  damaged(now: number, busyMs: number, replyBytes: number): void {
    this.#add(now, DAMAGED, 1);
    if (replyBytes > 0) this.#add(now, replyBytes <= SHORT_BYTES ? SHORT_DAMAGED : LONG_DAMAGED, 1);
    this.#add(now, BUSY_MS, busyMs);
  }

  late(now: number, afterMs: number): void {
    this.#add(now, LATE, 1);
    const at = this.#at(now, WORST_LATE);
    this.#buckets[at] = Math.max(this.#buckets[at] ?? 0, afterMs);
  }

  foreign(now: number): void {
    this.#add(now, FOREIGN, 1);
  }

  echoed(now: number): void {
    this.#add(now, ECHOES, 1);
  }

  heard(now: number, bytes: number): void {
    this.#add(now, HEARD, bytes);
  }

  occupied(now: number, busyMs: number): void {
    this.#add(now, BUSY_MS, busyMs);
  }

  /** How much time the buckets cover at `now`, ms. */
  coversMs(now: number): number {
    const first = (Math.floor(now / BUCKET_MS) - BUCKETS + 1) * BUCKET_MS;
    return now - Math.max(first, this.#since);
  }

  stats(now: number): ExchangeStats {
    const coversMs = this.coversMs(now);
    const busyMs = this.#sum(now, BUSY_MS);
    const roundTrip = this.#medianAnd99();
    const exceptionCodes: Record<string, number> = {};
    for (const [code, count] of this.#codes) exceptionCodes[code] = count;
    return {
      requests: this.#total(REQUESTS),
      good: this.#total(GOOD),
      timeouts: this.#total(TIMEOUTS),
      damaged: this.#total(DAMAGED),
      foreign: this.#total(FOREIGN),
      late: this.#total(LATE),
      exceptions: this.#total(EXCEPTIONS),
      exceptionCodes,
      // An exchange is booked when it ends, with time that may lie before the window: never more than all of it.
      busyShare: coversMs > 0 ? Math.min(1, busyMs / coversMs) : 0,
      ...(roundTrip ? { roundTrip } : {}),
      ...(this.#lastGoodT === undefined ? {} : { lastGoodT: this.#lastGoodT }),
    };
  }

  window(now: number): WindowCounts {
    const roundTrip = this.#medianAnd99();
    let worstLateMs = 0;
    this.#roll(now);
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      worstLateMs = Math.max(worstLateMs, this.#buckets[bucket * COLUMNS + WORST_LATE] ?? 0);
    }
    return {
      requests: this.#sum(now, REQUESTS),
      good: this.#sum(now, GOOD),
      timeouts: this.#sum(now, TIMEOUTS),
      damaged: this.#sum(now, DAMAGED),
      late: this.#sum(now, LATE),
      foreign: this.#sum(now, FOREIGN),
      exceptions: this.#sum(now, EXCEPTIONS),
      busy: this.#sum(now, BUSY),
      echoes: this.#sum(now, ECHOES),
      heardBytes: this.#sum(now, HEARD),
      shortGood: this.#sum(now, SHORT_GOOD),
      shortDamaged: this.#sum(now, SHORT_DAMAGED),
      longGood: this.#sum(now, LONG_GOOD),
      longDamaged: this.#sum(now, LONG_DAMAGED),
      worstLateMs,
      ...(roundTrip ? { roundTrip } : {}),
    };
  }

  #add(now: number, column: number, amount: number): void {
    const at = this.#at(now, column);
    this.#buckets[at] = (this.#buckets[at] ?? 0) + amount;
    this.#totals[column] = (this.#totals[column] ?? 0) + amount;
  }

  #at(now: number, column: number): number {
    this.#roll(now);
    return (this.#bucket % BUCKETS) * COLUMNS + column;
  }

  /** Empties the buckets of the time in which nothing was booked. */
  #roll(now: number): void {
    const bucket = Math.floor(now / BUCKET_MS);
    const steps = Math.min(bucket - this.#bucket, BUCKETS);
    for (let step = 1; step <= steps; step++) {
      const at = ((this.#bucket + step) % BUCKETS) * COLUMNS;
      this.#buckets.fill(0, at, at + COLUMNS);
    }
    if (bucket > this.#bucket) this.#bucket = bucket;
  }

  #sum(now: number, column: number): number {
    this.#roll(now);
    let sum = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) sum += this.#buckets[bucket * COLUMNS + column] ?? 0;
    return sum;
  }

  #total(column: number): number {
    return this.#totals[column] ?? 0;
  }

  #roundTrip(ms: number): void {
    this.#roundTrips[this.#roundTripCount % ROUND_TRIPS] = ms;
    this.#roundTripCount++;
  }

  /** By nearest rank: both are round trips that were measured, to a hundredth of a millisecond. */
  #medianAnd99(): RoundTrip | undefined {
    const count = Math.min(this.#roundTripCount, ROUND_TRIPS);
    if (count === 0) return undefined;
    const sorted = this.#roundTrips.slice(0, count).sort();
    const rank = (share: number): number =>
      Math.round((sorted[Math.ceil(share * count) - 1] ?? 0) * 100) / 100;
    return { medianMs: rank(0.5), p99Ms: rank(0.99) };
  }
}
