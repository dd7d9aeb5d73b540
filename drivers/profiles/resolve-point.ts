import { type Said, say, type Text } from "../core/message.js";
import type { Access, DataType, Point, Safety, WriteBounds } from "../core/point.js";
import { propertiesOf, requiredOf } from "./check.js";
import type { DriverFamily } from "./family.js";
import { GRAMMAR_MESSAGES as G } from "./grammar-messages.js";
import { PROFILE_MESSAGES as M } from "./messages.js";
import { addressOfNumber, type Numbering } from "./numbering.js";
import type { WrittenPoint } from "./point-schema.js";
import type { Severity } from "./problem.js";
import { resolveAlarms } from "./resolve-alarms.js";
import { nearest } from "./suggest.js";
import { UCUM } from "./units.js";

/** Told for each thing that is wrong, with the key that it concerns. */
export type OnFault = (
  key: string,
  said: Said,
  options: { severity: Severity; hint?: Said | undefined },
) => void;

export interface PointSources {
  readonly device: string;
  readonly family: DriverFamily;
  /** What the points of the profile have in common. */
  readonly defaults: WrittenPoint;
  /** The point in the profile, then what gateway.yaml says of it: later wins. */
  readonly layers: readonly WrittenPoint[];
  /** Period of the device, or undefined where it has none of its own. */
  readonly devicePeriodMs: number | undefined;
  /** Nothing of the device may be asked more often; 0 by default. */
  readonly minPeriodMs?: number | undefined;
  /** Raw values that are no measurement, by type, for points that say nothing of them. */
  readonly sentinels?: "none" | Readonly<Record<string, unknown>> | undefined;
  readonly numbering?: Numbering | undefined;
  /** What writing to the device can do, where the point does not say. */
  readonly safety?: Safety | undefined;
}

const DEFAULT_PERIOD_MS = 10_000;
const DEFAULT_HEARTBEAT_MS = 300_000;
const MAX_DECIMALS = 15;
const NUMERIC_ONLY = ["scale", "offset", "decimals", "deadband", "range"] as const;
const STATISTICS = new Set(["mean", "min", "max", "sum", "count"]);

/**
 * Makes a complete point from what was written, the most specific word first: gateway.yaml's point, the
 * profile's point, the device (`every`), the profile's defaults, ours. Undefined when a fault was an error.
 */
export function resolvePoint(sources: PointSources, onFault: OnFault): Point | undefined {
  const { family, defaults } = sources;
  let failed = false;
  const fault = (key: string, said: Said): void => {
    failed = true;
    onFault(key, said, { severity: "error" });
  };
  const own: WrittenPoint = Object.assign({}, ...sources.layers);
  const written: WrittenPoint = { ...defaults, ...own };

  const address = addressOf(sources, written, fault);
  const type = own.type ?? family.impliedType(address) ?? defaults.type ?? "u16";
  const numeric = type !== "bool" && type !== "string";
  const isWhole = numeric && !family.isPart(address);
  if (address["sentinels"] === undefined && sources.sentinels !== undefined && isWhole) {
    const ofType = sources.sentinels === "none" ? "none" : sources.sentinels[type];
    if (ofType !== undefined) address["sentinels"] = ofType;
  }
  const { scale = 1, offset = 0, access = "read", kind = "instant", deadband = 0 } = written;

  // The defaults of a profile speak of its numeric points.
  for (const key of NUMERIC_ONLY) {
    if (!numeric && own[key] !== undefined) fault(key, say(M.not_for_type, { key, type }));
  }
  if (scale === 0) fault("scale", say(M.scale_zero));
  const curve = written.curve && curveOf(written, type, fault);
  const decimals = numeric
    ? decimalsOf({ type, scale, offset, computed: family.isComputed(address) }, written, fault)
    : undefined;
  const range = numeric ? orderedRange("range", written.range, fault) : undefined;
  if (written.interval !== undefined && !STATISTICS.has(kind)) {
    fault("interval", say(M.interval_without_statistic));
  }
  if (written.heartbeat === 0)
    fault("heartbeat", say(M.too_small, { key: "heartbeat", value: 0, limit: "1ms" }));
  const write = writeBounds(written, access, type, fault);
  if (written.unit !== undefined && !UCUM.has(written.unit)) {
    const near = nearest(written.unit, UCUM.keys());
    const hint = near === undefined ? undefined : say(M.did_you_mean, { near });
    onFault("unit", say(M.unknown_unit, { unit: written.unit }), { severity: "warning", hint });
  }
  const alarms = written.alarm === undefined ? [] : resolveAlarms(written.alarm, type, fault);
  const meanings = meaningsOf(written, type, fault);
  const checked = { type, access, unit: written.unit, address };
  for (const { key, said } of family.checkPoint(checked)) fault(key, said);
  if (failed || written.id === undefined) return undefined;

  const ucum = written.unit === undefined ? undefined : UCUM.get(written.unit);
  return {
    id: written.id,
    device: sources.device,
    ...(written.name !== undefined && { name: bothLanguages(written.name) }),
    type,
    ...(written.unit !== undefined && { unit: written.unit }),
    ...(ucum !== undefined && { ucum }),
    ...(written.quantity !== undefined && { quantity: written.quantity }),
    kind,
    ...(written.interval !== undefined && { intervalMs: written.interval }),
    scale: numeric && !curve ? scale : 1,
    offset: numeric && !curve ? offset : 0,
    ...(curve && { curve }),
    ...meanings,
    ...(decimals !== undefined && { decimals }),
    access,
    periodMs: Math.max(
      own.every ?? sources.devicePeriodMs ?? defaults.every ?? DEFAULT_PERIOD_MS,
      sources.minPeriodMs ?? 0,
    ),
    deadband: numeric ? deadband : 0,
    heartbeatMs: written.heartbeat ?? DEFAULT_HEARTBEAT_MS,
    ...(range && { range }),
    ...(write && { write }),
    ...(access !== "read" && rulesOf(written, sources.safety)),
    priority: written.priority ?? "normal",
    ...(alarms.length > 0 && { alarms }),
    address,
  };
}

/** The address keys with their defaults; the address itself may follow from the maker's number. */
function addressOf(
  { family, numbering }: PointSources,
  written: WrittenPoint,
  fault: (key: string, said: Said) => void,
): Record<string, unknown> {
  const address: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(propertiesOf(family.address))) {
    const value = written[key] ?? schema["default"];
    if (value !== undefined) address[key] = value;
  }
  const { number } = written;
  if (numbering && typeof number === "number") {
    const computed = addressOfNumber(numbering, number, String(address["table"]));
    if (computed === undefined) fault("number", say(G.number_has_no_address, { number }));
    else if (address["address"] === undefined) address["address"] = computed;
    else if (address["address"] !== computed) {
      fault("number", say(G.number_differs, { number, computed, address: String(address["address"]) }));
    }
  }
  for (const key of requiredOf(family.address)) {
    if (address[key] === undefined) fault(key, say(M.missing_key, { key }));
  }
  return address;
}

interface Arithmetic {
  readonly type: DataType;
  readonly scale: number;
  readonly offset: number;
  readonly computed: boolean;
}

/**
 * Places after the decimal point. Integers always have some (0 without a scale): what is published is an exact
 * decimal. 64-bit values are kept as whole multiples of 10^-decimals, so that no place may be cut off.
 */
function decimalsOf(
  { type, scale, offset, computed }: Arithmetic,
  { curve, decimals: written }: WrittenPoint,
  fault: (key: string, said: Said) => void,
): number | undefined {
  if (type === "f32" || type === "f64") return written;
  if (curve) return written ?? Math.max(...curve.map(([, value = 0]) => decimalPlaces(value)));
  if (computed) {
    if (written === undefined) fault("decimals", say(G.decimals_needed));
    return written;
  }
  const ofScale = decimalPlaces(scale);
  const ofOffset = decimalPlaces(offset);
  const needed = Math.max(ofScale, ofOffset);
  const wide = type === "u64" || type === "s64";
  if (needed > MAX_DECIMALS && (written === undefined || wide)) {
    const key = ofScale > MAX_DECIMALS ? "scale" : "offset";
    fault(key, say(M.too_many_decimals, { key, needed }));
  } else if (wide && written !== undefined && written < needed) {
    fault("decimals", say(M.decimals_too_few, { needed }));
  }
  return written ?? needed;
}

/** Raws that rise, of a number of up to 32 bits. */
function curveOf(
  { curve = [], scale, offset }: WrittenPoint,
  type: DataType,
  fault: (key: string, said: Said) => void,
): WrittenPoint["curve"] {
  if (!CURVED.has(type)) fault("curve", say(M.not_for_type, { key: "curve", type }));
  if (scale !== undefined || offset !== undefined) fault("curve", say(G.curve_instead));
  const rising = curve.every(([raw = 0], n) => n === 0 || raw > (curve[n - 1]?.[0] ?? raw));
  if (!rising) fault("curve", say(G.curve_not_rising));
  return curve;
}

const CURVED: ReadonlySet<DataType> = new Set(["u16", "s16", "u32", "s32", "f32"]);
const INTEGERS: ReadonlySet<DataType> = new Set(["u16", "s16", "u32", "s32"]);

/** What numbers and bits stand for: only of integers that are published as they are. */
function meaningsOf(
  written: WrittenPoint,
  type: DataType,
  fault: (key: string, said: Said) => void,
): Pick<Point, "enum" | "flags"> {
  for (const key of ["enum", "flags"] as const) {
    const meanings = written[key];
    if (meanings === undefined) continue;
    if (!INTEGERS.has(type)) fault(key, say(M.not_for_type, { key, type }));
    if (written.scale !== undefined && written.scale !== 1) fault(key, say(G.meaning_of_scaled, { key }));
    const strange = Object.keys(meanings).find((n) => !/^-?\d+$/.test(n));
    if (strange !== undefined) fault(key, say(M.expected_integer, { key, found: strange }));
    const words = Object.values(meanings).map((meaning) => meaning?.key);
    const twice = words.find((word, n) => words.indexOf(word) !== n);
    if (twice !== undefined) fault(key, say(G.meaning_twice, { key, word: String(twice) }));
  }
  const { enum: numbers, flags } = written;
  return { ...(numbers && { enum: numbers }), ...(flags && { flags }) };
}

/** How it is written, besides what may be written. */
function rulesOf(
  { write, safety }: WrittenPoint,
  ofDevice: Safety | undefined,
): Pick<Point, "safety" | "writeRules"> {
  const { range: _, values: __, ...rules } = write ?? {};
  const said = safety ?? ofDevice;
  return {
    ...(said !== undefined && { safety: said }),
    ...(Object.keys(rules).length > 0 && { writeRules: rules as NonNullable<Point["writeRules"]> }),
  };
}

/** 0.1 -> 1, 1e-7 -> 7, 25 -> 0: of the shortest decimal that gives the same number. */
export function decimalPlaces(value: number): number {
  const [, digits = "", exponent = "0"] = /^-?\d+(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? [];
  return Math.max(0, digits.length - Number(exponent));
}

function orderedRange(
  key: string,
  written: readonly number[] | undefined,
  fault: (key: string, said: Said) => void,
): { min: number; max: number } | undefined {
  const [min, max] = written ?? [];
  if (min === undefined || max === undefined) return undefined;
  if (min >= max) fault(key, say(M.range_reversed, { key, min, max }));
  return { min, max };
}

/** Whoever may write a number or a text says which: nobody moves an actuator by accident. */
function writeBounds(
  written: WrittenPoint,
  access: Access,
  type: DataType,
  fault: (key: string, said: Said) => void,
): WriteBounds | undefined {
  if (written.write === undefined) {
    if (access !== "read" && type !== "bool") fault("access", say(M.write_needs_bounds));
    return access === "read" || type !== "bool" ? undefined : { values: [false, true] };
  }
  if (access === "read") fault("write", say(M.write_needs_access));
  const { values } = written.write;
  const range = orderedRange("write", written.write.range, fault);
  if ((range === undefined) === (values === undefined)) fault("write", say(M.write_one_form));
  if (range && (type === "bool" || type === "string")) {
    fault("write", say(M.not_for_type, { key: "range", type }));
  }
  const kind = type === "bool" ? "boolean" : type === "string" ? "string" : "number";
  const foreign = values?.find((value) => typeof value !== kind);
  if (foreign !== undefined) fault("write", say(M.not_for_type, { key: String(foreign), type }));
  return range ? { range } : values ? { values } : undefined;
}

function bothLanguages(name: string | Text): Text {
  return typeof name === "string" ? { vi: name, en: name } : { vi: name.vi, en: name.en };
}
