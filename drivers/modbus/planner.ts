import type { Decode } from "../codec/decode.js";
import { operandAt } from "../codec/operand.js";
import type { DriverDevice, ReadRequest } from "../core/driver.js";
import type { Point } from "../core/point.js";
import type { Layout, LayoutPoint } from "../core/reading.js";
import type { Ask, ReadFunction } from "./ask.js";
import { askedExtent, type Extent, holdsBits, isSameZone, mostOf } from "./extent.js";
import { type ReadState, STATE_AGE_MS, stateReaderOf } from "./instrument-state.js";
import { decoderOfPoint, formatOf, type Locate, statesOf } from "./parts.js";
import { extentOf, type Placed, type PlacedPoint, placed } from "./placing.js";
import { type Operand, TABLES, type Table } from "./point-schema.js";
import type { ModbusDevice } from "./schema.js";
import { readAskOf, type SettingRead, settingReadOf } from "./setting-read.js";

/** One read request on the wire and how its reply is decoded: the `detail` of a `ReadRequest`. */
export interface Span extends Ask {
  readonly function: ReadFunction;
  /** Parallel to the layout's points. */
  readonly decoders: readonly Decode[];
  /** Offsets of the values in the data of the reply. */
  readonly offsets: readonly number[];
  /** Numbers that the decoders need and that are not in the reply. */
  readonly needs: readonly SettingRead[];
  /** What the instrument is doing; absent where the device has no word for it. */
  readonly state?: ReadState;
}

/** What requests cost on this wire with this device, in ms: decides which holes are read across. */
export interface WireCost {
  /** A request more: its bytes and those of the reply that are no data, both silences, the device's turnaround. */
  readonly requestMs: number;
  /** A byte more of data. */
  readonly byteMs: number;
}

/**
 * Packs points into the requests that take the least time: within one table, in order of address, across a hole
 * where reading it costs less than another request (never across more than `max_gap`), never more than
 * `max_registers` or `max_bits`, never splitting a value or a group, and as the device's own rules want it. Pure.
 * Throws ConfigurationError for an address that cannot be read.
 */
export function planReads(
  device: DriverDevice,
  points: readonly Point[],
  cost: WireCost,
): readonly ReadRequest[] {
  const settings = device.settings as ModbusDevice;
  const requests: ReadRequest[] = [];
  for (const table of TABLES) {
    const units = placed(points, settings, table);
    const joinable = units.filter(({ alone }) => !alone);
    const groups = [
      ...cheapest(joinable, settings, table, cost),
      ...units.filter(({ alone }) => alone).map((unit) => [unit]),
    ];
    for (const group of groups) requests.push(requestOf(device, settings, table, group));
  }
  return requests;
}

/**
 * The parts in which a refused request is asked again: without its holes where it has some, else its halves;
 * empty where nothing can be left out. Values that share a register stay together. Pure.
 */
export function splitRead(device: DriverDevice, request: ReadRequest): readonly ReadRequest[] {
  const settings = device.settings as ModbusDevice;
  const { table, address, count } = request.detail as Span;
  const units = placed(request.points, settings, table);
  const runs = grouped(units, (from, end) => from <= end);
  const cells = grouped(units, (from, end) => from < end);
  const middle = cells.length >> 1;
  const halves = [cells.slice(0, middle).flat(), cells.slice(middle).flat()];
  const parts = runs.length > 1 ? runs : cells.length > 1 ? halves : [];
  const requests = parts.map((part) => requestOf(device, settings, table, part));
  // A block, or two halves of an even number: nothing is left out.
  const isSame = ({ detail }: ReadRequest): boolean =>
    (detail as Span).address === address && (detail as Span).count === count;
  return requests.some(isSame) ? [] : requests;
}

/** Neighbours for which `together` holds (the next one's start, the end so far) are one group. */
function grouped(
  placed: readonly Placed[],
  together: (from: number, end: number) => boolean,
): readonly (readonly Placed[])[] {
  const groups: Placed[][] = [];
  let end = -1;
  for (const one of placed) {
    const group = groups.at(-1);
    if (group && together(one.from, end)) group.push(one);
    else groups.push([one]);
    end = Math.max(end, one.to);
  }
  return groups;
}

/**
 * The division into requests with the least total time, from the back: `best[i]` is the time of all points from
 * the i-th on. Of two that cost the same the one with the longer first request.
 */
function cheapest(
  sorted: readonly Placed[],
  settings: ModbusDevice,
  table: Table,
  cost: WireCost,
): readonly Placed[][] {
  const most = mostOf(settings, table);
  const widest = settings.max_gap ?? most;
  const itemMs = holdsBits(table) ? cost.byteMs / 8 : 2 * cost.byteMs;
  const best = new Array<number>(sorted.length + 1).fill(0);
  const next = new Array<number>(sorted.length + 1).fill(0);
  for (let i = sorted.length - 1; i >= 0; i--) {
    const { from: first, zone } = sorted[i] as Placed;
    let end = first;
    best[i] = Number.POSITIVE_INFINITY;
    for (let j = i; j < sorted.length; j++) {
      const { from, to, zone: other } = sorted[j] as Placed;
      if (j > i && (from - end > widest || !isSameZone(zone, other))) break;
      end = Math.max(end, to);
      const asked = askedExtent(settings, table, { from: first, to: end }, zone);
      const length = asked.to - asked.from;
      if (j > i && length > most) break;
      const total = cost.requestMs + length * itemMs + (best[j + 1] as number);
      if (total > (best[i] as number)) continue;
      best[i] = total;
      next[i] = j + 1;
    }
  }
  const groups: Placed[][] = [];
  for (let i = 0; i < sorted.length; i = next[i] as number) groups.push(sorted.slice(i, next[i]));
  return groups;
}

function requestOf(
  device: DriverDevice,
  settings: ModbusDevice,
  table: Table,
  group: readonly Placed[],
): ReadRequest {
  const [first] = group;
  if (!first) throw new RangeError("a request for nothing");
  const inside = { from: first.from, to: Math.max(...group.map(({ to }) => to)) };
  const extent = askedExtent(settings, table, inside, first.zone);
  const points = group.flatMap((unit) => unit.points);
  const needs = new Map<string, { readonly read: SettingRead; readonly far: number }>();
  const decoders = points.map((one) =>
    decoderOfPoint(one.point, settings, (one.from - extent.from) & 7, locator(device, table, one, needs)),
  );
  const state = stateReaderOf(statesOf(settings), stateLocator(device, table, extent, needs));
  const span: Span = {
    ...readAskOf(device, table, extent),
    ...(state && { state }),
    decoders,
    offsets: points.map((one) => offsetOf(table, one, extent)),
    needs: [...needs.values()].map(({ read }) => read),
  };
  const layout: Layout = { device: device.id, points: points.map(({ point }) => layoutPointOf(point)) };
  return { device: device.id, layout, points: points.map(({ point }) => point), detail: span };
}

function offsetOf(table: Table, { from }: PlacedPoint, extent: Extent): number {
  const places = from - extent.from;
  return holdsBits(table) ? places >> 3 : 2 * places;
}

/** Operands in the reply are found by their distance from the value, others are asked by themselves, each once. */
function locator(
  device: DriverDevice,
  table: Table,
  { from, near }: PlacedPoint,
  needs: Map<string, { readonly read: SettingRead; readonly far: number }>,
): Locate {
  return (operand: Operand) => {
    const format = formatOf(operand);
    if (near.has(operand)) return operandAt(format, { near: 2 * (extentOf(operand).from - from) });
    const read = settingReadOf(device, operand, operand.table ?? table);
    const known = needs.get(read.key);
    const far = known?.far ?? needs.size;
    if (!known) needs.set(read.key, { read, far });
    return operandAt(format, { far });
  };
}

/** A state in the reply is of the same moment as the readings; elsewhere it is asked anew, never from long ago. */
function stateLocator(
  device: DriverDevice,
  table: Table,
  extent: Extent,
  needs: Map<string, { readonly read: SettingRead; readonly far: number }>,
): Locate {
  return (operand: Operand) => {
    const format = formatOf(operand);
    const { from, to } = extentOf(operand);
    const isHere = operand.table === table && !holdsBits(table) && from >= extent.from && to <= extent.to;
    if (isHere) return operandAt(format, { near: 2 * (from - extent.from) });
    const read = { ...settingReadOf(device, operand, operand.table ?? table), ageMs: STATE_AGE_MS };
    const far = needs.get(read.key)?.far ?? needs.size;
    needs.set(read.key, { read, far });
    return operandAt(format, { far });
  };
}

function layoutPointOf({ id, type, decimals }: Point): LayoutPoint {
  return decimals === undefined ? { id, type } : { id, type, decimals };
}
