import { createHash } from "node:crypto";
import {
  chownSync,
  createReadStream,
  existsSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { asError, ConfigurationError, RejectedError } from "../../drivers/core/errors.js";
import type { Lock, Release } from "../../drivers/core/lock.js";
import { type RestoredAudit, restoreAudit } from "./audit-restore.js";
import { needRoom, type Stage, staged, syncFile } from "./backup.js";
import { CARE_MESSAGES as M } from "./care-messages.js";
import { readIdentity } from "./identity.js";
import { manifestName, readManifest } from "./manifest.js";
import { freeName, setAside, syncFolder } from "./open-file.js";
import { copyBuffer } from "./snapshot-copy.js";
import { lastCommitted, stateOf } from "./starting-point.js";
import { openForCare, type Verified, verifyBuffer } from "./verify.js";
import { partName, removeLeftParts } from "./whole-file.js";

/** Stands for the machine in a file whose numbers must not be gone on with here: it is no machine's id. */
const NO_MACHINE = "restored";

export interface RestoreOptions {
  /** The backup, or any whole buffer file that no gateway uses. */
  readonly file: string;
  readonly path: string;
  readonly identityPath: string;
  readonly auditPath: string;
  readonly machineId: string;
  readonly lock: Lock;
  readonly force: boolean;
  /** For the name under which the file that stood there is set aside. */
  readonly stamp: string;
}

export interface Restored {
  readonly verified: Verified;
  /** The gateway goes on under the epoch of the file, or begins a new one. */
  readonly epoch: "same" | "new";
  readonly setAside?: string;
  readonly audit: RestoredAudit;
  /** Whether a manifest stood beside the backup, and so its SHA-256 was compared. */
  readonly compared: boolean;
}

/**
 * Carries a backup to where the gateway of this box expects its buffer, while no gateway runs with it. What stood
 * there is set aside, never deleted. Numbers are gone on with under the same epoch only where the second place of
 * this box knows all that were given; else the gateway begins a new epoch, and sends what is left of the old one
 * under the old one. Leaves nothing behind when it throws or is ended early.
 */
export async function* restoreBuffer(options: RestoreOptions): AsyncGenerator<Stage, Restored> {
  const { auditPath, file, force, lock, path, stamp } = options;
  if (!existsSync(file)) throw new ConfigurationError(M.no_file, { path: file });
  mkdirSync(dirname(path), { recursive: true });
  mkdirSync(dirname(auditPath), { recursive: true });
  const release = await lock.acquire(`buffer ${path}`, path);
  const part = partName(path);
  let releaseAudit: Release | undefined;
  try {
    releaseAudit = await lock.acquire(`audit ${auditPath}`, auditPath);
    for (const name of [path, auditPath]) removeLeftParts(name);
    needRoom(path, statSync(file).size);
    const manifest = readManifest(file);
    if (hasLog(file)) yield* staged("copy", copyBuffer(file, part));
    else {
      const sha256 = yield* copyFile(file, part);
      if (manifest && manifest.sha256 !== sha256) {
        throw new RejectedError(M.wrong_sha256, { file, manifest: manifestName(file) });
      }
    }
    // The copy is read back from the disk on which it will be used.
    const verified = yield* staged("verify", verifyBuffer({ path: part, shownAs: file, inUse: false }));
    if (verified.findings.count > 0 && !force) {
      throw new RejectedError(M.backup_damaged, { file, count: verified.findings.count });
    }
    const existing = whatStands(path, verified, force);
    const epoch = adopt(part, verified, existing, options);
    syncFile(part);
    ownAsFolder(part);
    const audit = await restoreAudit({ file, path: auditPath, manifest, force, stamp });
    const aside = ["", "-wal", "-shm"].some((suffix) => existsSync(path + suffix))
      ? makeWay(path, `${path}.replaced-${stamp}`)
      : undefined;
    // The last step: before it the gateway has what it had, after it all of the backup.
    renameSync(part, path);
    syncFolder(dirname(path));
    const compared = manifest !== undefined && !hasLog(file);
    return { verified, epoch, audit, compared, ...(aside !== undefined && { setAside: aside }) };
  } finally {
    for (const suffix of ["", "-journal", "-wal", "-shm"]) rmSync(part + suffix, { force: true });
    await releaseAudit?.();
    await release();
  }
}

/**
 * Gives what stands there another name. A whole file keeps its own besides until the rename that replaces it, where
 * the file system allows that: whoever cuts the power between the two finds the old buffer in its place.
 */
function makeWay(path: string, wanted: string): string {
  if (!hasLog(path) && existsSync(path)) {
    const aside = freeName(wanted);
    try {
      linkSync(path, aside);
      for (const suffix of ["-wal", "-shm"]) rmSync(path + suffix, { force: true });
      return aside;
    } catch {
      // FAT knows no second names.
    }
  }
  return setAside(path, wanted);
}

/** Not a backup but a file as a gateway left it: a part of it lies in the log. */
const hasLog = (file: string): boolean => (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;

async function* copyFile(from: string, to: string): AsyncGenerator<Stage, string> {
  const hash = createHash("sha256");
  const total = statSync(from).size;
  const handle = await open(to, "w", 0o640).catch((thrown: unknown) => {
    throw new ConfigurationError(M.cannot_write, { file: to, problem: asError(thrown).message });
  });
  try {
    let done = 0;
    for await (const chunk of createReadStream(from, { highWaterMark: 1_000_000 })) {
      hash.update(chunk as Buffer);
      await handle.appendFile(chunk as Buffer);
      done += (chunk as Buffer).length;
      yield { stage: "copy", done, total };
    }
    await handle.sync();
  } catch (error) {
    throw new RejectedError(M.write_failed, { file: to, problem: asError(error).message }, { cause: error });
  } finally {
    await handle.close();
  }
  return hash.digest("hex");
}

interface Existing {
  /** Highest number in the file that stands there, as far as it can be read. */
  readonly last: number;
}

/** Judges what stands at `path`; throws where it may hold what the backup does not, and `force` is not given. */
function whatStands(path: string, backup: Verified, force: boolean): Existing {
  if (!existsSync(path)) return { last: 0 };
  try {
    foldLog(path);
    const db = openForCare(path);
    try {
      const last = lastCommitted(db);
      const epoch = String(stateOf(db, "epoch") ?? "");
      const isOlder = backup.epochs.includes(epoch) && last <= backup.last;
      if (last > 0 && !isOlder && !force) throw new RejectedError(M.newer_there, { path, last });
      return { last };
    } finally {
      db.close();
    }
  } catch (error) {
    if (force) return { last: Number.POSITIVE_INFINITY };
    if (error instanceof RejectedError && error.code === M.newer_there.code) throw error;
    throw new RejectedError(M.unknown_there, { path, problem: asError(error).message }, { cause: error });
  }
}

/** So that the file that is set aside is whole by itself. */
function foldLog(path: string): void {
  try {
    const db = new Database(path, { fileMustExist: true });
    db.pragma("wal_checkpoint(TRUNCATE)");
    db.close();
  } catch {
    // Then its log is set aside with it.
  }
}

/**
 * Numbers that were given after the backup must not be given again. Where the second place of this box does not
 * vouch for them, the file is made one of no machine: the gateway then begins a new epoch.
 */
function adopt(
  part: string,
  backup: Verified,
  existing: Existing,
  options: RestoreOptions,
): Restored["epoch"] {
  const { identityPath, machineId } = options;
  if (backup.machine !== machineId) return "new";
  const db = new Database(part, { fileMustExist: true });
  try {
    const identity = readIdentity(identityPath);
    const given = Math.max(backup.last, existing.last);
    const vouches =
      identity?.epoch === backup.epoch && identity.machineId === machineId && identity.reserved >= given;
    if (vouches) return "same";
    db.prepare("INSERT OR REPLACE INTO state VALUES ('machine', ?)").run(NO_MACHINE);
    return "new";
  } finally {
    db.close();
  }
}

/** Root carries it, another user's gateway must be able to write it. */
function ownAsFolder(file: string): void {
  if (process.getuid?.() !== 0) return;
  const { gid, uid } = statSync(dirname(file));
  chownSync(file, uid, gid);
}
