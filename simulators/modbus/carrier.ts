/** What brings a bus to its clients: a serial port, a TCP server, a TCP client. */
export interface Carrier {
  /** Where clients find the bus, or where it dials; right once `start` resolved. */
  readonly where: string;
  /** Rejects with the system's error where a port or a path is taken. */
  start(): Promise<void>;
  /** Closes everything and cuts everybody off. Idempotent. */
  stop(): Promise<void>;
  /** As when somebody pulls the plug, and puts it back `forMs` later. */
  unplug(forMs: number): void;
}

/** After a plug was put back and nothing could be opened: how long until the next try, ms. */
export const REOPEN_MS = 500;
