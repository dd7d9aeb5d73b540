import type { ConnectionConfig, DeviceConfig, GatewayConfig } from "./config.js";

/**
 * Name of the built-in connection and of its driver: the gateway's own points about its buses. Its devices are
 * `health.<connection>`. The configuration adds them; nobody else may take these names.
 */
export const HEALTH = "health";

/** The connections and devices that stand in the file, without those that the gateway added. */
export function writtenDown(config: GatewayConfig): {
  readonly connections: readonly ConnectionConfig[];
  readonly devices: readonly DeviceConfig[];
} {
  return {
    connections: [...config.connections.values()].filter(({ driver }) => driver !== HEALTH),
    devices: [...config.devices.values()].filter(({ connection }) => connection !== HEALTH),
  };
}

export function healthDeviceId(connection: string): string {
  return `${HEALTH}.${connection}`;
}

/** Whether a device is one of those that the gateway added. */
export function isHealthDevice(device: string): boolean {
  return device.startsWith(healthDeviceId(""));
}

/** What is told of a bus and of each device on it, by the id of the point; `findings` of a bus only. */
export const HEALTH_FIELDS = [
  "requests",
  "good",
  "timeouts",
  "damaged",
  "foreign",
  "late",
  "exceptions",
  // How often each came: `2=14 6=3`, by code of the protocol; empty while there was none.
  "exception_codes",
  "round_trip.median",
  "round_trip.p99",
  "busy",
  "last_good",
  // Codes of what the pattern of faults says, as in `tram status`: `modbus.one_silent`; empty where all is well.
  "findings",
] as const;

export type HealthField = (typeof HEALTH_FIELDS)[number];

/** The address of a health point. Without `device` it is about the whole bus. */
export interface HealthAddress {
  readonly connection: string;
  readonly device?: string;
  readonly field: HealthField;
}
