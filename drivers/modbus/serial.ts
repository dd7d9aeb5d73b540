import type { DriverFactory } from "../core/driver.js";
import { SerialLine } from "../line/serial-line.js";
import { ASCII } from "./ascii-frames.js";
import type { Framing } from "./framing.js";
import { RTU } from "./rtu-frames.js";
import type { ModbusSerialSettings } from "./schema.js";
import { type BusOptions, ModbusSerialDriver } from "./serial-driver.js";
import { silenceMs } from "./silence.js";

/** A serial line: an adapter that hangs is opened anew after a minute. */
export function onSerialLine(
  framing: Framing,
  { baud, timeout }: Pick<ModbusSerialSettings, "baud" | "timeout">,
): BusOptions {
  const silence = silenceMs(baud);
  return {
    framing,
    timeoutMs: timeout,
    silenceMs: silence,
    muteRequests: 10,
    muteMs: 60_000,
    busKind: "serial",
  };
}

function serial(framing: Framing): DriverFactory {
  return (settings, devices, context) => {
    const checked = settings as ModbusSerialSettings;
    const line = new SerialLine(checked, context.clock, context.lock);
    return new ModbusSerialDriver(onSerialLine(framing, checked), devices, context, line);
  };
}

export const createModbusRtuDriver = serial(RTU);
export const createModbusAsciiDriver = serial(ASCII);
