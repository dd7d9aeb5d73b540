import type { Database } from "better-sqlite3";
import { PLAUSIBLE_MS } from "./age-clock.js";
import { sqlName, TABLES } from "./file-format.js";

/** Wall ms of the newest record whose time a trusted clock told, as far as the last row of a table says. */
export function newestTime(db: Database): number | undefined {
  const times = TABLES.flatMap((table) => {
    const newest = db
      .prepare(`SELECT t FROM ${sqlName(table)} ORDER BY first DESC LIMIT 1`)
      .pluck()
      .get();
    return typeof newest === "number" && newest >= PLAUSIBLE_MS ? [newest] : [];
  });
  return times.length > 0 ? Math.max(...times) : undefined;
}
