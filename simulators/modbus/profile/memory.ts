import type { Table } from "../../../drivers/modbus/point-schema.js";

/** The words of a device, 0 where nothing was put; bits are 0 and 1. */
export class WordMemory {
  readonly #tables: Readonly<Record<Table, Map<number, number>>> = {
    coil: new Map(),
    discrete: new Map(),
    input: new Map(),
    holding: new Map(),
  };

  readonly #beneath: WordMemory | undefined;

  constructor(beneath?: WordMemory) {
    this.#beneath = beneath;
  }

  get(table: Table, address: number): number {
    return this.#tables[table].get(address) ?? this.#beneath?.get(table, address) ?? 0;
  }

  /** A sheet over this memory: what is put there leaves the memory as it is. */
  overlay(): WordMemory {
    return new WordMemory(this);
  }

  set(table: Table, address: number, word: number): void {
    this.#tables[table].set(address, word & 0xffff);
  }

  /** Keeps everything as it is; what it gives puts it back. */
  snapshot(): () => void {
    const tables = Object.entries(this.#tables).map(
      ([table, words]) => [table as Table, [...words]] as const,
    );
    return () => {
      for (const [table, words] of tables) {
        this.#tables[table].clear();
        for (const [address, word] of words) this.#tables[table].set(address, word);
      }
    };
  }

  words(table: Table, address: number, count: number): number[] {
    return Array.from({ length: count }, (_, at) => this.get(table, address + at));
  }

  put(table: Table, address: number, words: readonly number[]): void {
    for (const [at, word] of words.entries()) this.set(table, address + at, word);
  }
}

/** Registers, or bits of a bit table, that lie side by side. */
export interface Stretch {
  readonly table: Table;
  readonly address: number;
  readonly count: number;
}

export function isBitTable(table: Table): boolean {
  return table === "coil" || table === "discrete";
}

export function overlaps(a: Stretch, b: Stretch): boolean {
  return a.table === b.table && a.address < b.address + b.count && b.address < a.address + a.count;
}

export function covers(outer: Stretch, inner: Stretch): boolean {
  return (
    outer.table === inner.table &&
    outer.address <= inner.address &&
    outer.address + outer.count >= inner.address + inner.count
  );
}
