import type { Priority } from "../../drivers/core/point.js";
import type { LayoutPoint } from "../../drivers/core/reading.js";
import type { Run } from "./range-set.js";

/** What the thread that polls and the thread that owns the file say to each other. */

export interface OpenRequest {
  readonly op: "open";
  readonly path: string;
  readonly identityPath: string;
  readonly maxBytes: number;
  readonly machineId: string;
  readonly readingsHash: string;
  readonly description: string;
  readonly uplinks: readonly string[];
  /** For the name under which a damaged file is set aside. */
  readonly stamp: string;
  readonly newEpoch: string;
}

export interface Opened {
  readonly epoch: string;
  readonly rev: number;
  /** Numbers given from now on are higher. */
  readonly base: number;
  readonly reserved: number;
  readonly slots: readonly SlotState[];
  /** Numbers that were reserved and never committed. */
  readonly void?: { readonly from: number; readonly to: number; readonly reason: "crash" | "file_lost" };
  readonly oldEpoch?: {
    readonly epoch: string;
    readonly last: number;
    readonly reason: "moved" | "both_lost";
  };
  readonly setAside?: { readonly path: string; readonly problem: string };
  readonly layouts: readonly StoredLayout[];
  /** Lowest number kept. */
  readonly keptFrom: number;
}

export interface SlotState {
  readonly slot: number;
  readonly name: string;
  readonly acknowledged: readonly Run[];
  /** Last number of the stream that is in the file, 0 for none. */
  readonly last: number;
  readonly births: number;
}

export interface StoredLayout {
  readonly id: number;
  readonly device: string;
  readonly points: readonly LayoutPoint[];
}

export interface CommitRequest {
  readonly op: "commit";
  readonly chunks: readonly ChunkRow[];
  readonly layouts: readonly StoredLayout[];
  readonly slots: readonly SlotState[];
  /** Present when the reservation is renewed or ended. */
  readonly reserved?: number;
}

export interface ChunkRow {
  readonly priority: Priority;
  readonly first: number;
  readonly last: number;
  /** `first` of the key chunk; its own for a key chunk. */
  readonly key: number;
  readonly t: number;
  readonly count: number;
  readonly body: Uint8Array;
}

export interface Committed {
  readonly fileBytes: number;
  readonly bytesWritten: number;
}

/** Rows that hold numbers >= `from`, with the key chunks that they need. */
export interface ReadRequest {
  readonly op: "read";
  readonly from: number;
  readonly rows: number;
}

export interface ReadRows {
  readonly rows: readonly ChunkRow[];
  readonly keys: readonly ChunkRow[];
  /** All records up to this number are in `rows`. */
  readonly upTo: number;
}

/** Removes what may go: see retention.ts. */
export interface RetainRequest {
  readonly op: "retain";
  readonly olderThan: number;
  readonly acknowledgedBelow: number;
}

export interface Retained {
  readonly keptFrom: number;
  /** Removed rows that some uplink had not acknowledged, key chunks among them. */
  readonly evicted: readonly ChunkRow[];
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

export interface Answer {
  readonly id: number;
  readonly result?: unknown;
  /** The system's or SQLite's error code and text. */
  readonly error?: { readonly code: string; readonly message: string };
}
