import { given } from "../../drivers/core/given.js";
import type { Alarm, Point } from "../../drivers/core/point.js";
import type { BirthMessage, DeviceBirthMessage, PointBirth } from "../contract/birth.js";
import type { DeviceConfig, GatewayConfig } from "../core/config.js";
import type { Outbound } from "../core/forwarder.js";
import { pointMatcher } from "../core/point-pattern.js";

/**
 * What the buffer keeps of a revision: enough to publish its births later, when the configuration is another.
 * `uplinks` holds the patterns of the points that each carried.
 */
interface Description {
  readonly site: BirthMessage["site"];
  readonly devices: readonly DeviceDescription[];
  readonly uplinks: Readonly<Record<string, readonly string[]>>;
}

type DeviceDescription = Omit<DeviceBirthMessage, "epoch" | "rev">;

/** The description of the running configuration, as JSON. Pure: the same configuration gives the same text. */
export function describeRevision(config: GatewayConfig): string {
  const { name, timezone, location, site } = config.gateway;
  const description: Description = {
    site: {
      name,
      timezone,
      ...given({ location, kind: site?.kind, owner: site?.owner, codes: site?.codes }),
    },
    devices: [...config.devices.values()].map(describeDevice),
    uplinks: Object.fromEntries([...config.uplinks.values()].map(({ id, points }) => [id, points])),
  };
  return JSON.stringify(description, bigintAsText);
}

function describeDevice(device: DeviceConfig): DeviceDescription {
  const { id, name, connection, profile, location, serial, asset, behind, points } = device;
  return {
    device: id,
    name,
    connection,
    ...given({ profile, location, serial, asset, behind }),
    points: points.map(describePoint),
  };
}

function describePoint(point: Point): PointBirth {
  const { id, type, kind, scale, offset, address, periodMs, deadband, heartbeatMs, priority, access } = point;
  const { alarms, curve, flags, name, unit, ucum, quantity, intervalMs, decimals, range, safety, write } =
    point;
  return {
    id,
    ...given({ name }),
    type,
    ...given({ unit, ucum, quantity }),
    kind,
    ...given({ interval_ms: intervalMs, decimals }),
    scale,
    offset,
    ...given({ curve: curve as PointBirth["curve"], enum: point.enum, flags }),
    address,
    ...given({ range }),
    ...(Number.isFinite(periodMs) && { period_ms: periodMs }),
    deadband,
    heartbeat_ms: heartbeatMs,
    priority,
    ...(alarms && { alarms: alarms.map(describeAlarm) }),
    writable: access !== "read",
    ...given({ write: write as PointBirth["write"], safety }),
  };
}

function describeAlarm({ delayMs, ...rest }: Alarm): NonNullable<PointBirth["alarms"]>[number] {
  return { ...rest, delay_ms: delayMs };
}

/** An address is the driver's own; JSON has no 64-bit integers. */
function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

export interface BirthOf {
  readonly epoch: string;
  readonly rev: number;
  /** As `describeRevision` made it. */
  readonly description: string;
}

/**
 * The birth messages of one uplink: the station, then each of its devices that has points for this uplink. None
 * where the description is damaged: records go on without.
 */
export function birthMessages(
  uplink: string,
  { epoch, rev, description }: BirthOf,
  retain: boolean,
): Outbound[] {
  const parsed = parse(description);
  if (!parsed) return [];
  const devices = devicesOf(uplink, parsed);
  const birth: BirthMessage = { epoch, rev, site: parsed.site, devices: devices.map(({ device }) => device) };
  return [
    { topic: "birth", retain, payload: JSON.stringify(birth) },
    ...devices.map((device): Outbound => {
      const message: DeviceBirthMessage = { epoch, rev, ...device };
      return { topic: `birth/${device.device}`, retain, payload: JSON.stringify(message) };
    }),
  ];
}

/** Empty retained messages that clear the births of devices which `before` had for this uplink and `now` has not. */
export function clearedBirths(uplink: string, before: string, now: string): Outbound[] {
  const [older, newer] = [parse(before), parse(now)];
  if (!older || !newer) return [];
  const still = new Set(devicesOf(uplink, newer).map(({ device }) => device));
  return devicesOf(uplink, older)
    .filter(({ device }) => !still.has(device))
    .map(({ device }): Outbound => ({ topic: `birth/${device}`, retain: true, payload: "" }));
}

function devicesOf(uplink: string, { devices, uplinks }: Description): DeviceDescription[] {
  const carries = pointMatcher(uplinks[uplink] ?? []);
  return devices
    .map((device) => ({ ...device, points: device.points.filter(({ id }) => carries(device.device, id)) }))
    .filter(({ points }) => points.length > 0);
}

/** What comes from a disk may be damaged. */
function parse(description: string): Description | undefined {
  try {
    const parsed: unknown = JSON.parse(description);
    if (typeof parsed !== "object" || parsed === null) return undefined;
    const { site, devices, uplinks } = parsed as Partial<Description>;
    if (!site || !uplinks || !Array.isArray(devices)) return undefined;
    return devices.every((device) => Array.isArray(device?.points)) ? (parsed as Description) : undefined;
  } catch {
    return undefined;
  }
}
