/** Numbers of one uplink's stream, both ends included. */
export interface SeqRange {
  readonly from: number;
  readonly to: number;
}

/** Numbers of an epoch that was one of this gateway's. */
export interface EpochRange extends SeqRange {
  readonly epoch: string;
}

/** Wall times in ms, both ends included. */
export interface TimeRange {
  readonly fromT: number;
  readonly toT: number;
}

/** What an uplink was asked for, and what became of it. */
export type LinkOutcome =
  /** The other side acknowledged all of it. */
  | { readonly state: "done"; readonly sent: number; readonly missing?: readonly SeqRange[] }
  | {
      readonly state: "failed";
      readonly reason: LinkFailure;
      readonly sent: number;
      /** Last number that was sent again: where to go on. */
      readonly last?: number;
      readonly missing?: readonly SeqRange[];
    };

export type LinkFailure =
  /** The connection ended, or the gateway stops. */
  | "connection_lost"
  /** The broker took a message not. */
  | "refused"
  /** The disk does not give what was asked for. */
  | "unreadable"
  /** The gateway keeps no such revision. */
  | "unknown_rev"
  /** More than one request may ask for; what was sent counts. */
  | "too_many";

/**
 * The centre behind one uplink, as requests see it. What is sent again goes beside live records and backlog, on this
 * uplink alone, and moves no progress. None of the calls throws.
 */
export interface Centre {
  /** Id of the uplink. */
  readonly uplink: string;
  /** Largest reply in bytes that passes now. */
  readonly maxReply: number;
  /** Sends a reply, at the next connection where there is none. Bounded: what does not fit is logged. */
  reply(payload: string): void;
  /** Sends stored records again, at most `most` of them, thinned to what this uplink carries. */
  resend(range: EpochRange | TimeRange, most: number): Promise<LinkOutcome>;
  /** Sends every current value once more; `sent` counts its records. */
  snapshot(): Promise<LinkOutcome>;
  /** Sends the births of a revision, retained where it is the running one; `sent` counts the messages. */
  births(rev: number | undefined): Promise<LinkOutcome>;
}

/** Who takes what the centre asks for. One for each gateway. */
export interface Requests {
  /**
   * A message on `command`, as it came: hostile until checked. Takes it over before it returns (the caller then
   * acknowledges it to the broker) and never throws; the answer goes to `centre.reply`.
   */
  take(payload: Uint8Array, centre: Centre): void;
}
