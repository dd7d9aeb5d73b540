import { bitDecoderOf, type Decode, decoderOf } from "../codec/decode.js";
import { registersOf } from "../codec/format.js";
import type { DriverDevice, ReadRequest } from "../core/driver.js";
import { ConfigurationError } from "../core/errors.js";
import type { Point } from "../core/point.js";
import type { Layout, LayoutPoint } from "../core/reading.js";
import { type Ask, type ReadFunction, readReplyLength } from "./ask.js";
import { MODBUS_MESSAGES } from "./messages.js";
import { type ModbusAddress, type ModbusDevice, TABLES, type Table } from "./schema.js";

const FUNCTIONS: Readonly<Record<Table, ReadFunction>> = { coil: 1, discrete: 2, holding: 3, input: 4 };

/** One read request on the wire and how its reply is decoded: the `detail` of a `ReadRequest`. */
export interface Span extends Ask {
  readonly function: ReadFunction;
  /** Parallel to the layout's points. */
  readonly decoders: readonly Decode[];
  /** Offsets of the values in the data of the reply. */
  readonly offsets: readonly number[];
}

/** What requests cost on this wire with this device, in ms: decides which holes are read across. */
export interface WireCost {
  /** A request more: its bytes and those of the reply that are no data, both silences, the device's turnaround. */
  readonly requestMs: number;
  /** A byte more of data. */
  readonly byteMs: number;
}

interface Placed {
  readonly point: Point<ModbusAddress>;
  readonly from: number;
  /** One past its last register or bit. */
  readonly to: number;
}

/**
 * Packs points into the requests that take the least time: within one table, in order of address, across a hole
 * where reading it costs less than another request (never across more than `max_gap`), never more than
 * `max_registers` or `max_bits`, never splitting a value. Pure. Throws ConfigurationError for an address that
 * cannot be read.
 */
export function planReads(
  device: DriverDevice,
  points: readonly Point[],
  cost: WireCost,
): readonly ReadRequest[] {
  const settings = device.settings as ModbusDevice;
  const placed = (points as readonly Point<ModbusAddress>[]).map((point) => place(point, settings));
  const requests: ReadRequest[] = [];
  for (const table of TABLES) {
    const ofTable = placed
      .filter(({ point }) => point.address.table === table)
      .sort((a, b) => a.from - b.from || (a.point.address.bit ?? 0) - (b.point.address.bit ?? 0));
    for (const group of cheapest(ofTable, settings, holdsBits(table), cost)) {
      requests.push(requestOf(device, settings, table, group));
    }
  }
  return requests;
}

/**
 * The parts in which a refused request is asked again: without its holes where it has some, else its halves;
 * empty where nothing can be left out. Values that share a register stay together. Pure.
 */
export function splitRead(device: DriverDevice, request: ReadRequest): readonly ReadRequest[] {
  const settings = device.settings as ModbusDevice;
  const { table } = request.detail as Span;
  const placed = (request.points as readonly Point<ModbusAddress>[]).map((point) => place(point, settings));
  const runs = grouped(placed, (from, end) => from <= end);
  const cells = grouped(placed, (from, end) => from < end);
  const middle = cells.length >> 1;
  const halves = [cells.slice(0, middle).flat(), cells.slice(middle).flat()];
  const parts = runs.length > 1 ? runs : cells.length > 1 ? halves : [];
  return parts.map((part) => requestOf(device, settings, table, part));
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

function holdsBits(table: Table): boolean {
  return table === "coil" || table === "discrete";
}

function place(point: Point<ModbusAddress>, settings: ModbusDevice): Placed {
  const { id, device, type } = point;
  const { table, address, bit, length } = point.address;
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
    return { point, from: address, to: address + 1 };
  }
  const count = registersOf({ type, length });
  if (count === 0) throw new ConfigurationError(MODBUS_MESSAGES.string_length, where);
  if (address + count > 65536) {
    throw new ConfigurationError(MODBUS_MESSAGES.beyond_end, { ...where, address, count });
  }
  if (count > settings.max_registers) {
    const max = settings.max_registers;
    throw new ConfigurationError(MODBUS_MESSAGES.wider_than_request, { ...where, count, max });
  }
  return { point, from: address, to: address + count };
}

/**
 * The division into requests with the least total time, from the back: `best[i]` is the time of all points from
 * the i-th on. Of two that cost the same the one with the longer first request.
 */
function cheapest(
  sorted: readonly Placed[],
  settings: ModbusDevice,
  bits: boolean,
  cost: WireCost,
): readonly Placed[][] {
  const most = bits ? settings.max_bits : settings.max_registers;
  const widest = settings.max_gap ?? most;
  const itemMs = bits ? cost.byteMs / 8 : 2 * cost.byteMs;
  const best = new Array<number>(sorted.length + 1).fill(0);
  const next = new Array<number>(sorted.length + 1).fill(0);
  for (let i = sorted.length - 1; i >= 0; i--) {
    const first = (sorted[i] as Placed).from;
    let end = first;
    best[i] = Number.POSITIVE_INFINITY;
    for (let j = i; j < sorted.length; j++) {
      const { from, to } = sorted[j] as Placed;
      if (j > i && (to - first > most || from - end > widest)) break;
      end = Math.max(end, to);
      const total = cost.requestMs + (end - first) * itemMs + (best[j + 1] as number);
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
  const address = (group[0] as Placed).from;
  const count = Math.max(...group.map((one) => one.to)) - address;
  const bits = holdsBits(table);
  const byteCount = bits ? Math.ceil(count / 8) : 2 * count;
  const span: Span = {
    device: device.id,
    unit: settings.unit_id,
    table,
    function: FUNCTIONS[table],
    address,
    count,
    head: Uint8Array.of(settings.unit_id, FUNCTIONS[table], byteCount),
    replyLength: readReplyLength(byteCount),
    decoders: group.map(({ point, from }) =>
      bits ? bitDecoderOf((from - address) & 7) : decoderOf({ ...point, ...point.address }),
    ),
    offsets: group.map(({ from }) => (bits ? (from - address) >> 3 : 2 * (from - address))),
    settings,
  };
  const layout: Layout = { device: device.id, points: group.map(({ point }) => layoutPointOf(point)) };
  return { device: device.id, layout, points: group.map(({ point }) => point), detail: span };
}

function layoutPointOf({ id, type, decimals }: Point): LayoutPoint {
  return decimals === undefined ? { id, type } : { id, type, decimals };
}
