import type { DriverStats, RoundTrip } from "../../drivers/core/exchange-stats.js";
import type { AuditStats } from "./audit.js";
import type { BufferStats, UplinkProgress } from "./buffer.js";
import type { PendingChange } from "./config-changes.js";
import type { UplinkPause } from "./uplink-pause.js";

/** What `GET /v1/status` of the local API answers and `tram status` shows. */
export interface GatewayStatus {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly pid: number;
  /** Path of the configuration in use, its hash, and the revision of the readings. */
  readonly config: string;
  readonly hash: string;
  readonly epoch: string;
  readonly rev: number;
  /** ISO 8601 UTC. */
  readonly started: string;
  readonly now: string;
  readonly clock: "trusted" | "untrusted";
  /** Without the built-in connection `health` and its devices: what they record stands in `stats`. */
  readonly connections: readonly ConnectionStatus[];
  readonly devices: readonly DeviceStatus[];
  readonly uplinks: readonly UplinkStatus[];
  readonly buffer: BufferStats;
  readonly audit: AuditStats;
  /** What is raised now. */
  readonly alarms: readonly AlarmStatus[];
  readonly memory: { readonly rssBytes: number };
  /** A configuration was applied and waits for its confirmation. */
  readonly pendingChange?: PendingChange;
}

export interface AlarmStatus {
  readonly device: string;
  readonly point: string;
  /** Id of the alarm within the point. */
  readonly alarm: string;
  readonly kind: "high" | "low" | "rate" | "stale";
  readonly severity: "info" | "warning" | "critical";
  /** ISO 8601 UTC. */
  readonly since: string;
  /** What was compared with the limit when it was raised. */
  readonly value: number;
  /** What the value stands for, where that is known; in the language asked for. */
  readonly meaning?: string;
  readonly limit: number;
  /** In the language asked for. */
  readonly text?: string;
}

export interface ConnectionStatus {
  readonly id: string;
  readonly driver: string;
  readonly state: "connecting" | "up" | "down";
  /** Why it is down, rendered in the language asked for. */
  readonly problem?: string;
  readonly stats: DriverStats;
  /** What the pattern of faults says, in plain words with what to do; rendered in the language asked for. */
  readonly findings: readonly string[];
}

export interface DeviceStatus {
  readonly id: string;
  readonly name: string;
  readonly connection: string;
  readonly state: "unknown" | "answering" | "lost";
  /** ISO 8601 UTC of the last good reply. */
  readonly lastGood?: string;
  /** Consecutive failed requests. */
  readonly failures: number;
  readonly points: number;
  readonly badPoints: number;
  readonly problem?: string;
  /** Somebody works on it. Times are ISO 8601 UTC. */
  readonly mark?: {
    readonly state: "maintenance" | "calibrating";
    readonly by: string;
    readonly since: string;
    readonly until: string;
    readonly reason?: string;
  };
}

export interface CertificateStatus {
  /** Of the broker's: the URL of the uplink. */
  readonly file: string;
  readonly of: "ca" | "cert" | "broker";
  /** ISO 8601 UTC of its end; of several in the file, of the first that ends. */
  readonly until: string;
  /** Absent while the clock is not trusted. */
  readonly daysLeft?: number;
}

export interface DeadLetterStats {
  readonly path: string;
  readonly records: number;
  /** Of these or earlier ones, that found no room. */
  readonly dropped: number;
}

export interface UplinkStatus extends UplinkProgress {
  readonly id: string;
  /** Without credentials. */
  readonly url: string;
  readonly state: "connecting" | "up" | "down";
  readonly problem?: string;
  /** It was cut on purpose, or is. */
  readonly pause?: UplinkPause;
  /** From sending to the receipt, ms, over the last messages; absent before the first. */
  readonly roundTrip?: RoundTrip;
  /** Messages in flight and age in ms of the oldest of them. */
  readonly inFlight: number;
  readonly oldestInFlightMs: number;
  readonly sentMessages: number;
  /** Payloads since start; and today's, with what is reckoned for their way, in the gateway's timezone. */
  readonly sentBytes: number;
  readonly sentTodayBytes: number;
  /** `day`: the budget of the day is spent, the backlog waits for the next one. */
  readonly backlogWaits?: "day";
  readonly acknowledgedRecords: number;
  readonly acknowledgedReadings: number;
  readonly rejectedMessages: number;
  /** Records since start that the other side will never take, and where they lie. */
  readonly deadLetters?: DeadLetterStats;
  /** Our own files for TLS, and what the broker showed. */
  readonly certificates?: readonly CertificateStatus[];
}
