import { registersOf } from "../codec/format.js";
import { widthOf } from "../codec/sentinel.js";
import { TramError } from "../core/errors.js";
import { type Said, say } from "../core/message.js";
import type { Point } from "../core/point.js";
import type { PointRemark, StatedPoint } from "../profiles/family.js";
import { GRAMMAR_MESSAGES as G } from "../profiles/grammar-messages.js";
import { LINT_MESSAGES as L } from "../profiles/lint-messages.js";
import { lintWrites } from "./lint-writes.js";
import { planReads } from "./planner.js";
import type { ModbusAddress } from "./point-schema.js";

/** What a careful author of a Modbus profile would not have written. */
export function lintModbusPoints(
  stated: readonly StatedPoint[],
  settings: Readonly<Record<string, unknown>>,
): readonly PointRemark[] {
  const remarks: PointRemark[] = [];
  const points = stated.map(({ point }) => point as Point<ModbusAddress>);
  for (const [n, point] of points.entries()) {
    const remark = (key: string, said: Said): void => {
      remarks.push({ point: point.id, key, said });
    };
    checkMeanings(point, (key, said) => remarks.push({ point: point.id, key, said, severity: "error" }));
    // A part of a register is judged by what the parts mean.
    const isPart = point.address.bits !== undefined || point.address.byte !== undefined;
    const numeric = point.type !== "bool" && point.type !== "string" && !isPart;
    if (numeric && point.access !== "write" && point.address.sentinels === undefined) {
      remark("sentinels", say(L.no_sentinel_decision));
    }
    const keys = stated[n]?.stated;
    const wide = point.type.endsWith("32") || point.type.endsWith("64");
    if (wide && !keys?.has("order") && !keys?.has("order_from")) remark("order", say(L.no_order));
    const { ram_address } = point.writeRules ?? {};
    const wears = point.writeRules?.keeps === "nvram";
    if (ram_address !== undefined && !wears) remark("write", say(L.ram_address_without_nvram));
    remarks.push(...lintWrites(point));
  }
  remarks.push(...overlaps(points, settings), ...unreadable(points, settings));
  return remarks;
}

/** 9600 baud with a device of middling speed. */
const USUAL_COST = { requestMs: 60, byteMs: 1.04 };

/** See `DriverFamily.countRequests`. */
export function countModbusRequests(
  points: readonly Point[],
  settings: Readonly<Record<string, unknown>>,
): number {
  const read = points.filter(({ access }) => access !== "write");
  return planReads({ id: "device", settings }, read, USUAL_COST).length;
}

/** What the device's own rules leave no request for: a group that is too wide, an address outside the windows. */
function unreadable(
  points: readonly Point<ModbusAddress>[],
  settings: Readonly<Record<string, unknown>>,
): readonly PointRemark[] {
  const read = points.filter(({ access }) => access !== "write");
  if (!refusalOf(read, settings)) return [];
  // Each point is asked alone, and each group by itself, so that all are named.
  const units = new Map<string, Point<ModbusAddress>[]>();
  for (const point of read) {
    const name = `${point.address.table} ${point.address.group ?? ` ${point.id}`}`;
    units.set(name, [...(units.get(name) ?? []), point]);
  }
  return [...units.values()].flatMap((unit): readonly PointRemark[] => {
    const error = refusalOf(unit, settings);
    if (!error) return [];
    const point = String(error.params["point"] ?? unit[0]?.id);
    return [{ point, key: "address", said: error.said, severity: "error" }];
  });
}

function refusalOf(
  points: readonly Point<ModbusAddress>[],
  settings: Readonly<Record<string, unknown>>,
): TramError | undefined {
  try {
    planReads({ id: points[0]?.device ?? "", settings }, points, USUAL_COST);
    return undefined;
  } catch (error) {
    if (error instanceof TramError) return error;
    throw error;
  }
}

function checkMeanings(point: Point<ModbusAddress>, remark: (key: string, said: Said) => void): void {
  const width = widthOf({ ...point.address, type: point.type });
  for (const n of Object.keys(point.flags ?? {}).map(Number)) {
    if (n < 0 || n >= width) remark("flags", say(G.meaning_beyond_width, { key: "flags", n, width }));
  }
  const [least, most] = point.type.startsWith("s")
    ? [-(2 ** (width - 1)), 2 ** (width - 1)]
    : [0, 2 ** width];
  for (const n of Object.keys(point.enum ?? {}).map(Number)) {
    if (n < least || n >= most) remark("enum", say(G.meaning_beyond_width, { key: "enum", n, width }));
  }
}

/** Two points that read the same register in another way, without saying that they do so on purpose. */
function overlaps(
  points: readonly Point<ModbusAddress>[],
  settings: Readonly<Record<string, unknown>>,
): readonly PointRemark[] {
  const remarks: PointRemark[] = [];
  const owner = new Map<string, Point<ModbusAddress>>();
  const most = Number(settings["max_registers"] ?? 125);
  for (const point of points) {
    const { address, alias, date, length, table } = point.address;
    const isBit = table === "coil" || table === "discrete";
    const count = isBit ? 1 : registersOf({ type: point.type, length, date });
    if (!isBit && count > most) {
      remarks.push({ point: point.id, key: "length", said: say(L.wider_than_a_request, { count, most }) });
    }
    for (let at = address; at < address + count; at++) {
      const key = `${table} ${at}`;
      const other = owner.get(key);
      owner.set(key, point);
      if (!other || alias || isPartOfTheSame(point, other)) continue;
      const said = say(L.points_overlap, { other: other.id, table, address: at });
      remarks.push({ point: point.id, key: "address", said });
      break;
    }
  }
  return remarks;
}

/** Bits, bytes and parts of one register, and a register that is given whole besides its parts. */
function isPartOfTheSame(a: Point<ModbusAddress>, b: Point<ModbusAddress>): boolean {
  const isPart = ({ address: { bit, bits, byte } }: Point<ModbusAddress>): boolean =>
    bit !== undefined || bits !== undefined || byte !== undefined;
  return isPart(a) || isPart(b) || (a.type === b.type && a.address.address === b.address.address);
}
