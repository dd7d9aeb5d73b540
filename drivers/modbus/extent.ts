import type { Table } from "./point-schema.js";
import type { ModbusDevice } from "./schema.js";

/** Addresses of one table, `to` one past the last. */
export interface Extent {
  readonly from: number;
  readonly to: number;
}

/**
 * Where a device's own rules let a request lie: a block that is read whole, a window that is not left, or anywhere.
 * Requests join only points of one zone.
 */
export interface Zone {
  readonly kind: "block" | "window" | "anywhere";
  readonly extent: Extent;
}

const ANYWHERE: Zone = { kind: "anywhere", extent: { from: 0, to: 65536 } };

export function holdsBits(table: Table): boolean {
  return table === "coil" || table === "discrete";
}

/** The zone in which these addresses lie whole; undefined where the device's rules leave none. */
export function zoneOf(settings: ModbusDevice, table: Table, { from, to }: Extent): Zone | undefined {
  for (const { table: of, address, count } of settings.blocks ?? []) {
    const end = address + count;
    if (of !== table || to <= address || from >= end) continue;
    return from >= address && to <= end ? { kind: "block", extent: { from: address, to: end } } : undefined;
  }
  if (!settings.windows) return ANYWHERE;
  const windows = settings.windows.filter((one) => one.table === table);
  if (windows.length === 0) return ANYWHERE;
  const window = windows.find((one) => from >= one.from && to <= one.to + 1);
  return window && { kind: "window", extent: { from: window.from, to: window.to + 1 } };
}

export function isSameZone(a: Zone, b: Zone): boolean {
  return a.kind === b.kind && a.extent.from === b.extent.from && a.extent.to === b.extent.to;
}

/** What a request for these addresses asks for. */
export function askedExtent(settings: ModbusDevice, table: Table, { from, to }: Extent, zone: Zone): Extent {
  if (zone.kind === "block") return zone.extent;
  if (!settings.even_start || holdsBits(table)) return { from, to };
  const last = Math.min(zone.extent.to, to + (to % 2));
  return { from: from - (from % 2), to: last };
}

/** The most registers or bits of one request. */
export function mostOf(settings: ModbusDevice, table: Table): number {
  return holdsBits(table) ? settings.max_bits : settings.max_registers;
}
