import type { FullStatus, LastWill } from "../contract/status.js";
import type { Buffer } from "../core/buffer.js";
import type { Outbound } from "../core/forwarder.js";
import { isoTime } from "./json-text.js";

export interface StatusFacts {
  readonly uplink: string;
  readonly buffer: Buffer;
  readonly version: string;
  /** Of the configuration that runs when it is asked. */
  readonly configHash: () => string;
}

/** The retained status; `since` is wall ms, `isSpent`: the backlog has used up the day's budget. */
export function statusMessage(
  facts: StatusFacts,
  state: FullStatus["state"],
  since: number,
  isSpent = false,
): Outbound {
  const { buffer } = facts;
  const { pendingFrom, last, keptFrom } = buffer.progress(facts.uplink);
  const status: FullStatus = {
    state,
    since: isoTime(since),
    epoch: buffer.epoch,
    rev: buffer.rev,
    pending_from: pendingFrom,
    last,
    kept_from: keptFrom,
    durable: buffer.stats().durable,
    ...(isSpent && { backlog_waits: "day" as const }),
    version: facts.version,
    config: facts.configHash(),
  };
  return { topic: "status", retain: true, payload: JSON.stringify(status) };
}

/** What the broker says when the connection breaks. */
export function lastWill(epoch: string): Outbound {
  const will: LastWill = { state: "offline", epoch };
  return { topic: "status", retain: true, payload: JSON.stringify(will) };
}
