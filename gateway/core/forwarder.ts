/**
 * The pipe of one uplink: it carries finished messages and says what its receipt proves. It queues nothing,
 * retries nothing and knows no records; the session above it does. Chosen by the scheme of the uplink's URL.
 */
export interface Forwarder {
  /**
   * What a resolved `send` proves: the other side has taken over the message, or only that it was written.
   */
  readonly proves: "acknowledged" | "written";

  /**
   * Opens the pipe on a fresh object of the library beneath, with its own deadline. Throws LinkError (try
   * again later) or RejectedError (refused for a reason that waiting does not cure: hurry no more). `will` is
   * what the other side publishes by itself when the pipe breaks, where it can do that.
   */
  connect(signal: AbortSignal, will?: Outbound): Promise<ForwarderLimits>;

  /**
   * Sends one message. Resolves with the receipt. Throws LinkError (unknown whether it arrived: keep it),
   * TransientError (not taken; the pipe stands, try again later) or RejectedError (this message will never
   * pass). Several may be in flight; each settles, at the latest when
   * the pipe is lost or closed.
   */
  send(message: Outbound): Promise<void>;

  /**
   * Asks the other side for a sign of life; resolves with the first thing that comes from it afterwards, and never
   * where nothing comes. Absent where there is nobody to answer.
   */
  ping?(): Promise<void>;

  /** Called with what the other side showed, for each connection with TLS. Absent where there is no TLS. */
  onPeer?(listener: (peer: PeerCertificate) => void): void;

  /** Called once for each connection when the pipe is lost by itself. */
  onLost(listener: (error: Error) => void): void;

  /**
   * Called with each message of the centre on `command`, from now on and over all connections; the other side gets
   * its receipt when the listener returns. Absent where nobody can ask.
   */
  onCommand?(listener: (payload: Uint8Array) => void): void;

  /** Idempotent; settles within `deadlineMs` whatever the other side does. */
  close(deadlineMs: number): Promise<void>;
}

/** Of the certificates that the other side showed, the one that ends first. Times are wall ms. */
export interface PeerCertificate {
  readonly fingerprint: string;
  readonly until: number;
}

export interface ForwarderLimits {
  /** Most messages in flight that the other side allows. */
  readonly window: number;
  /** Largest payload in bytes that fits the other side's limit. */
  readonly maxPayload: number;
}

/** The message kinds of `tram/v1/<gw>/...`. */
export type Topic = "status" | "birth" | `birth/${string}` | "data" | "event" | "reply";

export interface Outbound {
  readonly topic: Topic;
  readonly retain: boolean;
  readonly payload: string | Uint8Array;
  readonly contentType?: string;
}
