import type { Said } from "../../drivers/core/message.js";

/** What an entry is about; whoever reads the audit may ask for one kind alone. */
export type AuditKind = "gateway" | "configuration" | "clock" | "buffer" | "audit" | "command" | "device";

/** Stands for the epoch of a run whose buffer could not be opened at its start. */
export const NO_EPOCH = "-";

/**
 * The memory of what was done to this gateway and what befell it, beside the readings: an append-only chain in a
 * file of its own. One instance for each gateway; every stage may hold it.
 */
export interface Audit {
  /**
   * Takes an entry over, with the time of this call. Called whenever something happens that somebody may ask about
   * in a year; never for a reading. Returns at once and never throws: entries wait in memory for the disk (a
   * bounded number of them), and what does not fit is counted and told in the chain when the disk is back.
   *
   * `who` caused it: `gateway` for what happens by itself. Parameters are stored as they are (long texts are cut),
   * so no secret may be among them.
   */
  note(kind: AuditKind, who: string, what: Said): void;
  stats(): AuditStats;
  /** Writes what waits, as far as the disk lets it within a second, and gives the file back. Idempotent. */
  close(): Promise<void>;
}

export interface AuditStats {
  readonly path: string;
  /** Size of the file; 0 while it is not open. */
  readonly bytes: number;
  /**
   * Number and hash of the last entry on the disk. Who keeps a copy elsewhere can tell later that the chain was
   * neither cut nor written anew.
   */
  readonly last: number;
  readonly hash: string;
  /** Entries that wait for the disk. */
  readonly waiting: number;
  /** Entries since start that found no room in memory. */
  readonly missing: number;
  /** Why the file cannot be written now. */
  readonly problem?: string;
}
