import { bitDecoderOf } from "../codec/decode.js";
import type { Flaw } from "../codec/flaw.js";
import { rawNumberOf } from "../codec/operand.js";
import type { DriverDevice } from "../core/driver.js";
import { type Ask, type ReadFunction, readReplyLength } from "./ask.js";
import { askedExtent, type Extent, holdsBits, zoneOf } from "./extent.js";
import { formatOf } from "./parts.js";
import { extentOf } from "./placing.js";
import type { Operand, Table } from "./point-schema.js";
import type { ModbusDevice } from "./schema.js";

export const READ_FUNCTIONS: Readonly<Record<Table, ReadFunction>> = {
  coil: 1,
  discrete: 2,
  holding: 3,
  input: 4,
};

/** A number of a device that is asked by itself, because it lies too far from the values that need it. */
export interface SettingRead {
  /** The same for the same number. */
  readonly key: string;
  readonly ask: Ask;
  /** How old it may be, ms; else what the device's settings may be. */
  readonly ageMs?: number;
  /** Of the data of the reply. */
  readonly value: (bytes: Uint8Array) => number | Flaw;
}

export function settingReadOf(device: DriverDevice, operand: Operand, table: Table): SettingRead {
  const settings = device.settings as ModbusDevice;
  const { type, order, bit, bits, byte, coding } = operand;
  const key = JSON.stringify([table, operand.address, type, order, bit, bits, byte, coding]);
  const own = extentOf({ ...operand, table });
  // Where the device's rules leave no zone it is asked all the same: it says itself that it has no such register.
  const zone = zoneOf(settings, table, own);
  const extent = zone ? askedExtent(settings, table, own, zone) : own;
  const ask = readAskOf(device, table, extent);
  const before = own.from - extent.from;
  if (holdsBits(table)) {
    const decode = bitDecoderOf(before & 7);
    return { key, ask, value: (bytes) => Number(decode(bytes, before >> 3)) };
  }
  const read = rawNumberOf(formatOf(operand));
  return { key, ask, value: (bytes) => read(bytes, 2 * before) };
}

/** A read request for these addresses. */
export function readAskOf(device: DriverDevice, table: Table, { from, to }: Extent) {
  const settings = device.settings as ModbusDevice;
  const code = READ_FUNCTIONS[table];
  const count = to - from;
  const byteCount = holdsBits(table) ? Math.ceil(count / 8) : 2 * count;
  return {
    device: device.id,
    unit: settings.unit_id,
    table,
    function: code,
    address: from,
    count,
    head: Uint8Array.of(settings.unit_id, code, byteCount),
    replyLength: readReplyLength(byteCount),
    settings,
  };
}
