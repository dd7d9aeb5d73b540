import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { asError } from "../../drivers/core/errors.js";
import { say } from "../../drivers/core/message.js";
import type { Check, DoctorContext, Finding } from "./check.js";
import { healthFindings } from "./disk-health.js";
import { DISK_MESSAGES as M } from "./disk-messages.js";
import { type Mount, mountsOf, mountUnder } from "./mounts.js";

const LEAST_FREE = 50e6;
/** In memory: gone with the power. */
const VOLATILE = new Set(["tmpfs", "ramfs", "overlay"]);
/** SQLite's locks and shared memory do not work across machines (sqlite.org/wal.html, 2.2). */
const REMOTE = /^(?:nfs4?|cifs|smb3|9p|fuse\.sshfs)$/;

/** The disks that hold what the gateway writes: room, rights, and how long they will last. */
export const diskCheck: Check = {
  name: "disk",
  title: M.disk_title,
  deadlineMs: 20_000,
  async *run(context) {
    const mounts = mountsOf(context.system);
    const seen = new Set<string>();
    for (const { folder, needs, what } of writtenFolders(context)) {
      const mount = mountUnder(mounts, folder);
      yield* folderFindings(what, folder, mount);
      if (mount === undefined || seen.has(mount.point)) continue;
      seen.add(mount.point);
      yield* roomFindings(folder, mount, needs);
    }
    yield* healthFindings(context.system);
  },
};

interface Folder {
  readonly what: string;
  readonly folder: string;
  /** Bytes that may still be added. */
  readonly needs: number;
}

function writtenFolders({ config }: DoctorContext): readonly Folder[] {
  if (!config) return [{ what: "/", folder: "/", needs: 0 }];
  const { audit, buffer, uplinks } = config;
  const files = [...uplinks.values()].filter(({ url }) => url.startsWith("file:"));
  return [
    {
      what: "buffer.path",
      folder: existing(dirname(buffer.path)),
      needs: Math.max(0, buffer.maxBytes - sizeOf(buffer.path)),
    },
    { what: "buffer.identity", folder: existing(dirname(buffer.identity)), needs: 0 },
    { what: "audit.path", folder: existing(dirname(audit.path)), needs: 0 },
    ...files.map(({ id, url }) => ({
      what: `uplinks.${id}`,
      folder: existing(fileURLToPath(url)),
      needs: 0,
    })),
  ];
}

/** The folder itself, or the nearest one above it that is there: it will be made in that one. */
function existing(folder: string): string {
  return folder === "/" || existsSync(folder) ? folder : existing(dirname(folder));
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function* folderFindings(what: string, folder: string, mount: Mount | undefined): Generator<Finding, void> {
  const facts = { what, folder, type: mount?.type ?? null };
  if (mount?.readOnly) {
    yield { level: "problem", said: say(M.read_only, { what, folder, point: mount.point }), facts };
    return;
  }
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (thrown) {
    yield {
      level: "problem",
      said: say(M.not_writable, { what, folder, problem: asError(thrown).message }),
      facts,
    };
  }
  if (what !== "buffer.path" || mount === undefined) return;
  const { type } = mount;
  if (VOLATILE.has(type)) yield { level: "warning", said: say(M.in_memory, { what, folder, type }), facts };
  else if (REMOTE.test(type)) yield { level: "problem", said: say(M.remote, { what, folder, type }), facts };
  else yield { level: "ok", said: say(M.disk_is, { what, folder, type, source: mount.source }), facts };
}

function* roomFindings(folder: string, { point }: Mount, needs: number): Generator<Finding, void> {
  const { bavail, bsize, blocks, ffree, files } = statfsSync(folder);
  const [free, total] = [bavail * bsize, blocks * bsize];
  const params = { point, free: megabytes(free), total: megabytes(total), needs: megabytes(needs) };
  const facts = { point, freeBytes: free, totalBytes: total };
  if (files > 0 && ffree === 0) yield { level: "problem", said: say(M.no_inodes, { point }), facts };
  if (free < LEAST_FREE) yield { level: "problem", said: say(M.disk_full, params), facts };
  else if (free < needs) yield { level: "warning", said: say(M.disk_small, params), facts };
  else yield { level: "ok", said: say(M.disk_room, params), facts };
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
