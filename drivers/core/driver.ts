import type { Clock } from "./clock.js";
import type { DialIn } from "./dial-in.js";
import type { PermanentPointError } from "./errors.js";
import type { DriverStats } from "./exchange-stats.js";
import type { Lock } from "./lock.js";
import type { Log } from "./log.js";
import type { Said } from "./message.js";
import type { Point } from "./point.js";
import type { Layout, ReadingBatch } from "./reading.js";
import type { WireFrame, WireTap } from "./wire-frame.js";

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

/** What a driver has learnt of a device that makes for a better plan. Immutable: a new object is new knowledge. */
export interface PlanHints {
  /** From the end of a request to the beginning of its answer, ms. */
  readonly turnaroundMs: number;
}

/**
 * The only owner of one connection's wire, with one queue through which polls, writes, scans and the monitor
 * all pass. Made by the driver's factory, without side effects; used by the poll stage.
 */
export interface Driver {
  /** How many reads it puts on the wire side by side; what is beyond queues. 1 on every bus. */
  readonly parallel: number;

  /**
   * Packs points into few requests. Pure: the same input gives the same plan. Points of different periods are
   * never given together. Throws ConfigurationError for an address it cannot read.
   */
  plan(device: DriverDevice, points: readonly Point[], hints?: PlanHints): readonly ReadRequest[];

  /** The same object until something new was learnt; undefined until enough is known. Cheap. */
  hints(device: string): PlanHints | undefined;

  /**
   * The parts of a request that the device refused with `error`: smaller ones, first of all without what nobody
   * wants to read. Empty where there are none, or where parts would be refused as well. Pure.
   */
  split(request: ReadRequest, error: PermanentPointError): readonly ReadRequest[];

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

  /** Counters since start, for status, health points and metrics. */
  stats(): DriverStats;

  /** What the pattern of faults of the last minutes says, in plain words; empty where nothing is clear. */
  diagnose(): readonly Said[];

  /** From now on every frame is told to `tap`; undefined ends it. Costs nothing when off. */
  monitor(tap: WireTap | undefined): void;

  /** What a frame says, for people. Pure; takes any bytes. */
  describe(frame: Pick<WireFrame, "kind" | "direction" | "bytes">): Said;
}

/** What every driver gets from outside. */
export interface DriverContext {
  readonly connection: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly lock: Lock;
  readonly dialIn: DialIn;
  /** Called when a request that `readyAt` held back may be asked earlier than it said. */
  readonly onReady: () => void;
}

/** Makes the driver of one connection from settings that its schema has checked. */
export type DriverFactory = (
  settings: unknown,
  devices: readonly DriverDevice[],
  context: DriverContext,
) => Driver;
