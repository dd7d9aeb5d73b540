import type { Text } from "../../core/message.js";
import type { Point } from "../../core/point.js";
import { deviceDefaults, fitted, type Profile, pointsOf } from "../../profiles/profile.js";
import type { ProfileLink } from "../../profiles/written-profile.js";
import { extentOf } from "../placing.js";
import type { ModbusAddress, Table } from "../point-schema.js";
import type { ModbusDevice } from "../schema.js";
import { identifyTrials } from "./identify-trials.js";
import { type OwnUnit, ownUnitOf } from "./own-unit.js";
import { pointTrials } from "./point-trials.js";
import type { Trial } from "./trial.js";

/** A device of the library, as far as recognising needs it. */
export interface LibraryDevice {
  readonly profile: string;
  readonly variant?: string;
  readonly title: Text;
  readonly maker: string;
  readonly links: readonly ProfileLink[];
  readonly settings: ModbusDevice;
  readonly trials: readonly Trial[];
  readonly ownUnit?: OwnUnit;
  /** Whether something may lie there: undefined where the profile does not say. */
  has(table: Table, address: number): boolean | undefined;
}

/** Reads of points that are tried for one profile, weightiest first. */
const MOST_TRIALS = 24;

/** Each profile and each of its variants. */
export function libraryDevices(profiles: readonly Profile[]): readonly LibraryDevice[] {
  return profiles.flatMap((profile) => [
    deviceOf(profile),
    ...Object.keys(profile.variants).map((variant) => deviceOf(fitted(profile, { variant }), variant)),
  ]);
}

function deviceOf(profile: Profile, variant?: string): LibraryDevice {
  const settings = { ...deviceDefaults(profile, profile.family), unit_id: 1 } as unknown as ModbusDevice;
  const points = pointsOf(profile, profile.id) as readonly Point<ModbusAddress>[];
  const device = { id: profile.id, settings };
  const ofPoints = pointTrials(device, points, profile.addressing?.set?.point);
  const ownUnit = ownUnitOf(profile, device, points);
  const trials = [...identifyTrials(profile, settings, variant), ...ofPoints];
  return {
    profile: profile.id,
    ...(variant !== undefined && { variant }),
    title: profile.title,
    maker: profile.id.split("/")[0] ?? "",
    links: profile.links,
    settings,
    trials: [...trials].sort((a, b) => b.stake - a.stake).slice(0, MOST_TRIALS),
    ...(ownUnit && { ownUnit }),
    has: existence(points, profile, settings),
  };
}

function existence(points: readonly Point<ModbusAddress>[], { identify }: Profile, settings: ModbusDevice) {
  const hulls = new Map<Table, { from: number; to: number }>();
  const known = new Set<string>();
  const note = (table: Table, from: number, to: number): void => {
    const hull = hulls.get(table);
    hulls.set(table, { from: Math.min(from, hull?.from ?? from), to: Math.max(to, hull?.to ?? to) });
    for (let at = from; at < to && at - from < 128; at++) known.add(`${table} ${at}`);
  };
  for (const { address, type } of points) {
    const { from, to } = extentOf({ ...address, type: type === "string" ? "u16" : type } as Parameters<
      typeof extentOf
    >[0]);
    note(address.table, from, Math.max(to, from + (address.length ?? 1)));
  }
  for (const { read } of identify) {
    const {
      address = 0,
      length = 1,
      table = "holding",
    } = read as { address?: number; length?: number; table?: Table };
    note(table, address, address + Math.max(2, length));
  }
  return (table: Table, address: number): boolean | undefined => {
    if (known.has(`${table} ${address}`)) return true;
    const hull = hulls.get(table);
    const isFar = !hull || address < hull.from || address >= hull.to;
    return isFar || settings.max_gap === 0 ? false : undefined;
  };
}
