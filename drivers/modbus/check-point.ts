import { type Said, say } from "../core/message.js";
import type { DataType } from "../core/point.js";
import type { AddressedPoint, PointFault } from "../profiles/family.js";
import { PROFILE_MESSAGES as M } from "../profiles/messages.js";
import type { ModbusAddress } from "./schema.js";

/** Registers that a value of each type fills; a string has its `length`. */
const WIDTH: Readonly<Record<DataType, number>> = {
  bool: 1,
  u16: 1,
  s16: 1,
  u32: 2,
  s32: 2,
  f32: 2,
  u64: 4,
  s64: 4,
  f64: 4,
  string: 1,
};

/** The type that an address implies: a coil, a discrete input and a bit of a register are bool. */
export function impliedModbusType(address: Readonly<Record<string, unknown>>): DataType | undefined {
  const { table, bit } = address as Partial<ModbusAddress>;
  return table === "coil" || table === "discrete" || bit !== undefined ? "bool" : undefined;
}

/** What the schema of a Modbus point cannot say: which of its keys go together. */
export function checkModbusPoint(point: AddressedPoint): readonly PointFault[] {
  const { table, address, bit, length } = point.address as ModbusAddress;
  const { type } = point;
  const faults: PointFault[] = [];
  const fault = (key: string, said: Said): void => {
    faults.push({ key, said });
  };
  const holdsBits = table === "coil" || table === "discrete";

  if (bit !== undefined && holdsBits) fault("bit", say(M.bit_needs_register, { table }));
  else if (bit !== undefined && type !== "bool") fault("bit", say(M.bit_needs_bool, { type }));
  else if (bit === undefined && type === "bool" && !holdsBits) fault("type", say(M.bool_needs_bit));
  if (holdsBits && type !== "bool") fault("type", say(M.table_holds_bits, { table, type }));

  if (type === "string" && length === undefined) fault("type", say(M.string_needs_length));
  if (type !== "string" && length !== undefined) fault("length", say(M.length_needs_string, { type }));

  const width = type === "string" ? (length ?? 1) : WIDTH[type];
  if (address + width > 65536) fault("address", say(M.address_beyond_end, { address, width }));

  if (point.access !== "read" && (table === "discrete" || table === "input")) {
    fault("access", say(M.table_read_only, { table }));
  }
  return faults;
}
