import { createHash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from "node:fs";
import { basename, dirname } from "node:path";
import Database from "better-sqlite3";
import { asError, ConfigurationError, RejectedError } from "../../drivers/core/errors.js";
import { auditName, copyAudit } from "./audit-copy.js";
import { CARE_MESSAGES as M } from "./care-messages.js";
import { readIdentity } from "./identity.js";
import { type Manifest, manifestName } from "./manifest.js";
import { syncFolder } from "./open-file.js";
import { copyBuffer, type Progress } from "./snapshot-copy.js";
import { asCareError, openForCare, type Verified, verifyBuffer } from "./verify.js";
import { partName, refuseToOverwrite, removeLeftParts, writeWhole } from "./whole-file.js";

/** What must be free beyond the copy: a gateway goes on writing. */
const LEFT_FREE_BYTES = 10_000_000;

export interface BackupOptions {
  readonly path: string;
  readonly identityPath?: string;
  /** The audit that goes with it. */
  readonly auditPath?: string;
  readonly file: string;
  readonly force: boolean;
  /** Wall ms. */
  readonly now: number;
  /** Version of the program. */
  readonly tool: string;
}

export interface BackedUp {
  readonly manifest: Manifest;
  readonly verified: Verified;
}

export interface Stage extends Progress {
  readonly stage: "copy" | "verify" | "hash";
}

/**
 * A consistent copy with its manifest, made while the file is in use, checked, and flushed to the disk. A copy in
 * which something is wrong is kept nevertheless: it may be the best there is. Leaves nothing behind when it throws
 * or is ended early.
 */
export async function* backUp(options: BackupOptions): AsyncGenerator<Stage, BackedUp> {
  const { auditPath, file, force, identityPath, now, path, tool } = options;
  refuseToOverwrite([file, manifestName(file), auditName(file)], force);
  const db = openForCare(path);
  const pages = Number(db.pragma("page_count", { simple: true }));
  const bytes = pages * Number(db.pragma("page_size", { simple: true }));
  db.close();
  needRoom(file, bytes);
  const part = partName(file);
  try {
    for (const name of [file, auditName(file), manifestName(file)]) removeLeftParts(name);
    rmSync(part, { force: true });
    try {
      for (const progress of copyBuffer(path, part)) yield { stage: "copy", ...progress };
    } catch (error) {
      throw asWriteError(asCareError(error, path), file);
    }
    syncFile(part);
    const identity = identityPath === undefined ? undefined : readIdentity(identityPath);
    const verified = yield* staged("verify", verifyBuffer({ path: part, shownAs: file, inUse: false }));
    const { size } = statSync(part);
    const sha256 = yield* sha256Of(part, size);
    const { epoch, epochs, findings, first, format, last, machine, readings, records, rev } = verified;
    // From here on until the new manifest is there what stands there has none: it vouches for what lies beside it.
    rmSync(manifestName(file), { force: true });
    rmSync(auditName(file), { force: true });
    const audit = auditPath === undefined ? undefined : await copyAudit(auditPath, auditName(file));
    const manifest: Manifest = {
      file: basename(file),
      bytes: size,
      sha256,
      made: new Date(now).toISOString(),
      tool,
      format,
      epoch,
      epochs: [...epochs],
      rev,
      first,
      last,
      machine,
      records,
      readings,
      findings: findings.count,
      audit: audit ? { ...audit, file: basename(audit.file) } : null,
      identity: identity ? { ...identity, pendingFrom: { ...identity.pendingFrom } } : null,
    };
    renameSync(part, file);
    syncFolder(dirname(file));
    await writeWhole(manifestName(file), `${JSON.stringify(manifest, undefined, 2)}\n`);
    return { manifest, verified };
  } finally {
    for (const suffix of ["", "-journal", "-wal", "-shm"]) rmSync(part + suffix, { force: true });
  }
}

async function* sha256Of(file: string, total: number): AsyncGenerator<Stage, string> {
  const hash = createHash("sha256");
  let done = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1_000_000 })) {
    hash.update(chunk as Buffer);
    done += (chunk as Buffer).length;
    yield { stage: "hash", done, total };
  }
  return hash.digest("hex");
}

export function* staged<R>(stage: Stage["stage"], steps: Generator<Progress, R>): Generator<Stage, R> {
  let step = steps.next();
  try {
    for (; !step.done; step = steps.next()) yield { stage, ...step.value };
    return step.value;
  } finally {
    steps.return(undefined as R);
  }
}

/** Throws RejectedError where the disk of `file` has no room for so many bytes. */
export function needRoom(file: string, bytes: number): void {
  let free: number;
  try {
    const { bavail, bsize } = statfsSync(dirname(file));
    free = bavail * bsize;
  } catch (error) {
    throw new ConfigurationError(M.cannot_write, { file, problem: asError(error).message }, { cause: error });
  }
  const needed = bytes + LEFT_FREE_BYTES;
  if (free >= needed) return;
  const params = { file, free: Math.floor(free / 1e6), needed: Math.ceil(needed / 1e6) };
  throw new RejectedError(M.no_room, params);
}

function asWriteError(error: Error, file: string): Error {
  const cause = error.cause;
  if (!(cause instanceof Database.SqliteError)) return error;
  const isTarget = /FULL|READONLY|CANTOPEN|IOERR_WRITE|IOERR_FSYNC/.test(cause.code);
  if (!isTarget) return error;
  return new RejectedError(M.write_failed, { file, problem: cause.message }, { cause });
}

export function syncFile(path: string): void {
  const fd = openSync(path, "r+");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
