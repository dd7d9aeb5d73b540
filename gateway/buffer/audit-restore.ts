import { existsSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { RejectedError } from "../../drivers/core/errors.js";
import { auditName, copyAudit } from "./audit-copy.js";
import { auditReader } from "./audit-reader.js";
import { CARE_MESSAGES as M } from "./care-messages.js";
import { type Manifest, manifestName } from "./manifest.js";
import { freeName, syncFolder } from "./open-file.js";
import { partName } from "./whole-file.js";

/**
 * `none`: no audit lies beside the backup. `kept`: the chain that stands there is whole and goes at least as far.
 * `broken`: that of the backup does not hold.
 */
export interface RestoredAudit {
  readonly audit: "none" | "restored" | "kept" | "broken";
  readonly setAside?: string;
}

export interface AuditRestore {
  /** The backup of the buffer. */
  readonly file: string;
  readonly path: string;
  readonly manifest: Manifest | undefined;
  readonly force: boolean;
  readonly stamp: string;
}

/**
 * Carries the audit beside a backup to where the gateway expects its own. What stood there is set aside, never
 * deleted. May be repeated. Throws RejectedError where it is not what the manifest says.
 */
export async function restoreAudit(options: AuditRestore): Promise<RestoredAudit> {
  const { file, force, manifest, path, stamp } = options;
  const source = auditName(file);
  if (!existsSync(source)) {
    if (!manifest?.audit || force) return { audit: "none" };
    throw new RejectedError(M.audit_missing, { file: source });
  }
  const part = partName(path);
  try {
    const copy = await copyAudit(source, part);
    if (!copy) return { audit: "none" };
    if (manifest?.audit && manifest.audit.sha256 !== copy.sha256) {
      throw new RejectedError(M.wrong_sha256, { file: source, manifest: manifestName(file) });
    }
    if (copy.broken !== undefined && !force) return { audit: "broken" };
    const standing = existsSync(path) ? await auditReader(path).verify() : undefined;
    const isLonger = standing && standing.broken === undefined && standing.last >= copy.last;
    if (isLonger && (!force || standing.hash === copy.hash)) return { audit: "kept" };
    const aside = standing && freeName(`${path}.replaced-${stamp}`);
    if (aside !== undefined) renameSync(path, aside);
    renameSync(part, path);
    syncFolder(dirname(path));
    return { audit: "restored", ...(aside !== undefined && { setAside: aside }) };
  } finally {
    rmSync(part, { force: true });
  }
}
