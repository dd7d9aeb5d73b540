import { type FileHandle, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";

/** Ending of a file that is still being written. */
export const PART = ".part";

/** A line is never longer: the largest payload as base64, with its topic. */
const TAIL_BYTES = 1_000_000;

export interface Recovered {
  readonly file: string;
  readonly cutBytes: number;
}

/**
 * Completes the files that a crash left unfinished: what a power cut tore off at the end (half a line, or the zeros
 * of blocks that were never written) is cut, the rest gets its final name. Its records were not acknowledged and
 * come again; whole lines are never lost.
 */
export async function recoverLeftovers(folder: string, prefix: string): Promise<readonly Recovered[]> {
  const recovered: Recovered[] = [];
  for (const name of (await readdir(folder)).sort()) {
    if (!name.startsWith(prefix) || !name.endsWith(PART)) continue;
    const path = join(folder, name);
    const { cutBytes, keptBytes } = await cutTornEnd(path);
    const final = name.slice(0, -PART.length);
    if (keptBytes === 0) await rm(path);
    else await rename(path, join(folder, final));
    recovered.push({ file: final, cutBytes });
  }
  if (recovered.length > 0) await syncFolder(folder);
  return recovered;
}

async function cutTornEnd(path: string): Promise<{ cutBytes: number; keptBytes: number }> {
  const handle = await open(path, "r+");
  try {
    const { size } = await handle.stat();
    const keptBytes = await wholeLines(handle, size);
    if (keptBytes < size) await handle.truncate(keptBytes);
    await handle.sync();
    return { cutBytes: size - keptBytes, keptBytes };
  } finally {
    await handle.close();
  }
}

/** Where the last line that is whole JSON ends. */
async function wholeLines(handle: FileHandle, size: number): Promise<number> {
  let end = size;
  while (end > 0) {
    const from = Math.max(0, end - TAIL_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(end - from), 0, end - from, from);
    const tail = buffer.subarray(0, bytesRead);
    let last = tail.lastIndexOf(10);
    while (last >= 0) {
      const before = last === 0 ? -1 : tail.lastIndexOf(10, last - 1);
      if (before < 0 && from > 0) break;
      if (isJson(tail.toString("utf8", before + 1, last))) return from + last + 1;
      last = before;
    }
    // No whole line in this piece; one that it cuts in two is seen whole in the next one, unless it fills a piece.
    const next = from + last + 1;
    end = from === 0 ? 0 : last >= 0 && next < end ? next : from;
  }
  return 0;
}

function isJson(line: string): boolean {
  try {
    return typeof JSON.parse(line) === "object";
  } catch {
    return false;
  }
}

/** A rename is durable only when its folder is. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
