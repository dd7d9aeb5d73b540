import type { DriverFactory } from "../core/driver.js";
import { DialInLine } from "../line/dial-in-line.js";
import { ASCII } from "./ascii-frames.js";
import { throughSocket } from "./over-tcp.js";
import { RTU } from "./rtu-frames.js";
import type { ModbusDialInSettings } from "./schema.js";
import { ModbusSerialDriver } from "./serial-driver.js";
import { ModbusTcpDriver } from "./tcp-driver.js";

/** A serial server that calls us, and what it passes through. */
export const createModbusDialInDriver: DriverFactory = (settings, devices, context) => {
  const checked = settings as ModbusDialInSettings;
  const { framing, timeout } = checked;
  const line = new DialInLine(checked, context.clock, context.dialIn);
  if (framing === "tcp") return new ModbusTcpDriver({ timeout, pipeline: 1 }, devices, context, line);
  const options = throughSocket(framing === "ascii" ? ASCII : RTU, timeout);
  return new ModbusSerialDriver(options, devices, context, line);
};
