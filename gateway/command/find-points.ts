import { distance } from "fastest-levenshtein";
import { ConfigurationError } from "../../drivers/core/errors.js";
import type { Point } from "../../drivers/core/point.js";
import type { DeviceConfig } from "../core/config.js";
import { isHealthDevice } from "../core/health.js";
import { pointMatcher } from "../core/point-pattern.js";
import { ACCESS_MESSAGES as M } from "./access-messages.js";

/** More than that is no question before a terminal. */
const MOST_POINTS = 2_000;
const MOST_NAMED = 8;

export interface FoundPoints {
  readonly device: DeviceConfig;
  readonly points: readonly Point[];
}

/**
 * The points that names mean, by device: `meter`, `meter voltage.l1`, `meter.voltage.l1`, `meter.*`, `*`. Throws
 * ConfigurationError for a name that means nothing, with what is near.
 */
export function findPoints(
  devices: ReadonlyMap<string, DeviceConfig>,
  [first = "", ...rest]: readonly string[],
): readonly FoundPoints[] {
  const own = devices.get(first);
  const isWhole = (name: string): boolean =>
    [...devices.keys()].some((id) => name === id || name.startsWith(`${id}.`));
  const patterns =
    own && rest.length > 0 && !rest.some(isWhole) ? rest.map((name) => `${first}.${name}`) : [first, ...rest];
  const wanted = new Map<string, Set<Point>>();
  for (const pattern of patterns) {
    const matches = pointMatcher([pattern, `${pattern}.*`]);
    let found = 0;
    let unreadable: string | undefined;
    for (const device of devices.values()) {
      // How the buses are is asked for by name.
      if (isHealthDevice(device.id) && !pattern.startsWith("health")) continue;
      for (const point of device.points) {
        if (!matches(device.id, point.id)) continue;
        if (point.access === "write") unreadable = point.id;
        else {
          found++;
          wanted.set(device.id, (wanted.get(device.id) ?? new Set()).add(point));
        }
      }
    }
    if (found > 0) continue;
    if (unreadable !== undefined) throw new ConfigurationError(M.write_only, { point: unreadable });
    throw unknownName(devices, pattern);
  }
  const groups = [...devices.values()].flatMap((device): readonly FoundPoints[] => {
    const points = wanted.get(device.id);
    return points ? [{ device, points: device.points.filter((point) => points.has(point)) }] : [];
  });
  const count = groups.reduce((sum, { points }) => sum + points.length, 0);
  if (count > MOST_POINTS) throw new ConfigurationError(M.too_many_points, { count, most: MOST_POINTS });
  return groups;
}

/** Throws ConfigurationError with what is near. */
export function findDevice(devices: ReadonlyMap<string, DeviceConfig>, id: string): DeviceConfig {
  const device = devices.get(id);
  if (device && !isHealthDevice(id)) return device;
  const known = [...devices.keys()].filter((one) => !isHealthDevice(one));
  throw new ConfigurationError(M.no_device, { device: id, devices: nearFirst(id, known) });
}

/** Throws ConfigurationError with what is near. */
export function findPoint(device: DeviceConfig, id: string): Point {
  const point = device.points.find((one) => one.id === id);
  if (point) return point;
  const known = device.points.map((one) => one.id);
  throw new ConfigurationError(M.no_point, { device: device.id, point: id, points: nearFirst(id, known) });
}

function unknownName(devices: ReadonlyMap<string, DeviceConfig>, name: string): ConfigurationError<string> {
  const device = [...devices.values()].find(({ id }) => name.startsWith(`${id}.`));
  if (device) {
    const inside = name.slice(device.id.length + 1);
    const known = device.points.map(({ id }) => id);
    const facts = { device: device.id, point: inside, points: nearFirst(inside, known) };
    return new ConfigurationError(M.no_point, facts);
  }
  const known = [...devices.keys()].filter((id) => !isHealthDevice(id));
  const [head = name] = name.split(".");
  return new ConfigurationError(M.no_device, { device: name, devices: nearFirst(head, known) });
}

function nearFirst(name: string, known: readonly string[]): string {
  const sorted = [...known].sort((a, b) => distance(a, name) - distance(b, name));
  return sorted.length > MOST_NAMED ? `${sorted.slice(0, MOST_NAMED).join(", ")}, ...` : sorted.join(", ");
}
