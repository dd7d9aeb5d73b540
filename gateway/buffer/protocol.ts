import type { Entries } from "./book.js";
import type { CardTotals } from "./card-life.js";
import type { Claim } from "./claims.js";
import type { EpochStart } from "./epochs.js";
import type { Table } from "./file-format.js";
import type { UplinkMarks } from "./marks.js";

/** What the thread that polls and the thread that owns the file say to each other. */

export interface OpenRequest {
  readonly op: "open";
  readonly path: string;
  readonly identityPath: string;
  readonly maxBytes: number;
  readonly machineId: string;
  readonly readingsHash: string;
  /** Of the revision, gzip: it is kept as long as the thread lives, and is needed when a file begins. */
  readonly description: Uint8Array;
  /** In the order of `prevs`. */
  readonly uplinks: readonly UplinkRequest[];
  /** Wall ms, when the clock is trusted. */
  readonly now?: number;
  /** For the name under which a damaged file is set aside. */
  readonly stamp: string;
  readonly newEpoch: string;
  /** What was wrong with the file that is open: it is set aside, whatever it seems to be. */
  readonly damage?: string;
  /** Pages that cannot be read (I/O errors) are damage by now: they did not come back. */
  readonly impatient?: boolean;
  readonly tuning?: Tuning;
}

export interface UplinkRequest {
  readonly name: string;
  readonly renamedFrom?: string;
}

/** For measurements and proofs: what the file format is chosen by, and a disk that takes its time. */
export interface Tuning {
  /** Steps of SQL to formats that do not exist yet. */
  readonly steps?: readonly string[];
  readonly pageSize?: number;
  readonly compress?: boolean;
  /** Each commit takes so long. */
  readonly commitMs?: number;
}

export interface Opened {
  readonly epoch: string;
  readonly rev: number;
  /** Numbers given from now on are higher. */
  readonly base: number;
  readonly reserved: number;
  /** Those of today, in the order of `prevs`. */
  readonly uplinks: readonly UplinkState[];
  /** Those that were removed from the configuration: they keep their progress for a while. */
  readonly absent: readonly UplinkState[];
  /** What `CommitRequest.notes` said last. */
  readonly notes: Notes;
  /** All epochs of the file, the present one last. */
  readonly epochs: readonly EpochStart[];
  /** Stamp of the marks that were found. */
  readonly stamp: number;
  /** Numbers that were reserved and never committed. */
  readonly void?: VoidTold;
  readonly oldEpoch?: {
    readonly epoch: string;
    readonly last: number;
    readonly reason: "moved" | "both_lost";
  };
  readonly setAside?: { readonly path: string; readonly problem: string; readonly saved: number };
  /** Rows may be missing that nobody has told of: the chain shows where. */
  readonly hasHoles: boolean;
  readonly entries: Entries;
  readonly card: CardTotals;
  readonly kept: Kept;
  /** Wall ms of the newest record, where a trusted clock told. */
  readonly newest?: number;
  readonly room: Room;
  /** Why the second place could not be written. */
  readonly identityProblem?: string;
}

export interface VoidTold {
  readonly from: number;
  readonly to: number;
  readonly reason: "crash" | "file_lost";
}

export interface UplinkState extends UplinkMarks {
  readonly name: string;
  readonly births: number;
}

/** Lowest number that the file keeps, and wall ms of it, where a trusted clock told. */
export interface Kept {
  readonly from: number;
  readonly t?: number;
}

/** What must be known of removals after a crash: rows of `state`. */
export interface Notes {
  /** Losses that are not told yet: see losses.ts. */
  readonly untold: string;
  /** Wall ms until which less is there than keep_at_least promises; 0: all of it is there. -1: nobody knows. */
  readonly below: number;
  /** Why it is so, while no record that tells of it is committed; empty: one is, or all is there. */
  readonly owed: "" | "max_size" | "disk_full";
}

export interface CommitRequest {
  readonly op: "commit";
  /** Groups that are removed; what tells of them is in `chunks` or was committed before. */
  readonly remove: readonly Group[];
  readonly entries: Entries;
  readonly chunks: readonly ChunkRow[];
  readonly stamp: number;
  readonly uplinks: readonly UplinkState[];
  /** Present when the reservation is renewed or ended. */
  readonly reserved?: number;
  /** Nothing comes after it. */
  readonly final: boolean;
  /** Present when they changed. */
  readonly notes?: Notes;
  /** Which file `chunks` build on: see `Answer.reopened`. */
  readonly fileCount: number;
}

export interface ChunkRow {
  readonly table: Table;
  readonly first: number;
  readonly last: number;
  /** `first` of the key chunk; its own for a key chunk. */
  readonly key: number;
  readonly count: number;
  readonly rev: number;
  /** Wall time of the last record; null when the clock was not trusted. */
  readonly t: number | null;
  /** Unpacked. Empty: it could not be unpacked. */
  readonly body: Uint8Array;
}

/** A key chunk and all that build on it. */
export interface Group {
  readonly table: Table;
  readonly first: number;
  readonly last: number;
}

export interface Committed extends Room {
  readonly bytesWritten: number;
  readonly card: CardTotals;
  readonly identityProblem?: string;
}

/** How full the file is. */
export interface Room {
  readonly fileBytes: number;
  /** Of it what records and tables take. */
  readonly usedBytes: number;
  /** What it may become: `max_size`, or less while the disk is full. */
  readonly limitBytes: number;
  /** So long may the log become before it is begun anew: less on a small disk. */
  readonly logBytes: number;
  readonly disk: "writable" | "full";
}

/** Rows that hold numbers >= `from`, with the key chunks that they need. */
export interface ReadRequest {
  readonly op: "read";
  readonly from: number;
}

export interface ReadRows {
  readonly rows: readonly ChunkRow[];
  readonly keys: readonly ChunkRow[];
  /** All records up to this number are in `rows`. */
  readonly upTo: number;
}

/** Chooses what may go: see retention.ts. Changes nothing. */
export interface RetainRequest {
  readonly op: "retain";
  /** Wall ms. */
  readonly olderThan: number;
  /** One for each uplink. */
  readonly claims: readonly Claim[];
  /** So many bytes found no space: it is made, whatever the size seems to be. Only while nothing is being written. */
  readonly wantedBytes: number;
  /** What is not committed cannot wait any longer: what somebody waits for may go too. */
  readonly pressed: boolean;
}

export interface Retained {
  readonly kept: Kept;
  readonly room: Room;
  /** Everybody has these. */
  readonly free: readonly Group[];
  /** Somebody has not got these and is not waited for. */
  readonly expired: readonly Group[];
  /** These must make room although somebody waits for them. */
  readonly evicted: readonly Group[];
  /** The rows of `expired` and `evicted`. */
  readonly rows: readonly ChunkRow[];
  /** Wall ms of the youngest of what goes before its time; infinite when nobody knows, null for none. */
  readonly young: number | null;
  /** There is more to do. */
  readonly more: boolean;
}

export interface RevisionRequest {
  readonly op: "revision";
  readonly epoch: string;
  readonly rev: number;
}

export interface CloseRequest {
  readonly op: "close";
}

export interface Operations {
  readonly open: [OpenRequest, Opened];
  readonly commit: [CommitRequest, Committed];
  readonly read: [ReadRequest, ReadRows];
  readonly retain: [RetainRequest, Retained];
  readonly revision: [RevisionRequest, string | undefined];
  readonly close: [CloseRequest, undefined];
}

export type Operation = keyof Operations;
export type RequestOf<O extends Operation> = Operations[O][0];
export type ResultOf<O extends Operation> = Operations[O][1];

export interface Envelope {
  readonly id: number;
  readonly request: RequestOf<Operation>;
}

export interface Reopened {
  readonly opened: Opened;
  readonly fileCount: number;
}

export interface Answer {
  readonly id: number;
  readonly result?: unknown;
  /** The system's or SQLite's error code and text. */
  readonly error?: { readonly code: string; readonly message: string };
  /** The file was closed: damaged and set aside, gone, or not to be written. This is the `fileCount`-th of this run. */
  readonly reopened?: Reopened;
}
