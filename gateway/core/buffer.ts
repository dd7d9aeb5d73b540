import type { Priority } from "../../drivers/core/point.js";
import type { ReadingBatch } from "../../drivers/core/reading.js";
import type { GatewayEvent } from "./event.js";
import type { GatewayRecord } from "./record.js";

/** Bytes that an uplink sent on one calendar day; `day` counts from 1970-01-01 where the gateway stands, 0: unknown. */
export interface DaySent {
  readonly day: number;
  readonly bytes: number;
}

/** What became of a record that an uplink had taken. */
export type Outcome =
  /** The other side has it: never taken again by this uplink. */
  | "acknowledged"
  /** Not sent, or nobody knows: it is backlog. */
  | "returned"
  /** The other side refuses this record for good: never taken again, counted, told as lost. */
  | "rejected";

/**
 * Numbers records, keeps them durably, and remembers what each uplink has acknowledged. One instance for each
 * gateway; all calls come from the thread that polls, and none of them waits for the disk.
 */
export interface Buffer {
  readonly epoch: string;
  readonly rev: number;

  /**
   * Numbers a batch or an event and takes it over. Returns at once and never throws: with a stalled or full
   * disk the record waits in memory (10 s or 32 MB), then the oldest of the lowest priority is dropped,
   * counted, and told by a `lost` event. `priority: "alarm"` is committed without waiting for the group.
   */
  append(batch: ReadingBatch, priority: Priority): GatewayRecord;
  appendEvent(event: GatewayEvent, priority: Priority): GatewayRecord;

  /** Highest number up to which everything is on the disk (or told as lost). */
  readonly durableSeq: number;
  /** Resolves when `durableSeq` reaches `seq`; rejects when the buffer is closed before. */
  durable(seq: number): Promise<void>;

  /** The uplink's index in `prevs`; throws InternalError for a name that is not configured. */
  slotOf(uplink: string): number;

  /**
   * Live records: those appended since `goLive` and not taken yet, oldest first. Bounded: what does not fit is
   * simply backlog. Synchronous, so that a record can be on the wire in the same turn.
   */
  takeLive(uplink: string, limit: number): readonly GatewayRecord[];
  /** Live records of priority `alarm`, wherever they wait: they overtake. Cheap when there is none. */
  takeUrgent(uplink: string): readonly GatewayRecord[];
  /**
   * Backlog: committed records that this uplink carries, has not acknowledged, has not taken and that do not
   * wait as live, oldest first. Empty when there is none. At most one call at a time for each uplink.
   */
  takeBacklog(uplink: string, limit: number): Promise<readonly GatewayRecord[]>;
  /** Says what became of taken records. Idempotent; numbers that were not taken are ignored. */
  settle(uplink: string, seqs: readonly number[], outcome: Outcome): void;
  /** From now on new records wait as live for this uplink (it is connected), or do not (it is not). */
  setLive(uplink: string, live: boolean): void;
  progress(uplink: string): UplinkProgress;

  /**
   * What a message of records of `epoch` says as `pending_from`: the lowest number of this uplink and that epoch not
   * yet acknowledged or, when nothing of it is pending, one above the last one given.
   */
  pendingFrom(uplink: string, epoch: string): number;

  /**
   * Committed records with `from <= seq <= to`, in order, in pieces that are read one by one so that no long
   * transaction is held. Of `epoch`, or of every epoch that the file holds: numbers grow over all of them.
   */
  range(from: number, to: number, epoch?: string): AsyncIterable<readonly GatewayRecord[]>;
  /** Whether records of that epoch are, or once were, in the file. */
  knows(epoch: string): boolean;

  /** The description (JSON) that `describe` gave for `rev` of an epoch (the present one), kept as long as a record. */
  revision(rev: number, epoch?: string): Promise<string | undefined>;
  /** Highest rev whose births this uplink has acknowledged as retained, 0 for none; survives a restart. */
  birthsAcknowledged(uplink: string): number;
  acknowledgeBirths(uplink: string, rev: number): void;

  /** What `keepDaysSent` was given last; survives a restart. */
  daysSent(uplink: string): readonly DaySent[];
  /** Remembered with the next commit, whenever that comes: it is no reason for one. Cheap. */
  keepDaysSent(uplink: string, days: readonly DaySent[]): void;

  stats(): BufferStats;

  /** Commits what is left, ends the reservation (so that no void follows) and closes. Idempotent. */
  close(): Promise<void>;
}

export interface UplinkProgress {
  /** Lowest number of this uplink's stream not yet acknowledged, or the last number given + 1. */
  readonly pendingFrom: number;
  /** Last number of this uplink's stream, 0 for none. */
  readonly last: number;
  /** Lowest number that can still be sent (again). */
  readonly keptFrom: number;
  /** How many numbers between `pendingFrom` and `last` are not acknowledged: an upper bound of the backlog. */
  readonly pending: number;
}

/** What is written on the memory card, counted over all runs; a day is one of running, the last where it can be. */
export interface CardStats {
  /** By this buffer: what commits handed to the file system. */
  readonly ownBytes: number;
  /** Absent in the first ten minutes. */
  readonly ownBytesADay?: number;
  /** By everybody, journals of the file system included, as the disk counts; absent where it does not. */
  readonly deviceBytes?: number;
  readonly deviceBytesADay?: number;
  /** As configured; then also the years that are left at this rate. */
  readonly enduranceBytes?: number;
  readonly yearsLeft?: number;
}

export interface BufferStats {
  readonly path: string;
  /** False while numbers are given under an epoch that is held in memory only. */
  readonly durable: boolean;
  /** Last number given. */
  readonly last: number;
  readonly durableSeq: number;
  readonly keptFrom: number;
  /** Wall ms of the oldest record kept, where a trusted clock told. */
  readonly keptSince?: number;
  /** Wall ms until which less is kept than `keep_at_least` promises, 0: all of it is there; -1: nobody knows. */
  readonly belowKeepAtLeastUntil: number;
  /** Age in ms of the oldest record that is not committed: the window of loss. */
  readonly uncommittedMs: number;
  readonly uncommittedBytes: number;
  readonly fileBytes: number;
  /** Of the file what is in use; new records take the rest before the file grows. */
  readonly usedBytes: number;
  /** What the file may become: `max_size`, or less while the disk is full. */
  readonly limitBytes: number;
  /** `full`: others have filled the disk; new records take the place of old ones. */
  readonly disk: "writable" | "full";
  /** Bytes that commits handed to the file system since start (WAL frames and checkpoints). */
  readonly bytesWritten: number;
  readonly card: CardStats;
  readonly commits: number;
  /** Milliseconds of the last and of the slowest commit. */
  readonly lastCommitMs: number;
  readonly worstCommitMs: number;
  /** Readings and records appended since start, and dropped from memory uncommitted. */
  readonly readings: number;
  readonly records: number;
  readonly dropped: number;
}
