import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Database, Statement } from "better-sqlite3";
import { asError } from "../../drivers/core/errors.js";
import type { Entries, StoredLayout } from "./book.js";
import { CardAccount } from "./card-account.js";
import type { StoredRun } from "./chunk.js";
import { DiskRoom, SYSTEM_DISK } from "./disk-room.js";
import { limitSize, sqlName, TABLES, type Table } from "./file-format.js";
import { type Identity, readIdentity, writeIdentity } from "./identity.js";
import { encodeMarks } from "./marks.js";
import { newestTime } from "./newest-time.js";
import { openFile } from "./open-file.js";
import { pack } from "./packing.js";
import type {
  CommitRequest,
  Committed,
  Notes,
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

/** Who removes the file may be about to remove the folder, or to put something in its place. */
const GONE_MS = 1_000;
/** Pages that a commit writes beside its rows, at most. */
const PAGES_BESIDE = 800;
/** A row of several pages has a link in each; each page has a head in the log. */
const ROW_MARGIN = 1.2;

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
  readonly #stood: Standing;
  #goneSince: number | undefined;
  #identity: Identity | undefined;
  #making = false;
  /** Whether unsent records may make room. */
  #evicting = true;

  /**
   * Opens, sets a damaged file aside, decides epoch, rev and first number, and reserves numbers. `from`: what is still
   * open of the file that stood there, and is taken over.
   */
  constructor(request: OpenRequest, from?: Database) {
    this.#request = request;
    const { db, setAside } = openFile(request, from);
    this.#db = db;
    try {
      this.#stood = standing(request.path);
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
    const bytes = bodies.reduce((sum, body) => sum + body.length * ROW_MARGIN, PAGES_BESIDE * this.#pageSize);
    this.#written(bytes, () => {
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

  /**
   * Whether another file, or none, stands where this one was opened: what is committed to it is gone when it is
   * closed. A folder that is not there, or lies on another disk than the file, may come back: then it is not so.
   */
  isGone(): boolean {
    const found = standing(this.#request.path);
    const { disk, file } = this.#stood;
    if (found.disk === undefined || found.disk !== disk || found.file === file) this.#goneSince = undefined;
    else this.#goneSince ??= performance.now();
    return this.#goneSince !== undefined && performance.now() - this.#goneSince >= GONE_MS;
  }

  /** Another file in its place, with all that can be read of this one. The second place is written if it is gone too. */
  replaced(request: OpenRequest): StoreFile {
    this.vouch();
    return new StoreFile(request, this.#db);
  }

  /** Writes the second place anew where nothing of it can be read: the file may be lost as well. Never throws. */
  vouch(): void {
    const { identityPath } = this.#request;
    try {
      if (!this.#identity || readIdentity(identityPath)) return;
      mkdirSync(dirname(identityPath), { recursive: true });
      writeIdentity(identityPath, this.#identity);
    } catch {
      // Told when the reservation is renewed.
    }
  }

  close(): void {
    try {
      this.#db.close();
    } finally {
      this.#room.close();
    }
    this.#account.close();
  }

  /** One transaction; when the disk has no space for it, what was kept for that is given back. */
  #written(bytes: number, write: () => void): void {
    const transaction = this.#db.transaction(write);
    for (;;) {
      try {
        this.#room.prepare(bytes);
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
    const { limitBytes, logBytes, state } = this.#room;
    const fileBytes = this.#fileBytes();
    return { fileBytes, usedBytes: usedBytes(this.#db), limitBytes, logBytes, disk: state };
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
        .run(epoch, rev, gunzipSync(this.#request.description).toString());
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
        owed: owedOf(stateOf(this.#db, "owed")),
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
      const identity = { epoch, rev, readingsHash, reserved, machineId, pendingFrom };
      this.#identity = identity;
      mkdirSync(dirname(identityPath), { recursive: true });
      writeIdentity(identityPath, identity);
      return undefined;
    } catch (error) {
      return asError(error).message;
    }
  }
}

const owedOf = (value: unknown): Notes["owed"] =>
  value === "max_size" || value === "disk_full" ? value : "";

/** What stands at a path, and the disk of its folder; undefined for nothing. */
interface Standing {
  readonly disk: number | undefined;
  readonly file: string | undefined;
}

function standing(path: string): Standing {
  const file = statSync(path, { throwIfNoEntry: false });
  return {
    disk: statSync(dirname(path), { throwIfNoEntry: false })?.dev,
    file: file && `${file.dev} ${file.ino}`,
  };
}

export function readEntries(db: Database): Entries {
  const layouts = db.prepare("SELECT id, layout FROM layout").all() as { id: number; layout: string }[];
  return {
    layouts: layouts.map(({ id, layout }) => ({ id, ...(JSON.parse(layout) as Omit<StoredLayout, "id">) })),
    runs: db.prepare("SELECT id, epoch, boot FROM run").all() as StoredRun[],
  };
}
