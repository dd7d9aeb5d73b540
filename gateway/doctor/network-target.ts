import type { UplinkConfig } from "../core/config.js";

/** Where an uplink's URL leads: `host` without the brackets of an IPv6 address. */
export interface Target {
  readonly uplink: UplinkConfig;
  readonly host: string;
  readonly port: number;
}

/** MQTT 5, or 3.1.1 by the number that stands in its CONNECT. */
export type Version = 5 | 4;
