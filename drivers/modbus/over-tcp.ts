import type { DriverFactory } from "../core/driver.js";
import { TcpLine } from "../line/tcp-line.js";
import { ASCII } from "./ascii-frames.js";
import type { Framing } from "./framing.js";
import { RTU } from "./rtu-frames.js";
import type { ModbusOverTcpSettings } from "./schema.js";
import { type BusOptions, ModbusSerialDriver } from "./serial-driver.js";

/** A serial server: it keeps the silences of its line, and its connection may be half open. */
export function throughSocket(framing: Framing, timeoutMs: number): BusOptions {
  return { framing, timeoutMs, silenceMs: 0, muteRequests: 3, muteMs: 10_000, busKind: "tcp" };
}

function overTcp(framing: Framing): DriverFactory {
  return (settings, devices, context) => {
    const checked = settings as ModbusOverTcpSettings;
    const line = new TcpLine(checked, context.clock);
    return new ModbusSerialDriver(throughSocket(framing, checked.timeout), devices, context, line);
  };
}

export const createModbusRtuOverTcpDriver = overTcp(RTU);
export const createModbusAsciiOverTcpDriver = overTcp(ASCII);
