import { renameSync, rmSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import type { Database } from "better-sqlite3";
import { FORMAT, formatOf } from "./file-format.js";

/** A larger file is not copied at start: readings would wait for the card. Its way back is a backup. */
const MOST_BYTES = 64_000_000;
/** What must be free beyond the copy, so that the copy is not what fills the disk. */
const LEFT_FREE_BYTES = 50_000_000;

export const oldFormatName = (path: string, format: number): string => `${path}.format-${format}`;

/**
 * Before a file of an older format is brought up to date: a copy as it is, `<path>.format-<n>`, for the way back
 * to the older program. Returns its name; undefined where the format is today's, or where the file is too large
 * or the disk too small for it: an upgrade never fails for want of the copy. Never throws.
 */
export function keepOldFormat(db: Database, path: string, known = FORMAT): string | undefined {
  const found = formatOf(db);
  if (found === 0 || found >= known) return undefined;
  const kept = oldFormatName(path, found);
  const part = `${kept}.part`;
  try {
    const bytes =
      Number(db.pragma("page_count", { simple: true })) * Number(db.pragma("page_size", { simple: true }));
    const { bavail, bsize } = statfsSync(dirname(path));
    if (bytes > MOST_BYTES || bavail * bsize < bytes + LEFT_FREE_BYTES) return undefined;
    rmSync(part, { force: true });
    // SQLite waits for the disk before it says that the copy is whole.
    db.prepare("VACUUM INTO ?").run(part);
    renameSync(part, kept);
    return kept;
  } catch {
    rmSync(part, { force: true });
    return undefined;
  }
}
