import { type Static, Type } from "@sinclair/typebox";
import { type DriverSchema, Duration, Word } from "../core/schema.js";

/** The four tables of the Modbus data model (Modbus Application Protocol V1.1b3, 4.3). */
export const TABLES = ["coil", "discrete", "input", "holding"] as const;
export type Table = (typeof TABLES)[number];

/** Order of the bytes of a value that spans registers; ABCD is the order of the specification. */
export const BYTE_ORDERS = ["ABCD", "BADC", "CDAB", "DCBA"] as const;
export type ByteOrder = (typeof BYTE_ORDERS)[number];

export const ModbusAddressSchema = Type.Object({
  table: Word(TABLES, {
    description: "coil (0x), discrete (1x), input (3x, FC04) or holding (4x, FC03)",
    default: "holding",
  }),
  address: Type.Integer({
    minimum: 0,
    maximum: 65535,
    description: "0-based, as on the wire; not the maker's 40001-style number",
  }),
  order: Word(BYTE_ORDERS, { description: "byte order of values that span registers", default: "ABCD" }),
  bit: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 15, description: "one bit of a register, 0 is the lowest" }),
  ),
  length: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 125, description: "registers of a string, two characters each" }),
  ),
});
export type ModbusAddress = Static<typeof ModbusAddressSchema>;

export const ModbusDeviceSchema = Type.Object({
  unit_id: Type.Integer({ minimum: 0, maximum: 255, default: 1, description: "Modbus unit id" }),
  timeout: Type.Optional(Duration({ description: "how long to wait for a reply; else the connection's" })),
  worst_reply: Duration({
    description: "RTU: the longest time after which this device may still answer a request that was given up",
    default: "5s",
  }),
  max_registers: Type.Integer({ minimum: 1, maximum: 125, default: 125, description: "registers a request" }),
  max_bits: Type.Integer({ minimum: 1, maximum: 2000, default: 2000, description: "bits a request" }),
  max_gap: Type.Integer({
    minimum: 0,
    maximum: 124,
    default: 10,
    description: "unused registers that a read may run across; 0 for devices that refuse holes",
  }),
  min_gap: Duration({ description: "pause before each request to this device", default: "0ms" }),
});
export type ModbusDevice = Static<typeof ModbusDeviceSchema>;

const timeout = Duration({ description: "how long to wait for a reply", default: "500ms" });

export const ModbusRtuSchema = Type.Object({
  port: Type.String({ minLength: 1, description: "serial port, best as /dev/serial/by-id/..." }),
  baud: Type.Integer({ minimum: 50, maximum: 4_000_000, default: 9600, description: "bits a second" }),
  data_bits: Type.Unsafe<7 | 8>({ type: "integer", enum: [7, 8], default: 8, description: "data bits" }),
  parity: Word(["none", "even", "odd"], { description: "parity", default: "none" }),
  stop_bits: Type.Unsafe<1 | 2>({ type: "integer", enum: [1, 2], default: 1, description: "stop bits" }),
  timeout,
});
export type ModbusRtuSettings = Static<typeof ModbusRtuSchema>;

export const ModbusTcpSchema = Type.Object({
  host: Type.String({ minLength: 1, description: "host name or address" }),
  port: Type.Integer({ minimum: 1, maximum: 65535, default: 502, description: "TCP port" }),
  timeout,
  connect_timeout: Duration({ description: "how long connecting may take", default: "5s" }),
});
export type ModbusTcpSettings = Static<typeof ModbusTcpSchema>;

export const MODBUS_RTU: DriverSchema = {
  name: "modbus-rtu",
  connection: ModbusRtuSchema,
  device: ModbusDeviceSchema,
  address: ModbusAddressSchema,
};

export const MODBUS_TCP: DriverSchema = {
  name: "modbus-tcp",
  connection: ModbusTcpSchema,
  device: ModbusDeviceSchema,
  address: ModbusAddressSchema,
};
