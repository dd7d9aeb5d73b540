import { constants } from "node:fs";
import { type FileHandle, mkdir, open, rename, stat, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { TransientError } from "../../drivers/core/errors.js";
import {
  AUDIT_FORMAT,
  type AuditEntry,
  type AuditHead,
  encodeLine,
  MOST_LINE_BYTES,
  NO_HASH,
} from "./audit-line.js";
import { type Scan, scanAudit } from "./audit-scan.js";
import { BUFFER_MESSAGES } from "./messages.js";

export type UnnumberedEntry = Omit<AuditEntry, "n" | "prev" | "hash">;

export interface AuditFileOptions {
  readonly path: string;
  readonly gatewayId: string;
  readonly maxBytes: number;
  /** For the name under which a damaged file is set aside. */
  readonly stamp: string;
  /** What this process has brought to the disk already: what stands behind it in the file is written again. */
  readonly confirmed?: Confirmed;
}

/** Length of the file, number and hash of the last entry. */
export interface Confirmed {
  readonly bytes: number;
  readonly n: number;
  readonly hash: string;
}

/** A file that could not be continued. */
export interface SetAside {
  /** Where it lies now; empty when it was not there any more. */
  readonly path: string;
  readonly known: { readonly n: number; readonly hash: string };
  readonly problem: "damaged" | "gone";
}

export interface Trimmed {
  readonly count: number;
  /** The last entry that was removed. */
  readonly n: number;
  readonly hash: string;
}

/** Removing old entries means writing the others anew: not for less than this share of the file. */
const WORTH_TRIMMING = 1 / 16;

/** The file of one chain, open for appending. Every method throws the system's error; one call at a time. */
export class AuditFile {
  readonly #options: AuditFileOptions;
  #file: FileHandle;
  #bytes: number;
  #last: { readonly n: number; readonly hash: string };
  /** What was found at opening. */
  readonly found: Scan;
  readonly setAside: SetAside | undefined;

  private constructor(options: AuditFileOptions, file: FileHandle, found: Scan, setAside?: SetAside) {
    this.#options = options;
    this.#file = file;
    this.#bytes = found.good;
    this.#last = found.last;
    this.found = found;
    this.setAside = setAside;
  }

  /** Opens, new or old; a file that is no whole chain is set aside, and the new one goes on after what is known. */
  static async open(options: AuditFileOptions): Promise<AuditFile> {
    const { path } = options;
    await mkdir(dirname(path), { recursive: true });
    await unlink(`${path}.new`).catch(() => {});
    const file = await openIfThere(path);
    if (!file) return AuditFile.#begin(options, goneOf(options.confirmed));
    try {
      const scan = await scanAudit(file, undefined, options.confirmed?.bytes);
      if (continues(scan, options.confirmed)) {
        await file.truncate(scan.good);
        return new AuditFile(options, file, scan);
      }
      const aside = await freeName(`${path}.damaged-${options.stamp}`);
      await rename(path, aside);
      await file.close();
      const known = later(scan.known, options.confirmed);
      return await AuditFile.#begin(options, { path: aside, known, problem: "damaged" });
    } catch (error) {
      await file.close().catch(() => {});
      throw error;
    }
  }

  static async #begin(options: AuditFileOptions, setAside?: SetAside): Promise<AuditFile> {
    const { gatewayId, path } = options;
    const { hash, n } = setAside?.known ?? { n: 0, hash: NO_HASH };
    await writeNew(path, { audit: AUDIT_FORMAT, gateway: gatewayId, after: n, prev: hash });
    const file = await open(path, "r+");
    try {
      return new AuditFile(options, file, await scanAudit(file), setAside);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  get last(): { readonly n: number; readonly hash: string } {
    return this.#last;
  }

  /** Numbers the entries, writes them in one piece and waits for the disk. None of them counts before that. */
  async append(entries: readonly UnnumberedEntry[]): Promise<void> {
    const { path, maxBytes } = this.#options;
    // A file that was removed or replaced under way takes bytes and keeps none of them.
    const [own, there] = [await this.#file.stat(), await stat(path)];
    if (own.ino !== there.ino || own.dev !== there.dev)
      throw new TransientError("stale", BUFFER_MESSAGES.audit_gone);
    let { n, hash } = this.#last;
    let text = "";
    for (const entry of entries) {
      const encoded = encodeLine({ n: ++n, ...entry, prev: hash });
      hash = encoded.hash;
      text += encoded.line;
    }
    const bytes = Buffer.from(text);
    if (this.#bytes + bytes.length > maxBytes) {
      throw new TransientError("stale", BUFFER_MESSAGES.audit_full, { size: maxBytes / 1e6 });
    }
    await writeAll(this.#file, bytes, this.#bytes);
    await this.#file.datasync();
    this.#bytes += bytes.length;
    this.#last = { n, hash };
  }

  /**
   * Removes the entries before `limit` (wall ms): those in front of the first one of a trusted time that is younger.
   * The rest is written anew, its first entry anchored, and takes the place of the file in one step.
   */
  async trim(limit: number): Promise<Trimmed | undefined> {
    const { gatewayId, path } = this.#options;
    const olds: (Trimmed & { readonly end: number })[] = [];
    let young = false;
    let count = 0;
    const scan = await scanAudit(
      this.#file,
      ({ clock, hash, n, t }, end) => {
        count++;
        if (young || clock !== "trusted") return;
        if (Date.parse(t) >= limit) young = true;
        else olds[0] = { count, n, hash, end };
      },
      this.#bytes,
    );
    if (scan.end !== "whole") throw new TransientError("stale", BUFFER_MESSAGES.audit_broken);
    const [old] = olds;
    if (!old || old.end < this.#bytes * WORTH_TRIMMING) return undefined;
    const { hash, n } = old;
    const head = { audit: AUDIT_FORMAT, gateway: gatewayId, after: n, prev: hash };
    const length = await writeNew(path, head, { file: this.#file, from: old.end, to: this.#bytes });
    const before = this.#file;
    // Also when it cannot be opened at once: then it is opened again, as it stands there now.
    this.#bytes = length;
    this.#file = await open(path, "r+");
    await before.close();
    return { count: old.count, n, hash };
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** Whether entries may follow on what was found. */
function continues(scan: Scan, confirmed: Confirmed | undefined): boolean {
  if (!confirmed) return scan.end !== "broken";
  return scan.end === "whole" && scan.good === confirmed.bytes && scan.last.hash === confirmed.hash;
}

function later(known: SetAside["known"], confirmed: Confirmed | undefined): SetAside["known"] {
  return confirmed && confirmed.n > known.n ? { n: confirmed.n, hash: confirmed.hash } : known;
}

function goneOf(confirmed: Confirmed | undefined): SetAside | undefined {
  return confirmed && { path: "", known: { n: confirmed.n, hash: confirmed.hash }, problem: "gone" };
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r+");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Written aside and renamed: there is never a file without a head. Returns its length. */
async function writeNew(
  path: string,
  head: AuditHead,
  rest?: { readonly file: FileHandle; readonly from: number; readonly to: number },
): Promise<number> {
  const aside = await open(`${path}.new`, constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC, 0o640);
  let length = 0;
  try {
    const line = Buffer.from(encodeLine(head).line);
    await writeAll(aside, line, 0);
    length = line.length;
    for (let at = rest?.from ?? 0; rest && at < rest.to; ) {
      const wanted = Math.min(MOST_LINE_BYTES, rest.to - at);
      const { buffer, bytesRead } = await rest.file.read(Buffer.alloc(wanted), 0, wanted, at);
      if (bytesRead === 0) throw new TransientError("stale", BUFFER_MESSAGES.audit_broken);
      await writeAll(aside, buffer.subarray(0, bytesRead), length);
      at += bytesRead;
      length += bytesRead;
    }
    await aside.sync();
  } finally {
    await aside.close();
  }
  await rename(`${path}.new`, path);
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
  return length;
}

async function writeAll(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}

async function freeName(wanted: string): Promise<string> {
  let name = wanted;
  for (let n = 2; await isThere(name); n++) name = `${wanted}-${n}`;
  return name;
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
