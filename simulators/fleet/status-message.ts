import type { FullStatus, LastWill } from "../../gateway/contract/status.js";
import { topicOf } from "../../gateway/contract/topics.js";
import type { Outgoing } from "./record-text.js";
import type { GatewayStream } from "./stream.js";

export interface StatusFacts {
  readonly id: string;
  readonly epoch: string;
  readonly rev: number;
  readonly stream: GatewayStream;
  readonly version: string;
  /** Wall ms. */
  readonly since: number;
}

/** Any 64 characters: the simulator has no configuration file. */
const CONFIG_HASH = "f1ee7".padEnd(64, "0");

/** The retained status of a gateway. */
export function statusMessage(facts: StatusFacts, state: FullStatus["state"]): Outgoing {
  const { epoch, id, rev, since, stream, version } = facts;
  const status: FullStatus = {
    state,
    since: new Date(since).toISOString(),
    epoch,
    rev,
    pending_from: stream.pendingFrom,
    last: stream.last,
    kept_from: stream.keptFrom,
    durable: true,
    version,
    config: CONFIG_HASH,
  };
  return { topic: topicOf(id, "status"), payload: JSON.stringify(status), retain: true };
}

/** What the broker says when the connection breaks. */
export function lastWill(id: string, epoch: string): Outgoing {
  const will: LastWill = { state: "offline", epoch };
  return { topic: topicOf(id, "status"), payload: JSON.stringify(will), retain: true };
}
