import type { Table } from "../../drivers/modbus/point-schema.js";
import type { AnsweredRead } from "./pdu.js";

/** One read that was answered, as it left the simulator. */
export interface LedgerEntry extends AnsweredRead {
  readonly device: string;
  readonly unit: number;
  /** Wall and monotonic ms just before the last byte of the answer was handed over. */
  readonly t: number;
  readonly mono: number;
  /** Faults that were made of this answer: the registers held `raw`, but the client may not have got it. */
  readonly faults?: readonly string[] | undefined;
}

/** A value in the ledger: the words of one point in one answer. */
export interface LedgerValue {
  readonly t: number;
  readonly mono: number;
  readonly words: readonly number[];
}

/**
 * What the simulated devices really answered: the truth that delivered data is held against. Bounded: the oldest
 * entries fall out and are counted, so an account that would miss them can be refused.
 */
export class ReadLedger {
  readonly #entries: (LedgerEntry | undefined)[] = [];
  readonly #capacity: number;
  #total = 0;

  constructor(capacity = 500_000) {
    this.#capacity = capacity;
  }

  /** How many reads were answered, those that fell out included. */
  get total(): number {
    return this.#total;
  }

  /** How many entries fell out. */
  get dropped(): number {
    return Math.max(0, this.#total - this.#capacity);
  }

  record(entry: LedgerEntry): void {
    this.#entries[this.#total % this.#capacity] = entry;
    this.#total++;
  }

  /** Entries of one device, or of all, oldest first. */
  *entries(device?: string): Generator<LedgerEntry> {
    for (let at = this.dropped; at < this.#total; at++) {
      const entry = this.#entries[at % this.#capacity];
      if (entry && (device === undefined || entry.device === device)) yield entry;
    }
  }

  /** Those recorded after the first `total` ones (see `total`), oldest first. */
  *since(total: number): Generator<LedgerEntry> {
    for (let at = Math.max(total, this.dropped); at < this.#total; at++) {
      const entry = this.#entries[at % this.#capacity];
      if (entry) yield entry;
    }
  }

  /** The newest `count` entries, newest first. */
  *latest(count: number): Generator<LedgerEntry> {
    const end = Math.max(this.dropped, this.#total - count);
    for (let at = this.#total - 1; at >= end; at--) {
      const entry = this.#entries[at % this.#capacity];
      if (entry) yield entry;
    }
  }

  /** Each answer that held all `count` words at `address`, oldest first. */
  *values(device: string, table: Table, address: number, count: number): Generator<LedgerValue> {
    for (const entry of this.entries(device)) {
      if (entry.table !== table || address < entry.address) continue;
      const first = address - entry.address;
      if (first + count > entry.count) continue;
      yield { t: entry.t, mono: entry.mono, words: entry.raw.slice(first, first + count) };
    }
  }
}
