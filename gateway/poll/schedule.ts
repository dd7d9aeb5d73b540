/**
 * Which request is asked next on one connection: the one with the earliest deadline, which is one period after
 * its beat. Pure bookkeeping on monotonic milliseconds; no I/O, no timers.
 *
 * As long as all deadlines can be met, they are (to within the one request that is under way and cannot be
 * interrupted). At overload everything gets late by the same time, so that fast points stay faster than slow ones,
 * and nobody starves: whoever was served has a later deadline than whoever waits past his own. From one start of a
 * request to its next are never more than `2 * period + C + longest` ms (as fast as possible: `1000 + C + longest`),
 * where C is the time that one exchange of each request of the connection takes, `longest` that of the longest.
 */
export interface Entry<R> {
  readonly request: R;
  readonly device: string;
  /** 0: as fast as the connection allows. */
  readonly periodMs: number;
  /** When it is due next; with period 0: when it was asked last. */
  dueMs: number;
}

/** A request of period 0 fills what is left; one that was not asked for so long competes with the others. */
const EAGER_PATIENCE_MS = 1_000;

/** A request that is due at once and from then on at its beat. */
export function entryOf<R>(request: R, device: string, periodMs: number, nowMs: number): Entry<R> {
  return { request, device, periodMs, dueMs: nowMs };
}

/** Until when it should have been asked. */
export function deadlineOf(entry: Entry<unknown>): number {
  return entry.dueMs + (entry.periodMs || EAGER_PATIENCE_MS);
}

/** Asked only because the wire is free: everything else may go before it. */
export function fillsIdleTime(entry: Entry<unknown>, nowMs: number): boolean {
  return entry.periodMs === 0 && deadlineOf(entry) > nowMs;
}

/**
 * The entry to be asked now (`readyAt` of it has passed), or undefined: of those that are due the one with the
 * earliest deadline; where there is none, of those of period 0 the one that waits longest.
 */
export function nextDue<E extends Entry<unknown>>(
  entries: readonly E[],
  nowMs: number,
  readyAt: (entry: E) => number,
): E | undefined {
  let best: E | undefined;
  let bestDeadline = Number.POSITIVE_INFINITY;
  let filler: E | undefined;
  for (const entry of entries) {
    if (entry.dueMs > nowMs) continue;
    if (fillsIdleTime(entry, nowMs)) {
      if (best || (filler && entry.dueMs >= filler.dueMs)) continue;
      if (readyAt(entry) <= nowMs) filler = entry;
      continue;
    }
    const deadline = deadlineOf(entry);
    if (deadline >= bestDeadline || readyAt(entry) > nowMs) continue;
    best = entry;
    bestDeadline = deadline;
  }
  return best ?? filler;
}

/** When `nextDue` can next give something: the earliest moment at which an entry is both due and ready. */
export function nextWake<E extends Entry<unknown>>(
  entries: readonly E[],
  readyAt: (entry: E) => number,
): number {
  let earliest = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    if (entry.dueMs < earliest) earliest = Math.min(earliest, Math.max(entry.dueMs, readyAt(entry)));
  }
  return earliest;
}

/**
 * Moves an entry that is asked at `nowMs` to its next beat. Beats are the multiples of the period, the same for all
 * connections: readings of one period belong to one moment, and what comes together costs a quarter less processor
 * time than requests that each wake the process. Beats that have passed meanwhile are skipped, so that a slow
 * connection lowers the rate instead of piling up. Returns how many were skipped.
 */
export function advance(entry: Entry<unknown>, nowMs: number): number {
  const { periodMs } = entry;
  if (periodMs === 0) {
    entry.dueMs = nowMs;
    return 0;
  }
  const last = entry.dueMs;
  entry.dueMs = (Math.floor(nowMs / periodMs) + 1) * periodMs;
  return Math.max(0, Math.round((entry.dueMs - last) / periodMs) - 1);
}
