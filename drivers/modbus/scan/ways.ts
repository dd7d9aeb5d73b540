import type { Table } from "../point-schema.js";
import type { LibraryDevice } from "./candidates.js";
import type { Question } from "./question.js";
import { readQuestion } from "./question.js";

/** A read of one register or bit by which a unit is looked for. */
export interface Way {
  readonly name: string;
  readonly table: Table;
  readonly address: number;
}

const TABLES: readonly Table[] = ["holding", "input", "coil", "discrete"];
const MOST_WAYS = 6;

/**
 * In the order in which they find devices. Nearly everything answers the first, be it with an exception. Some cheap
 * devices say nothing where they should refuse: those are found by what they have, so each further way is the
 * address that most profiles have of those that the ways before it miss.
 */
export function waysOf(library: readonly LibraryDevice[]): readonly Way[] {
  const ways: Way[] = [wayTo("holding", 0), wayTo("input", 0)];
  let missed = library.filter((device) => !ways.some((way) => device.has(way.table, way.address)));
  while (ways.length < MOST_WAYS && missed.length > 0) {
    const best = mostCommon(missed);
    if (!best) break;
    ways.push(best);
    missed = missed.filter((device) => !device.has(best.table, best.address));
  }
  return ways;
}

export function provingQuestion(unit: number, { table, address }: Way): Question {
  return readQuestion(unit, table, address, 1);
}

function wayTo(table: Table, address: number): Way {
  return { name: `${table} ${address}`, table, address };
}

function mostCommon(devices: readonly LibraryDevice[]): Way | undefined {
  const counts = new Map<string, { way: Way; count: number }>();
  for (const { trials } of devices) {
    const own = new Set<string>();
    for (const { address, count, table } of trials) {
      for (let at = address; at < address + Math.min(count, 8); at++) {
        const way = wayTo(table, at);
        if (own.has(way.name)) continue;
        own.add(way.name);
        counts.set(way.name, { way, count: (counts.get(way.name)?.count ?? 0) + 1 });
      }
    }
  }
  const sorted = [...counts.values()].sort(
    (a, b) =>
      b.count - a.count ||
      TABLES.indexOf(a.way.table) - TABLES.indexOf(b.way.table) ||
      a.way.address - b.way.address,
  );
  return sorted[0]?.way;
}
