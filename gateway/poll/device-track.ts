import type { DriverDevice, PlanHints, ReadRequest } from "../../drivers/core/driver.js";
import type { PermanentPointError, TramError } from "../../drivers/core/errors.js";
import type { Point } from "../../drivers/core/point.js";
import type { Reason } from "../../drivers/core/reading.js";
import { NO_BACKOFF } from "./backoff.js";
import type { Probed } from "./probes.js";
import { advance, type Entry, entryOf } from "./schedule.js";

export interface PolledDevice {
  readonly driverDevice: DriverDevice;
  readonly points: readonly Point[];
}

/** For status. */
export interface PolledDeviceState {
  /** In a row, without an answer. */
  readonly failures: number;
  /** Wall time in ms. */
  readonly lastGood?: number;
  readonly problem?: TramError;
  /** It is silent and asked rarely. */
  readonly probing: boolean;
  /** How many points it refused for good. */
  readonly unsupported: number;
  /** Beats at which a request should have been asked and was not, because the connection was too slow. */
  readonly skipped: number;
}

/** What is known of one device of the connection. */
export interface DeviceTrack extends Probed {
  readonly device: PolledDevice;
  lastGood: number | undefined;
  problem: TramError | undefined;
  /** What is said of a reading that was not asked for. */
  lastReason: Reason;
  skipped: number;
  /** With which its requests were planned. */
  hints: PlanHints | undefined;
  /** Monotonic ms before which other hints are not looked at, and since when they wait to be taken. */
  hintsFromMs: number;
  hintsSinceMs: number | undefined;
  /** It refused a request: what was learnt from that is kept, its requests are not planned anew. */
  hasRefused: boolean;
}

export function trackOf(device: PolledDevice): DeviceTrack {
  return {
    device,
    backoff: NO_BACKOFF,
    failedMs: 0,
    costMs: 0,
    heldMs: 0,
    lastGood: undefined,
    problem: undefined,
    lastReason: "no_answer",
    skipped: 0,
    hints: undefined,
    hintsFromMs: 0,
    hintsSinceMs: undefined,
    hasRefused: false,
  };
}

/** The device will never answer this request: it is not asked until `againMs`, known only after a reconnect. */
export interface Refusal {
  readonly error: PermanentPointError;
  /** Monotonic ms. */
  againMs: number;
  /** Even after reconnects not before. */
  readonly notBeforeMs: number;
}

/** One request with its place in the schedule. */
export interface PollEntry extends Entry<ReadRequest> {
  readonly track: DeviceTrack;
  /** The beat for which it was asked last. */
  beatMs: number;
  /** The device asked not to be asked before; so often since the beat. */
  busyUntilMs: number;
  busyTimes: number;
  underWay: boolean;
  /** Its last readings were bad. */
  missed: boolean;
  refusal: Refusal | undefined;
}

export function pollEntryOf(
  request: ReadRequest,
  track: DeviceTrack,
  periodMs: number,
  dueMs: number,
): PollEntry {
  // The spread stands last, see `GatewayRecord`.
  return {
    track,
    beatMs: dueMs,
    busyUntilMs: 0,
    busyTimes: 0,
    underWay: false,
    missed: false,
    refusal: undefined,
    ...entryOf(request, track.device.driverDevice.id, periodMs, dueMs),
  };
}

/** It is asked now: for this beat, or as a probe before its next one, which then is still to come. */
export function begin(entry: PollEntry, nowMs: number): void {
  entry.underWay = true;
  entry.beatMs = entry.dueMs;
  entry.track.skipped += advance(entry, nowMs);
}
