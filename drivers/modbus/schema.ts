import { type Static, type TInteger, type TObject, type TUnsafe, Type } from "@sinclair/typebox";
import { type DriverSchema, Duration, Word } from "../core/schema.js";
import { InstrumentStateSchema, ModbusAddressSchema, READ_RULES } from "./point-schema.js";

export const ModbusDeviceSchema = Type.Object({
  unit_id: Type.Integer({ minimum: 0, maximum: 255, default: 1, description: "Modbus unit id" }),
  timeout: Type.Optional(Duration({ description: "how long to wait for a reply; else the connection's" })),
  worst_reply: Duration({
    description: "RTU: the longest time after which this device may still answer a request that was given up",
    default: "5s",
  }),
  max_registers: Type.Integer({ minimum: 1, maximum: 125, default: 125, description: "registers a request" }),
  max_bits: Type.Integer({ minimum: 1, maximum: 2000, default: 2000, description: "bits a request" }),
  max_gap: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 1999,
      description:
        "most unused registers that a read may run across, 0 for devices that refuse holes; else as far as it saves time",
    }),
  ),
  min_gap: Duration({ description: "pause before each request to this device", default: "0ms" }),
  ...READ_RULES,
  states: Type.Optional(
    Type.Array(InstrumentStateSchema, {
      minItems: 1,
      maxItems: 16,
      description:
        "when its instrument calibrates, is maintained or faulty; the first that holds, else it measures",
    }),
  ),
});
export type ModbusDevice = Static<typeof ModbusDeviceSchema>;

const timeout = Duration({ description: "how long to wait for a reply", default: "500ms" });
/** A 4G link takes its time, and now and then a second. */
const slowTimeout = Duration({ description: "how long to wait for a reply", default: "3s" });
const host = Type.String({ minLength: 1, description: "host name or address" });
const tcpPort = (fallback: number): TInteger =>
  Type.Integer({ minimum: 1, maximum: 65535, default: fallback, description: "TCP port" });
const connectTimeout = Duration({ description: "how long connecting may take", default: "5s" });

const port = Type.String({ minLength: 1, description: "serial port, best as /dev/serial/by-id/..." });
const baud = Type.Integer({ minimum: 50, maximum: 4_000_000, default: 9600, description: "bits a second" });
const PARITIES = ["none", "even", "odd"] as const;
const stopBits = Type.Unsafe<1 | 2>({ type: "integer", enum: [1, 2], default: 1, description: "stop bits" });
const dataBits = (fallback: 7 | 8): TUnsafe<7 | 8> =>
  Type.Unsafe<7 | 8>({ type: "integer", enum: [7, 8], default: fallback, description: "data bits" });

export const ModbusRtuSchema = Type.Object({
  port,
  baud,
  data_bits: dataBits(8),
  parity: Word(PARITIES, { description: "parity", default: "none" }),
  stop_bits: stopBits,
  timeout,
});

/** Modbus over Serial Line V1.02, 2.5.2: seven data bits and even parity unless a device says otherwise. */
export const ModbusAsciiSchema = Type.Object({
  port,
  baud,
  data_bits: dataBits(7),
  parity: Word(PARITIES, { description: "parity", default: "even" }),
  stop_bits: stopBits,
  timeout,
});
export type ModbusSerialSettings = Static<typeof ModbusRtuSchema>;

export const ModbusTcpSchema = Type.Object({
  host,
  port: tcpPort(502),
  timeout,
  connect_timeout: connectTimeout,
  pipeline: Type.Integer({
    minimum: 1,
    maximum: 64,
    default: 1,
    description: "requests under way at the same time; most devices take one",
  }),
});
export type ModbusTcpSettings = Static<typeof ModbusTcpSchema>;

/** A serial server that passes frames of a serial line through a TCP connection. */
export const ModbusOverTcpSchema = Type.Object({
  host,
  port: tcpPort(4196),
  timeout: Duration({ description: "how long to wait for a reply", default: "1s" }),
  connect_timeout: connectTimeout,
});
export type ModbusOverTcpSettings = Static<typeof ModbusOverTcpSchema>;

/** A serial server behind 4G has no address of its own: it calls us. */
export const ModbusDialInSchema = Type.Object({
  framing: Word(["rtu", "ascii", "tcp"], {
    description: "what comes through the connection: RTU or ASCII frames, or Modbus TCP",
    default: "rtu",
  }),
  listen: Type.String({
    minLength: 1,
    pattern: "^([^\\s]+:)?[0-9]{1,5}$",
    description: "port, or address:port, where the serial server calls; several connections may share one",
  }),
  identity: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 128,
      description: "what the serial server sends first (its registration packet): text, or hex: 01 A2 ...",
    }),
  ),
  heartbeat: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 128,
      description: "what it sends now and then to keep the link (its heartbeat packet): text, or hex: ...",
    }),
  ),
  timeout: slowTimeout,
});
export type ModbusDialInSettings = Static<typeof ModbusDialInSchema>;

function driver(name: string, connection: TObject): DriverSchema {
  return { name, connection, device: ModbusDeviceSchema, address: ModbusAddressSchema };
}

export const MODBUS_RTU = driver("modbus-rtu", ModbusRtuSchema);
export const MODBUS_ASCII = driver("modbus-ascii", ModbusAsciiSchema);
export const MODBUS_TCP = driver("modbus-tcp", ModbusTcpSchema);
export const MODBUS_RTU_OVER_TCP = driver("modbus-rtu-over-tcp", ModbusOverTcpSchema);
export const MODBUS_ASCII_OVER_TCP = driver("modbus-ascii-over-tcp", ModbusOverTcpSchema);
export const MODBUS_DIAL_IN = driver("modbus-dial-in", ModbusDialInSchema);
