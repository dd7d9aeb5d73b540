import type { DriverStats } from "../core/driver.js";

/** The counters of a driver while they count. */
export type Counters = { -readonly [K in keyof DriverStats]: number };

export function newCounters(): Counters {
  return { requests: 0, good: 0, timeouts: 0, damaged: 0, foreign: 0, late: 0, exceptions: 0 };
}
