import type { Database } from "better-sqlite3";
import { sqlName, TABLES, type Table } from "./file-format.js";
import type { ChunkRow, Group, Retained, RetainRequest } from "./protocol.js";
import { rowsOf } from "./rows.js";

/** One call chooses so many groups at most, so that neither it nor the commit that removes them takes long. */
const MOST_GROUPS = 16;
/** Above the first share of the largest size room is made, down to the second: rarely, but then enough. */
const FULL_SHARE = 0.9;
const ROOMY_SHARE = 0.85;

interface Aged extends Group {
  /** Wall ms of its last record, as far as a trusted clock told; infinite otherwise. */
  readonly t: number;
  readonly bytes: number;
}

/**
 * Chooses whole groups (a key chunk and all that build on it), oldest first: what is old enough and
 * acknowledged; then, while the file is fuller than it may be, what is acknowledged; then the oldest of the
 * least important priority. What tells of losses goes only when everybody has it.
 */
export function chooseGroups(
  db: Database,
  request: RetainRequest,
  maxBytes: number,
  making: boolean,
): Omit<Retained, "keptFrom"> & { readonly making: boolean } {
  const done: Group[] = [];
  const evict: Group[] = [];
  const rows: ChunkRow[] = [];
  const oldest = new Map<Table, Aged | undefined>(TABLES.map((table) => [table, groupFrom(db, table, 0)]));
  let used = usedBytes(db);
  let makeRoom = request.full || used > maxBytes * (making ? ROOMY_SHARE : FULL_SHARE);
  let more = false;
  for (;;) {
    const heads = TABLES.flatMap((table) => oldest.get(table) ?? []);
    const acknowledged = heads.filter(({ last }) => last < request.acknowledgedBelow);
    const old = acknowledged.find(({ t }) => t < request.olderThan);
    const [first] = [...acknowledged].sort((a, b) => a.first - b.first);
    const victim = old ?? (makeRoom ? (first ?? heads.find(({ table }) => table !== "event")) : undefined);
    if (!victim) break;
    if (done.length + evict.length >= MOST_GROUPS) {
      more = true;
      break;
    }
    const group = { table: victim.table, first: victim.first, last: victim.last };
    if (acknowledged.includes(victim)) done.push(group);
    else {
      evict.push(group);
      rows.push(...rowsOf(db, group.table, group.first, group.last));
    }
    oldest.set(victim.table, groupFrom(db, victim.table, victim.last + 1));
    used -= victim.bytes;
    makeRoom = used > maxBytes * ROOMY_SHARE;
  }
  return { done, evict, rows, more, making: makeRoom };
}

/** The first group of a table at or after `from`; undefined for the one that is being written. */
function groupFrom(db: Database, table: Table, from: number): Aged | undefined {
  const name = sqlName(table);
  // Rows stand in the order of `first`, so these are short walks.
  const [key, next] = db
    .prepare(`SELECT first FROM ${name} WHERE first >= ? AND back = 0 ORDER BY first LIMIT 2`)
    .all(from) as { first: number }[];
  if (!key || !next) return undefined;
  const { bytes, last, t } = db
    .prepare(
      `SELECT max(first + span) AS last, max(t) AS t, sum(length(body) + 40) AS bytes
       FROM ${name} WHERE first >= ? AND first < ?`,
    )
    .get(key.first, next.first) as { last: number; t: number | null; bytes: number };
  return { table, first: key.first, last, bytes, t: t ?? timeAfter(db, name, next.first) };
}

/** Taken before the clock was trusted: not older than what came next with a trusted one. */
function timeAfter(db: Database, name: string, first: number): number {
  const row = db
    .prepare(`SELECT t FROM ${name} WHERE first >= ? AND t IS NOT NULL ORDER BY first LIMIT 1`)
    .get(first);
  return (row as { t: number } | undefined)?.t ?? Number.POSITIVE_INFINITY;
}

export function remove(db: Database, { first, last, table }: Group): void {
  db.prepare(`DELETE FROM ${sqlName(table)} WHERE first >= ? AND first <= ?`).run(first, last);
}

function usedBytes(db: Database): number {
  const pages = Number(db.pragma("page_count", { simple: true }));
  const free = Number(db.pragma("freelist_count", { simple: true }));
  return (pages - free) * Number(db.pragma("page_size", { simple: true }));
}
