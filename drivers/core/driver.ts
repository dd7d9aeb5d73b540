import type { Clock } from "./clock.js";
import type { Lock } from "./lock.js";
import type { Log } from "./log.js";
import type { Point } from "./point.js";
import type { Layout, ReadingBatch } from "./reading.js";

/** A device as its driver sees it; `settings` is checked by the driver's schema (`unit_id`, `timeout` ...). */
export interface DriverDevice {
  readonly id: string;
  readonly settings: unknown;
}

/** One exchange with one device that reads the points of `layout`, in that order. `detail` is the driver's. */
export interface ReadRequest {
  readonly device: string;
  readonly layout: Layout;
  readonly points: readonly Point[];
  readonly detail: unknown;
}

/**
 * The only owner of one connection's wire, with one queue through which polls, writes, scans and the monitor
 * all pass. Made by the driver's factory, without side effects; used by the poll stage.
 */
export interface Driver {
  /**
   * Packs points into few requests. Pure: the same input gives the same plan. Points of different periods are
   * never given together. Throws ConfigurationError for an address it cannot read.
   */
  plan(device: DriverDevice, points: readonly Point[]): readonly ReadRequest[];

  /** Opens the connection. Called again after a LinkError, always on a fresh object of the library beneath. */
  connect(signal: AbortSignal): Promise<void>;

  /**
   * One exchange. Resolves with a batch of good readings or flagged ones (NaN, sentinels). Throws
   * TransientError, PermanentPointError or LinkError, nothing else; after a LinkError `connect` comes next.
   * Always settles: it has its own deadline. May be called while another read runs; they queue.
   */
  read(request: ReadRequest, signal: AbortSignal): Promise<ReadingBatch>;

  /**
   * Monotonic time before which this request must not be asked, because a late answer to an earlier one may
   * still come; 0 when it may be asked now. Cheap: the scheduler calls it for every choice.
   */
  readyAt(request: ReadRequest): number;

  /** Closes the wire and ends what is under way. Idempotent, never throws, settles within a second. */
  close(): Promise<void>;

  /** Counters since start, for status and metrics. */
  stats(): DriverStats;
}

export interface DriverStats {
  readonly requests: number;
  readonly good: number;
  readonly timeouts: number;
  /** Frames that failed their checksum or were cut short. */
  readonly damaged: number;
  /** Frames that were whole but answered nothing that was asked now. */
  readonly foreign: number;
  /** Answers that came after their deadline and were thrown away. */
  readonly late: number;
  readonly exceptions: number;
}

/** One piece of traffic, in the order in which it passed the wire. */
export type WireTap = (direction: "sent" | "received", bytes: Uint8Array, mono: number) => void;

/** What every driver gets from outside. */
export interface DriverContext {
  readonly connection: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly lock: Lock;
  /** Called when a request that `readyAt` held back may be asked earlier than it said. */
  readonly onReady: () => void;
  readonly tap?: WireTap;
}

/** Makes the driver of one connection from settings that its schema has checked. */
export type DriverFactory = (
  settings: unknown,
  devices: readonly DriverDevice[],
  context: DriverContext,
) => Driver;
