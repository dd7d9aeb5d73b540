import type { DriverDevice } from "./driver.js";
import type { Said } from "./message.js";
import type { Point } from "./point.js";
import type { Value } from "./reading.js";

/** One write to one point, encoded; `detail` is the driver's. */
export interface WriteRequest {
  readonly device: string;
  readonly point: Point;
  readonly value: Value;
  readonly detail: unknown;
}

/** What became of a write that was put on the wire. */
export interface WriteOutcome {
  /**
   * `verified`: reading back gave what was written. `different`: it gave something else (`readBack`).
   * `refused`: the device answered with an exception. `unknown`: it may or may not have been carried out.
   */
  readonly state: "verified" | "different" | "refused" | "unknown";
  /** Whether the device confirmed the write itself. */
  readonly confirmed: boolean;
  readonly readBack?: Value;
  /** The same as it lies on the wire. */
  readonly readBackWords?: readonly number[];
  readonly exception?: number;
  /** Why it was refused, not confirmed or not read back, for people. */
  readonly problem?: Said;
}

/** A driver that can write. Used by `gateway/command` alone. */
export interface Writer {
  /**
   * Pure. Throws ConfigurationError for a point that cannot be written, or a value that its type cannot hold.
   */
  planWrite(device: DriverDevice, point: Point, value: Value): WriteRequest;

  /**
   * Sends the write once and never again, whatever happens, then reads back. Throws TransientError or LinkError
   * only when nothing was put on the wire. Always settles.
   */
  write(request: WriteRequest, signal: AbortSignal): Promise<WriteOutcome>;
}
