/** What became of the requests to one device, or to all of a connection. Counters run since the driver was made. */
export interface ExchangeStats {
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
  /** How often each exception code of the protocol came; keys are the codes in decimal. */
  readonly exceptionCodes: Readonly<Record<string, number>>;
  /** From the end of the request to the end of the answer, ms, over the last answers; absent before the first. */
  readonly roundTrip?: RoundTrip;
  /** Share of the last minutes in which the wire was busy with these requests, 0 to 1. */
  readonly busyShare: number;
  /** Wall time in ms of the last good answer. */
  readonly lastGoodT?: number;
}

export interface RoundTrip {
  readonly medianMs: number;
  readonly p99Ms: number;
}

/** Counters of a connection, those of its devices apart; `foreign` frames of strangers count for the connection only. */
export interface DriverStats extends ExchangeStats {
  /** By device id. */
  readonly devices: Readonly<Record<string, ExchangeStats>>;
}
