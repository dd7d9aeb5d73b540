import type { Database } from "better-sqlite3";
import { roomyBytes, usableBytes } from "../core/buffer-room.js";
import { PLAUSIBLE_MS } from "./age-clock.js";
import { Claims, type Standing } from "./claims.js";
import { sqlName, TABLES, type Table } from "./file-format.js";
import type { ChunkRow, Group, Retained, RetainRequest } from "./protocol.js";
import { rowsOf } from "./rows.js";

/** One call chooses so many groups at most, so that neither it nor the commit that removes them takes long. */
const MOST_GROUPS = 16;
/** Who waits for these is told record by record: fewer at a time, because they are unpacked for it. */
const MOST_TOLD_GROUPS = 4;
/** Runs of numbers that everybody has, looked into at most when room is made. */
const MOST_FREE_RUNS = 50;

interface Aged extends Group {
  /** Wall ms of its last record, as far as a trusted clock told; infinite otherwise. */
  readonly t: number;
  readonly bytes: number;
}

export interface Limits {
  readonly maxBytes: number;
  /** Room was being made when this was asked last. */
  readonly making: boolean;
  /** Whether what somebody waits for may go too. */
  readonly evict: boolean;
}

export type Chosen = Pick<Retained, "free" | "expired" | "evicted" | "rows" | "more" | "young"> & {
  readonly making: boolean;
};

/**
 * Chooses whole groups (a key chunk and all that build on it). First what is old enough and waits for nobody. Then,
 * while the file is fuller than it may be: what everybody has, however young; what a dead uplink has not got and is
 * not waited for; at last the oldest of the least important priority. What tells of losses goes only when everybody
 * has it. Changes nothing.
 */
export function chooseGroups(db: Database, request: RetainRequest, limits: Limits): Chosen {
  const { evict, making, maxBytes } = limits;
  const claims = new Claims(request.claims);
  const chosen: Record<Standing, Group[]> = { free: [], expired: [], held: [] };
  const rows: ChunkRow[] = [];
  let used = usedBytes(db);
  let full = request.wantedBytes > maxBytes - used;
  const search = new Search(db, claims, full);
  let isMaking = full || making || used > usableBytes(maxBytes);
  let young: number | null = null;
  let more = false;
  for (;;) {
    isMaking &&= full || used > roomyBytes(maxBytes);
    const mayEvict = evict && (full || used > usableBytes(maxBytes));
    const victim =
      search.old(request.olderThan) ??
      (isMaking ? search.needless() : undefined) ??
      (mayEvict ? search.leastImportant() : undefined);
    if (!victim) break;
    const told = chosen.expired.length + chosen.held.length;
    if (chosen.free.length + told >= MOST_GROUPS || told >= MOST_TOLD_GROUPS) {
      more = true;
      break;
    }
    const { first, last, table } = victim;
    chosen[victim.standing].push({ table, first, last });
    if (victim.standing !== "free") rows.push(...rowsOf(db, table, first, last));
    if (victim.t >= request.olderThan && table !== "event") young = Math.max(young ?? 0, victim.t);
    search.took(victim);
    used -= victim.bytes;
    full = full && request.wantedBytes > maxBytes - used;
  }
  const { expired, free, held: evicted } = chosen;
  return { free, expired, evicted, rows, young, more, making: isMaking };
}

interface Candidate extends Aged {
  readonly standing: Standing;
}

/** Where the next group may be taken from, table by table, without reading through all of them. */
class Search {
  readonly #db: Database;
  readonly #claims: Claims;
  readonly #open: boolean;
  readonly #heads = new Map<Table, Candidate | undefined>();
  /** Groups taken out of the middle: the head may arrive there. */
  readonly #taken = new Set<string>();

  /** `open`: the group that is being written may be taken too, for nothing more is written to it. */
  constructor(db: Database, claims: Claims, open: boolean) {
    this.#db = db;
    this.#claims = claims;
    this.#open = open;
    for (const table of TABLES) this.#moveHead(table, 0);
  }

  old(olderThan: number): Candidate | undefined {
    return this.#pick(({ standing, t, table }) => t < olderThan && mayGo(standing, table));
  }

  /** The oldest that everybody has; without one, the oldest that nobody is waited for. */
  needless(): Candidate | undefined {
    const free = TABLES.flatMap((table) => this.#firstFree(table) ?? []);
    const [oldest] = free.sort((a, b) => a.first - b.first);
    return oldest ?? this.#pick(({ standing, table }) => standing !== "held" && mayGo(standing, table));
  }

  /** The tables stand in the order of their importance. */
  leastImportant(): Candidate | undefined {
    return this.#pick(({ table }) => table !== "event");
  }

  took({ first, last, table }: Group): void {
    this.#taken.add(`${table} ${first}`);
    if (this.#heads.get(table)?.first === first) this.#moveHead(table, last + 1);
  }

  #pick(fits: (candidate: Candidate) => boolean): Candidate | undefined {
    for (const candidate of this.#heads.values()) if (candidate && fits(candidate)) return candidate;
    return undefined;
  }

  #moveHead(table: Table, from: number): void {
    let group = this.#groupFrom(table, from);
    while (group && this.#taken.has(`${table} ${group.first}`))
      group = this.#groupFrom(table, group.last + 1);
    this.#heads.set(table, group && this.#judged(group));
  }

  #judged(group: Aged): Candidate {
    return { ...group, standing: this.#claims.standing(group.first, group.last, group.t) };
  }

  /** A backlog may lie before what was delivered live: it is looked for behind it too. */
  #firstFree(table: Table): Candidate | undefined {
    const head = this.#heads.get(table);
    if (!head) return undefined;
    if (head.standing === "free") return head;
    const runs = this.#claims.free.filter(([, to]) => to > head.last).slice(0, MOST_FREE_RUNS);
    for (const [from, to] of runs) {
      let group = this.#groupFrom(table, Math.max(from, head.last + 1));
      while (group && this.#taken.has(`${table} ${group.first}`))
        group = this.#groupFrom(table, group.last + 1);
      if (!group) return undefined;
      if (group.last <= to) return this.#judged(group);
    }
    return undefined;
  }

  #groupFrom(table: Table, from: number): Aged | undefined {
    return groupFrom(this.#db, table, from, this.#open);
  }
}

function mayGo(standing: Standing, table: Table): boolean {
  return standing === "free" || (standing === "expired" && table !== "event");
}

/** The first group of a table at or after `from`; the one that is being written only when it is `open` to it. */
function groupFrom(db: Database, table: Table, from: number, open: boolean): Aged | undefined {
  const name = sqlName(table);
  // Rows stand in the order of `first`, so these are short walks.
  const [key, next] = db
    .prepare(`SELECT first FROM ${name} WHERE first >= ? AND back = 0 ORDER BY first LIMIT 2`)
    .all(from) as { first: number }[];
  if (!key || (!next && (!open || table === "event"))) return undefined;
  const end = next?.first ?? Number.MAX_SAFE_INTEGER;
  const { bytes, last, t } = db
    .prepare(
      `SELECT max(first + span) AS last, max(t) AS t, sum(length(body) + 40) AS bytes
       FROM ${name} WHERE first >= ? AND first < ?`,
    )
    .get(key.first, end) as { last: number; t: number | null; bytes: number };
  const told = t !== null && t >= PLAUSIBLE_MS ? t : timeAfter(db, name, end);
  return { table, first: key.first, last, bytes, t: told };
}

/** Taken while nobody had set the clock: not older than what came next with a trusted one. */
function timeAfter(db: Database, name: string, first: number): number {
  const row = db
    .prepare(`SELECT t FROM ${name} WHERE first >= ? AND t >= ? ORDER BY first LIMIT 1`)
    .get(first, PLAUSIBLE_MS);
  return (row as { t: number } | undefined)?.t ?? Number.POSITIVE_INFINITY;
}

export function remove(db: Database, { first, last, table }: Group): void {
  db.prepare(`DELETE FROM ${sqlName(table)} WHERE first >= ? AND first <= ?`).run(first, last);
}

export function usedBytes(db: Database): number {
  const pages = Number(db.pragma("page_count", { simple: true }));
  const free = Number(db.pragma("freelist_count", { simple: true }));
  return (pages - free) * Number(db.pragma("page_size", { simple: true }));
}
