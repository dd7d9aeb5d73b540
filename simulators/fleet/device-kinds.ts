import type { PointBirth } from "../../gateway/contract/birth.js";
import { MEAN_SEA_M, tideM } from "../process/tide.js";
import { chance, wave } from "./chance.js";

/** When, and of which device: all that a value depends on. */
export interface Moment {
  readonly seed: number;
  /** Wall ms. */
  readonly t: number;
}

/** A point of a kind of device, and what it shows. */
export interface PointModel {
  readonly id: string;
  readonly type: PointBirth["type"];
  readonly unit?: string;
  readonly ucum?: string;
  readonly quantity?: string;
  readonly kind?: PointBirth["kind"];
  /** Places of a number; absent for what is none. */
  readonly decimals?: number;
  readonly range?: { readonly min: number; readonly max: number };
  readonly priority?: PointBirth["priority"];
  readonly alarm?: { readonly limit: number; readonly vi: string; readonly en: string };
  /** Pure. */
  readonly value: (at: Moment) => number | string | boolean;
}

export interface DeviceKind {
  readonly id: string;
  readonly vi: string;
  readonly profile: string;
  readonly points: readonly PointModel[];
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ZONE_MS = 7 * HOUR;
/** Counters began here: their values stay of a plausible size. */
const INSTALLED = Date.UTC(2024, 0, 1);

/** Hours of the local day, 0 to 24. */
const hourOf = (t: number): number => ((t + ZONE_MS) % DAY) / HOUR;
/** The tide reaches each place at another time. */
const level = ({ seed, t }: Moment): number => MEAN_SEA_M + tideM(t - chance(seed, 1) * 3 * HOUR);
/** A pump runs a part of the time, in stretches of some twenty minutes, rather when the water is high. */
const running = ({ seed, t }: Moment): boolean =>
  wave(seed, t, 20 * MINUTE) + (level({ seed, t }) - 0.35) * 0.5 > 0;
const isNight = (t: number): boolean => hourOf(t) < 5.6 || hourOf(t) > 18.1;
/** Sun between six and six, less under clouds. */
const sun = ({ seed, t }: Moment): number =>
  Math.max(0, Math.sin(((hourOf(t) - 6) / 12) * Math.PI)) * (0.75 + 0.25 * wave(seed, t, 9 * MINUTE));
/** What has been counted at `perHour`, which swings by half through the day: grows always. */
const counted = ({ seed, t }: Moment, perHour: number): number => {
  const hours = (t - INSTALLED) / HOUR;
  const swing = (12 / Math.PI) * (1 - Math.cos((2 * Math.PI * hours) / 24));
  return perHour * (0.6 + 0.8 * chance(seed, 2)) * (hours + 0.5 * swing);
};

type More = Omit<PointModel, "id" | "type" | "value" | "unit">;
function real(id: string, unit: string, value: (at: Moment) => number, more: More = {}): PointModel {
  return { id, type: "f32", unit, decimals: 2, value, ...more };
}

function phases(of: (phase: number) => PointModel): PointModel[] {
  return [1, 2, 3].map(of);
}

const volts = (at: Moment, phase: number): number => 229 + 4 * wave(at.seed + phase, at.t, 7 * MINUTE);
const amperes = (at: Moment, phase: number): number =>
  (running(at) ? 38 : 1.6) * (1 + 0.08 * wave(at.seed + 10 + phase, at.t, 3 * MINUTE));
const factor = (at: Moment): number => 0.88 + 0.05 * wave(at.seed + 20, at.t, 11 * MINUTE);
const kilowatts = (at: Moment, phase: number): number =>
  (volts(at, phase) * amperes(at, phase) * factor(at)) / 1000;
const total = (at: Moment): number => kilowatts(at, 1) + kilowatts(at, 2) + kilowatts(at, 3);

const METER: DeviceKind = {
  id: "meter",
  vi: "Đồng hồ đo điện",
  profile: "fleet/meter",
  points: [
    ...phases((n) =>
      real(`voltage.l${n}`, "V", (at) => volts(at, n), { ucum: "V", quantity: "voltage", decimals: 1 }),
    ),
    ...phases((n) => real(`current.l${n}`, "A", (at) => amperes(at, n), { ucum: "A", quantity: "current" })),
    real("power.active.total", "kW", total, { ucum: "kW", quantity: "power.active", priority: "high" }),
    ...phases((n) =>
      real(`power.active.l${n}`, "kW", (at) => kilowatts(at, n), { quantity: "power.active" }),
    ),
    real("power.reactive.total", "kvar", (at) => total(at) * 0.54, { quantity: "power.reactive" }),
    real("power.factor", "1", factor, { quantity: "power.factor", decimals: 3 }),
    real("frequency", "Hz", (at) => 50 + 0.03 * wave(at.seed, at.t, MINUTE), {
      ucum: "Hz",
      quantity: "frequency",
    }),
    real("energy.active.import", "kWh", (at) => counted(at, 9), {
      ucum: "kW.h",
      quantity: "energy.active",
      kind: "counter",
      type: "f64",
    } as More),
    ...phases((n) =>
      real(`distortion.l${n}`, "%", (at) => 3 + wave(at.seed + 30 + n, at.t, 5 * MINUTE), {
        quantity: "distortion",
        decimals: 1,
      }),
    ),
    real("temperature", "°C", (at) => 36 + 5 * sun(at) + wave(at.seed + 40, at.t, HOUR), { decimals: 1 }),
  ],
};

const WATER: DeviceKind = {
  id: "well",
  vi: "Mực nước",
  profile: "fleet/level",
  points: [
    real("level.river", "m", level, {
      ucum: "m",
      quantity: "level.water",
      decimals: 3,
      range: { min: -5, max: 5 },
      priority: "high",
      alarm: { limit: 1.6, vi: "Mực nước sông cao", en: "High water in the river" },
    }),
    real("level.field", "m", (at) => 0.5 + 0.1 * wave(at.seed + 1, at.t, 6 * HOUR), {
      ucum: "m",
      quantity: "level.water",
      decimals: 3,
    }),
    real("flow", "m³/h", (at) => (running(at) ? 900 + 40 * wave(at.seed + 2, at.t, 2 * MINUTE) : 0), {
      ucum: "m3/h",
      quantity: "flow.volume",
      decimals: 1,
    }),
    {
      id: "volume.pulses",
      type: "u64",
      kind: "counter",
      value: (at) => String(Math.floor(counted(at, 41_000))),
    },
    { id: "door.open", type: "bool", value: ({ seed, t }) => wave(seed + 3, t, 30 * MINUTE) > 0.96 },
    real("battery", "V", (at) => 12.6 + 1.1 * sun(at), { ucum: "V", quantity: "voltage" }),
  ],
};

const WATER_QUALITY: DeviceKind = {
  id: "salinity",
  vi: "Độ mặn",
  profile: "fleet/water-quality",
  points: [
    real("salinity", "‰", (at) => Math.max(0.05, 3 + 2.2 * level({ ...at, t: at.t - 2 * HOUR })), {
      priority: "high",
      range: { min: 0, max: 40 },
      alarm: { limit: 4, vi: "Độ mặn cao", en: "High salinity" },
    }),
    real("conductivity", "mS/cm", (at) => Math.max(0.1, 5.4 + 3.9 * level({ ...at, t: at.t - 2 * HOUR }))),
    real("temperature", "°C", (at) => 28.5 + 1.2 * sun(at) + 0.2 * wave(at.seed, at.t, HOUR), {
      ucum: "Cel",
    }),
    real("ph", "1", (at) => 7.4 + 0.3 * wave(at.seed + 1, at.t, 3 * HOUR)),
    real("turbidity", "NTU", (at) => 60 + 25 * wave(at.seed + 2, at.t, 40 * MINUTE), { decimals: 0 }),
    real("oxygen", "mg/l", (at) => 4.8 + 1.5 * sun(at) + 0.3 * wave(at.seed + 3, at.t, HOUR)),
    {
      id: "sensor.state",
      type: "string",
      value: ({ seed, t }) => (wave(seed, t, DAY) > 0.9 ? "wash" : "run"),
    },
  ],
};

const WEATHER: DeviceKind = {
  id: "weather",
  vi: "Thời tiết",
  profile: "fleet/weather",
  points: [
    real("temperature.air", "°C", (at) => 25 + 8 * sun(at) + 0.4 * wave(at.seed, at.t, 20 * MINUTE), {
      ucum: "Cel",
      decimals: 1,
    }),
    real("humidity", "%", (at) => 92 - 30 * sun(at) + 2 * wave(at.seed + 1, at.t, 20 * MINUTE), {
      decimals: 0,
    }),
    real("pressure", "hPa", (at) => 1009 + 2 * wave(at.seed + 2, at.t, 6 * HOUR), { decimals: 1 }),
    real("wind.speed", "m/s", (at) => Math.max(0, 2.5 + 2.5 * wave(at.seed + 3, at.t, 4 * MINUTE)), {
      decimals: 1,
    }),
    real("wind.direction", "°", (at) => 180 + 179 * wave(at.seed + 4, at.t, HOUR), { decimals: 0 }),
    real("rain.intensity", "mm/h", (at) => Math.max(0, 60 * (wave(at.seed + 5, at.t, 2 * HOUR) - 0.6)), {
      decimals: 1,
      alarm: { limit: 20, vi: "Mưa rất to", en: "Very heavy rain" },
    }),
    real("radiation", "W/m²", (at) => 950 * sun(at), { decimals: 0 }),
  ],
};

const LAMPS: DeviceKind = {
  id: "lamps",
  vi: "Tủ điều khiển chiếu sáng",
  profile: "fleet/lamps",
  points: [1, 2, 3, 4].flatMap((n): PointModel[] => [
    { id: `circuit.${n}.on`, type: "bool", value: ({ t }) => isNight(t) },
    real(
      `circuit.${n}.current`,
      "A",
      (at) => (isNight(at.t) ? 11 + wave(at.seed + n, at.t, 5 * MINUTE) : 0),
      {
        ucum: "A",
        quantity: "current",
      },
    ),
    real(`circuit.${n}.hours`, "h", (at) => counted({ ...at, seed: at.seed + n }, 0.48), {
      kind: "counter",
      decimals: 1,
    }),
  ]),
};

const DRIVE: DeviceKind = {
  id: "drive",
  vi: "Biến tần",
  profile: "fleet/drive",
  points: [
    { id: "run", type: "bool", priority: "high", value: running },
    real("frequency", "Hz", (at) => (running(at) ? 44 + 2 * wave(at.seed, at.t, 4 * MINUTE) : 0)),
    real("current", "A", (at) => amperes(at, 4), { ucum: "A", quantity: "current" }),
    real("power", "kW", (at) => (running(at) ? 17 + wave(at.seed + 1, at.t, 3 * MINUTE) : 0)),
    real("speed", "1/min", (at) => (running(at) ? 1290 + 40 * wave(at.seed, at.t, 4 * MINUTE) : 0), {
      decimals: 0,
    }),
    real("voltage.dc", "V", (at) => 540 + 8 * wave(at.seed + 2, at.t, 7 * MINUTE), { decimals: 0 }),
    real("temperature", "°C", (at) => 38 + (running(at) ? 9 : 0) + wave(at.seed + 3, at.t, HOUR), {
      decimals: 1,
    }),
    real("hours", "h", (at) => counted(at, 0.4), { kind: "counter", decimals: 1 }),
    { id: "starts", type: "u32", kind: "counter", decimals: 0, value: (at) => Math.floor(counted(at, 0.9)) },
  ],
};

export const DEVICE_KINDS: readonly [DeviceKind, ...DeviceKind[]] = [
  METER,
  WATER,
  DRIVE,
  WATER_QUALITY,
  LAMPS,
  WEATHER,
];
