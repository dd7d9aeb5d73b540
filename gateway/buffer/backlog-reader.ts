import type { Priority } from "../../drivers/core/point.js";
import type { GatewayRecord } from "../core/record.js";
import { decodeChunk, type KeyStates, type Layouts } from "./chunk.js";
import type { ChunkRow, ReadRows } from "./protocol.js";

/** Key chunks kept decoded: one or two for each priority are in use at a time. */
const MOST_KEYS = 16;
const NO_KEYS: KeyStates = new Map();

/** Turns rows of the file into records, in order of their numbers. */
export class RowDecoder {
  readonly #layouts: Layouts;
  readonly #keys = new Map<string, KeyStates>();

  constructor(layouts: Layouts) {
    this.#layouts = layouts;
  }

  decode({ keys, rows, upTo }: ReadRows): GatewayRecord[] {
    for (const row of keys) this.#keep(row, this.#decodeKey(row).keys);
    const records: GatewayRecord[] = [];
    for (const row of rows) {
      const decoded = row.key === row.first ? this.#decodeKey(row) : this.#decodeOn(row);
      for (const record of decoded.records) if (record.seq <= upTo) records.push(record);
    }
    return records.sort((a, b) => a.seq - b.seq);
  }

  #decodeKey(row: ChunkRow): { readonly records: readonly GatewayRecord[]; readonly keys: KeyStates } {
    const decoded = decodeChunk(row.body, row.priority, this.#layouts, NO_KEYS);
    this.#keep(row, decoded.keys);
    return decoded;
  }

  #decodeOn(row: ChunkRow): { readonly records: readonly GatewayRecord[] } {
    const keys = this.#keys.get(nameOf(row.priority, row.key));
    // Without its key chunk a row cannot be read; its numbers are told as lost where they are missed.
    return keys ? decodeChunk(row.body, row.priority, this.#layouts, keys) : { records: [] };
  }

  #keep(row: ChunkRow, keys: KeyStates): void {
    this.#keys.set(nameOf(row.priority, row.first), keys);
    for (const name of this.#keys.keys()) {
      if (this.#keys.size <= MOST_KEYS) break;
      this.#keys.delete(name);
    }
  }
}

function nameOf(priority: Priority, first: number): string {
  return `${priority} ${first}`;
}
