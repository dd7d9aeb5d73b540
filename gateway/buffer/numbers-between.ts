import type { Database } from "better-sqlite3";
import type { GatewayRecord } from "../core/record.js";
import { sqlName, TABLES } from "./file-format.js";
import type { Run } from "./range-set.js";
import { lastReadable } from "./starting-point.js";

/** Rows looked at in one step: heads only, no bodies. */
const ROWS_A_STEP = 5_000;
/** A row's time is that of its last record; others may lie before it, and clocks are corrected. */
const SLACK_MS = 86_400_000;

interface Head {
  readonly first: number;
  readonly span: number;
  readonly t: number | null;
}

/** Which numbers may have times (wall ms) between `from` and `to`, up to what is committed now. */
export function numbersBetween(db: Database, from: number, to: number): Run | undefined {
  const end = lastReadable(db);
  try {
    return narrow(db, from, to, end);
  } catch {
    // Damaged pages: who goes through the rows goes around them.
    return [1, end];
  }
}

function narrow(db: Database, from: number, to: number, end: number): Run | undefined {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = 0;
  for (const table of TABLES) {
    const heads = db.prepare(
      `SELECT first, span, t FROM ${sqlName(table)} WHERE first > ? AND first <= ?
       ORDER BY first LIMIT ${ROWS_A_STEP}`,
    );
    for (let at = 0; ; ) {
      const rows = heads.all(at, end) as Head[];
      for (const { first, span, t } of rows) {
        at = first;
        // Without a trusted time nothing can be told from the row.
        if (t !== null && (t < from - SLACK_MS || t > to + SLACK_MS)) continue;
        lowest = Math.min(lowest, first);
        highest = Math.max(highest, first + span);
      }
      if (rows.length < ROWS_A_STEP) break;
    }
  }
  return highest === 0 ? undefined : [lowest, highest];
}

export const numbersOf = (records: readonly GatewayRecord[]): number[] => records.map(({ seq }) => seq);
