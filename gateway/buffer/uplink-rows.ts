import type { Database } from "better-sqlite3";
import type { Marks } from "./marks.js";
import { newestTime } from "./newest-time.js";
import type { OpenRequest, UplinkState } from "./protocol.js";

/** Progress of an uplink that is missing in the configuration is kept for so long. */
export const REMEMBER_MS = 90 * 86_400_000;

interface Row {
  readonly slot: number;
  readonly name: string;
  readonly births: number;
}

export interface UplinkStand {
  /** Those of today, in the order of `prevs`. */
  readonly uplinks: readonly UplinkState[];
  /** Those that are missing in the configuration. */
  readonly absent: readonly UplinkState[];
  /** By slot: wall ms since when an uplink is missing. */
  readonly removed: Readonly<Record<string, number>>;
  /** Slots of uplinks that were missing for too long: a name that comes back is a new one. */
  readonly forgotten: readonly number[];
}

/**
 * Where each uplink stands when a file is opened. A name keeps its slot for ever; a new one begins after what
 * exists; a renamed one takes over the slot and all that belongs to it; a removed one is remembered for a while. `storedRemoved` is
 * JSON of the `removed` that was found last.
 */
export function standOfUplinks(
  db: Database,
  request: OpenRequest,
  marks: Marks,
  last: number,
  anew: boolean,
  storedRemoved: string,
): UplinkStand {
  // A forgotten one has a blank in its name, which no id has.
  const rows = (db.prepare("SELECT slot, name, births FROM uplink ORDER BY slot").all() as Row[]).filter(
    ({ name }) => !name.includes(" "),
  );
  const { n: used } = db.prepare("SELECT coalesce(max(slot) + 1, 0) AS n FROM uplink").get() as { n: number };
  const configured = new Set(request.uplinks.map(({ name }) => name));
  let next = used;
  const progress = (row: Row): UplinkState => {
    const own = marks.uplinks.find(({ slot }) => slot === row.slot);
    const acknowledged = own?.acknowledged ?? [];
    const days = own?.days ?? [];
    return { ...row, acknowledged, days, last: anew ? 0 : (own?.last ?? 0), births: anew ? 0 : row.births };
  };
  const uplinks = request.uplinks.map(({ name, renamedFrom }): UplinkState => {
    const former =
      renamedFrom !== undefined && !configured.has(renamedFrom)
        ? rows.find((row) => row.name === renamedFrom)
        : undefined;
    const row = rows.find((one) => one.name === name) ?? former;
    if (row) return { ...progress(row), name };
    return { slot: next++, name, births: 0, days: [], last: 0, acknowledged: last > 0 ? [[1, last]] : [] };
  });

  const present = new Set(uplinks.map(({ slot }) => slot));
  // A clock that is ahead must not make anybody forgotten: no later than what was recorded.
  const now = request.now && Math.min(request.now, newestTime(db) ?? request.now);
  const since = JSON.parse(storedRemoved) as Readonly<Record<string, number>>;
  const removed: Record<string, number> = {};
  const forgotten: number[] = [];
  const absent: UplinkState[] = [];
  for (const row of rows) {
    if (present.has(row.slot)) continue;
    // Without a trusted clock nobody knows how long it has been missing.
    const missing = since[row.slot] ?? now;
    if (missing !== undefined && now !== undefined && now - missing > REMEMBER_MS) {
      forgotten.push(row.slot);
      continue;
    }
    if (missing !== undefined) removed[row.slot] = missing;
    absent.push(progress(row));
  }
  return { uplinks, absent, removed, forgotten };
}
