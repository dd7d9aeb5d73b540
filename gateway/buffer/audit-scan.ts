import type { FileHandle } from "node:fs/promises";
import { AUDIT_MESSAGES } from "../core/messages.js";
import {
  type AuditEntry,
  type AuditHead,
  ChainCheck,
  decodeLine,
  isEntry,
  MOST_LINE_BYTES,
} from "./audit-line.js";

const PIECE_BYTES = 65_536;
const NEWLINE = 10;

export interface FileLine {
  /** Without its line break. */
  readonly bytes: Buffer;
  /** Where it ends in the file, with its line break. */
  readonly end: number;
  /** False for what stands behind the last line break, and for a line that is longer than any of ours. */
  readonly whole: boolean;
}

/** Reads a file line by line from the beginning up to `until`, a piece at a time: others get their turn between. */
export async function* linesOf(
  file: FileHandle,
  until = Number.POSITIVE_INFINITY,
): AsyncGenerator<FileLine, void> {
  let carry = Buffer.alloc(0);
  let at = 0;
  for (;;) {
    const wanted = Math.min(PIECE_BYTES, until - at);
    const { buffer, bytesRead } =
      wanted > 0 ? await file.read(Buffer.alloc(wanted), 0, wanted, at) : { buffer: carry, bytesRead: 0 };
    if (bytesRead === 0) break;
    const start = at - carry.length;
    at += bytesRead;
    const text = Buffer.concat([carry, buffer.subarray(0, bytesRead)]);
    let from = 0;
    for (let end = text.indexOf(NEWLINE); end !== -1; end = text.indexOf(NEWLINE, from)) {
      yield { bytes: text.subarray(from, end), end: start + end + 1, whole: end - from < MOST_LINE_BYTES };
      from = end + 1;
    }
    carry = text.subarray(from);
    if (carry.length > MOST_LINE_BYTES) {
      // No line of ours: what belongs to it is passed over, so that memory stays bounded.
      yield { bytes: carry.subarray(0, MOST_LINE_BYTES), end: at, whole: false };
      carry = Buffer.alloc(0);
    }
  }
  if (carry.length > 0) yield { bytes: carry, end: at, whole: false };
}

export interface Scan {
  readonly head?: AuditHead;
  /** Number and hash of the last entry that fits into the chain. */
  readonly last: { readonly n: number; readonly hash: string };
  /** Wall time of it. */
  readonly lastTime?: string;
  /** Length of the part that is good. */
  readonly good: number;
  /** Bytes behind it. */
  readonly rest: number;
  /** `torn`: the rest is one unfinished write, as a power cut leaves it; nothing in it was ever durable. */
  readonly end: "whole" | "torn" | "broken";
  /** Highest entry that is whole in itself, also behind the break: what an old file is known by. */
  readonly known: { readonly n: number; readonly hash: string };
  /** Parameters of the last `started`, and whether a `stopped` stands behind it. */
  readonly run?: { readonly params: AuditEntry["params"]; readonly stopped: boolean };
}

/** Reads a whole file and holds it against the chain. Throws the system's error. */
export async function scanAudit(
  file: FileHandle,
  onEntry: (entry: AuditEntry, end: number) => void = () => {},
  until?: number,
): Promise<Scan> {
  const chain = new ChainCheck();
  let good = 0;
  let size = 0;
  let end: Scan["end"] = "whole";
  let known: Scan["known"] | undefined;
  let lastTime: string | undefined;
  let run: Scan["run"];
  for await (const line of linesOf(file, until)) {
    size = line.end;
    if (end !== "whole") {
      end = "broken";
      known = higher(known, line.bytes);
      continue;
    }
    const entry = line.whole ? chain.accept(line.bytes) : "broken";
    if (entry === "broken") {
      end = line.whole || !chain.head ? "broken" : "torn";
      known = higher(known, line.bytes);
      continue;
    }
    good = line.end;
    if (!entry) continue;
    lastTime = entry.t;
    if (entry.code === AUDIT_MESSAGES.started.code) run = { params: entry.params, stopped: false };
    if (entry.code === AUDIT_MESSAGES.stopped.code && run) run = { ...run, stopped: true };
    onEntry(entry, line.end);
  }
  // Not even a head: an empty file is none of ours.
  if (!chain.head) end = "broken";
  const { head, last } = chain;
  return {
    ...(head && { head }),
    last,
    ...(lastTime !== undefined && { lastTime }),
    good,
    rest: size - good,
    end,
    known: known && known.n > last.n ? known : last,
    ...(run && { run }),
  };
}

function higher(known: Scan["known"] | undefined, line: Buffer): Scan["known"] | undefined {
  const content = decodeLine(line);
  if (!isEntry(content) || (known && known.n >= content.n)) return known;
  return { n: content.n, hash: content.hash };
}
