import type { Table } from "../../../drivers/modbus/point-schema.js";

/** Words that are kept, and copied, together. */
const PAGE = 64;
type Page = Uint16Array;
/** The pages of one table by number; a hole: nothing was put there. */
type Pages = (Page | undefined)[];

const TABLES = ["coil", "discrete", "input", "holding"] as const satisfies readonly Table[];

/**
 * The words of a device, 0 where nothing was put; bits are 0 and 1. What it was at a moment shares its pages until a word
 * in one changes.
 */
export class WordMemory {
  #pages: Record<Table, Pages> = { coil: [], discrete: [], input: [], holding: [] };
  /** Pages that nobody else looks at: they may be written in. */
  #own = new Set<Page>();
  #kept: WordMemory | undefined;

  get(table: Table, address: number): number {
    return this.#pages[table][Math.floor(address / PAGE)]?.[address % PAGE] ?? 0;
  }

  /** A sheet over this memory: what is put there leaves the memory as it is. */
  overlay(): WordMemory {
    return new Sheet(this);
  }

  /** The memory as it is now, whatever becomes of it; the same one until a word has changed. Only to be read. */
  kept(): WordMemory {
    this.#kept ??= this.#copy();
    return this.#kept;
  }

  set(table: Table, address: number, word: number): void {
    const pages = this.#pages[table];
    const number = Math.floor(address / PAGE);
    const held = word & 0xffff;
    let page = pages[number];
    if ((page?.[address % PAGE] ?? 0) === held) return;
    this.#kept = undefined;
    if (!page || !this.#own.has(page)) {
      page = page ? page.slice() : new Uint16Array(PAGE);
      pages[number] = page;
      this.#own.add(page);
    }
    page[address % PAGE] = held;
  }

  /** Keeps everything as it is; what it gives puts it back. */
  snapshot(): () => void {
    const kept = this.#copy();
    return () => {
      this.#kept = undefined;
      this.#own.clear();
      for (const table of TABLES) this.#pages[table] = kept.#pages[table].slice();
    };
  }

  #copy(): WordMemory {
    const copy = new WordMemory();
    for (const table of TABLES) copy.#pages[table] = this.#pages[table].slice();
    this.#own.clear();
    return copy;
  }

  words(table: Table, address: number, count: number): number[] {
    const words: number[] = [];
    for (let at = address; at < address + count; at++) words.push(this.get(table, at));
    return words;
  }

  put(table: Table, address: number, words: readonly number[]): void {
    for (const [at, word] of words.entries()) this.set(table, address + at, word);
  }
}

/** What was put here, and where nothing was, what lies beneath. */
class Sheet extends WordMemory {
  readonly #beneath: WordMemory;
  readonly #put: Readonly<Record<Table, Map<number, number>>>;

  constructor(beneath: WordMemory, put?: Readonly<Record<Table, Map<number, number>>>) {
    super();
    this.#beneath = beneath;
    this.#put = {
      coil: new Map(put?.coil),
      discrete: new Map(put?.discrete),
      input: new Map(put?.input),
      holding: new Map(put?.holding),
    };
  }

  override get(table: Table, address: number): number {
    return this.#put[table].get(address) ?? this.#beneath.get(table, address);
  }

  override set(table: Table, address: number, word: number): void {
    this.#put[table].set(address, word & 0xffff);
  }

  override kept(): WordMemory {
    return new Sheet(this.#beneath.kept(), this.#put);
  }

  override snapshot(): () => void {
    throw new RangeError("a sheet is thrown away");
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
