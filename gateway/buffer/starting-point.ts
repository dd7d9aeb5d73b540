import type { Database } from "better-sqlite3";
import { sqlName, TABLES } from "./file-format.js";
import { type Identity, readIdentity } from "./identity.js";
import { decodeMarks, type Marks, type UplinkMarks } from "./marks.js";
import type { Opened, OpenRequest, UplinkState } from "./protocol.js";

/** Numbers that are reserved beyond the last one used, when a file is opened. */
const FIRST_RESERVATION = 100_000;

/** How a run begins, out of the file and the second place. Reads only. */
export interface Start {
  readonly epoch: string;
  readonly rev: number;
  readonly base: number;
  readonly reserved: number;
  readonly uplinks: readonly UplinkState[];
  /** Uplinks that are not configured today: should they come back, they go on where they stood. */
  readonly absent: readonly UplinkMarks[];
  readonly stamp: number;
  readonly void?: NonNullable<Opened["void"]>;
  readonly oldEpoch?: NonNullable<Opened["oldEpoch"]>;
}

export function startingPoint(db: Database, request: OpenRequest): Start {
  const { machineId, newEpoch, readingsHash } = request;
  const identity = readIdentity(request.identityPath);
  const file = {
    epoch: stateOf(db, "epoch") as string | undefined,
    machine: stateOf(db, "machine") as string | undefined,
    readings: stateOf(db, "readings") as string | undefined,
    rev: Number(stateOf(db, "rev") ?? 0),
    reserved: Number(stateOf(db, "reserved") ?? 0),
  };
  const last = lastCommitted(db);
  const machine = file.machine ?? identity?.machineId;
  const known = file.epoch ?? identity?.epoch;
  // A stale second place (another machine's, or cut off while a new epoch began) says nothing about this file.
  const stale = identity !== undefined && file.epoch !== undefined && identity.epoch !== file.epoch;
  const other = stale && identity.machineId === machineId;
  const moved = known !== undefined && machine !== machineId;
  const anew = known === undefined || moved || other;
  const trusted: Identity | undefined = stale ? undefined : identity;

  const reserved = Math.max(file.reserved, identity?.reserved ?? 0, last);
  const storedHash = file.readings ?? trusted?.readingsHash;
  const storedRev = Math.max(file.rev, trusted?.rev ?? 0);
  const rev = anew ? 1 : storedHash === readingsHash ? Math.max(1, storedRev) : storedRev + 1;
  const marks = newestMarks(db);
  const fileLost = file.epoch === undefined && identity !== undefined;
  const unclean = reserved > last && !anew;
  return {
    epoch: anew ? newEpoch : known,
    rev,
    base: reserved,
    reserved: reserved + FIRST_RESERVATION,
    uplinks: mergeUplinks(db, request, marks, last, anew),
    absent: absentUplinks(db, request, marks).map((own) => (anew ? { ...own, last: 0 } : own)),
    stamp: marks.stamp,
    ...(unclean && { void: { from: last + 1, to: reserved, reason: fileLost ? "file_lost" : "crash" } }),
    ...(anew &&
      known !== undefined && {
        oldEpoch: { epoch: known, last, reason: moved ? ("moved" as const) : ("both_lost" as const) },
      }),
  };
}

/** A name keeps its slot for ever; a new uplink begins after what exists. */
function mergeUplinks(
  db: Database,
  { uplinks }: OpenRequest,
  marks: Marks,
  last: number,
  anew: boolean,
): UplinkState[] {
  const rows = db.prepare("SELECT slot, name, births FROM uplink").all() as Omit<
    UplinkState,
    "last" | "acknowledged"
  >[];
  const known = new Map(rows.map((row) => [row.name, row]));
  let next = rows.reduce((highest, row) => Math.max(highest, row.slot + 1), 0);
  return uplinks.map((name) => {
    const row = known.get(name);
    if (!row) return { slot: next++, name, births: 0, last: 0, acknowledged: last > 0 ? [[1, last]] : [] };
    const own = marks.uplinks.find(({ slot }) => slot === row.slot);
    const acknowledged = own?.acknowledged ?? [];
    return { ...row, acknowledged, last: anew ? 0 : (own?.last ?? 0), births: anew ? 0 : row.births };
  });
}

function absentUplinks(db: Database, { uplinks }: OpenRequest, marks: Marks): UplinkMarks[] {
  const rows = db.prepare("SELECT slot, name FROM uplink").all() as { slot: number; name: string }[];
  const absent = new Set(rows.filter(({ name }) => !uplinks.includes(name)).map(({ slot }) => slot));
  return marks.uplinks.filter(({ slot }) => absent.has(slot));
}

/** How far each uplink was with the last commit. Throws InternalError `buffer.chunk_damaged`. */
export function newestMarks(db: Database): Marks {
  const stored: unknown[] = [stateOf(db, "marks")];
  for (const table of TABLES) {
    const row = db.prepare(`SELECT marks FROM ${sqlName(table)} ORDER BY first DESC LIMIT 1`).get();
    stored.push((row as { marks: unknown } | undefined)?.marks);
  }
  let newest: Marks = { stamp: 0, uplinks: [] };
  for (const bytes of stored) {
    if (!(bytes instanceof Uint8Array)) continue;
    const marks = decodeMarks(bytes);
    if (marks.stamp >= newest.stamp) newest = marks;
  }
  return newest;
}

export function stateOf(db: Database, key: string): unknown {
  const row = db.prepare("SELECT value FROM state WHERE key = ?").get(key);
  return (row as { value: unknown } | undefined)?.value;
}

/** Every uplink that the file knows, configured today or not. */
export function storedUplinks(db: Database): Pick<UplinkState, "slot" | "name" | "births">[] {
  return db.prepare("SELECT slot, name, births FROM uplink ORDER BY slot").all() as Pick<
    UplinkState,
    "slot" | "name" | "births"
  >[];
}

export function lastCommitted(db: Database): number {
  let last = 0;
  for (const table of TABLES) {
    const row = db
      .prepare(`SELECT first + span AS last FROM ${sqlName(table)} ORDER BY first DESC LIMIT 1`)
      .get();
    last = Math.max(last, (row as { last: number } | undefined)?.last ?? 0);
  }
  return last;
}

/** The same of a file that may be damaged: the highest number that can be found, 0 for none. Never throws. */
export function lastReadable(db: Database): number {
  let last = 0;
  for (const table of TABLES) {
    try {
      const find = db.prepare(`SELECT first + span FROM ${sqlName(table)} ORDER BY first DESC LIMIT 1`);
      last = Math.max(last, Number(find.pluck().get() ?? 0));
    } catch {
      // Its newest page is damaged: another table may tell more.
    }
  }
  return last;
}

/** Lowest number kept, or the one after the last. */
export function lowestKept(db: Database): number {
  let first = Number.POSITIVE_INFINITY;
  for (const table of TABLES) {
    const row = db.prepare(`SELECT first FROM ${sqlName(table)} ORDER BY first LIMIT 1`).get();
    first = Math.min(first, (row as { first: number } | undefined)?.first ?? Number.POSITIVE_INFINITY);
  }
  return Number.isFinite(first) ? first : lastCommitted(db) + 1;
}
