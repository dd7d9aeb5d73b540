import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Database, Statement } from "better-sqlite3";
import { asError } from "../../drivers/core/errors.js";
import type { Entries, StoredLayout } from "./book.js";
import { CardAccount } from "./card-account.js";
import type { StoredRun } from "./chunk.js";
import { DiskRoom, dropBallast, SYSTEM_DISK } from "./disk-room.js";
import { LOG_BYTES, limitSize, sqlName, TABLES, type Table } from "./file-format.js";
import { writeIdentity } from "./identity.js";
import { encodeMarks } from "./marks.js";
import { newestTime } from "./newest-time.js";
import { extendLog, openFile } from "./open-file.js";
import { pack } from "./packing.js";
import type {
  CommitRequest,
  Committed,
  Opened,
  OpenRequest,
  ReadRequest,
  ReadRows,
  Retained,
  RetainRequest,
  RevisionRequest,
  Room,
  UplinkState,
} from "./protocol.js";
import { RangeSet } from "./range-set.js";
import { chooseGroups, remove, usedBytes } from "./retention.js";
import { RowReader } from "./rows.js";
import { keptIn, startingPoint, stateOf } from "./starting-point.js";
import { WriteAccount } from "./write-account.js";

/** A commit may run beyond the length at which the log is begun anew; each frame has a head. */
const LOG_MARGIN = 1.1;

/** The SQLite file, synchronous: it lives in a thread of its own. */
export class StoreFile {
  readonly #db: Database;
  readonly #request: OpenRequest;
  readonly #reader: RowReader;
  readonly #insert: ReadonlyMap<Table, Statement>;
  readonly #putState: Statement;
  readonly #putUplink: Statement;
  readonly opened: Opened;
  readonly #account: WriteAccount;
  readonly #card: CardAccount;
  readonly #pageSize: number;
  #uplinkRows = "";
  readonly #room: DiskRoom;
  #making = false;
  /** Whether unsent records may make room. */
  #evicting = true;

  /** Opens, sets a damaged file aside, decides epoch, rev and first number, and reserves numbers. */
  constructor(request: OpenRequest) {
    this.#request = request;
    const { db, setAside } = openFile(request);
    this.#db = db;
    try {
      this.#pageSize = Number(db.pragma("page_size", { simple: true }));
      this.#reader = new RowReader(db);
      this.#insert = new Map(
        // A commit that failed may be on the disk after all: the same rows come again.
        TABLES.map((table) => [
          table,
          db.prepare(`INSERT OR REPLACE INTO ${sqlName(table)} VALUES (?, ?, ?, ?, ?, ?, ?, ?)`),
        ]),
      );
      this.#putState = db.prepare("INSERT OR REPLACE INTO state VALUES (?, ?)");
      this.#putUplink = db.prepare("INSERT OR REPLACE INTO uplink VALUES (?, ?, ?)");
      this.#card = new CardAccount(request.path, stateOf(db, "card"));
      const opened = this.#begin(setAside !== undefined);
      limitSize(db, request.maxBytes);
      const logBytes = LOG_BYTES * LOG_MARGIN;
      if (!extendLog(request.path, logBytes) && dropBallast(request.path)) extendLog(request.path, logBytes);
      this.#room = new DiskRoom(db, request.path, request.maxBytes, SYSTEM_DISK);
      this.opened = { ...opened, room: this.#roomNow(), ...(setAside && { setAside }) };
      this.#account = new WriteAccount(request.path, this.#pageSize, this.#fileBytes());
    } catch (error) {
      db.close();
      throw error;
    }
  }

  commit(request: CommitRequest): Committed {
    const { commitMs = 0, compress = true } = this.#request.tuning ?? {};
    if (commitMs > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, commitMs);
    const bodies = request.chunks.map((chunk) => pack(chunk.body, compress));
    // The second place first: it may promise more than the file, never less.
    const identityProblem =
      request.reserved === undefined ? undefined : this.#writeIdentity(request.reserved, request.uplinks);
    const { stamp, uplinks } = request;
    const card = this.#card.due(this.#account.bytes, request.final);
    const marks = encodeMarks({ stamp, uplinks });
    this.#written(() => {
      // Removing first: what was freed may be all the room there is.
      for (const group of request.remove) remove(this.#db, group);
      this.#putEntries(request.entries);
      for (const [index, chunk] of request.chunks.entries()) {
        const { count, first, key, last, rev, t, table } = chunk;
        const own = index === request.chunks.length - 1 ? marks : null;
        this.#insert.get(table)?.run(first, last - first, first - key, count, rev, t, own, bodies[index]);
      }
      if (request.chunks.length === 0) this.#putState.run("marks", marks);
      this.#putUplinks(request.uplinks);
      if (request.reserved !== undefined) this.#putState.run("reserved", request.reserved);
      if (card !== undefined) this.#putState.run("card", card);
      for (const [key, value] of Object.entries(request.notes ?? {})) this.#putState.run(key, value);
    });
    const room = this.#roomNow();
    const bytesWritten = this.#account.afterCommit(room.fileBytes);
    this.#card.written(bytesWritten);
    return {
      ...room,
      bytesWritten,
      card: this.#card.totals,
      ...(identityProblem !== undefined && { identityProblem }),
    };
  }

  read({ from }: ReadRequest): ReadRows {
    return this.#reader.read(from);
  }

  retain(request: RetainRequest): Retained {
    const { pressed } = request;
    this.#room.restore();
    // What others do with the disk may be over soon: it costs nobody unsent records before they cannot wait.
    if (this.#room.state === "writable") this.#evicting = true;
    else if (pressed) this.#evicting = true;
    const { making, ...chosen } = chooseGroups(this.#db, request, {
      maxBytes: this.#room.limitBytes,
      making: this.#making,
      evict: this.#evicting,
    });
    this.#making = making;
    return { ...chosen, kept: keptIn(this.#db), room: this.#roomNow() };
  }

  revision({ epoch, rev }: RevisionRequest): string | undefined {
    const row = this.#db
      .prepare("SELECT description FROM revision WHERE epoch = ? AND rev = ?")
      .get(epoch, rev) as { description: string } | undefined;
    return row?.description;
  }

  close(): void {
    this.#db.close();
    this.#account.close();
  }

  /** One transaction; when the disk has no space for it, what was kept for that is given back. */
  #written(write: () => void): void {
    const transaction = this.#db.transaction(write);
    for (;;) {
      try {
        transaction();
        this.#room.committed();
        return;
      } catch (error) {
        const code = error instanceof Error && "code" in error ? String(error.code) : "";
        const before = this.#room.state;
        const again = this.#room.relieve(code);
        if (before === "writable" && this.#room.state === "full") this.#evicting = false;
        if (!again) throw error;
      }
    }
  }

  #roomNow(): Room {
    const { limitBytes, state } = this.#room;
    return { fileBytes: this.#fileBytes(), usedBytes: usedBytes(this.#db), limitBytes, disk: state };
  }

  #fileBytes(): number {
    return Number(this.#db.pragma("page_count", { simple: true })) * this.#pageSize;
  }

  #begin(isSalvaged: boolean): Omit<Opened, "room"> {
    const { forgotten, removed, ...start } = startingPoint(this.#db, this.#request);
    const { absent, epoch, reserved, rev, uplinks } = start;
    const all = [...uplinks, ...absent];
    const identityProblem = this.#writeIdentity(reserved, uplinks, start);
    const newest = newestTime(this.#db);
    this.#db.transaction(() => {
      this.#dropRevisions(epoch);
      this.#db
        .prepare("INSERT OR REPLACE INTO revision VALUES (?, ?, ?)")
        .run(epoch, rev, this.#request.description);
      const forget = this.#db.prepare("UPDATE uplink SET name = name || ' ' || slot WHERE slot = ?");
      for (const slot of forgotten) forget.run(slot);
      this.#putUplinks(all);
      for (const [key, value] of Object.entries({
        epoch,
        epochs: JSON.stringify(start.epochs),
        rev,
        reserved,
        machine: this.#request.machineId,
        readings: this.#request.readingsHash,
        marks: encodeMarks({ stamp: start.stamp + 1, uplinks: all }),
        removed: JSON.stringify(removed),
      })) {
        this.#putState.run(key, value);
      }
      // It stays: what is missing may be asked for by an uplink that is away for months.
      if (isSalvaged) this.#putState.run("holes", 1);
    })();
    return {
      ...start,
      stamp: start.stamp + 1,
      entries: this.#entries(),
      kept: keptIn(this.#db),
      ...(newest !== undefined && { newest }),
      notes: {
        untold: String(stateOf(this.#db, "untold") ?? ""),
        below: Number(stateOf(this.#db, "below") ?? 0),
      },
      card: this.#card.totals,
      hasHoles: stateOf(this.#db, "holes") !== undefined,
      ...(identityProblem !== undefined && { identityProblem }),
    };
  }

  /** A description is kept as long as a record of its revision. */
  #dropRevisions(epoch: string): void {
    const oldest = TABLES.flatMap((table) => {
      const row = this.#db.prepare(`SELECT rev FROM ${sqlName(table)} ORDER BY first LIMIT 1`).get();
      return row ? [(row as { rev: number }).rev] : [];
    });
    const epochs = this.#db.prepare("SELECT count(DISTINCT epoch) AS n FROM revision").get() as { n: number };
    // Revisions of several epochs cannot be compared: then all of them stay.
    if (epochs.n > 1 || oldest.length === 0) return;
    this.#db.prepare("DELETE FROM revision WHERE epoch = ? AND rev < ?").run(epoch, Math.min(...oldest));
  }

  #putUplinks(uplinks: readonly UplinkState[]): void {
    // Names and births change rarely: no page is written for nothing.
    const rows = JSON.stringify(uplinks.map(({ births, name, slot }) => [slot, name, births]));
    if (rows === this.#uplinkRows) return;
    for (const { births, name, slot } of uplinks) this.#putUplink.run(slot, name, births);
    this.#uplinkRows = rows;
  }

  #putEntries({ layouts, runs }: Entries): void {
    for (const { device, id, points } of layouts) {
      this.#db
        .prepare("INSERT OR REPLACE INTO layout VALUES (?, ?)")
        .run(id, JSON.stringify({ device, points }));
    }
    for (const { boot, epoch, id } of runs) {
      this.#db.prepare("INSERT OR REPLACE INTO run VALUES (?, ?, ?)").run(id, epoch, boot);
    }
  }

  #entries(): Entries {
    return readEntries(this.#db);
  }

  /** The problem, when the second place cannot be written: numbers go on with the file alone. */
  #writeIdentity(
    reserved: number,
    uplinks: readonly UplinkState[],
    { epoch, rev }: Pick<Opened, "epoch" | "rev"> = this.opened,
  ): string | undefined {
    const { identityPath, machineId, readingsHash } = this.#request;
    const pendingFrom = Object.fromEntries(
      uplinks.map(({ acknowledged, name }) => [name, new RangeSet(acknowledged).firstMissing(1)]),
    );
    try {
      mkdirSync(dirname(identityPath), { recursive: true });
      writeIdentity(identityPath, { epoch, rev, readingsHash, reserved, machineId, pendingFrom });
      return undefined;
    } catch (error) {
      return asError(error).message;
    }
  }
}

export function readEntries(db: Database): Entries {
  const layouts = db.prepare("SELECT id, layout FROM layout").all() as { id: number; layout: string }[];
  return {
    layouts: layouts.map(({ id, layout }) => ({ id, ...(JSON.parse(layout) as Omit<StoredLayout, "id">) })),
    runs: db.prepare("SELECT id, epoch, boot FROM run").all() as StoredRun[],
  };
}
