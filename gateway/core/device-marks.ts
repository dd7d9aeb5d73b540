import type { Said } from "../../drivers/core/message.js";

/** What a person may say of an instrument. */
export type MarkedState = "maintenance" | "calibrating";

/** A device that somebody works on: its readings say so until it ends. */
export interface DeviceMark {
  readonly device: string;
  readonly state: MarkedState;
  /** Who did it, as they said. */
  readonly by: string;
  readonly reason?: string;
  /** Wall ms; what was said at the beginning, for people and for restarts. The end comes by monotonic time. */
  readonly since: number;
  readonly until: number;
}

/** A mark as it outlasts a restart. */
export interface StoredMark extends DeviceMark {
  /** How long it still had when this was written. */
  readonly leftMs: number;
  /** Whether `until` was said by a trusted clock. */
  readonly trusted: boolean;
}

export interface MarkStore {
  /** What was stored, nothing where there is none or it cannot be read. Called once, at start. */
  read(): readonly StoredMark[];
  /** Takes the place of what was stored; the last call wins. Never rejects: a fault is logged. */
  write(marks: readonly StoredMark[]): Promise<void>;
}

/** What a person asks for; `measuring` ends it. */
export type MarkRequest =
  | {
      readonly device: string;
      readonly state: MarkedState;
      readonly forMs: number;
      readonly by: string;
      readonly reason?: string;
    }
  | { readonly device: string; readonly state: "measuring"; readonly by: string };

export type MarkAnswer = { readonly mark?: DeviceMark } | { readonly refused: Said };

/** Longest time for which a device may be marked: a forgotten mark must not hide a station for ever. */
export const LONGEST_MARK_MS = 31 * 86_400_000;
