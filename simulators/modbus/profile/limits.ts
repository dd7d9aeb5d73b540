import type { Table } from "../../../drivers/modbus/point-schema.js";
import type { DeviceKeys, ProfileKeys } from "./keys.js";
import { covers, isBitTable, overlaps, type Stretch } from "./memory.js";
import type { ProfilePoint } from "./point.js";
import type { PointBank } from "./point-bank.js";
import type { PointIndex } from "./point-index.js";
import { operandsOf } from "./settings.js";
import { StretchMemo } from "./stretch-memo.js";

/** Ways in which a read goes against what the profile says of its device. */
export type ReadFault =
  | "too_long"
  | "odd"
  | "window"
  | "block"
  | "hole"
  | "unknown"
  | "alone"
  | "group"
  | "torn";

/** V1.1b3, 6.1 and 6.3. */
const MOST_REGISTERS = 125;
const MOST_BITS = 2000;
const TABLES: readonly Table[] = ["coil", "discrete", "input", "holding"];

/** What a device takes, as its profile says it. */
export class ReadLimits {
  readonly #keys: DeviceKeys;
  readonly #defaultTable: Table;
  readonly #index: PointIndex;
  readonly #groups = new Map<string, readonly ProfilePoint[]>();
  /** Addresses that exist because something lies there. */
  readonly #known: Readonly<Record<Table, Set<number>>>;
  readonly #ends: Readonly<Record<Table, readonly [first: number, last: number] | undefined>>;
  /** Addresses before which a value is cut in two: no value begins or ends there. */
  readonly #inner = new Set<string>();
  readonly #blocks: readonly Stretch[];
  readonly #existing = new StretchMemo((read) => this.#isInside(read));
  /** Of those that are judged by what `#wanted` asks for. */
  readonly #judged = new StretchMemo((read) => this.#judge(read, this.#wanted));
  #wanted: ReadonlySet<string> | undefined;

  constructor(profile: ProfileKeys, bank: PointBank) {
    this.#keys = profile.device;
    this.#defaultTable = profile.defaults.table ?? "holding";
    this.#index = bank.index;
    const points = [...bank.points.values()];
    for (const point of points) {
      const { group } = point.keys;
      if (group !== undefined) this.#groups.set(group, [...(this.#groups.get(group) ?? []), point]);
    }
    const known = {
      coil: new Set<number>(),
      discrete: new Set<number>(),
      input: new Set<number>(),
      holding: new Set<number>(),
    };
    this.#known = known;
    const hulls = [...this.#groups.values()].flatMap((group) => hullOf(group.map(({ stretch }) => stretch)));
    this.#blocks = (this.#keys.blocks ?? []).map((block) => ({
      ...block,
      table: block.table ?? this.#defaultTable,
    }));
    const lying = [...points.flatMap(partsOf), ...bank.besides];
    for (const { table, address, count } of lying) {
      for (let at = address + 1; at < address + count; at++) this.#inner.add(`${table} ${at}`);
    }
    for (const { table, address, count } of lying) {
      this.#inner.delete(`${table} ${address}`);
      this.#inner.delete(`${table} ${address + count}`);
    }
    for (const { table, address, count } of [...lying, ...hulls, ...this.#blocks]) {
      for (let at = address; at < address + count; at++) known[table].add(at);
    }
    if (this.#keys.even_start) {
      for (const table of TABLES) for (const at of [...known[table]]) known[table].add(at ^ 1);
    }
    const endsOf = (table: Table): readonly [number, number] | undefined => {
      const all = [...known[table]];
      const [first, last] = [
        all.reduce((a, b) => Math.min(a, b), 65_536),
        all.reduce((a, b) => Math.max(a, b), -1),
      ];
      return last < 0 ? undefined : [first, last];
    };
    this.#ends = {
      coil: endsOf("coil"),
      discrete: endsOf("discrete"),
      input: endsOf("input"),
      holding: endsOf("holding"),
    };
  }

  most(table: Table): number {
    return isBitTable(table)
      ? (this.#keys.max_bits ?? MOST_BITS)
      : (this.#keys.max_registers ?? MOST_REGISTERS);
  }

  /** Whether the device answers at this address. With `max_gap: 0` a hole is refused, else it reads 0. */
  exists(table: Table, address: number): boolean {
    if (this.#known[table].has(address)) return true;
    const ends = this.#ends[table];
    return this.#keys.max_gap !== 0 && ends !== undefined && address >= ends[0] && address <= ends[1];
  }

  /** Whether the device answers at all addresses of a stretch. */
  existsWhole(stretch: Stretch): boolean {
    return this.#existing.of(stretch);
  }

  /** What is wrong with the read; `asked`: the points that somebody wants, where not all of them are. */
  faults(read: Stretch, asked?: ReadonlySet<string>): readonly ReadFault[] {
    if (asked !== this.#wanted) this.#judged.forget();
    this.#wanted = asked;
    return this.#judged.of(read);
  }

  #judge(read: Stretch, asked: ReadonlySet<string> | undefined): readonly ReadFault[] {
    const isAsked = ({ id }: ProfilePoint): boolean => asked?.has(id) ?? true;
    const found: Readonly<Record<ReadFault, boolean>> = {
      too_long: read.count > this.most(read.table),
      odd: this.#isOdd(read),
      window: this.#leavesWindow(read),
      block: this.#blocks.some(
        (block) => overlaps(block, read) && !(covers(block, read) && covers(read, block)),
      ),
      hole: this.#longestHole(read) > (this.#keys.max_gap ?? Number.POSITIVE_INFINITY),
      unknown: !this.existsWhole(read),
      alone: this.#isCrowded(read, isAsked),
      group: [...this.#groups.values()].some((points) => isSplit(points.filter(isAsked), read)),
      torn: this.#isTorn(read),
    };
    return (Object.keys(found) as ReadFault[]).filter((fault) => found[fault]);
  }

  #isOdd({ table, address, count }: Stretch): boolean {
    return this.#keys.even_start === true && !isBitTable(table) && (address % 2 !== 0 || count % 2 !== 0);
  }

  #leavesWindow(read: Stretch): boolean {
    const windows = (this.#keys.windows ?? []).filter(
      ({ table }) => (table ?? this.#defaultTable) === read.table,
    );
    const last = read.address + read.count - 1;
    return windows.length > 0 && !windows.some(({ from, to }) => read.address >= from && last <= to);
  }

  #longestHole({ table, address, count }: Stretch): number {
    let [longest, current] = [0, 0];
    for (let at = address; at < address + count; at++) {
      current = this.#known[table].has(at) ? 0 : current + 1;
      longest = Math.max(longest, current);
    }
    return longest;
  }

  #isInside({ table, address, count }: Stretch): boolean {
    for (let at = address; at < address + count; at++) if (!this.exists(table, at)) return false;
    return true;
  }

  /** Somebody who wants to be read alone is read with others that are not part of it. */
  #isCrowded(read: Stretch, isAsked: (point: ProfilePoint) => boolean): boolean {
    const inside = [...this.#index.within(read)];
    return inside.some(
      (point) => point.keys.alone && isAsked(point) && inside.some((other) => !isWith(point, other)),
    );
  }

  /** It begins or ends in the middle of a value: where nothing begins, and where nothing ends. */
  #isTorn({ table, address, count }: Stretch): boolean {
    return this.#inner.has(`${table} ${address}`) || this.#inner.has(`${table} ${address + count}`);
  }
}

/** One that lies over the other, or over what it needs. */
function isWith(point: ProfilePoint, other: ProfilePoint): boolean {
  const own = [point.stretch, ...point.parts, ...operandsOf(point)];
  return own.some((stretch) => overlaps(stretch, other.stretch));
}

/** A group that a read has in part only. */
function isSplit(points: readonly ProfilePoint[], read: Stretch): boolean {
  const covered = points.filter(({ stretch }) => covers(read, stretch)).length;
  return covered > 0 && covered < points.length;
}

/** Registers of a point, and of what it is made of. */
function partsOf(point: ProfilePoint): readonly Stretch[] {
  return [point.stretch, ...point.parts];
}

/** From the first to the last register, for each table. */
function hullOf(stretches: readonly Stretch[]): readonly Stretch[] {
  return TABLES.flatMap((table) => {
    const own = stretches.filter((stretch) => stretch.table === table);
    if (own.length === 0) return [];
    const first = Math.min(...own.map(({ address }) => address));
    const end = Math.max(...own.map(({ address, count }) => address + count));
    return [{ table, address: first, count: end - first }];
  });
}
