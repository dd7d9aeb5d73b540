import type { Clock } from "../../drivers/core/clock.js";
import type { Lock } from "../../drivers/core/lock.js";
import type { Log } from "../../drivers/core/log.js";
import type { BufferConfig } from "../core/config.js";
import type { Tuning } from "./protocol.js";

export interface BufferOptions {
  readonly config: BufferConfig;
  readonly gatewayId: string;
  readonly uplinks: readonly {
    readonly id: string;
    readonly carries: (device: string, point: string) => boolean;
  }[];
  /** Differs from the stored one: the revision counts up. */
  readonly readingsHash: string;
  /** JSON that describes this revision, kept for births. */
  readonly description: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly lock: Lock;
  readonly machineId: string;
  readonly clockTrusted: () => boolean;
  /** For measurements. */
  readonly tuning?: Tuning;
}
