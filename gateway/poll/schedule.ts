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
  /** Offset of this entry's beat within its period. */
  readonly phaseMs: number;
}

/** The golden ratio's fraction: successive multiples spread evenly over a period, however many there are. */
const SPREAD = 0.6180339887498949;

/**
 * `index` counts connections: they beat apart, so that neither processor nor uplink gets everything at once. The
 * requests of one connection wait for each other anyway; one after the other they cost half the processor time
 * of requests that each wake the process.
 */
export function entryOf<R>(
  request: R,
  device: string,
  periodMs: number,
  index: number,
  nowMs: number,
): Entry<R> {
  return { request, device, periodMs, dueMs: nowMs, phaseMs: ((index * SPREAD) % 1) * periodMs };
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
 * Moves an entry that was just served to its next beat. Beats that have passed meanwhile are skipped, so that a
 * slow connection lowers the rate instead of piling up. Returns how many were skipped.
 */
export function advance<R>(entry: Entry<R>, nowMs: number): number {
  const { periodMs, phaseMs } = entry;
  if (periodMs === 0) {
    entry.dueMs = nowMs;
    return 0;
  }
  const last = entry.dueMs;
  const beat = Math.floor((nowMs - phaseMs) / periodMs) + 1;
  entry.dueMs = beat * periodMs + phaseMs;
  // On the beat itself the division may round down to the beat that was just served.
  if (entry.dueMs <= nowMs) entry.dueMs += periodMs;
  return Math.max(0, Math.round((entry.dueMs - last) / periodMs) - 1);
}
