import type { LinkError } from "../core/errors.js";

/** Who listens to a line. Neither callback may throw. */
export interface LineReceiver {
  /** Bytes as they came, in any portions. They belong to the receiver only during the call. */
  onBytes(bytes: Buffer): void;
  /** The line is gone; called at most once for each `open`, never after `close`. */
  onLost(error: LinkError): void;
}

/**
 * A stream of bytes to a device or a bus, for every driver. Used by one driver; opened again and again, each
 * time with a fresh object of the library beneath, so that nothing of an old connection is ever sent on a new one.
 */
export interface Line {
  /** As people know it: `/dev/ttyUSB0 (9600 8N1)`, `192.168.10.20:502`. */
  readonly name: string;
  /** Time of one character on the wire in ms; 0 where the wire has no speed of its own. */
  readonly characterMs: number;
  /**
   * Opens and starts to receive. Throws LinkError within the line's own deadline, also on abort; a line that is
   * open is closed first. ConfigurationError where another process holds it.
   */
  open(receiver: LineReceiver, signal: AbortSignal): Promise<void>;
  /**
   * Hands bytes to the kernel. Never throws: a write that fails, or that is not taken within its deadline, is told
   * as a loss. On a line that is not open it does nothing: nothing is queued across a loss.
   */
  write(bytes: Uint8Array): void;
  /** Idempotent, never throws, settles within a second. No callback comes afterwards. */
  close(): Promise<void>;
}
