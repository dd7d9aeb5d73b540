/** How a device that does not answer is asked: at its rate until it failed three times, then ever more rarely. */
export interface Backoff {
  readonly failures: number;
  /** Monotonic ms before which it is not asked. */
  readonly untilMs: number;
}

export const NO_BACKOFF: Backoff = { failures: 0, untilMs: 0 };

/** Within which time what is gone is looked for again, unless configured. */
export const RETRY_WITHIN_MS = 60_000;

/** Failures after which a device is asked rarely. */
const PATIENCE = 3;
const FIRST_PAUSE_MS = 1_000;

/** A pause is at most half of `retryWithinMs`: an attempt takes time as well. */
export function afterFailure(backoff: Backoff, nowMs: number, retryWithinMs = RETRY_WITHIN_MS): Backoff {
  const failures = backoff.failures + 1;
  if (failures < PATIENCE) return { failures, untilMs: 0 };
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (failures - PATIENCE), retryWithinMs / 2);
  return { failures, untilMs: nowMs + pauseMs };
}

/** Pause before the n-th attempt (from 1) to open a connection again; `random` in [0, 1) spreads it. */
export function reconnectPauseMs(attempt: number, random: number, retryWithinMs = RETRY_WITHIN_MS): number {
  const longest = Math.min(500 * 2 ** (attempt - 1), retryWithinMs / 2);
  return longest / 2 + (longest / 2) * random;
}
