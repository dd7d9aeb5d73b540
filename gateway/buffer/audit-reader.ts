import { open } from "node:fs/promises";
import type { Said } from "../../drivers/core/message.js";
import { AUDIT_MESSAGES } from "../core/messages.js";
import { type AuditEntry, ChainCheck, MOST_LINE_BYTES } from "./audit-line.js";
import { linesOf } from "./audit-scan.js";

export interface AuditVerdict {
  /** Where the chain begins: number and hash of the entry before the first one kept; 0 for none. */
  readonly after: number;
  readonly prev: string;
  /** Number and hash of the last entry that fits. */
  readonly last: number;
  readonly hash: string;
  /** Absent when the whole chain holds: the number at which it is broken, 0 for the head of the file. */
  readonly broken?: number;
}

/**
 * An audit file seen from outside, also while a gateway writes it: each call opens the file anew and holds nothing
 * afterwards. A line that is just being written counts as not yet there. Both reject with the system's error for a
 * file that cannot be read.
 */
export interface AuditReader {
  /** The entries `from <= n <= to`, in order, as far as the chain holds. */
  entries(from?: number, to?: number): AsyncGenerator<AuditEntry, void>;
  /** Holds the whole file against the chain. */
  verify(): Promise<AuditVerdict>;
}

export function auditReader(path: string): AuditReader {
  return {
    async *entries(from = 1, to = Number.POSITIVE_INFINITY) {
      for await (const entry of chainOf(path, new ChainCheck())) {
        if (entry === "broken" || entry.n > to) return;
        if (entry.n >= from) yield entry;
      }
    },
    async verify() {
      const chain = new ChainCheck();
      let broken: number | undefined;
      for await (const entry of chainOf(path, chain)) {
        if (entry === "broken") broken = chain.head ? chain.last.n + 1 : 0;
      }
      const { after = 0, prev = "" } = chain.head ?? {};
      const { hash, n: last } = chain.last;
      return { after, prev, last, hash, ...(broken !== undefined && { broken }) };
    },
  };
}

/** What an entry says, to be rendered; undefined for a code that this version does not know. */
export function auditSentence({ code, params }: Pick<AuditEntry, "code" | "params">): Said | undefined {
  const message = Object.values(AUDIT_MESSAGES).find((known) => known.code === code);
  return message && { message, params };
}

/** The entries, and "broken" as the last one where the chain is. */
async function* chainOf(path: string, chain: ChainCheck): AsyncGenerator<AuditEntry | "broken", void> {
  const file = await open(path, "r");
  try {
    for await (const { bytes, whole } of linesOf(file)) {
      // Behind the last line break: somebody is writing it, or a power cut left it.
      if (!whole && chain.head && bytes.length < MOST_LINE_BYTES) return;
      const entry = whole ? chain.accept(bytes) : "broken";
      if (entry !== undefined) yield entry;
      if (entry === "broken") return;
    }
    if (!chain.head) yield "broken";
  } finally {
    await file.close();
  }
}
