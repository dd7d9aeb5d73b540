import type { Profile } from "../../drivers/profiles/profile.js";

/** A device of a gateway's configuration that is to be stood in for. */
export interface WantedDevice {
  readonly id: string;
  /** File and line, for people: `gateway.yaml:31`. */
  readonly place: string;
  /** What it is, by its profile and the configuration together. */
  readonly profile: Profile;
  readonly unit: number;
  /** The points that the gateway reads. */
  readonly asked: ReadonlySet<string>;
}

/** A connection of a gateway's configuration, and what hangs on it. */
export interface WantedConnection {
  readonly id: string;
  readonly place: string;
  /** `modbus-rtu`, `modbus-tcp` ... */
  readonly driver: string;
  /** Checked by that driver's schema. */
  readonly settings: unknown;
  readonly devices: readonly WantedDevice[];
}
