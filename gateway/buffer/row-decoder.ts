import type { GatewayRecord } from "../core/record.js";
import { decodeChunk, type KeyStates, type Meanings } from "./chunk.js";
import type { Table } from "./file-format.js";
import type { ChunkRow, ReadRows } from "./protocol.js";

/** Key chunks kept decoded: one or two for each table are in use at a time. */
const MOST_KEYS = 16;
const NO_KEYS: KeyStates = new Map();

export interface Decoded {
  /** In order of their numbers. */
  readonly records: readonly GatewayRecord[];
  /** Rows that cannot be read. */
  readonly damaged: readonly ChunkRow[];
}

/** Turns rows of the file into records. */
export class RowDecoder {
  readonly #meanings: Meanings;
  readonly #keys = new Map<string, KeyStates>();

  constructor(meanings: Meanings) {
    this.#meanings = meanings;
  }

  decode({ keys, rows, upTo }: ReadRows): Decoded {
    for (const row of keys) this.decodeRow(row);
    const records: GatewayRecord[] = [];
    const damaged: ChunkRow[] = [];
    for (const row of rows) {
      const decoded = this.decodeRow(row);
      if (!decoded) damaged.push(row);
      else for (const record of decoded) if (record.seq <= upTo) records.push(record);
    }
    return { records: records.sort((a, b) => a.seq - b.seq), damaged };
  }

  /** Its key chunk must have come before. Undefined: it cannot be read. */
  decodeRow(row: ChunkRow): readonly GatewayRecord[] | undefined {
    const isKey = row.key === row.first;
    const base = isKey ? NO_KEYS : this.#keys.get(nameOf(row.table, row.key));
    if (!base || row.body.length === 0) return undefined;
    try {
      const { keys, records } = decodeChunk(row.body, row.rev, this.#meanings, base);
      if (isKey) this.#keep(row, keys);
      return records;
    } catch {
      // Told as lost by who misses its numbers.
      return undefined;
    }
  }

  #keep(row: ChunkRow, keys: KeyStates): void {
    this.#keys.set(nameOf(row.table, row.first), keys);
    for (const name of this.#keys.keys()) {
      if (this.#keys.size <= MOST_KEYS) break;
      this.#keys.delete(name);
    }
  }
}

const nameOf = (table: Table, first: number): string => `${table} ${first}`;
