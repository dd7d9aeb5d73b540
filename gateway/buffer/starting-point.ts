import type { Database } from "better-sqlite3";
import { type EpochStart, epochsOf } from "./epochs.js";
import { sqlName, TABLES } from "./file-format.js";
import { type Identity, readIdentity } from "./identity.js";
import { decodeMarks, type Marks } from "./marks.js";
import type { Kept, Opened, OpenRequest, UplinkState } from "./protocol.js";
import { standOfUplinks, type UplinkStand } from "./uplink-rows.js";

/** Numbers that are reserved beyond the last one used, when a file is opened. */
const FIRST_RESERVATION = 100_000;

/** How a run begins, out of the file and the second place. Reads only. */
export interface Start extends UplinkStand {
  readonly epoch: string;
  readonly rev: number;
  readonly base: number;
  readonly reserved: number;
  readonly stamp: number;
  readonly epochs: readonly EpochStart[];
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
    ...standOfUplinks(db, request, marks, last, anew, String(stateOf(db, "removed") ?? "{}")),
    stamp: marks.stamp,
    epochs: epochsOf(stateOf(db, "epochs"), known, anew ? [newEpoch, reserved + 1] : undefined),
    ...(unclean && { void: { from: last + 1, to: reserved, reason: fileLost ? "file_lost" : "crash" } }),
    ...(anew &&
      known !== undefined && {
        oldEpoch: { epoch: known, last, reason: moved ? ("moved" as const) : ("both_lost" as const) },
      }),
  };
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
  return keptIn(db).from;
}

/** The same, with its time where a trusted clock told. */
export function keptIn(db: Database): Kept {
  let lowest: { first: number; t: number | null } | undefined;
  for (const table of TABLES) {
    const row = db.prepare(`SELECT first, t FROM ${sqlName(table)} ORDER BY first LIMIT 1`).get();
    const found = row as typeof lowest;
    if (found && (!lowest || found.first < lowest.first)) lowest = found;
  }
  if (!lowest) return { from: lastCommitted(db) + 1 };
  return { from: lowest.first, ...(lowest.t !== null && { t: lowest.t }) };
}
