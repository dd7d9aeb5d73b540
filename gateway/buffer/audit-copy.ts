import { open } from "node:fs/promises";
import { ChainCheck } from "./audit-line.js";
import { type AuditVerdict, auditReader } from "./audit-reader.js";
import { linesOf } from "./audit-scan.js";
import { WholeFile } from "./whole-file.js";

/** An audit file that was copied, as it was found when the copy was read again. */
export interface AuditCopy extends AuditVerdict {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Where the audit lies beside a backup of the buffer. */
export const auditName = (file: string): string => `${file}.audit.jsonl`;

/**
 * Copies an audit file, also while a gateway writes it: every line that is whole, be the chain or not. The copy is
 * there whole or not at all, and is read again from its disk. Undefined where there is none. Rejects with the system's
 * error for a file that cannot be read, else as WholeFile does.
 */
export async function copyAudit(from: string, to: string): Promise<AuditCopy | undefined> {
  const source = await open(from, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (!source) return undefined;
  try {
    const whole = await WholeFile.create(to);
    try {
      const chain = new ChainCheck();
      let isWhole = true;
      let bytes = 0;
      for await (const line of linesOf(source)) {
        // The last one, without its end: somebody is writing it.
        if (!line.whole && isWhole && chain.head) break;
        if (isWhole) isWhole = line.whole && chain.accept(line.bytes) !== "broken";
        const text = Buffer.concat([line.bytes, NEWLINE]);
        await whole.write(text);
        bytes += text.length;
      }
      const sha256 = await whole.finish();
      return { file: to, bytes, sha256, ...(await auditReader(to).verify()) };
    } finally {
      await whole.discard();
    }
  } finally {
    await source.close();
  }
}

const NEWLINE = Buffer.from("\n");
