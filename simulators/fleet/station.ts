import { given } from "../../drivers/core/given.js";
import type { BirthMessage, DeviceBirthMessage, PointBirth } from "../../gateway/contract/birth.js";
import { chance, pick, seedOf } from "./chance.js";
import { DEVICE_KINDS, type DeviceKind, type PointModel } from "./device-kinds.js";

/** Who stands for what in the fleet: all of it follows from the seed and the number of the gateway. */
export interface Station {
  readonly id: string;
  readonly number: number;
  readonly seed: number;
  readonly name: string;
  readonly district: number;
  readonly devices: readonly StationDevice[];
}

export interface StationDevice {
  readonly id: string;
  readonly name: string;
  readonly seed: number;
  readonly kind: DeviceKind;
  /** A part of the kind's where the station's points were used up. */
  readonly points: readonly PointModel[];
}

export interface StationOptions {
  readonly prefix: string;
  readonly seed: number;
  readonly points: number;
  readonly districts: number;
  readonly everyMs: number;
}

const SITE_KINDS: readonly [SiteKind, ...SiteKind[]] = [
  { kind: "pump-station", name: "Trạm bơm" },
  { kind: "sluice", name: "Cống ngăn mặn" },
  { kind: "salinity-station", name: "Trạm đo mặn" },
  { kind: "light-cabinet", name: "Tủ chiếu sáng" },
  { kind: "rain-station", name: "Trạm đo mưa" },
];

interface SiteKind {
  readonly kind: string;
  readonly name: string;
}

export function stationOf(number: number, options: StationOptions): Station {
  const seed = seedOf(options.seed, number);
  const site = pick(SITE_KINDS, chance(seed, 1));
  const padded = String(number).padStart(5, "0");
  return {
    id: `${options.prefix}${padded}`,
    number,
    seed,
    name: `${site.name} ${padded}`,
    district: number % options.districts,
    devices: devicesOf(seed, options.points),
  };
}

const shapes = new Map<string, readonly Omit<StationDevice, "seed">[]>();

/** Devices of all kinds in turn, from another one on in each station, until there are so many points. */
function devicesOf(seed: number, points: number): readonly StationDevice[] {
  const first = Math.floor(chance(seed, 2) * DEVICE_KINDS.length);
  const key = `${first}/${points}`;
  let shape = shapes.get(key);
  if (!shape) {
    shape = shapeOf(first, points);
    shapes.set(key, shape);
  }
  return shape.map((device, at) => ({ ...device, seed: seedOf(seed, 3, at) }));
}

function shapeOf(first: number, points: number): readonly Omit<StationDevice, "seed">[] {
  const devices: Omit<StationDevice, "seed">[] = [];
  for (let left = points, at = 0; left > 0; at++) {
    const kind = DEVICE_KINDS[(first + at) % DEVICE_KINDS.length] ?? DEVICE_KINDS[0];
    const number = Math.floor(at / DEVICE_KINDS.length) + 1;
    const own = kind.points.slice(0, left);
    left -= own.length;
    devices.push({ id: `${kind.id}-${number}`, name: `${kind.vi} ${number}`, kind, points: own });
  }
  return devices;
}

/** The limit of an alarm is what differs from one revision to the next. */
export function limitOf(limit: number, rev: number): number {
  return Math.round(limit * (1 + (rev % 8) / 100) * 1000) / 1000;
}

export function stationBirth(station: Station, epoch: string, rev: number): string {
  const { devices, district, name, seed } = station;
  const { kind } = pick(SITE_KINDS, chance(seed, 1));
  const birth: BirthMessage = {
    epoch,
    rev,
    site: {
      name,
      timezone: "Asia/Ho_Chi_Minh",
      location: {
        latitude: Math.round((9.3 + chance(seed, 4) * 1.4) * 1e5) / 1e5,
        longitude: Math.round((105.2 + chance(seed, 5) * 1.3) * 1e5) / 1e5,
      },
      kind,
      owner: `Huyện ${district + 1}`,
    },
    devices: devices.map(({ id }) => id),
  };
  return JSON.stringify(birth);
}

/** Texts of the points of a device are the same in every station: they are made once for each revision. */
const pointTexts = new Map<string, string>();
const MOST_TEXTS = 512;

export function deviceBirth(device: StationDevice, epoch: string, rev: number, everyMs: number): string {
  const { id, kind, name, points } = device;
  const key = `${kind.id}/${points.length}/${rev % 8}/${everyMs}`;
  let text = pointTexts.get(key);
  if (text === undefined) {
    text = JSON.stringify(points.map((point, at) => pointBirth(point, at, rev, everyMs)));
    if (pointTexts.size >= MOST_TEXTS) pointTexts.clear();
    pointTexts.set(key, text);
  }
  const head: Omit<DeviceBirthMessage, "points"> = {
    epoch,
    rev,
    device: id,
    name,
    connection: "rs485",
    profile: { id: kind.profile, version: 1, title: { vi: kind.vi, en: kind.id } },
  };
  return `${JSON.stringify(head).slice(0, -1)},"points":${text}}`;
}

function pointBirth(point: PointModel, at: number, rev: number, everyMs: number): PointBirth {
  const { alarm, decimals, id, kind = "instant", priority = "normal", range, type } = point;
  const words = { unit: point.unit, ucum: point.ucum, quantity: point.quantity, decimals, range };
  return {
    id,
    ...given(words),
    type,
    kind,
    scale: 1,
    offset: 0,
    address: { table: "input", address: 2 * at },
    period_ms: everyMs,
    deadband: 0,
    heartbeat_ms: everyMs,
    priority,
    ...(alarm && {
      alarms: [
        {
          id: "high",
          kind: "high" as const,
          limit: limitOf(alarm.limit, rev),
          delay_ms: 0,
          hysteresis: 0,
          severity: "warning" as const,
          text: { vi: alarm.vi, en: alarm.en },
        },
      ],
    }),
    writable: false,
  };
}
