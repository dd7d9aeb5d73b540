/**
 * Name of the built-in connection and of its driver: the gateway's own points about its buses. Its devices are
 * `health.<connection>`. The configuration adds them; nobody else may take these names.
 */
export const HEALTH = "health";

export function healthDeviceId(connection: string): string {
  return `${HEALTH}.${connection}`;
}

/** What is told of a bus and of each device on it, by the id of the point. */
export const HEALTH_FIELDS = [
  "requests",
  "good",
  "timeouts",
  "damaged",
  "foreign",
  "late",
  "exceptions",
  "round_trip.median",
  "round_trip.p99",
  "busy",
  "last_good",
] as const;

export type HealthField = (typeof HEALTH_FIELDS)[number];

/** The address of a health point. Without `device` it is about the whole bus. */
export interface HealthAddress {
  readonly connection: string;
  readonly device?: string;
  readonly field: HealthField;
}
