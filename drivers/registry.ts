import type { DriverFactory } from "./core/driver.js";
import type { DriverSchema } from "./core/schema.js";
import { checkModbusPoint, impliedModbusType, isComputedModbus } from "./modbus/check-point.js";
import { countModbusRequests, lintModbusPoints } from "./modbus/lint-points.js";
import { ModbusAddressSchema, OperandSchema, SentinelsSchema } from "./modbus/point-schema.js";
import {
  MODBUS_ASCII,
  MODBUS_ASCII_OVER_TCP,
  MODBUS_DIAL_IN,
  MODBUS_RTU,
  MODBUS_RTU_OVER_TCP,
  MODBUS_TCP,
  ModbusDeviceSchema,
} from "./modbus/schema.js";
import { tryModbusVector } from "./modbus/try-vector.js";
import type { DriverFamily } from "./profiles/family.js";

const MODBUS_SCHEMAS = [
  MODBUS_RTU,
  MODBUS_ASCII,
  MODBUS_TCP,
  MODBUS_RTU_OVER_TCP,
  MODBUS_ASCII_OVER_TCP,
  MODBUS_DIAL_IN,
] as const;

/** What gateway.yaml may say of each driver. Loads no driver and no native package. */
export const DRIVER_SCHEMAS: ReadonlyMap<string, DriverSchema> = new Map(
  MODBUS_SCHEMAS.map((schema) => [schema.name, schema]),
);

const MODBUS: DriverFamily = {
  name: "modbus",
  device: ModbusDeviceSchema,
  address: ModbusAddressSchema,
  operand: OperandSchema,
  sentinels: SentinelsSchema,
  impliedType: impliedModbusType,
  checkPoint: checkModbusPoint,
  isComputed: isComputedModbus,
  isPart: ({ bits, byte }) => bits !== undefined || byte !== undefined,
  groupOf: ({ group }) => (typeof group === "string" ? group : undefined),
  lint: lintModbusPoints,
  countRequests: countModbusRequests,
  tryVector: tryModbusVector,
};

/** What profiles are written for: the drivers that speak one protocol. */
export const DRIVER_FAMILIES: ReadonlyMap<string, DriverFamily> = new Map([[MODBUS.name, MODBUS]]);

const FAMILY_OF: ReadonlyMap<string, DriverFamily> = new Map(
  MODBUS_SCHEMAS.map(({ name }) => [name, MODBUS]),
);

/** The family of a driver, undefined for a name that is not in `DRIVER_SCHEMAS`. */
export function familyOf(driver: string): DriverFamily | undefined {
  return FAMILY_OF.get(driver);
}

const LOADERS: ReadonlyMap<string, () => Promise<DriverFactory>> = new Map([
  [MODBUS_RTU.name, async () => (await import("./modbus/serial.js")).createModbusRtuDriver],
  [MODBUS_ASCII.name, async () => (await import("./modbus/serial.js")).createModbusAsciiDriver],
  [MODBUS_TCP.name, async () => (await import("./modbus/tcp-driver.js")).createModbusTcpDriver],
  [MODBUS_RTU_OVER_TCP.name, async () => (await import("./modbus/over-tcp.js")).createModbusRtuOverTcpDriver],
  [
    MODBUS_ASCII_OVER_TCP.name,
    async () => (await import("./modbus/over-tcp.js")).createModbusAsciiOverTcpDriver,
  ],
  [MODBUS_DIAL_IN.name, async () => (await import("./modbus/dial-in.js")).createModbusDialInDriver],
]);

/** Loads a driver's code, once, when it is first used. Rejects with RangeError for an unknown name. */
export async function loadDriver(name: string): Promise<DriverFactory> {
  const load = LOADERS.get(name);
  if (!load) throw new RangeError(`unknown driver: ${name}`);
  return load();
}
