import { bitDecoderOf, type Decode, decoderOf } from "../codec/decode.js";
import { registersOf } from "../codec/format.js";
import type { DriverDevice, ReadRequest } from "../core/driver.js";
import { ConfigurationError } from "../core/errors.js";
import type { Point } from "../core/point.js";
import type { Layout, LayoutPoint } from "../core/reading.js";
import { MODBUS_MESSAGES } from "./messages.js";
import { type ModbusAddress, type ModbusDevice, TABLES, type Table } from "./schema.js";

/** Function codes that read (Modbus Application Protocol V1.1b3, 6.1-6.4). */
export type ReadFunction = 1 | 2 | 3 | 4;

const FUNCTIONS: Readonly<Record<Table, ReadFunction>> = { coil: 1, discrete: 2, holding: 3, input: 4 };

/** One read request on the wire and how its reply is decoded: the `detail` of a `ReadRequest`. */
export interface Span {
  readonly device: string;
  readonly unit: number;
  readonly table: Table;
  readonly function: ReadFunction;
  readonly address: number;
  /** Registers or bits. */
  readonly count: number;
  /** Bytes of data in the reply. */
  readonly byteCount: number;
  /** Parallel to the layout's points. */
  readonly decoders: readonly Decode[];
  /** Offsets of the values in the data of the reply. */
  readonly offsets: readonly number[];
  readonly settings: ModbusDevice;
}

interface Placed {
  readonly point: Point<ModbusAddress>;
  readonly from: number;
  /** One past its last register or bit. */
  readonly to: number;
}

/**
 * Packs points into few requests: within one table, in order of address, across holes of up to `max_gap`, never
 * more than `max_registers` or `max_bits`, never splitting a value. Pure. Throws ConfigurationError for an
 * address that cannot be read.
 */
export function planReads(device: DriverDevice, points: readonly Point[]): readonly ReadRequest[] {
  const settings = device.settings as ModbusDevice;
  const placed = (points as readonly Point<ModbusAddress>[]).map((point) => place(point, settings));
  const requests: ReadRequest[] = [];
  for (const table of TABLES) {
    const ofTable = placed
      .filter(({ point }) => point.address.table === table)
      .sort((a, b) => a.from - b.from || (a.point.address.bit ?? 0) - (b.point.address.bit ?? 0));
    for (const group of merge(ofTable, settings, holdsBits(table))) {
      requests.push(requestOf(device, settings, table, group));
    }
  }
  return requests;
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

function merge(sorted: readonly Placed[], settings: ModbusDevice, bits: boolean): readonly Placed[][] {
  const max = bits ? settings.max_bits : settings.max_registers;
  const groups: Placed[][] = [];
  let first = 0;
  let end = 0;
  for (const next of sorted) {
    const group = groups.at(-1);
    if (group && next.from - end <= settings.max_gap && Math.max(end, next.to) - first <= max) {
      group.push(next);
      end = Math.max(end, next.to);
      continue;
    }
    groups.push([next]);
    first = next.from;
    end = next.to;
  }
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
  const span: Span = {
    device: device.id,
    unit: settings.unit_id,
    table,
    function: FUNCTIONS[table],
    address,
    count,
    byteCount: bits ? Math.ceil(count / 8) : 2 * count,
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
