import { RejectedError } from "../../drivers/core/errors.js";

const FIRST_MS = 1_000;
const MOST_MS = 60_000;
/** After a refusal that waiting does not cure: a person has to do something. */
const REFUSED_MS = 30_000;

/**
 * How long to wait before the next try: exponential with full jitter, so that a province of gateways does not
 * hammer the broker after a power cut. `failures` counts from 1. Pure but for `random`.
 */
export function backoffMs(failures: number, error: Error, random: () => number): number {
  if (error instanceof RejectedError) return REFUSED_MS + random() * REFUSED_MS;
  const most = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10));
  return random() * most;
}
