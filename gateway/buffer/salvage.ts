import Database from "better-sqlite3";
import { FORMAT, formatOf, sqlName, TABLES } from "./file-format.js";

/** Longest time for it: a gateway that starts must read its devices soon. What is left lies in the old file. */
const MOST_MS = 20_000;
const SMALL_TABLES = ["state", "revision", "layout", "run", "uplink"];

/**
 * Takes over what can still be read of a damaged file into a new one, rows as they are; returns how many
 * records that were. Rows whose layout or run is gone cannot be read and are told as lost. Never throws.
 */
export function salvage(aside: string, into: Database.Database): number {
  let from: Database.Database;
  try {
    from = new Database(aside, { fileMustExist: true });
  } catch {
    return 0;
  }
  try {
    return salvageFrom(from, into);
  } finally {
    from.close();
  }
}

/** The same of a file that is open. */
export function salvageFrom(from: Database.Database, into: Database.Database): number {
  try {
    // Otherwise SQLite refuses a file that is shorter than its header says (btree.c, lockBtree).
    from.unsafeMode(true);
    from.pragma("writable_schema = ON");
    if (formatOf(from) !== FORMAT) return 0;
    return into.transaction(() => {
      for (const table of SMALL_TABLES) copySmall(from, into, table);
      return copyRows(from, into);
    })();
  } catch {
    return 0;
  }
}

function copySmall(from: Database.Database, into: Database.Database, table: string): void {
  try {
    for (const row of from.prepare(`SELECT * FROM ${table}`).iterate()) insert(into, table, row);
  } catch {
    // The pages that hold the others are gone for good.
  }
}

function copyRows(from: Database.Database, into: Database.Database): number {
  const until = performance.now() + MOST_MS;
  let saved = 0;
  for (const table of TABLES) {
    const name = sqlName(table);
    // From both ends towards the damage: the newest readings are wanted most.
    for (const [order, beyond] of [
      ["DESC", "<"],
      ["ASC", ">"],
    ] as const) {
      const next = from.prepare(
        `SELECT * FROM ${name} WHERE first ${beyond} ? ORDER BY first ${order} LIMIT 1`,
      );
      let at = order === "DESC" ? Number.MAX_SAFE_INTEGER : -1;
      while (performance.now() < until) {
        let row: { first: number; count: number } | undefined;
        try {
          row = next.get(at) as typeof row;
        } catch {
          break;
        }
        if (!row || insert(into, name, row) === 0) break;
        at = row.first;
        saved += row.count;
      }
    }
  }
  return saved;
}

/** 0 when the row is there already. */
function insert(db: Database.Database, table: string, row: unknown): number {
  const values = Object.values(row as Record<string, unknown>);
  return db.prepare(`INSERT OR IGNORE INTO ${table} VALUES (${values.map(() => "?").join(", ")})`).run(values)
    .changes;
}
