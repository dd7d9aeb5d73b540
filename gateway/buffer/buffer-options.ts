import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Clock } from "../../drivers/core/clock.js";
import type { Lock } from "../../drivers/core/lock.js";
import type { Log } from "../../drivers/core/log.js";
import type { Audit } from "../core/audit.js";
import type { BufferConfig } from "../core/config.js";
import type { OpenRequest, Tuning } from "./protocol.js";
import type { UplinkSettings } from "./uplink-track.js";

export interface BufferOptions {
  readonly config: BufferConfig;
  readonly gatewayId: string;
  readonly uplinks: readonly (UplinkSettings & {
    readonly id: string;
    /** Takes over what is stored under this name. */
    readonly renamedFrom?: string | undefined;
  })[];
  /** Differs from the stored one: the revision counts up. */
  readonly readingsHash: string;
  /** JSON that describes this revision, kept for births. */
  readonly description: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly lock: Lock;
  readonly machineId: string;
  readonly clockTrusted: () => boolean;
  /** The thread that owns the file ended by itself: our own fault, the process must be restarted. */
  readonly onFatal?: (error: Error) => void;
  /** Where losses, damage and new epochs are noted. */
  readonly audit?: Audit;
  /** For measurements. */
  readonly tuning?: Tuning;
}

/** 64 random bits, as 13 letters and digits. */
export function randomEpoch(): string {
  return randomBytes(8).readBigUInt64BE().toString(36).padStart(13, "0");
}

/** What the thread that owns the file is told to open. */
export function openRequest(options: BufferOptions): OpenRequest & { readonly op: "open" } {
  const { clock, clockTrusted, config, description, machineId, readingsHash, tuning, uplinks } = options;
  return {
    op: "open",
    path: config.path,
    identityPath: config.identity,
    maxBytes: config.maxBytes,
    machineId,
    readingsHash,
    description: gzipSync(description),
    uplinks: uplinks.map(({ id: name, renamedFrom }) => ({
      name,
      ...(renamedFrom !== undefined && { renamedFrom }),
    })),
    ...(clockTrusted() && { now: clock.now() }),
    stamp: new Date(clock.now()).toISOString().replace(/[-:]|\.\d+/g, ""),
    newEpoch: randomEpoch(),
    ...(tuning && { tuning }),
  };
}
