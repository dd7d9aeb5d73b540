import { PRIORITIES } from "../../drivers/core/point.js";
import type { GatewayRecord } from "../core/record.js";

/** Beyond this age or size, what is not committed is dropped from memory. */
const LONGEST_MS = 10_000;
const MOST_BYTES = 32_000_000;

interface Waiting {
  readonly record: GatewayRecord;
  readonly bytes: number;
  readonly since: number;
}

/** The records that are numbered and not yet on the disk, in order. */
export class PendingRecords {
  #waiting: Waiting[] = [];
  #bytes = 0;
  /** How many from the front are being committed now: they are not dropped. */
  #committing = 0;

  get count(): number {
    return this.#waiting.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  ageMs(now: number): number {
    const first = this.#waiting[0];
    return first ? now - first.since : 0;
  }

  add(record: GatewayRecord, now: number): void {
    // 8 bytes a value and the objects around it, as measured with a heap snapshot; a bound, not an account.
    const bytes = 400 + (record.kind === "data" ? record.batch.values.length * 10 : 200);
    this.#waiting.push({ record, bytes, since: now });
    this.#bytes += bytes;
  }

  /** Everything there is, for a commit that ends with `committed` or `failed`. */
  begin(): readonly GatewayRecord[] {
    this.#committing = this.#waiting.length;
    return this.#waiting.map(({ record }) => record);
  }

  committed(): void {
    for (const { bytes } of this.#waiting.splice(0, this.#committing)) this.#bytes -= bytes;
    this.#committing = 0;
  }

  failed(): void {
    this.#committing = 0;
  }

  /** Takes out what may not wait longer: the oldest of the lowest priority first. */
  dropExcess(now: number): GatewayRecord[] {
    const first = this.#waiting[this.#committing];
    if (!first || (this.#bytes <= MOST_BYTES && now - first.since <= LONGEST_MS)) return [];
    const dropped: GatewayRecord[] = [];
    for (const priority of PRIORITIES) {
      this.#waiting = this.#waiting.filter((waiting, index) => {
        const excess = this.#bytes > MOST_BYTES || now - waiting.since > LONGEST_MS;
        if (index < this.#committing || !excess || waiting.record.priority !== priority) return true;
        this.#bytes -= waiting.bytes;
        dropped.push(waiting.record);
        return false;
      });
    }
    return dropped;
  }
}
