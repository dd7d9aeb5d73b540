import type { Clock } from "../../core/clock.js";
import type { Driver, DriverDevice } from "../../core/driver.js";
import { LinkError } from "../../core/errors.js";
import type { Lock } from "../../core/lock.js";
import type { Log } from "../../core/log.js";
import type { Writer } from "../../core/writer.js";
import { MODBUS_MESSAGES } from "../messages.js";
import { createModbusRtuDriver } from "../serial.js";
import type { LineFormat } from "./orders.js";

const TIMEOUT_MS = 1500;

export interface DriverOfPort {
  readonly port: string;
  readonly format: LineFormat;
  readonly clock: Clock;
  readonly lock: Lock;
  readonly log: Log;
}

/** Makes the driver of a port for one device: what writes to it goes the way of all writes. */
export function driverOfPort({ clock, format, lock, log, port }: DriverOfPort) {
  return async (device: DriverDevice): Promise<Driver & Writer> => {
    const settings = { port, ...format, data_bits: 8, timeout: TIMEOUT_MS };
    const context = {
      connection: port,
      clock,
      lock,
      log,
      dialIn: {
        claim: () => Promise.reject(new LinkError(MODBUS_MESSAGES.not_connected, { connection: port })),
      },
      onReady: () => {},
    };
    return createModbusRtuDriver(settings, [device], context) as Driver & Writer;
  };
}
