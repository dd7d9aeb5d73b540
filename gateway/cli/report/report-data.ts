/** What `tram report` proves about a station on the day it is put into service. Times are ISO 8601 UTC. */
export interface StationReport {
  readonly format: "tram-report/1";
  readonly made: string;
  readonly language: "vi" | "en";
  /** What is not well or not done yet; empty where nothing is open. */
  readonly open: readonly OpenItem[];
  readonly station: ReportedStation;
  /** What the box says of itself, in sentences. */
  readonly box: readonly string[];
  readonly connections: readonly ReportedConnection[];
  readonly devices: readonly ReportedDevice[];
  readonly readings: readonly ReportedReading[];
  readonly uplinks: readonly ReportedUplink[];
  readonly buffer: ReportedBuffer;
  readonly buffer_test: BufferTest;
  readonly people: { readonly installer?: string; readonly recipient?: string; readonly place?: string };
}

/** `problem` hurts now, `warning` will hurt one day, `todo` is not done yet. */
export interface OpenItem {
  readonly level: "problem" | "warning" | "todo";
  /** An id of gateway.yaml, or a check of `tram doctor`. */
  readonly where?: string;
  /** What it is and what to do. */
  readonly text: string;
}

export interface ReportedStation {
  readonly id: string;
  readonly name: string;
  readonly kind?: string;
  readonly owner?: string;
  readonly codes?: Readonly<Record<string, string>>;
  readonly location?: { readonly latitude: number; readonly longitude: number };
  readonly timezone: string;
  readonly version: string;
  readonly config: string;
  readonly hash: string;
  readonly epoch: string;
  readonly rev: number;
  readonly started: string;
  readonly clock: "trusted" | "untrusted";
}

export interface ReportedConnection {
  readonly id: string;
  readonly driver: string;
  readonly line: string;
  readonly state: "connecting" | "up" | "down";
  readonly requests: number;
  readonly good: number;
  readonly timeouts: number;
  readonly damaged: number;
  readonly late: number;
  readonly foreign: number;
  readonly exceptions: number;
  readonly median_ms?: number;
  readonly p99_ms?: number;
  readonly busy_share: number;
  readonly findings: readonly string[];
}

export interface ReportedDevice {
  readonly id: string;
  readonly name: string;
  readonly model?: string;
  readonly profile?: string;
  readonly profile_version?: number;
  /** As written in gateway.yaml. */
  readonly serial?: string;
  /** As the device itself says. */
  readonly serial_read?: string;
  readonly asset?: string;
  readonly connection: string;
  readonly address?: string;
  readonly state: "unknown" | "answering" | "lost";
  readonly last_good?: string;
  readonly points: number;
  readonly bad_points: number;
}

export interface ReportedReading {
  readonly device: string;
  readonly point: string;
  readonly name?: string;
  readonly value: number | string | boolean | null;
  readonly unit?: string;
  readonly meaning?: string;
  /** `none`: it was never read. */
  readonly quality: "good" | "uncertain" | "bad" | "none";
  readonly reason?: string;
  readonly state?: "calibrating" | "maintenance" | "fault";
  readonly t?: string;
  readonly is_signal_strength?: true;
}

export interface ReportedUplink {
  readonly id: string;
  readonly url: string;
  readonly state: "connecting" | "up" | "down";
  readonly pending: number;
  readonly acknowledged_readings: number;
  readonly round_trip_ms?: number;
  readonly certificate_until?: string;
}

export interface ReportedBuffer {
  readonly path: string;
  readonly durable: boolean;
  readonly max_bytes: number;
  readonly used_bytes: number;
  readonly commit_every_ms: number;
  readonly keep_at_least_days: number;
  /** How long the file lasts when every reading is stored. */
  readonly days_that_fit: number;
}

/** The uplink was cut on purpose; what was made meanwhile was kept and came afterwards, or not. */
export type BufferTest =
  | { readonly result: "not_done" }
  | {
      readonly result: "passed" | "failed";
      readonly uplink: string;
      readonly url: string;
      readonly cut_at: string;
      readonly cut_ms: number;
      /** Records that waited when the connection could be made again, and the numbers between which they lie. */
      readonly kept_records: number;
      readonly kept_readings: number;
      readonly first: number;
      readonly last: number;
      /** From the end of the cut until the last of them was acknowledged; absent where they were not. */
      readonly drained_ms?: number;
      /** Of them still not acknowledged when the test ended. */
      readonly left_records: number;
      /** Given up: refused for good, or dropped for want of room. */
      readonly lost_records: number;
      /** Why the cut ended before its time. */
      readonly ended_by?: "asked" | "alarm" | "stopped";
    };
