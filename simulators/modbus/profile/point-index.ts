import type { Table } from "../../../drivers/modbus/point-schema.js";
import { overlaps, type Stretch } from "./memory.js";
import type { ProfilePoint } from "./point.js";

/** Points by where they lie, so that a read of a device with thousands of them does not look at all. */
export class PointIndex {
  readonly #tables = new Map<Table, readonly ProfilePoint[]>();
  readonly #widest: number;

  constructor(points: Iterable<ProfilePoint>) {
    const all = [...points].sort((a, b) => a.stretch.address - b.stretch.address);
    this.#widest = all.reduce((most, { stretch }) => Math.max(most, stretch.count), 1);
    for (const table of ["coil", "discrete", "input", "holding"] as const) {
      this.#tables.set(
        table,
        all.filter(({ stretch }) => stretch.table === table),
      );
    }
  }

  /** All that lie in the stretch, be it in part, in the order of their addresses. */
  *within(stretch: Stretch): Generator<ProfilePoint> {
    const points = this.#tables.get(stretch.table) ?? [];
    const end = stretch.address + stretch.count;
    for (let at = firstFrom(points, stretch.address - this.#widest); at < points.length; at++) {
      const point = points[at] as ProfilePoint;
      if (point.stretch.address >= end) return;
      if (overlaps(point.stretch, stretch)) yield point;
    }
  }
}

function firstFrom(points: readonly ProfilePoint[], address: number): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle] as ProfilePoint).stretch.address < address) low = middle + 1;
    else high = middle;
  }
  return low;
}
