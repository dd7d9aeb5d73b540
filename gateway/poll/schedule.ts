/**
 * Which request is asked next on one connection: the one that is most overdue. Pure bookkeeping on monotonic
 * milliseconds; no I/O, no timers.
 */
export interface Entry<R> {
  readonly request: R;
  readonly device: string;
  /** 0: as fast as the connection allows. */
  readonly periodMs: number;
  /** When it is due next. */
  dueMs: number;
}

/** A request that is due at once and from then on at its beat. */
export function entryOf<R>(request: R, device: string, periodMs: number, nowMs: number): Entry<R> {
  return { request, device, periodMs, dueMs: nowMs };
}

/**
 * The most overdue entry that may be asked (`readyAt` of it has passed), or undefined. A request that is asked
 * as fast as possible counts as due since it was asked last, so that it waits its turn among the others.
 */
export function nextDue<R>(
  entries: readonly Entry<R>[],
  nowMs: number,
  readyAt: (entry: Entry<R>) => number,
): Entry<R> | undefined {
  let best: Entry<R> | undefined;
  for (const entry of entries) {
    if (entry.dueMs > nowMs || (best && entry.dueMs >= best.dueMs)) continue;
    if (readyAt(entry) <= nowMs) best = entry;
  }
  return best;
}

/** When `nextDue` can next give something: the earliest moment at which an entry is both due and ready. */
export function nextWake<R>(entries: readonly Entry<R>[], readyAt: (entry: Entry<R>) => number): number {
  let earliest = Number.POSITIVE_INFINITY;
  for (const entry of entries) earliest = Math.min(earliest, Math.max(entry.dueMs, readyAt(entry)));
  return earliest;
}

/**
 * Moves an entry that was just served to its next beat. Beats are the multiples of the period, the same for all
 * connections: readings of one period belong to one moment, and what comes together costs a quarter less processor
 * time than requests that each wake the process. Beats that have passed meanwhile are skipped, so that a slow
 * connection lowers the rate instead of piling up. Returns how many were skipped.
 */
export function advance<R>(entry: Entry<R>, nowMs: number): number {
  const { periodMs } = entry;
  if (periodMs === 0) {
    entry.dueMs = nowMs;
    return 0;
  }
  const last = entry.dueMs;
  entry.dueMs = (Math.floor(nowMs / periodMs) + 1) * periodMs;
  return Math.max(0, Math.round((entry.dueMs - last) / periodMs) - 1);
}
