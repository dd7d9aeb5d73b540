import type { Language, Said } from "../../drivers/core/message.js";
import type { ScanEvent, ScanWish } from "../../drivers/core/prober.js";
import type { WireFrame, WireTap } from "../../drivers/core/wire-frame.js";
import type { Alarms } from "./alarms.js";
import type { MarkAnswer, MarkRequest } from "./device-marks.js";
import type { LiveValues } from "./live-values.js";
import type { Meanings } from "./meanings.js";
import type { PointAccess } from "./point-access.js";
import type { GatewayStatus } from "./status.js";
import type { UplinkPauses } from "./uplink-pause.js";

/** A connection whose traffic can be watched. */
export interface BusInfo {
  readonly connection: string;
  readonly driver: string;
  /** Port or address and line settings, for people; without secrets. */
  readonly line?: string;
}

/** A running gateway as the local API sees it. */
export interface GatewayHandle {
  readonly live: LiveValues;
  readonly alarms: Alarms;
  readonly meanings: Meanings;
  /** Reads and writes by hand. */
  readonly access: PointAccess;
  readonly pauses: UplinkPauses;
  status(language: Language): GatewayStatus;

  /** Takes a device into maintenance or calibration, or ends that; told to the centre and audited. */
  markDevice(request: MarkRequest): MarkAnswer;

  /** The connections that have a driver. */
  buses(): readonly BusInfo[];

  /**
   * From now on every frame of the connection is told to `tap`, while polling goes on, until the returned function
   * is called (idempotent). Any number may watch; without one nothing is done. undefined: no such connection.
   */
  watchBus(connection: string, tap: WireTap): (() => void) | undefined;

  /**
   * Looks for devices on a connection while polling goes on: see `Prober.scan`. undefined: no such connection, or its
   * driver cannot look for devices.
   */
  scan(
    connection: string,
    wish: Pick<ScanWish, "units" | "effort">,
    signal: AbortSignal,
  ): AsyncGenerator<ScanEvent, void> | undefined;

  /** What a frame of the connection says, for people; undefined: no such connection. */
  describeFrame(connection: string, frame: Pick<WireFrame, "kind" | "direction" | "bytes">): Said | undefined;
}
