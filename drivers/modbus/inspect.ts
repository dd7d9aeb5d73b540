import { bitDecoderOf } from "../codec/decode.js";
import { registersOf } from "../codec/format.js";
import type { DriverDevice, ReadRequest } from "../core/driver.js";
import { ConfigurationError } from "../core/errors.js";
import type { RawPlace, WirePlace } from "../core/inspector.js";
import type { Point } from "../core/point.js";
import type { WriteRequest } from "../core/writer.js";
import type { Ask } from "./ask.js";
import { holdsBits } from "./extent.js";
import type { Span } from "./planner.js";
import { type ModbusAddress, TABLES, type Table } from "./point-schema.js";
import type { ModbusDevice } from "./schema.js";
import { readAskOf } from "./setting-read.js";
import { refuseBroadcast, type WriteDetail, writeAskOf } from "./write.js";
import { WRITE_MESSAGES } from "./write-messages.js";

/** Application Protocol V1.1b3: 6.1-6.4 for reads, 6.12 for writes of registers. */
const MOST_REGISTERS = 125;
const MOST_BITS = 2000;
const MOST_WRITTEN = 123;

/** A device of which nothing is known but its unit id: the settings are those that a new device has. */
export function strangeDevice(unit: number): DriverDevice {
  const settings: ModbusDevice = {
    unit_id: unit,
    worst_reply: 5_000,
    max_registers: MOST_REGISTERS,
    max_bits: MOST_BITS,
    min_gap: 0,
  };
  return { id: `unit-${unit}`, settings };
}

export function placeOf({ detail }: ReadRequest | WriteRequest): WirePlace {
  const { address, count, function: code, table, unit } = (detail as WriteDetail).ask ?? (detail as Span);
  return { unit, function: code, table, address, count };
}

/** By the point's own address: its value alone, without what is read beside it. */
export function pointPlaces({ points }: ReadRequest): readonly RawPlace[] {
  return (points as readonly Point<ModbusAddress>[]).map(({ address: at, type }) => {
    const { address, date, length, table } = at;
    return { table, address, count: holdsBits(table) ? 1 : registersOf({ type, length, date }) };
  });
}

/** The data of a reply as registers, or as bits. */
export function wordsOfReply({ count, table }: Pick<Ask, "count" | "table">, bytes: Uint8Array): number[] {
  return Array.from({ length: count }, (_, at) =>
    holdsBits(table)
      ? ((bytes[at >> 3] ?? 0) >> (at & 7)) & 1
      : ((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0),
  );
}

/** One byte for a coil, as everywhere in this driver. */
export function wordsOfWrite({ detail }: WriteRequest): readonly number[] {
  const { count, data, table } = (detail as WriteDetail).ask;
  return table === "coil" ? [data[0] ?? 0] : wordsOfReply({ count, table }, data);
}

export function planRawRead(device: DriverDevice, { address, count, table }: RawPlace): ReadRequest {
  const known = tableOf(table);
  const most = holdsBits(known) ? MOST_BITS : MOST_REGISTERS;
  checkPlace({ address, count, table }, most);
  return rawRead(device, known, address, count);
}

/** Function 5 for a coil, 6 for one register, 16 for more. */
export function planRawWrite(
  device: DriverDevice,
  { address, table }: Omit<RawPlace, "count">,
  words: readonly number[],
): WriteRequest {
  const known = tableOf(table);
  if (known !== "coil" && known !== "holding") {
    throw new ConfigurationError(WRITE_MESSAGES.read_only_table, { table });
  }
  refuseBroadcast(device);
  const isCoil = known === "coil";
  checkPlace({ address, count: words.length, table }, isCoil ? 1 : MOST_WRITTEN);
  const most = isCoil ? 1 : 0xffff;
  const strange = words.find((word) => !Number.isInteger(word) || word < 0 || word > most);
  if (strange !== undefined)
    throw new ConfigurationError(WRITE_MESSAGES.not_a_word, { word: strange, table });
  const data = Uint8Array.from(isCoil ? words : words.flatMap((word) => [word >> 8, word & 0xff]));
  const point = rawPoint(device.id, known, address);
  const detail: WriteDetail = {
    ask: writeAskOf(device, point, data),
    readBack: rawRead(device, known, address, words.length),
  };
  return { device: device.id, point, value: words.length === 1 ? (words[0] ?? 0) : null, detail };
}

function rawRead(device: DriverDevice, table: Table, address: number, count: number): ReadRequest {
  const detail: Span = {
    ...readAskOf(device, table, { from: address, to: address + count }),
    // Of a coil the value, by which a write of it is verified.
    decoders: table === "coil" ? [bitDecoderOf(0)] : [],
    offsets: table === "coil" ? [0] : [],
    needs: [],
  };
  return { device: device.id, layout: { device: device.id, points: [] }, points: [], detail };
}

function rawPoint(device: string, table: "coil" | "holding", address: number): Point<ModbusAddress> {
  return {
    id: `${table}.${address}`,
    device,
    type: table === "coil" ? "bool" : "u16",
    kind: "instant",
    scale: 1,
    offset: 0,
    access: "read-write",
    periodMs: Number.POSITIVE_INFINITY,
    deadband: 0,
    heartbeatMs: 0,
    priority: "normal",
    address: { table, address, order: "ABCD" },
  };
}

function tableOf(table: string): Table {
  const known = TABLES.find((one) => one === table);
  if (!known) throw new ConfigurationError(WRITE_MESSAGES.no_table, { table });
  return known;
}

function checkPlace({ address, count, table }: RawPlace, most: number): void {
  const whole = Number.isInteger(address) && Number.isInteger(count);
  if (whole && address >= 0 && count >= 1 && count <= most && address + count <= 65_536) return;
  throw new ConfigurationError(WRITE_MESSAGES.no_place, { address, count, table, most });
}
