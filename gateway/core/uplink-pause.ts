import type { Said } from "../../drivers/core/message.js";

/** An uplink may be cut on purpose for so long: a test, never a way to switch one off. */
export const SHORTEST_PAUSE_MS = 1_000;
export const LONGEST_PAUSE_MS = 300_000;

/** Cuts an uplink, to see that its records are kept and come afterwards. */
export interface PauseRequest {
  readonly uplink: string;
  readonly forMs: number;
  /** Who does it, as they said. */
  readonly by: string;
}

/**
 * Why it ended: its time was over, somebody ended it, an alarm was raised or cleared (the centre must hear of that at
 * once), or the gateway stopped.
 */
export type PauseEnd = "time" | "asked" | "alarm" | "stopped";

/** The last pause of an uplink since start; it goes on where it has no end. Times are ISO 8601 UTC. */
export interface UplinkPause {
  readonly by: string;
  readonly since: string;
  /** When it ends by itself. */
  readonly until: string;
  readonly ended?: string;
  readonly end?: PauseEnd;
}

export type PauseAnswer = { readonly pause: UplinkPause } | { readonly refused: Said };

/** Cuts uplinks for a while, one at a time; audited. What concerns an alarm ends it. */
export interface UplinkPauses {
  pause(request: PauseRequest): PauseAnswer;
  /** Before its time. One that is over already is the answer as it is. */
  resume(uplink: string, by: string): PauseAnswer;
}
