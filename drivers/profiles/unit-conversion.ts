/** value in the base unit of its kind = there * scale + offset. */
interface Unit {
  readonly kind: string;
  readonly scale: number;
  readonly offset?: number;
}

/**
 * What instruments can be set to. International yard and pound (1959), conventional water column 9.80665 kPa/m
 * (ISO 80000-4), US liquid gallon 3.785411784 l and UK gallon 4.54609 l (NIST SP 811, appendix B).
 */
const UNITS: Readonly<Record<string, Unit>> = {
  m: { kind: "length", scale: 1 },
  cm: { kind: "length", scale: 0.01 },
  mm: { kind: "length", scale: 0.001 },
  km: { kind: "length", scale: 1000 },
  ft: { kind: "length", scale: 0.3048 },
  in: { kind: "length", scale: 0.0254 },
  Pa: { kind: "pressure", scale: 1 },
  hPa: { kind: "pressure", scale: 100 },
  kPa: { kind: "pressure", scale: 1000 },
  MPa: { kind: "pressure", scale: 1e6 },
  bar: { kind: "pressure", scale: 1e5 },
  mbar: { kind: "pressure", scale: 100 },
  psi: { kind: "pressure", scale: 6894.757293168361 },
  "kg/cm²": { kind: "pressure", scale: 98066.5 },
  mH2O: { kind: "pressure", scale: 9806.65 },
  mmH2O: { kind: "pressure", scale: 9.80665 },
  "°C": { kind: "temperature", scale: 1 },
  K: { kind: "temperature", scale: 1, offset: -273.15 },
  "°F": { kind: "temperature", scale: 5 / 9, offset: -160 / 9 },
  "m³": { kind: "volume", scale: 1 },
  l: { kind: "volume", scale: 0.001 },
  US_gal: { kind: "volume", scale: 0.003785411784 },
  UK_gal: { kind: "volume", scale: 0.00454609 },
  "m³/h": { kind: "flow", scale: 1 },
  "m³/s": { kind: "flow", scale: 3600 },
  "m³/min": { kind: "flow", scale: 60 },
  "m³/d": { kind: "flow", scale: 1 / 24 },
  "l/s": { kind: "flow", scale: 3.6 },
  "l/min": { kind: "flow", scale: 0.06 },
  "l/h": { kind: "flow", scale: 0.001 },
  "m/s": { kind: "speed", scale: 1 },
  "km/h": { kind: "speed", scale: 1 / 3.6 },
  mph: { kind: "speed", scale: 0.44704 },
  kn: { kind: "speed", scale: 1852 / 3600 },
  "µS/cm": { kind: "conductivity", scale: 1 },
  "mS/cm": { kind: "conductivity", scale: 1000 },
  "S/m": { kind: "conductivity", scale: 10_000 },
  "mg/l": { kind: "concentration", scale: 1 },
  "g/l": { kind: "concentration", scale: 1000 },
  "µg/l": { kind: "concentration", scale: 0.001 },
  ppm: { kind: "concentration", scale: 1 },
  W: { kind: "power", scale: 1 },
  kW: { kind: "power", scale: 1000 },
  MW: { kind: "power", scale: 1e6 },
  Wh: { kind: "energy", scale: 1 },
  kWh: { kind: "energy", scale: 1000 },
  MWh: { kind: "energy", scale: 1e6 },
};

/** Units between which there is a conversion, where they are of one kind. */
export const CONVERTIBLE_UNITS: readonly string[] = Object.keys(UNITS);

/** How a value in one unit becomes one in another; undefined where the two are no units of the same kind. */
export function conversionBetween(from: string, to: string): { scale: number; offset: number } | undefined {
  if (from === to) return { scale: 1, offset: 0 };
  const a = Object.hasOwn(UNITS, from) ? UNITS[from] : undefined;
  const b = Object.hasOwn(UNITS, to) ? UNITS[to] : undefined;
  if (!a || !b || a.kind !== b.kind) return undefined;
  const exact = (x: number): number => Number(x.toPrecision(15));
  return { scale: exact(a.scale / b.scale), offset: exact(((a.offset ?? 0) - (b.offset ?? 0)) / b.scale) };
}
