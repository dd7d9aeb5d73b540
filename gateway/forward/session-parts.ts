import type { Clock } from "../../drivers/core/clock.js";
import type { Log } from "../../drivers/core/log.js";
import type { Buffer } from "../core/buffer.js";
import type { UplinkConfig } from "../core/config.js";
import type { Forwarder, ForwarderLimits } from "../core/forwarder.js";
import type { BacklogPace } from "./backlog-pace.js";
import type { DayBudget } from "./day-budget.js";
import type { DeadLetters } from "./dead-letters.js";
import type { JsonFormat } from "./json-format.js";
import type { RoundTrips } from "./round-trips.js";

/** What an uplink has done since start. */
export interface Counters {
  sentMessages: number;
  sentBytes: number;
  acknowledgedRecords: number;
  acknowledgedReadings: number;
  rejectedMessages: number;
}

export interface SessionParts {
  readonly config: UplinkConfig;
  readonly buffer: Buffer;
  readonly format: JsonFormat;
  readonly forwarder: Forwarder;
  readonly limits: ForwarderLimits;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly counters: Counters;
  /** Shared by the sessions of one uplink. */
  readonly pace: BacklogPace;
  readonly budget: DayBudget;
  readonly roundTrips: RoundTrips;
  readonly deadLetters: DeadLetters | undefined;
  /** Shared by the sessions of one uplink: the buffer serves one `takeBacklog` at a time. */
  readonly fetch: { busy: boolean };
  /** Called every second while it runs. */
  readonly onTick: () => void;
  /** Called whenever the backlog has become empty after some of it was sent. */
  readonly onDrained: () => void;
  /** Called once, when the connection must be made anew. */
  readonly onEnd: (error: Error) => void;
}
