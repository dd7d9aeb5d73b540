/** How a device that does not answer is asked: at its rate until it failed three times, then ever more rarely. */
export interface Backoff {
  readonly failures: number;
  /** Monotonic ms before which it is not asked. */
  readonly untilMs: number;
}

export const NO_BACKOFF: Backoff = { failures: 0, untilMs: 0 };

/** Failures after which a device is asked rarely. */
const PATIENCE = 3;
const FIRST_PAUSE_MS = 1_000;
/** Half of the 60 s within which a device that came back must be found. */
const LONGEST_PAUSE_MS = 30_000;

export function afterFailure(backoff: Backoff, nowMs: number): Backoff {
  const failures = backoff.failures + 1;
  if (failures < PATIENCE) return { failures, untilMs: 0 };
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (failures - PATIENCE), LONGEST_PAUSE_MS);
  return { failures, untilMs: nowMs + pauseMs };
}

/** Pause before the n-th attempt (from 1) to open a connection again; `random` in [0, 1) spreads it. */
export function reconnectPauseMs(attempt: number, random: number): number {
  const longest = Math.min(500 * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
  return longest / 2 + (longest / 2) * random;
}
