import { registersOf } from "../codec/format.js";
import { ConfigurationError } from "../core/errors.js";
import type { Point } from "../core/point.js";
import { askedExtent, type Extent, holdsBits, isSameZone, mostOf, type Zone, zoneOf } from "./extent.js";
import { MODBUS_MESSAGES } from "./messages.js";
import { formatOf, operandsOf, statesOf } from "./parts.js";
import { PLAN_MESSAGES } from "./plan-messages.js";
import type { ModbusAddress, Operand, Table } from "./point-schema.js";
import type { ModbusDevice } from "./schema.js";

/** A point of a device and where its value lies. */
export interface PlacedPoint extends Extent {
  readonly point: Point<ModbusAddress>;
  /** The operands that are read in one request with it. */
  readonly near: ReadonlySet<Operand>;
}

/** Points that are read in one request or not at all: one, or those of a group. With what lies beside them. */
export interface Placed extends Extent {
  readonly points: readonly PlacedPoint[];
  readonly zone: Zone;
  readonly alone: boolean;
}

/** Throws ConfigurationError for what cannot be read. In order of address. */
export function placed(points: readonly Point[], settings: ModbusDevice, table: Table): readonly Placed[] {
  const units: Placed[] = [];
  const groups = new Map<string, Placed>();
  for (const point of points as readonly Point<ModbusAddress>[]) {
    if (point.address.table !== table) continue;
    const unit = unitOf(point, settings);
    const { group } = point.address;
    if (group === undefined) units.push(unit);
    else groups.set(group, joined(groups.get(group), unit, settings));
  }
  units.push(...groups.values());
  return units.sort((a, b) => a.from - b.from || bitOf(a) - bitOf(b));
}

/** The registers that an operand fills. */
export function extentOf(operand: Operand): Extent {
  const isBit = operand.table !== undefined && holdsBits(operand.table);
  return { from: operand.address, to: operand.address + (isBit ? 1 : registersOf(formatOf(operand))) };
}

function bitOf({ points }: Placed): number {
  return points[0]?.point.address.bit ?? 0;
}

function unitOf(point: Point<ModbusAddress>, settings: ModbusDevice): Placed {
  const { alone = false, table } = point.address;
  const own = ownExtent(point, settings);
  const where = { point: point.id, device: point.device };
  const zone = zoneOf(settings, table, own);
  if (!zone) throw new ConfigurationError(PLAN_MESSAGES.outside_zones, { ...where, address: own.from });
  const near = new Set<Operand>();
  let hull = own;
  const byDistance = [...operandsOf(point), ...(alone ? [] : statesOf(settings))]
    .filter((operand) => (operand.table ?? table) === table && !holdsBits(table))
    .map((operand) => ({ operand, extent: extentOf(operand) }))
    .sort((a, b) => gap(own, a.extent) - gap(own, b.extent));
  for (const { operand, extent } of byDistance) {
    const wider = { from: Math.min(hull.from, extent.from), to: Math.max(hull.to, extent.to) };
    if (gap(hull, extent) > (settings.max_gap ?? 125) || !fits(wider, zone, settings, table)) continue;
    near.add(operand);
    hull = wider;
  }
  return { ...hull, points: [{ point, ...own, near }], zone, alone };
}

/** Registers between two extents. */
function gap(a: Extent, b: Extent): number {
  return Math.max(0, b.from - a.to, a.from - b.to);
}

function fits(extent: Extent, zone: Zone, settings: ModbusDevice, table: Table): boolean {
  const own = zoneOf(settings, table, extent);
  if (!own || !isSameZone(own, zone)) return false;
  const { from, to } = askedExtent(settings, table, extent, zone);
  return to - from <= mostOf(settings, table);
}

function joined(group: Placed | undefined, unit: Placed, settings: ModbusDevice): Placed {
  if (!group) return unit;
  const { from, to } = { from: Math.min(group.from, unit.from), to: Math.max(group.to, unit.to) };
  const [first] = unit.points;
  const point = first?.point as Point<ModbusAddress>;
  if (!fits({ from, to }, group.zone, settings, point.address.table)) {
    const where = { point: point.id, device: point.device, group: point.address.group ?? "" };
    throw new ConfigurationError(PLAN_MESSAGES.group_too_wide, where);
  }
  const points = [...group.points, ...unit.points].sort((a, b) => a.from - b.from);
  return { from, to, points, zone: group.zone, alone: group.alone || unit.alone };
}

function ownExtent(point: Point<ModbusAddress>, settings: ModbusDevice): Extent {
  const { id, device, type } = point;
  const { table, address, bit, date, length } = point.address;
  const where = { point: id, device };
  if (length !== undefined && type !== "string") {
    throw new ConfigurationError(MODBUS_MESSAGES.length_of_other, { ...where, type });
  }
  if (bit !== undefined && (type !== "bool" || holdsBits(table))) {
    throw new ConfigurationError(MODBUS_MESSAGES.bit_of_other, where);
  }
  if (holdsBits(table)) {
    if (type !== "bool")
      throw new ConfigurationError(MODBUS_MESSAGES.bits_are_bool, { ...where, table, type });
    return { from: address, to: address + 1 };
  }
  const count = registersOf({ type, length, date });
  if (count === 0) throw new ConfigurationError(MODBUS_MESSAGES.string_length, where);
  if (address + count > 65536) {
    throw new ConfigurationError(MODBUS_MESSAGES.beyond_end, { ...where, address, count });
  }
  if (count > settings.max_registers) {
    const max = settings.max_registers;
    throw new ConfigurationError(MODBUS_MESSAGES.wider_than_request, { ...where, count, max });
  }
  return { from: address, to: address + count };
}
