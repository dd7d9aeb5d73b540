import type { DriverFactory } from "./core/driver.js";
import type { DriverSchema } from "./core/schema.js";
import { checkModbusPoint, impliedModbusType } from "./modbus/check-point.js";
import { MODBUS_RTU, MODBUS_TCP, ModbusAddressSchema, ModbusDeviceSchema } from "./modbus/schema.js";
import type { DriverFamily } from "./profiles/family.js";

/** What gateway.yaml may say of each driver. Loads no driver and no native package. */
export const DRIVER_SCHEMAS: ReadonlyMap<string, DriverSchema> = new Map(
  [MODBUS_RTU, MODBUS_TCP].map((schema) => [schema.name, schema]),
);

const MODBUS: DriverFamily = {
  name: "modbus",
  device: ModbusDeviceSchema,
  address: ModbusAddressSchema,
  impliedType: impliedModbusType,
  checkPoint: checkModbusPoint,
};

/** What profiles are written for: the drivers that speak one protocol. */
export const DRIVER_FAMILIES: ReadonlyMap<string, DriverFamily> = new Map([[MODBUS.name, MODBUS]]);

const FAMILY_OF: ReadonlyMap<string, DriverFamily> = new Map([
  [MODBUS_RTU.name, MODBUS],
  [MODBUS_TCP.name, MODBUS],
]);

/** The family of a driver, undefined for a name that is not in `DRIVER_SCHEMAS`. */
export function familyOf(driver: string): DriverFamily | undefined {
  return FAMILY_OF.get(driver);
}

const LOADERS: ReadonlyMap<string, () => Promise<DriverFactory>> = new Map([
  [MODBUS_RTU.name, async () => (await import("./modbus/rtu-driver.js")).createModbusRtuDriver],
  [MODBUS_TCP.name, async () => (await import("./modbus/tcp-driver.js")).createModbusTcpDriver],
]);

/** Loads a driver's code, once, when it is first used. Rejects with RangeError for an unknown name. */
export async function loadDriver(name: string): Promise<DriverFactory> {
  const load = LOADERS.get(name);
  if (!load) throw new RangeError(`unknown driver: ${name}`);
  return load();
}
