import type { FleetOptions } from "./fleet.js";

/** What somebody wants of a fleet. */
export interface FleetWish {
  /** Absent: a broker of its own. */
  readonly broker?: string;
  readonly fleet: Omit<FleetOptions, "run">;
  /** Absent: until Ctrl-C. */
  readonly forMs?: number;
  readonly askEveryMs: number;
  readonly json: boolean;
  readonly gatewayAccess: Credentials;
  readonly centreAccess: Credentials;
  readonly ca?: Buffer;
}

export interface Credentials {
  readonly user?: string;
  readonly password?: string;
}
