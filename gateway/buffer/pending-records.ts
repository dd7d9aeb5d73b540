import type { GatewayRecord } from "../core/record.js";
import { TABLES, type Table, tableOf } from "./file-format.js";

/** Beyond this age or size, what is not committed is dropped from memory. */
const LONGEST_MS = 10_000;
const MOST_BYTES = 32_000_000;

interface Waiting {
  readonly record: GatewayRecord;
  readonly bytes: number;
  readonly since: number;
}

/** First in, first out; taking one costs the same however many there are. */
class Lane {
  #items: Waiting[] = [];
  #head = 0;

  get first(): Waiting | undefined {
    return this.#items[this.#head];
  }

  add(item: Waiting): void {
    this.#items.push(item);
  }

  shift(): Waiting | undefined {
    const item = this.#items[this.#head];
    if (item) this.#head++;
    if (this.#head > 1000 && this.#head * 2 > this.#items.length) this.#items = this.takeAll();
    return item;
  }

  takeAll(): Waiting[] {
    const items = this.#head === 0 ? this.#items : this.#items.slice(this.#head);
    this.#items = [];
    this.#head = 0;
    return items;
  }

  get waiting(): readonly Waiting[] {
    return this.#items.slice(this.#head);
  }

  takeUpTo(seq: number): Waiting[] {
    const items = this.takeAll();
    const end = Number.isFinite(seq) ? items.findIndex(({ record }) => record.seq > seq) : -1;
    if (end < 0) return items;
    this.#items = items.slice(end);
    return items.slice(0, end);
  }

  putBack(items: readonly Waiting[]): void {
    this.#items = [...items, ...this.takeAll()];
  }
}

/** The records that are numbered and not yet on the disk, by table, in order. */
export class PendingRecords {
  readonly #lanes: ReadonlyMap<Table, Lane> = new Map(TABLES.map((table) => [table, new Lane()]));
  /** What is being committed now: it is not dropped. */
  #committing: { readonly table: Table; readonly items: readonly Waiting[] }[] = [];
  #bytes = 0;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#bytes;
  }

  ageMs(now: number): number {
    let oldest = now;
    for (const { items } of this.#committing) oldest = Math.min(oldest, items[0]?.since ?? now);
    for (const lane of this.#lanes.values()) oldest = Math.min(oldest, lane.first?.since ?? now);
    return now - oldest;
  }

  add(record: GatewayRecord, now: number): void {
    // A bound, not an account: 8 to 16 bytes a value and the objects around it.
    const bytes = 400 + (record.kind === "data" ? record.batch.values.length * 10 : 200);
    this.#lanes.get(tableOf(record))?.add({ record, bytes, since: now });
    this.#bytes += bytes;
    this.#count++;
  }

  /**
   * Everything there is, or the oldest of it up to `mostBytes` (one at least), for a commit that ends with
   * `committed` or `failed`.
   */
  begin(
    mostBytes = Number.POSITIVE_INFINITY,
  ): { readonly table: Table; readonly records: readonly GatewayRecord[] }[] {
    const upTo = mostBytes < this.#bytes ? this.#numberWithin(mostBytes) : Number.POSITIVE_INFINITY;
    for (const [table, lane] of this.#lanes) {
      const items = lane.takeUpTo(upTo);
      if (items.length > 0) this.#committing.push({ table, items });
    }
    return this.#committing.map(({ items, table }) => ({
      table,
      records: items.map(({ record }) => record),
    }));
  }

  /** Everything below it is committed or being committed; infinite when nothing else waits. */
  get lowestWaiting(): number {
    const firsts = [...this.#lanes.values()].map(
      ({ first }) => first?.record.seq ?? Number.POSITIVE_INFINITY,
    );
    return Math.min(...firsts);
  }

  /** The number up to which the records in order of their numbers take at most `mostBytes`. */
  #numberWithin(mostBytes: number): number {
    const all = [...this.#lanes.values()].flatMap(({ waiting }) => waiting);
    all.sort((a, b) => a.record.seq - b.record.seq);
    let upTo = all[0]?.record.seq ?? 0;
    let bytes = 0;
    for (const item of all) {
      bytes += item.bytes;
      if (bytes > mostBytes) break;
      upTo = item.record.seq;
    }
    return upTo;
  }

  committed(): void {
    for (const { items } of this.#committing) for (const item of items) this.#forget(item);
    this.#committing = [];
  }

  failed(): void {
    for (const { items, table } of this.#committing) this.#lanes.get(table)?.putBack(items);
    this.#committing = [];
  }

  /** Takes out what may not wait longer: the oldest of the lowest priority first, never what tells of losses. */
  dropExcess(now: number): GatewayRecord[] {
    const dropped: GatewayRecord[] = [];
    for (const [table, lane] of this.#lanes) {
      if (table === "event") continue;
      for (;;) {
        const { first } = lane;
        if (!first || (this.#bytes <= MOST_BYTES && now - first.since <= LONGEST_MS)) break;
        lane.shift();
        this.#forget(first);
        dropped.push(first.record);
      }
    }
    return dropped;
  }

  #forget({ bytes }: Waiting): void {
    this.#bytes -= bytes;
    this.#count--;
  }
}
