import type { Text } from "../../drivers/core/message.js";
import type { AlarmKind, AlarmSeverity } from "../../drivers/core/point.js";
import type { Reason } from "../../drivers/core/reading.js";

/**
 * What the gateway itself has to tell, in the same numbered chain as readings. The fields beside `event` are
 * published under the same names: they are part of the contract.
 */
export type GatewayEvent =
  | DeviceLost
  | DeviceFound
  | VoidRange
  | LostRecords
  | ClockTrusted
  | EpochBegins
  | BufferDamaged
  | BelowKeepAtLeast
  | KeepAtLeastAgain
  | DeviceState
  | AlarmEvent
  | AlarmsBegin
  | CertificateEnds;

/** A device gave no usable answer three times in a row. */
export interface DeviceLost {
  readonly event: "device_lost";
  readonly device: string;
  readonly reason: Reason;
}

/** A lost device answers again. */
export interface DeviceFound {
  readonly event: "device_found";
  readonly device: string;
}

/** Numbers that were reserved and will never come (except what was delivered live before the crash). */
export interface VoidRange {
  readonly event: "void";
  readonly from: number;
  readonly to: number;
  readonly reason: "crash" | "file_lost";
}

/**
 * `expired`: the uplink is not required and did not take them within its `keep_for`, or it was not configured when
 * they went.
 */
export type LossReason = "full" | "disk_stalled" | "damaged" | "undeliverable" | "expired";

/** Records that this uplink had not acknowledged and that cannot be sent any more. */
export interface LostRecords {
  readonly event: "lost";
  readonly runs: readonly LostRun[];
  /** `device.point` of the points concerned. */
  readonly points: readonly string[];
  readonly reason: LossReason;
}

/** Numbers `from` to `to` of one uplink's stream; the walk goes on at `prev`. `count` records were in it. */
export interface LostRun {
  readonly from: number;
  readonly to: number;
  readonly prev: number | null;
  readonly count: number;
}

/** The clock became trusted: at `mono_ms` of boot `boot` it was `t` (ISO 8601, UTC). */
export interface ClockTrusted {
  readonly event: "clock";
  readonly boot: string;
  readonly mono_ms: number;
  readonly t: string;
}

/** First event of a new epoch, where an older one is known. */
export interface EpochBegins {
  readonly event: "epoch";
  readonly old: string;
  readonly old_last: number;
  readonly reason: "moved" | "both_lost";
}

/**
 * An alarm, once until `keep_at_least_again`: records younger than what the buffer promises to keep had to make
 * room. What an uplink had not acknowledged of them is told by `lost` besides.
 */
export interface BelowKeepAtLeast {
  readonly event: "below_keep_at_least";
  readonly keep_at_least_s: number;
  /** The buffer's own limit, or a disk that others have filled. */
  readonly reason: "max_size" | "disk_full";
}

/** Everything that was taken within `keep_at_least` is there again. */
export interface KeepAtLeastAgain {
  readonly event: "keep_at_least_again";
  readonly keep_at_least_s: number;
}

/** The buffer file was set aside; what could be read was saved. */
export interface BufferDamaged {
  readonly event: "buffer_damaged";
  readonly set_aside: string;
  readonly saved: number;
}

/** A certificate of an uplink ends soon, or is over: told 30, 14 and 3 days ahead and at its end, once in each run. */
export interface CertificateEnds {
  readonly event: "certificate_ends";
  readonly uplink: string;
  /** The gateway's own files, or the one that the broker showed. */
  readonly certificate: "ca" | "cert" | "broker";
  /** ISO 8601, UTC. */
  readonly until: string;
  /** Whole days that are left. */
  readonly days: number;
}

/** A limit on a point was passed for long enough, or is no longer. */
export interface AlarmEvent {
  readonly event: "alarm";
  readonly device: string;
  readonly point: string;
  /** Id of the alarm within the point. */
  readonly alarm: string;
  readonly kind: AlarmKind;
  readonly severity: AlarmSeverity;
  readonly state: "raised" | "cleared";
  /** What was compared with the limit: the value, its change a minute, or seconds without a good reading. */
  readonly value: number;
  readonly limit: number;
  readonly text?: Text;
}

/** The gateway begins to judge its alarms: what it had raised before is over unless it is listed or raised anew. */
export interface AlarmsBegin {
  readonly event: "alarms";
  readonly active: readonly AlarmName[];
}

export interface AlarmName {
  readonly device: string;
  readonly point: string;
  readonly alarm: string;
}

/** Somebody took a device into maintenance or calibration, or it measures again. Its readings carry the state. */
export interface DeviceState {
  readonly event: "device_state";
  readonly device: string;
  readonly state: "maintenance" | "calibrating" | "measuring";
  /** Who said so; `gateway` where it ended by itself. */
  readonly by: string;
  /** When it ends by itself (ISO 8601, UTC); absent with `measuring`. */
  readonly until?: string;
  readonly reason?: string;
}
