import type { Outbound } from "../core/forwarder.js";
import type { GatewayRecord } from "../core/record.js";
import type { Packed } from "./pack.js";

/** `control`: status, births, snapshot; it goes first. */
export type Lane = "control" | "live" | "backlog";

/** One message on its way. */
export interface Job {
  readonly lane: Lane;
  readonly outbound: Outbound;
  /** What it carries of the numbered chain; empty for status, births and snapshots. */
  readonly records: readonly GatewayRecord[];
  readonly readings: number;
  /** Births: the `epoch/rev` that they explain. */
  readonly announces?: string;
  /** Called once when it settled for good. */
  readonly done?: (outcome: "acknowledged" | "failed") => void;
  /** How often the other side refused it. */
  refusals: number;
  /** Monotonic ms of the last sending. */
  sentAt: number;
}

export function jobOf(lane: Lane, packed: Packed): Job {
  return { lane, ...packed, refusals: 0, sentAt: 0 };
}

export function controlJob(
  outbound: Outbound,
  extra: Pick<Job, "done" | "announces"> = {},
  lane: Lane = "control",
): Job {
  return { lane, outbound, records: [], readings: 0, ...extra, refusals: 0, sentAt: 0 };
}

export function revisionKey({ epoch, rev }: { readonly epoch: string; readonly rev: number }): string {
  return `${epoch}/${rev}`;
}
