import type { Socket } from "node:net";

/** What a connection waits for on a listening port. */
export interface DialInClaim {
  /** `5020` or `192.168.1.2:5020`; without an address on all of the machine's. */
  readonly listen: string;
  /** What a caller of this connection sends first; absent: whoever calls is it. */
  readonly identity?: Uint8Array;
}

/** A caller that said who it is; what it sent after that comes as `data`. */
export interface Caller {
  readonly socket: Socket;
  /** What came behind the identity in the same piece. */
  readonly rest: Buffer;
}

export interface DialInPlace {
  /** The next caller, or the newest one that waits already. Rejects with the signal's reason. */
  next(signal: AbortSignal): Promise<Caller>;
  /** Told when a newer caller waits while an older one is served: it has reconnected, the old link is dead. */
  onNewer: (() => void) | undefined;
}

/**
 * Ports where devices call us. One port may serve several connections, told apart by what a caller sends first.
 * Of one gateway; a port is opened by the first claim and closed with the gateway.
 */
export interface DialIn {
  /**
   * The same place for the same claim. Throws ConfigurationError when the port cannot be listened on, or when
   * another claim on it cannot be told from this one.
   */
  claim(claim: DialInClaim): Promise<DialInPlace>;
}
