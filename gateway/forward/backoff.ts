import { RejectedError } from "../../drivers/core/errors.js";
import { StalledError } from "./stalled-error.js";

const FIRST_MS = 1_000;
const MOST_MS = 60_000;
/** After several connections in a row on which nothing flowed: each of them costs bytes and helps nobody. */
const STALLED_MOST_MS = 300_000;
const STALLED_OFTEN = 6;
/** After a refusal that waiting does not cure: a person has to do something. */
const REFUSED_MS = 30_000;

/**
 * How long to wait before the next try: exponential with full jitter, so that a province of gateways does not
 * hammer the broker after a power cut. `failures` counts from 1. Pure but for `random`.
 */
export function backoffMs(failures: number, error: Error, random: () => number): number {
  if (error instanceof RejectedError) return REFUSED_MS + random() * REFUSED_MS;
  const limit = error instanceof StalledError && failures > STALLED_OFTEN ? STALLED_MOST_MS : MOST_MS;
  const most = Math.min(limit, FIRST_MS * 2 ** Math.min(failures - 1, 10));
  return random() * most;
}

/** The box has just been switched on, and with it perhaps every box of the province. */
const JUST_BOOTED_MS = 120_000;

/** How long to wait before the very first try: not at all, unless everybody may be starting at this moment. */
export function startMs(sinceBootMs: number, spreadMs: number, random: () => number): number {
  return sinceBootMs < JUST_BOOTED_MS ? random() * spreadMs : 0;
}

/**
 * How long to wait after a connection that stood was lost: all gateways lose theirs in the same moment when it is
 * the broker that goes. A refusal waits as ever.
 */
export function lostMs(error: Error, spreadMs: number, random: () => number): number {
  return error instanceof RejectedError ? backoffMs(1, error, random) : random() * spreadMs;
}
