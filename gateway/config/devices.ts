import { Type } from "@sinclair/typebox";
import { type Said, say } from "../../drivers/core/message.js";
import type { Point } from "../../drivers/core/point.js";
import { propertiesOf, suggestion } from "../../drivers/profiles/check.js";
import { expandPoint } from "../../drivers/profiles/expand-point.js";
import type { DriverFamily } from "../../drivers/profiles/family.js";
import type { ProfileLibrary } from "../../drivers/profiles/library.js";
import { PROFILE_MESSAGES } from "../../drivers/profiles/messages.js";
import type { WrittenPoint } from "../../drivers/profiles/point-schema.js";
import type { Path, Problem } from "../../drivers/profiles/problem.js";
import { deviceDefaults, fitted, type Profile, sharedOf } from "../../drivers/profiles/profile.js";
import { resolvePoint } from "../../drivers/profiles/resolve-point.js";
import { familyOf } from "../../drivers/registry.js";
import type { DeviceConfig, Location } from "../core/config.js";
import { driverOf } from "./connections.js";
import { describedBy } from "./described.js";
import { hashOf } from "./freeze.js";
import { CONFIG_MESSAGES as M } from "./messages.js";
import type { SectionReader } from "./reader.js";
import { DEVICE_KEYS, deviceSchema } from "./schema.js";

type WrittenDevice = {
  readonly name?: string;
  readonly connection?: string;
  readonly every?: number;
  readonly location?: Location;
  readonly serial?: string;
  readonly asset?: string;
  readonly behind?: string;
  readonly variant?: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly points?: readonly (string | WrittenPoint | undefined)[];
} & Readonly<Record<string, unknown>>;

/**
 * Reads the devices; what is wrong in a profile that one of them uses goes to `profileProblems`, once. What each
 * device is, by its profile and this file together, goes to `described`.
 */
export function readDevices(
  reader: SectionReader,
  library: ProfileLibrary,
  profileProblems: Problem[],
  described: Map<string, Profile>,
): Map<string, DeviceConfig> {
  const devices = new Map<string, DeviceConfig>();
  const reported = new Set<string>();
  const ids = reader.ids("devices");
  for (const id of ids) {
    const path = ["devices", id];
    const connection = reader.text([...path, "connection"]);
    const driver = connection === undefined ? undefined : driverOf(reader, connection);
    const family = driver && familyOf(driver.name);
    if (connection !== undefined && !reader.has(["connections", connection])) {
      const hint = suggestion(connection, reader.ids("connections"));
      reader.source.report([...path, "connection"], say(M.unknown_connection, { connection }), { hint });
    }
    const profile = readProfile(reader, path, library, profileProblems, reported);
    if (!driver || !family) {
      // Which keys belong to the device is unknown with its driver: only those of every device are checked.
      reader.check(path, Type.Object(DEVICE_KEYS), { tolerate: true });
      continue;
    }
    const written = reader.check(path, deviceSchema(family), { defaults: false }) as WrittenDevice;
    if (profile.found && profile.found.family !== family) {
      const said = say(M.profile_for_other_driver, {
        profile: profile.found.id,
        family: profile.found.family.name,
        connection: connection ?? "",
        driver: driver.name,
      });
      reader.source.report([...path, "profile"], said);
      continue;
    }
    const found = profile.found && fit(reader, path, profile.found, written);
    if (!profile.found) refuseFitting(reader, path, written);
    const settings = deviceDefaults(found, family);
    const own: Record<string, unknown> = {};
    for (const key of Object.keys(propertiesOf(family.device))) {
      if (written[key] !== undefined) own[key] = settings[key] = written[key];
      if (key.endsWith("timeout")) reader.bounds([...path, key], written[key] as number | undefined, 1);
    }
    // Modbus over Serial Line V1.02, 2.2: address 0 is the broadcast. On TCP it means the device itself.
    if (driver.name === "modbus-rtu" && settings["unit_id"] === 0) {
      reader.source.report([...path, "unit_id"], say(M.broadcast_unit_id));
    }
    const overrides: WrittenPoint[] = [];
    const points = profile.broken
      ? []
      : readPoints(reader, path, { family, profile: found, settings, overrides }, written);
    described.set(id, describedBy({ id, family, profile: found, settings: own, overrides }));
    devices.set(id, describe(id, written, settings, found, points));
  }
  checkUnitIds(reader, devices);
  checkBehind(reader, ids);
  return devices;
}

function readProfile(
  reader: SectionReader,
  path: Path,
  library: ProfileLibrary,
  problems: Problem[],
  reported: Set<string>,
): { readonly found?: Profile; readonly broken: boolean } {
  const written = reader.text([...path, "profile"]);
  const id = written && reader.expander.expand(written, [...path, "profile"]);
  if (id === undefined) return { broken: written !== undefined };
  const result = library.get(id);
  if (!result) {
    const hint = suggestion(id, library.ids()) ?? say(M.list_profiles);
    reader.source.report([...path, "profile"], say(M.unknown_profile, { profile: id }), { hint });
    return { broken: true };
  }
  if (!reported.has(id)) problems.push(...result.problems);
  reported.add(id);
  return result.profile ? { found: result.profile, broken: false } : { broken: true };
}

/** The profile for the variant and the options of this device. */
function fit(reader: SectionReader, path: Path, profile: Profile, written: WrittenDevice): Profile {
  const { options, variant } = written;
  const unknown = (at: Path, word: string, known: readonly string[]): void => {
    const said = say(PROFILE_MESSAGES.unknown_word, { key: String(at.at(-1)), word });
    reader.source.report(at, said, { hint: suggestion(word, known) });
  };
  const variants = Object.keys(profile.variants);
  if (variant !== undefined && !variants.includes(variant)) {
    unknown([...path, "variant"], variant, variants);
    return profile;
  }
  for (const [name, value] of Object.entries(options ?? {})) {
    const values = Object.keys(profile.options[name]?.values ?? {});
    if (!profile.options[name]) unknown([...path, "options", name], name, Object.keys(profile.options));
    else if (!values.includes(value)) unknown([...path, "options", name], value, values);
  }
  return fitted(profile, { variant, options });
}

function refuseFitting(reader: SectionReader, path: Path, written: WrittenDevice): void {
  for (const key of ["variant", "options"] as const) {
    if (written[key] !== undefined && written["profile"] === undefined) {
      reader.source.report([...path, key], say(M.needs_profile, { key }));
    }
  }
}

/** The points of a device: all of its profile, or those that are listed, with what is said of them here. */
function readPoints(
  reader: SectionReader,
  path: Path,
  of: {
    readonly family: DriverFamily;
    readonly profile: Profile | undefined;
    readonly settings: Readonly<Record<string, unknown>>;
    /** Takes what is said here of each point. */
    readonly overrides: WrittenPoint[];
  },
  device: WrittenDevice,
): readonly Point[] {
  const { family, profile, settings, overrides } = of;
  const id = String(path[1]);
  const { source } = reader;
  if (device.points === undefined && !profile) {
    const written = ["points", "profile"].some(
      (key) => reader.has([...path, key]) || reader.misspelt(path, key),
    );
    if (!written) source.report(path, say(M.points_missing, { device: id }), { on: "key" });
    return [];
  }
  const listed = device.points ?? [...(profile?.points.keys() ?? [])];
  const points: Point[] = [];
  const lines = new Map<string, number>();
  for (const [index, entry] of listed.entries()) {
    const at = [...path, "points", index];
    const whole: WrittenPoint = typeof entry === "string" ? { id: entry } : (entry ?? {});
    if (whole.id === undefined) continue;
    // Of a point with a faulty key nothing further can be said.
    const broken = source.hasErrorsIn(at);
    const report = (key: string, said: Said): void => source.report([...at, key], said);
    for (const override of expandPoint(whole, broken ? () => {} : report)) {
      const point = String(override.id);
      const line = lines.get(point);
      if (line !== undefined) {
        source.report(at, say(PROFILE_MESSAGES.duplicate_point, { id: point, line }));
        break;
      }
      lines.set(point, source.lineOf(at));
      if (broken) continue;
      const base = profile?.points.get(point);
      if (!base && !isComplete(reader, at, override, profile)) break;
      const resolved = resolvePoint(
        {
          ...sharedOf(profile),
          device: id,
          family,
          layers: base ? [base, override] : [override],
          devicePeriodMs: device.every,
          minPeriodMs: settings["min_every"] as number | undefined,
        },
        (key, said, options) => {
          const own = override[key] !== undefined;
          // A warning about the profile's own words was given with the profile.
          if (own || options.severity === "error") source.report(own ? [...at, key] : at, said, options);
        },
      );
      if (resolved) points.push(resolved);
      if (resolved) overrides.push(override);
    }
  }
  return atOneBeat(points, family);
}

/** Points that must be of one moment are asked together: as often as the most eager of them. */
function atOneBeat(points: readonly Point[], family: DriverFamily): readonly Point[] {
  const beats = new Map<string, number>();
  const groupOf = ({ address }: Point): string | undefined =>
    family.groupOf(address as Readonly<Record<string, unknown>>);
  for (const point of points) {
    const group = groupOf(point);
    if (group === undefined) continue;
    beats.set(group, Math.min(point.periodMs, beats.get(group) ?? Number.POSITIVE_INFINITY));
  }
  if (beats.size === 0) return points;
  return points.map((point) => ({ ...point, periodMs: beats.get(groupOf(point) ?? "") ?? point.periodMs }));
}

/** A point that no profile knows must bring its address; a mere name is a misspelt one. */
function isComplete(
  reader: SectionReader,
  path: Path,
  point: WrittenPoint,
  profile: Profile | undefined,
): boolean {
  const id = String(point.id);
  const named = Object.keys(point).length === 1;
  if (profile && point["address"] === undefined && point.number === undefined) {
    const hint = suggestion(id, [...profile.points.keys()]);
    reader.source.report(path, say(M.unknown_point, { profile: profile.id, point: id }), { hint });
    return false;
  }
  if (named) reader.source.report(path, say(M.point_without_keys, { point: id }));
  return !named;
}

function describe(
  id: string,
  written: WrittenDevice,
  settings: unknown,
  profile: Profile | undefined,
  points: readonly Point[],
): DeviceConfig {
  const { location, serial, asset, behind } = written;
  const entry = {
    id,
    name: written.name ?? id,
    connection: written.connection ?? "",
    settings,
    ...(profile && { profile: { id: profile.id, version: profile.version, title: profile.title } }),
    ...(location && { location }),
    ...(serial !== undefined && { serial }),
    ...(asset !== undefined && { asset }),
    ...(behind !== undefined && { behind }),
    points,
  };
  return { ...entry, hash: hashOf(entry) };
}

function checkUnitIds(reader: SectionReader, devices: ReadonlyMap<string, DeviceConfig>): void {
  const owners = new Map<string, string>();
  for (const { id, connection, settings } of devices.values()) {
    const { unit_id } = settings as { readonly unit_id?: number };
    if (unit_id === undefined) continue;
    const key = `${connection} ${unit_id}`;
    const other = owners.get(key);
    if (other === undefined) {
      owners.set(key, id);
      continue;
    }
    const line = reader.source.lineOf(["devices", other]);
    const said = say(M.duplicate_unit_id, { unit_id, connection, other, line });
    reader.source.report(["devices", id, "unit_id"], said);
  }
}

/** `behind` must name another device, and whoever follows it must come to an end. */
function checkBehind(reader: SectionReader, ids: readonly string[]): void {
  const behind = (id: string): string | undefined => reader.text(["devices", id, "behind"]);
  for (const id of ids) {
    const target = behind(id);
    if (target === undefined) continue;
    if (!ids.includes(target)) {
      const hint = suggestion(target, ids);
      reader.source.report(["devices", id, "behind"], say(M.unknown_device, { device: target }), { hint });
      continue;
    }
    const seen = new Set<string>();
    for (let next = target; !seen.has(next); next = behind(next) ?? next) {
      seen.add(next);
      if (next !== id) continue;
      reader.source.report(["devices", id, "behind"], say(M.behind_itself, { device: id }));
      break;
    }
  }
}
