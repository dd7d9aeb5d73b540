import { divide, type Exact, subtract, written, ZERO } from "../exact.js";

/** A unit in terms of its dimension's first one: `value * factor + zero`. */
interface UnitFactor {
  readonly dimension: string;
  readonly factor: Exact;
  readonly zero: Exact;
}

/**
 * Definitions: the foot and the pound (1959), the US gallon of 231 cubic inches, conventional metres of water
 * (9806.65 Pa) and millimetres of mercury (133.322387415 Pa), the calendar's hours.
 */
const PSI = "4448.2216152605/0.64516";
const DIMENSIONS: Readonly<Record<string, Readonly<Record<string, number | string>>>> = {
  length: { m: 1, mm: 0.001, cm: 0.01, km: 1000, ft: 0.3048, in: 0.0254 },
  pressure: {
    Pa: 1,
    hPa: 100,
    kPa: 1000,
    MPa: 1_000_000,
    bar: 100_000,
    mbar: 100,
    psi: PSI,
    mH2O: 9806.65,
    cmH2O: 98.0665,
    mmH2O: 9.80665,
    ftH2O: 2989.06692,
    inH2O: 249.08891,
    mmHg: 133.322387415,
    inHg: 3386.388640341,
    "kg/cm²": 98_066.5,
  },
  flow: {
    "m³/s": 3600,
    "m³/h": 1,
    "m³/min": 60,
    "m³/d": "1/24",
    "l/s": 3.6,
    "l/min": 0.06,
    "l/h": 0.001,
    gpm: 0.22712470704,
  },
  volume: { "m³": 1, l: 0.001, US_gal: 0.003785411784, UK_gal: 0.00454609, "ft³": 0.028316846592 },
  speed: { "m/s": 1, "km/h": "1/3.6", "ft/s": 0.3048, mph: 0.44704, kn: "1852/3600" },
  conductivity: { "mS/cm": 1, "µS/cm": 0.001, "S/m": 10, "mS/m": 0.01 },
  concentration: { "g/l": 1, "mg/l": 0.001, "µg/l": 0.000001, ppm: 0.001 },
  mass: { kg: 1, t: 1000, g: 0.001, lb: 0.45359237 },
  power: { W: 1, kW: 1000, MW: 1_000_000 },
  energy: { Wh: 1, kWh: 1000, MWh: 1_000_000, MJ: "1000/3.6", GJ: "1000000/3.6" },
  part: { "1": 1, "%": 0.01, "‰": 0.001, ppm: 0.000001 },
  rain: { mm: 1, in: 25.4 },
  electricity: { V: 1, mV: 0.001, kV: 1000 },
  current: { A: 1, mA: 0.001 },
  frequency: { Hz: 1, kHz: 1000 },
  time: { s: 1, ms: 0.001, min: 60, h: 3600, d: 86_400 },
};

const TEMPERATURES: Readonly<Record<string, readonly [factor: string, zero: string]>> = {
  "°C": ["1", "0"],
  K: ["1", "-273.15"],
  "°F": ["5/9", "-160/9"],
};

/** How a value in `from` becomes one in `to`; undefined where they are not of one kind. */
export function conversion(from: string, to: string): { scale: Exact; offset: Exact } | undefined {
  for (const a of factorsOf(from)) {
    for (const b of factorsOf(to)) {
      if (a.dimension !== b.dimension) continue;
      return { scale: divide(a.factor, b.factor), offset: divide(subtract(a.zero, b.zero), b.factor) };
    }
  }
  return from === to ? { scale: written(1), offset: ZERO } : undefined;
}

function factorsOf(unit: string): readonly UnitFactor[] {
  const found: UnitFactor[] = [];
  for (const [dimension, units] of Object.entries(DIMENSIONS)) {
    const factor = units[unit];
    if (factor !== undefined) found.push({ dimension, factor: written(factor), zero: ZERO });
  }
  const [factor, zero] = TEMPERATURES[unit] ?? [];
  if (factor && zero) {
    found.push({ dimension: "temperature", factor: written(factor), zero: written(zero) });
  }
  return found;
}
