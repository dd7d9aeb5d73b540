import { registersOf } from "../codec/format.js";
import { widthOf } from "../codec/sentinel.js";
import { type Said, say } from "../core/message.js";
import type { DataType } from "../core/point.js";
import type { AddressedPoint, PointFault } from "../profiles/family.js";
import { GRAMMAR_MESSAGES as G } from "../profiles/grammar-messages.js";
import { PROFILE_MESSAGES as M } from "../profiles/messages.js";
import { conversionBetween } from "../profiles/unit-conversion.js";
import type { ModbusAddress, Operand } from "./point-schema.js";

/** The type that an address implies: a coil, a discrete input and a bit of a register are bool; a date is a text. */
export function impliedModbusType(address: Readonly<Record<string, unknown>>): DataType | undefined {
  const { table, bit, date } = address as Partial<ModbusAddress>;
  if (date !== undefined) return "string";
  return table === "coil" || table === "discrete" || bit !== undefined ? "bool" : undefined;
}

/** Whether more than the raw value and its scale make the value. */
export function isComputedModbus(address: Readonly<Record<string, unknown>>): boolean {
  const { add, scale_by, unit_from } = address as Partial<ModbusAddress>;
  return add !== undefined || scale_by !== undefined || unit_from !== undefined;
}

type Fault = (key: string, said: Said) => void;

/** What the schema of a Modbus point cannot say: which of its keys go together. */
export function checkModbusPoint(point: AddressedPoint): readonly PointFault[] {
  const faults: PointFault[] = [];
  const fault: Fault = (key, said) => {
    faults.push({ key, said });
  };
  checkForm(point, fault);
  checkOperands(point, fault);
  const { table } = point.address as ModbusAddress;
  if (point.access !== "read" && (table === "discrete" || table === "input")) {
    fault("access", say(M.table_read_only, { table }));
  }
  return faults;
}

/** How the value lies in its registers. */
function checkForm({ address: written, type }: AddressedPoint, fault: Fault): void {
  const { table, address, bit, bits, byte, chars, coding, date, length } = written as ModbusAddress;
  const holdsBits = table === "coil" || table === "discrete";
  if (bit !== undefined && holdsBits) fault("bit", say(M.bit_needs_register, { table }));
  else if (bit !== undefined && type !== "bool") fault("bit", say(M.bit_needs_bool, { type }));
  else if (bit === undefined && type === "bool" && !holdsBits) fault("type", say(M.bool_needs_bit));
  if (holdsBits && type !== "bool") fault("type", say(M.table_holds_bits, { table, type }));
  if (bit !== undefined && (bit < 0 || bit > 15)) fault("bit", say(G.bits_reversed, { width: 16 }));

  const only = (key: string, types: readonly DataType[]): void => {
    if (!types.includes(type)) fault(key, say(G.key_for_integers, { key, types: types.join(", "), type }));
    if (holdsBits) fault(key, say(G.key_for_registers, { key, table }));
  };
  if (byte !== undefined) only("byte", ["u16", "s16"]);
  if (bits !== undefined) only("bits", ["u16", "s16", "u32", "s32"]);
  if (coding === "bcd") only("coding", ["u16", "u32"]);
  if (coding === "sign-magnitude") only("coding", ["s16", "s32"]);
  if (chars !== undefined) only("chars", ["string"]);
  if (date !== undefined) only("date", ["string"]);
  const [low = 0, high = 0] = bits ?? [];
  const width = widthOf({ type, byte });
  if (low > high || low < 0 || high >= width) fault("bits", say(G.bits_reversed, { width }));

  if (date !== undefined) {
    const forms = [date.bytes, date.words, date.seconds_since].filter((form) => form !== undefined);
    if (forms.length !== 1) fault("date", say(G.date_one_form));
    for (const [key, given] of Object.entries({ length, chars })) {
      if (given !== undefined) fault(key, say(G.date_with_length, { key }));
    }
  } else if (type === "string" && length === undefined) fault("type", say(M.string_needs_length));
  if (type !== "string" && length !== undefined) fault("length", say(M.length_needs_string, { type }));

  const count = holdsBits ? 1 : Math.max(1, registersOf({ type, length, date }));
  if (address < 0 || address + count > 65536) {
    fault("address", say(M.address_beyond_end, { address, width: count }));
  }
}

/** What else its value depends on. */
function checkOperands({ address, type, unit }: AddressedPoint, fault: Fault): void {
  const { add, order_from, scale_by, sentinels, unit_from, valid_when } = address as ModbusAddress;
  const numeric = type !== "bool" && type !== "string";
  const computes = { add, scale_by, unit_from, sentinels: sentinels === "none" ? undefined : sentinels };
  for (const [key, given] of Object.entries(computes)) {
    if (given !== undefined && !numeric) fault(key, say(M.not_for_type, { key, type }));
  }
  for (const sentinel of sentinels === undefined || sentinels === "none" || !numeric ? [] : sentinels) {
    const { raw, from } = typeof sentinel === "object" ? sentinel : { raw: sentinel, from: undefined };
    if ((raw === undefined) === (from === undefined)) fault("sentinels", say(G.sentinel_one_form));
    if (raw !== undefined) checkRaw(raw, type, address as ModbusAddress, fault);
    if (from) checkOperand("sentinels", from, fault);
  }
  for (const factor of scale_by ?? []) {
    const { map, over, power_of_ten, times } = factor;
    if ([map, over, power_of_ten, times].filter((form) => form !== undefined).length !== 1) {
      fault("scale_by", say(G.factor_one_form));
    }
    checkOperand("scale_by", factor, fault);
    checkKeys("scale_by", map, fault);
  }
  for (const term of add ?? []) checkOperand("add", term, fault);
  for (const gate of valid_when ?? []) {
    const { at_least, at_most, is, not } = gate;
    if ([at_least, at_most, is, not].every((form) => form === undefined)) {
      fault("valid_when", say(G.gate_one_form));
    }
    checkOperand("valid_when", gate, fault);
  }
  if (order_from) {
    checkOperand("order_from", order_from, fault);
    checkKeys("order_from", order_from.map, fault);
  }
  if (!unit_from) return;
  checkOperand("unit_from", unit_from, fault);
  checkKeys("unit_from", unit_from.map, fault);
  if (unit === undefined) fault("unit_from", say(G.unit_needed));
  for (const from of Object.values(unit_from.map)) {
    if (typeof from !== "string" || unit === undefined || conversionBetween(from, unit)) continue;
    fault("unit_from", say(G.unit_not_convertible, { from, to: unit }));
  }
}

function checkOperand(key: string, operand: Operand, fault: Fault): void {
  const { address, type = "u16" } = operand;
  const { table: _table, ...form } = operand;
  const told = (_: string, said: Said): void => fault(key, said);
  if (operand.bit !== undefined) return;
  const coil = operand.table === "coil" || operand.table === "discrete";
  if (coil) return;
  if (type === "bool") told(key, say(M.bool_needs_bit));
  else checkForm({ type, access: "read", address: { table: "holding", ...form, address } }, told);
}

function checkKeys(key: string, map: object | undefined, fault: Fault): void {
  for (const found of Object.keys(map ?? {})) {
    if (!/^-?\d+$/.test(found)) fault(key, say(G.map_key_not_number, { found }));
  }
}

/** A raw value must be one that the registers can hold. */
function checkRaw(raw: number | string, type: DataType, form: ModbusAddress, fault: Fault): void {
  const width = widthOf({ ...form, type });
  if (typeof raw === "string") {
    if (BigInt(raw) >= 2n ** BigInt(width)) fault("sentinels", say(G.sentinel_too_wide, { raw, width }));
    return;
  }
  if (type === "f32" || type === "f64") return;
  if (width === 64 && Number.isInteger(raw) && !Number.isSafeInteger(raw)) {
    fault("sentinels", say(G.sentinel_needs_number));
    return;
  }
  const fits = Number.isSafeInteger(raw) && raw >= -(2 ** (width - 1)) && raw < 2 ** width;
  if (!fits) fault("sentinels", say(G.sentinel_too_wide, { raw: String(raw), width }));
}
