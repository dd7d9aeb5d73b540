import { Flaw } from "../../codec/flaw.js";
import type { DriverDevice } from "../../core/driver.js";
import { ConfigurationError } from "../../core/errors.js";
import { say } from "../../core/message.js";
import type { Point } from "../../core/point.js";
import type { Value } from "../../core/reading.js";
import { holdsBits } from "../extent.js";
import { planReads, type Span } from "../planner.js";
import type { ModbusAddress } from "../point-schema.js";
import { SCAN_MESSAGES as M } from "./messages.js";
import type { Evidence, Trial } from "./trial.js";

/** Only what lies close together is joined: a long read of a stranger's registers is refused as a whole. */
const COST = { requestMs: 12, byteMs: 1 };
const REFUSED = 4;
const NO_FUNCTION = 5;
/** Somebody answers where the profile says that something lies. */
const ANSWERED = 0.8;
const EMPTY = 0.1;
/** What one read may say at most. */
const MOST_FOR = 4;
const MOST_AGAINST = 6;
const OUT_OF_RANGE = 2;
const NOT_A_NUMBER = 1;
const OWN_ADDRESS = 5;
const NOT_OWN_ADDRESS = 4;
/** Of a device at the address that most have. */
const OWN_ADDRESS_ONE = 3;

/** The reads of a profile's points, planned as the gateway would, with what plausible values say. */
export function pointTrials(
  device: DriverDevice,
  points: readonly Point[],
  unitPoint?: string,
): readonly Trial[] {
  const readable = points.filter(({ access }) => access !== "write");
  return planned(device, readable).flatMap((request) => {
    const span = request.detail as Span;
    // What needs a register elsewhere is judged by nobody before that was read.
    if (span.needs.length > 0 && span.needs.length === request.points.length) return [];
    return [trialOf(span, request.points as readonly Point<ModbusAddress>[], unitPoint)];
  });
}

/** The requests by which a gateway would read them. */
export function planned(device: DriverDevice, points: readonly Point[]) {
  try {
    return planReads(device, points, COST);
  } catch (error) {
    // A point that cannot be read is told where the profile is checked.
    if (error instanceof ConfigurationError) return [];
    throw error;
  }
}

function trialOf(span: Span, points: readonly Point<ModbusAddress>[], unitPoint: string | undefined): Trial {
  const { address, count, decoders, offsets, table } = span;
  const where = { table, address, count };
  const hasUnit = points.some(({ id }) => id === unitPoint);
  const stake = REFUSED + ANSWERED + points.reduce((sum, point) => sum + meaningOf(point), 0);
  return {
    table,
    address,
    count,
    stake: Math.min(MOST_FOR + MOST_AGAINST, stake) + (hasUnit ? OWN_ADDRESS + NOT_OWN_ADDRESS : 0),
    judge: (data, unit): Evidence => {
      const isEmpty = data.every((byte) => byte === 0);
      let weight = isEmpty ? 0 : ANSWERED;
      let own: Evidence | undefined;
      let outside: Point | undefined;
      for (const [at, point] of points.entries()) {
        const value = decoders[at]?.(data, offsets[at] as number, []) ?? null;
        if (point.id === unitPoint) own = judgeUnit(point, value, unit);
        else {
          const said = plausible(point, value);
          weight += said;
          if (said <= -OUT_OF_RANGE) outside ??= point;
        }
      }
      const bounded = Math.max(-MOST_AGAINST, Math.min(MOST_FOR, weight));
      if (own) return { weight: bounded + own.weight, ...(own.said && { said: own.said }) };
      // Many devices read 0 wherever nothing lies.
      if (isEmpty && !outside) return { weight: Math.min(EMPTY, bounded) };
      if (outside) return { weight: bounded, said: say(M.implausible, { point: outside.id }) };
      return { weight: bounded, said: say(M.plausible, where) };
    },
    refused: (code) => ({
      weight: code === 1 ? -NO_FUNCTION : -REFUSED,
      said: say(M.refused, { ...where, code }),
    }),
  };
}

function judgeUnit({ address }: Point<ModbusAddress>, value: Value | Flaw, unit: number): Evidence {
  const params = { address: address.address, unit };
  if (Number(value instanceof Flaw ? Number.NaN : value) !== unit) return { weight: -NOT_OWN_ADDRESS };
  return { weight: unit === 1 ? OWN_ADDRESS_ONE : OWN_ADDRESS, said: say(M.own_address, params) };
}

/** How much likelier such a value is if the point is what the profile says. */
function plausible(point: Point<ModbusAddress>, value: Value | Flaw): number {
  if (value instanceof Flaw) return value.reason === "not_a_number" ? -NOT_A_NUMBER : 0;
  if (value === null) return -NOT_A_NUMBER;
  if (typeof value === "boolean") return 0;
  if (typeof value === "string") return value.trim() === "" ? 0 : isReadable(value) ? 1 : -NOT_A_NUMBER;
  const number = typeof value === "bigint" ? Number(value) / 10 ** (point.decimals ?? 0) : value;
  const isKnown = isAmong(point, number);
  if (isKnown === false) return -OUT_OF_RANGE / 2;
  if (isKnown === undefined) return isTidy(point, number) ? 0 : -NOT_A_NUMBER / 2;
  // Registers that hold nothing read 0, whatever lies there.
  return meaningOf(point) * (number === 0 ? 0.15 : 1);
}

/** Undefined: the profile does not say what may stand there. */
function isAmong({ enum: words, range, write }: Point, number: number): boolean | undefined {
  if (words) return Object.hasOwn(words, String(number));
  if (range) return number >= range.min && number <= range.max;
  if (write && "values" in write) return write.values.includes(number);
  if (write && "range" in write) return number >= write.range.min && number <= write.range.max;
  return undefined;
}

/** Random bits make floats of any size; what instruments measure has a modest one. */
function isTidy({ type }: Point, number: number): boolean {
  if (type !== "f32" && type !== "f64") return true;
  const size = Math.abs(number);
  return size === 0 || (size > 1e-6 && size < 1e12);
}

function isReadable(text: string): boolean {
  return /^[\x20-\x7e\0]+$/.test(text);
}

/** What it says that the value is one of those which may stand there: the more, the fewer those are. */
function meaningOf(point: Point<ModbusAddress>): number {
  if (holdsBits(point.address.table)) return 0;
  const { enum: words, range, scale, type, write } = point;
  if (type === "f32" || type === "f64") return range ? 1.5 : 0;
  if (type === "bool" || type === "string") return 0;
  const all = 2 ** (16 * (type.endsWith("16") ? 1 : type.endsWith("32") ? 2 : 4));
  const bounds = range ?? (write && "range" in write ? write.range : undefined);
  const wanted = words
    ? Object.keys(words).length
    : bounds
      ? (bounds.max - bounds.min) / Math.abs(scale || 1)
      : write && "values" in write
        ? write.values.length
        : all;
  // Registers of strangers are mostly small numbers: what is rare among all is less rare among them.
  return Math.min(1.5, Math.max(0, Math.log(all / Math.max(1, wanted)) / 6));
}
