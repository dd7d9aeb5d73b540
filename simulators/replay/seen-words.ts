import type { Table } from "../../drivers/modbus/point-schema.js";
import type { Exchange } from "./exchanges.js";

/** V1.1b3, 6.1 to 6.4. */
const READ_TABLES: Readonly<Record<number, Table>> = { 1: "coil", 2: "discrete", 3: "holding", 4: "input" };

/** A read whose words came back. */
interface Seen {
  readonly at: number;
  readonly address: number;
  readonly count: number;
  readonly body: Uint8Array;
}

/** Words of one table that lie side by side. */
export interface Words {
  readonly table: Table;
  readonly address: number;
  readonly count: number;
}

/** What the recording shows of the memory of one device: which words there are, and what they held when. */
export class SeenWords {
  readonly #reads: Readonly<Record<Table, Seen[]>> = { coil: [], discrete: [], input: [], holding: [] };
  readonly #known: Readonly<Record<Table, Set<number>>> = {
    coil: new Set(),
    discrete: new Set(),
    input: new Set(),
    holding: new Set(),
  };

  /** `exchanges`: of one device, in the order of the recording. Those that are no answered reads say nothing. */
  constructor(exchanges: readonly Exchange[]) {
    for (const { answer, at, pdu } of exchanges) {
      const [functionCode = 0] = pdu;
      const table = READ_TABLES[functionCode];
      if (!table || !answer || pdu.length !== 5 || answer.pdu[0] !== functionCode) continue;
      const view = new DataView(pdu.buffer, pdu.byteOffset, pdu.byteLength);
      const [address, count] = [view.getUint16(1), view.getUint16(3)];
      const body = answer.pdu.subarray(2);
      const bytes = isBitTable(table) ? Math.ceil(count / 8) : 2 * count;
      if (body.length !== bytes || answer.pdu[1] !== bytes) continue;
      this.#reads[table].push({ at, address, count, body });
      for (let word = address; word < address + count; word++) this.#known[table].add(word);
    }
  }

  /** Whether each of the words was seen at some time. */
  covers({ address, count, table }: Words): boolean {
    for (let word = address; word < address + count; word++) {
      if (!this.#known[table].has(word)) return false;
    }
    return true;
  }

  /** What they held at a place of the recording; those that were not seen by then: what they held first. */
  words(wanted: Words, place: number): readonly number[] {
    const reads = this.#reads[wanted.table];
    const now = countUpTo(reads, place);
    const filled = new Filled(wanted);
    for (let at = now - 1; at >= 0 && filled.missing > 0; at--) filled.take(reads[at] as Seen);
    for (let at = now; at < reads.length && filled.missing > 0; at++) filled.take(reads[at] as Seen);
    return filled.words;
  }

  /** The place by which all of them were seen anew after `place`; undefined: not before the end. */
  renewedAfter(wanted: Words, place: number): number | undefined {
    const reads = this.#reads[wanted.table];
    const filled = new Filled(wanted);
    for (let at = countUpTo(reads, place); at < reads.length; at++) {
      const read = reads[at] as Seen;
      filled.take(read);
      if (filled.missing === 0) return read.at;
    }
    return undefined;
  }
}

/** Words that are gathered from several reads, each from the first that has it. */
class Filled {
  readonly words: number[];
  missing: number;
  readonly #wanted: Words;

  constructor(wanted: Words) {
    this.#wanted = wanted;
    this.missing = wanted.count;
    this.words = new Array<number>(wanted.count).fill(-1);
  }

  take({ address, body, count }: Seen): void {
    const { table } = this.#wanted;
    const from = Math.max(address, this.#wanted.address);
    const end = Math.min(address + count, this.#wanted.address + this.#wanted.count);
    for (let word = from; word < end; word++) {
      const own = word - this.#wanted.address;
      if (this.words[own] !== -1) continue;
      const at = word - address;
      this.words[own] = isBitTable(table)
        ? ((body[at >> 3] ?? 0) >> (at & 7)) & 1
        : ((body[2 * at] ?? 0) << 8) | (body[2 * at + 1] ?? 0);
      this.missing--;
    }
  }
}

function isBitTable(table: Table): boolean {
  return table === "coil" || table === "discrete";
}

/** How many of the reads stand at `place` or before it. */
function countUpTo(reads: readonly Seen[], place: number): number {
  let [low, high] = [0, reads.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((reads[middle] as Seen).at <= place) low = middle + 1;
    else high = middle;
  }
  return low;
}
