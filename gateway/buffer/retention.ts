import type { Database } from "better-sqlite3";
import { PRIORITIES, type Priority } from "../../drivers/core/point.js";
import { PAGE_SIZE, tableOf } from "./file-format.js";
import type { ChunkRow, RetainRequest } from "./protocol.js";

/** Groups removed in one call, so that a call stays short; the next call goes on. */
const MOST_GROUPS = 20;
/** Above this share of the largest size, room is made. */
const FULL_SHARE = 0.9;

interface Group {
  readonly priority: Priority;
  readonly key: number;
  readonly last: number;
  readonly t: number;
}

/**
 * Removes whole groups (a key chunk and all that build on it), oldest first: what is old enough and
 * acknowledged; then, while the file is fuller than it may be, what is acknowledged; then the oldest of the
 * least important priority. Returns the rows of that last kind, which somebody still waited for.
 */
export function retain(db: Database, request: RetainRequest, maxBytes: number): ChunkRow[] {
  const evicted: ChunkRow[] = [];
  db.transaction(() => {
    for (let n = 0; n < MOST_GROUPS; n++) {
      const oldest = PRIORITIES.flatMap((priority) => oldestGroup(db, priority) ?? []);
      const done = oldest.filter((group) => group.last < request.acknowledgedBelow);
      const old = done.find((group) => group.t < request.olderThan);
      if (old) {
        remove(db, old);
        continue;
      }
      if (usedBytes(db) < maxBytes * FULL_SHARE) return;
      const victim = done[0] ?? oldest[0];
      if (!victim) return;
      if (victim !== done[0]) evicted.push(...rowsOf(db, victim));
      remove(db, victim);
    }
  })();
  return evicted;
}

/** Undefined when the priority has one group at most: the group that is being written stays. */
function oldestGroup(db: Database, priority: Priority): Group | undefined {
  const table = tableOf(priority);
  const first = db.prepare(`SELECT key FROM ${table} ORDER BY first LIMIT 1`).get() as
    | { key: number }
    | undefined;
  if (!first) return undefined;
  const next = db
    .prepare(`SELECT first FROM ${table} WHERE first = key AND first > ? ORDER BY first LIMIT 1`)
    .get(first.key);
  if (!next) return undefined;
  const { last, t } = db
    .prepare(`SELECT max(last) AS last, max(t) AS t FROM ${table} WHERE first >= ? AND first < ?`)
    .get(first.key, (next as { first: number }).first) as { last: number; t: number };
  return { priority, key: first.key, last, t };
}

function rowsOf(db: Database, { key, last, priority }: Group): ChunkRow[] {
  const rows = db
    .prepare(`SELECT * FROM ${tableOf(priority)} WHERE first >= ? AND first <= ?`)
    .all(key, last) as Omit<ChunkRow, "priority">[];
  return rows.map((row) => ({ ...row, priority }));
}

function remove(db: Database, { key, last, priority }: Group): void {
  db.prepare(`DELETE FROM ${tableOf(priority)} WHERE first >= ? AND first <= ?`).run(key, last);
}

function usedBytes(db: Database): number {
  const pages = Number(db.pragma("page_count", { simple: true }));
  const free = Number(db.pragma("freelist_count", { simple: true }));
  return (pages - free) * PAGE_SIZE;
}
