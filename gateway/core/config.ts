import type { Text } from "../../drivers/core/message.js";
import type { Point } from "../../drivers/core/point.js";
import type { Secret } from "./secret.js";

/**
 * The checked configuration: complete (defaults filled in, profiles flattened), immutable, deeply frozen.
 * Connections, devices and uplinks are entries of their own, each comparable by its `hash`, so that a changed
 * file can be applied by restarting only what changed.
 */
export interface GatewayConfig {
  /** Absolute path of the file that was read. */
  readonly file: string;
  /** SHA-256 (hex) of the whole effective configuration, secrets left out. Published in `status`. */
  readonly hash: string;
  /**
   * SHA-256 (hex) of all that says how readings are made and who gets them: devices, points, profile
   * content, points of each uplink. The buffer counts `rev` up when it differs from the stored one.
   */
  readonly readingsHash: string;
  readonly gateway: GatewayIdentity;
  readonly connections: ReadonlyMap<string, ConnectionConfig>;
  readonly devices: ReadonlyMap<string, DeviceConfig>;
  readonly uplinks: ReadonlyMap<string, UplinkConfig>;
  readonly buffer: BufferConfig;
  readonly audit: AuditConfig;
}

export interface GatewayIdentity {
  readonly id: string;
  readonly name: string;
  readonly location?: Location;
  /** IANA name. */
  readonly timezone: string;
  readonly site?: Site;
  /** `auto`: trusted when the system says that it is synchronised. */
  readonly clock: "auto" | "trusted";
  readonly statusEveryMs: number;
}

export interface Location {
  readonly latitude: number;
  readonly longitude: number;
}

export interface Site {
  readonly kind?: string;
  readonly owner?: string;
  readonly codes?: Readonly<Record<string, string>>;
}

export interface ConnectionConfig {
  readonly id: string;
  /** A name of the driver registry: `modbus-rtu`, `modbus-tcp`. */
  readonly driver: string;
  /** Checked by that driver's schema, with its defaults filled in. */
  readonly settings: unknown;
  /** A silent device, or a link that is gone, is looked for again within this time. */
  readonly retryWithinMs: number;
  readonly hash: string;
}

export interface DeviceConfig {
  readonly id: string;
  readonly name: string;
  readonly connection: string;
  /** The driver's part (`unit_id`, `timeout`, `worst_reply` ...), checked by its schema, defaults filled in. */
  readonly settings: unknown;
  readonly profile?: { readonly id: string; readonly version: number; readonly title: Text };
  readonly location?: Location;
  readonly serial?: string;
  readonly asset?: string;
  /** The device through which this one is reached. */
  readonly behind?: string;
  readonly points: readonly Point[];
  readonly hash: string;
}

export interface UplinkConfig {
  readonly id: string;
  /** Without user and password. The scheme chooses the forwarder: `mqtt:`, `mqtts:`, `file:`. */
  readonly url: string;
  readonly format: "json";
  readonly compress: "none" | "gzip";
  /** `auto`: MQTT 5, then 3.1.1. */
  readonly protocol: "auto" | "5" | "3.1.1";
  /** The gateway's id unless configured. */
  readonly user: string;
  readonly password?: Secret;
  readonly tls?: TlsConfig;
  readonly keepaliveMs: number;
  readonly gatherMs: number;
  readonly backlog: BacklogConfig;
  /** Connections return spread over so long after they were lost, or when the box has just been switched on. */
  readonly reconnectSpreadMs: number;
  /** Messages in flight; never above what the broker allows. */
  readonly window: number;
  /** Patterns `device.point` with `*`; `["*"]` is all. */
  readonly points: readonly string[];
  /** Records wait for it as long as there is room; for one that is not required, only `keepForMs`. */
  readonly required: boolean;
  /** Of an uplink that is not required: what is older does not wait for it. */
  readonly keepForMs: number;
  /** Takes over the progress that the buffer knows under this name. */
  readonly renamedFrom?: string;
  /** `file:` only: one file for each such interval. */
  readonly fileEveryMs: number;
  readonly hash: string;
}

/** How much of the link the backlog may take; live records are not held back by it. */
export interface BacklogConfig {
  /** Of the time, above 0 to 1. */
  readonly share: number;
  /** When so many bytes were sent in a day, the backlog waits for the next one. */
  readonly dayBytes?: number;
}

/** Absolute paths of PEM files. */
export interface TlsConfig {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface BufferConfig {
  /** Absolute path of the SQLite file. */
  readonly path: string;
  /** Absolute path of the second place that remembers epoch and reservation. */
  readonly identity: string;
  readonly keepAtLeastMs: number;
  readonly maxBytes: number;
  readonly commitEveryMs: number;
  /** Total bytes that the memory card is made for, as its maker says; absent: no life is projected. */
  readonly cardEnduranceBytes?: number;
}

export interface AuditConfig {
  /** Absolute path of the file. */
  readonly path: string;
  /** Entries that are older leave. Nothing else makes them. */
  readonly keepMs: number;
  readonly maxBytes: number;
}
