import { healthDeviceId } from "../gateway/core/health.js";

/** What the subscriber has seen: counts, the chain, values and latency. Pure but for itself. */

export interface BenchRecord {
  readonly seq: number;
  readonly prev: number | null;
  readonly device?: string;
  /** By point, or in the order of the registers. */
  readonly v?: Readonly<Record<string, number>> | readonly number[];
  readonly bad?: Readonly<Record<string, string>>;
  readonly historical?: boolean;
}

export interface BenchMessage {
  readonly epoch: string;
  readonly records: readonly BenchRecord[];
}

export interface Counts {
  readonly messages: number;
  readonly records: number;
  readonly readings: number;
  readonly bad: number;
  readonly historical: number;
  /** Numbers that a `prev` names and that did not come. */
  readonly missing: number;
  readonly duplicates: number;
  /** Records whose values are not what the server wrote. */
  readonly wrong: number;
  /** Milliseconds from the server's reply to the subscriber, of live records since the last mark. */
  readonly latency: {
    readonly median: number;
    readonly p99: number;
    readonly worst: number;
    readonly count: number;
  };
  /** When the first data message came, milliseconds since 1970; 0 for never. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** Records with values, by device. */
  readonly good: Readonly<Record<string, number>>;
}

/** What the gateway tells of itself is no reading of the server. */
const OWN = healthDeviceId("");
/** Registers before the first counter: they hold the server's clock. */
const CLOCK_REGISTERS = 4;
const WORD = 65536;

export class BenchAccount {
  readonly #seen = new Map<string, Set<number>>();
  readonly #prevs = new Map<string, Set<number>>();
  readonly #latencies: number[] = [];
  readonly #good: Record<string, number> = {};
  #messages = 0;
  #records = 0;
  #readings = 0;
  #bad = 0;
  #historical = 0;
  #duplicates = 0;
  #wrong = 0;
  #firstAt = 0;
  #lastAt = 0;

  /** From now on latencies count. */
  mark(): void {
    this.#latencies.length = 0;
  }

  /** `nowUs`: microseconds since 1970 on the clock that the server reads. */
  receive(message: BenchMessage, nowUs: number): void {
    this.#messages++;
    this.#lastAt = nowUs / 1000;
    const seen = setIn(this.#seen, message.epoch);
    const prevs = setIn(this.#prevs, message.epoch);
    for (const record of message.records) {
      if (seen.has(record.seq)) {
        this.#duplicates++;
        continue;
      }
      seen.add(record.seq);
      if (record.prev !== null) prevs.add(record.prev);
      if (record.device === undefined || record.device.startsWith(OWN)) continue;
      if (this.#firstAt === 0) this.#firstAt = this.#lastAt;
      this.#records++;
      if (record.historical) this.#historical++;
      this.#readings += Object.keys(record.bad ?? {}).length;
      this.#bad += Object.keys(record.bad ?? {}).length;
      if (!record.v || Object.keys(record.v).length === 0) continue;
      this.#good[record.device] = (this.#good[record.device] ?? 0) + 1;
      this.#values(record.v, record.historical === true, nowUs);
    }
  }

  #values(v: Readonly<Record<string, number>> | readonly number[], historical: boolean, nowUs: number): void {
    const values: readonly number[] = Array.isArray(v) ? v : Object.values(v);
    this.#readings += values.length;
    let us = 0;
    for (let at = 0; at < CLOCK_REGISTERS; at++) us = us * WORD + (values[at] ?? 0);
    const hasClock = Array.isArray(v) || "r0" in v;
    if (!historical && hasClock && values.length >= CLOCK_REGISTERS)
      this.#latencies.push((nowUs - us) / 1000);
    const base = ((values[CLOCK_REGISTERS] ?? 0) - CLOCK_REGISTERS + WORD) % WORD;
    for (let at = CLOCK_REGISTERS; at < values.length; at++) {
      if (values[at] === (base + at) % WORD) continue;
      this.#wrong++;
      return;
    }
  }

  counts(): Counts {
    let missing = 0;
    for (const [epoch, prevs] of this.#prevs) {
      for (const prev of prevs) if (!this.#seen.get(epoch)?.has(prev)) missing++;
    }
    const sorted = Float64Array.from(this.#latencies).sort();
    const quantile = (part: number): number =>
      sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
    return {
      messages: this.#messages,
      records: this.#records,
      readings: this.#readings,
      bad: this.#bad,
      historical: this.#historical,
      missing,
      duplicates: this.#duplicates,
      wrong: this.#wrong,
      latency: {
        median: quantile(0.5),
        p99: quantile(0.99),
        worst: sorted.at(-1) ?? 0,
        count: sorted.length,
      },
      firstAt: this.#firstAt,
      lastAt: this.#lastAt,
      good: { ...this.#good },
    };
  }
}

function setIn(sets: Map<string, Set<number>>, key: string): Set<number> {
  let set = sets.get(key);
  if (!set) {
    set = new Set();
    sets.set(key, set);
  }
  return set;
}
