import { encoderOf } from "../codec/encode.js";
import { Flaw } from "../codec/flaw.js";
import { registersOf } from "../codec/format.js";
import type { DriverDevice, ReadRequest } from "../core/driver.js";
import { ConfigurationError } from "../core/errors.js";
import type { Point } from "../core/point.js";
import type { Value } from "../core/reading.js";
import type { WriteOutcome } from "../core/writer.js";
import { type Ask, WRITE_REPLY, type WriteFunction } from "./ask.js";
import { MODBUS_MESSAGES } from "./messages.js";
import { PLAN_MESSAGES } from "./plan-messages.js";
import { planReads, type Span, type WireCost } from "./planner.js";
import type { ModbusAddress } from "./point-schema.js";
import type { ModbusDevice } from "./schema.js";
import { WRITE_MESSAGES } from "./write-messages.js";

/** One write on the wire and the read that shows what became of it: the `detail` of a `WriteRequest`. */
export interface WriteDetail {
  readonly ask: Ask & { readonly data: Uint8Array };
  /** Absent for a point that cannot be read. */
  readonly readBack?: ReadRequest;
}

/**
 * Encodes a write: function 5 for a coil, 6 for one register, 16 for more. Pure. Throws ConfigurationError for a
 * point that cannot be written and for a value that its type cannot hold; a value is rounded to the point's places.
 */
export function encodeWrite(device: DriverDevice, point: Point, value: Value, cost: WireCost): WriteDetail {
  const { table, bit } = (point as Point<ModbusAddress>).address;
  const where = { device: device.id, point: point.id };
  // A single bit of a register cannot be written without writing its neighbours as they were a moment ago.
  const writable = point.access !== "read" && (table === "coil" || table === "holding") && bit === undefined;
  if (!writable) throw new ConfigurationError(MODBUS_MESSAGES.not_writable, { ...where, table });
  refuseBroadcast(device);
  checkRules(point as Point<ModbusAddress>, value);
  const ask = writeAskOf(device, point as Point<ModbusAddress>, bytesOfValue(device, point, value));
  const isReadBack = point.access !== "write" && point.writeRules?.verify !== false;
  const [readBack] = isReadBack ? planReads(device, [point], cost) : [];
  return readBack ? { ask, readBack } : { ask };
}

/**
 * Unit id 0 is everybody on a serial line (Modbus over Serial Line V1.02, 2.2), behind a TCP converter too.
 * Throws ConfigurationError.
 */
export function refuseBroadcast({ id, settings }: DriverDevice): void {
  if ((settings as ModbusDevice).unit_id !== 0) return;
  throw new ConfigurationError(WRITE_MESSAGES.broadcast, { device: id });
}

/** A value as it stands in the registers of its point; one byte for a coil. Throws ConfigurationError. */
export function bytesOfValue(device: DriverDevice, point: Point, value: Value): Uint8Array {
  const { address } = point as Point<ModbusAddress>;
  const coil = address.table === "coil";
  const data = new Uint8Array(coil ? 1 : 2 * registersOf({ type: point.type, length: address.length }));
  const fits = coil ? fillCoil(data, value) : encoderOf({ ...point, ...address })(value, data, 0);
  if (fits) return data;
  const params = { device: device.id, point: point.id, type: point.type, value: String(value) };
  throw new ConfigurationError(MODBUS_MESSAGES.value_does_not_fit, params);
}

/** The request that writes these bytes from the address of the point on, by the function that it must be. */
export function writeAskOf(
  device: DriverDevice,
  { address: { address, table }, writeRules }: Point<ModbusAddress>,
  data: Uint8Array,
): WriteDetail["ask"] {
  const settings = device.settings as ModbusDevice;
  const coil = table === "coil";
  const count = coil ? 1 : data.length / 2;
  const usual: WriteFunction = coil ? 5 : count === 1 ? 6 : 16;
  const code = writeRules?.whole === undefined ? (writeRules?.function ?? usual) : 16;
  return {
    device: device.id,
    unit: settings.unit_id,
    table,
    function: code,
    address,
    count,
    data,
    head: headOf(settings.unit_id, code, address, count, data),
    replyLength: WRITE_REPLY,
    settings,
  };
}

/** What became of the write, by what the read gave. Compared as bytes: no rounding hides a difference. */
export function outcomeOf(detail: WriteDetail, read: Uint8Array, confirmed: boolean): WriteOutcome {
  const { ask, readBack } = detail;
  const { data } = ask;
  const span = readBack?.detail as Span | undefined;
  const offset = span?.offsets[0] ?? 0;
  const decoded = span?.decoders[0]?.(read, offset, []) ?? null;
  const value = decoded instanceof Flaw ? decoded.value : decoded;
  const same =
    ask.table === "coil" ? value === (data[0] === 1) : data.every((byte, at) => byte === read[offset + at]);
  const readBackWords =
    ask.table === "coil" ? [Number(value === true)] : registersIn(read, offset, ask.count);
  return { state: same ? "verified" : "different", confirmed, readBack: value, readBackWords };
}

function registersIn(bytes: Uint8Array, from: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => {
    const [high = 0, low = 0] = bytes.subarray(from + 2 * at);
    return (high << 8) | low;
  });
}

/** A value that is made of more than its registers, or is written by more than one request, is not written here. */
function checkRules({ address, curve, device, id, writeRules }: Point<ModbusAddress>, value: Value): void {
  const where = { device, point: id };
  const { add, bits, byte, chars, coding, date, order_from, scale_by, unit_from } = address;
  const { edge, forbid, needs, whole } = writeRules ?? {};
  const more = {
    add,
    bits,
    byte,
    chars,
    coding,
    curve,
    date,
    order_from,
    scale_by,
    unit_from,
    edge,
    needs,
    whole,
  };
  const rules = Object.entries(more).filter(([, given]) => given !== undefined);
  if (rules.length > 0) {
    const params = { ...where, rules: rules.map(([key]) => key).join(", ") };
    throw new ConfigurationError(PLAN_MESSAGES.not_written_so, params);
  }
  if (typeof value !== "bigint" && value !== null && forbid?.includes(value)) {
    throw new ConfigurationError(PLAN_MESSAGES.forbidden_value, { ...where, value: String(value) });
  }
}

function fillCoil(data: Uint8Array, value: Value): boolean {
  if (typeof value !== "boolean") return false;
  data[0] = value ? 1 : 0;
  return true;
}

/** The reply repeats address and value (V1.1b3, 6.5, 6.6), or address and quantity (6.12). */
function headOf(
  unit: number,
  code: WriteFunction,
  address: number,
  count: number,
  data: Uint8Array,
): Uint8Array {
  const head = new Uint8Array(6);
  const view = new DataView(head.buffer);
  view.setUint8(0, unit);
  view.setUint8(1, code);
  view.setUint16(2, address);
  if (code === 5) view.setUint16(4, data[0] ? 0xff00 : 0);
  else if (code === 6) head.set(data, 4);
  else view.setUint16(4, count);
  return head;
}
