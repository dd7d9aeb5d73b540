import type { Clock } from "../../drivers/core/clock.js";
import type { Odds } from "../modbus/drawing.js";
import type { FaultSpec } from "../modbus/fault.js";
import type { ProfilePoint } from "../modbus/profile/point.js";
import type { ProfiledDevice } from "../modbus/profile/profiled-device.js";
import type { Random } from "../random.js";
import type { OrderArguments } from "./order-arguments.js";
import type { Plugs } from "./plugs.js";
import type { StandInBus, StandInDevice } from "./stand-in.js";

/** Where a fault is made, and with what. */
export interface Circumstances {
  /** Of the fault: no other has it. */
  readonly id: number;
  readonly verb: string;
  readonly told: OrderArguments;
  readonly odds: Odds;
  readonly bus: StandInBus;
  /** The connection that was named, or that of the device. */
  readonly connection: string;
  /** Absent: the whole connection. */
  readonly device?: StandInDevice;
  readonly point?: string;
  readonly clock: Clock;
  readonly plugs: Plugs;
  /** A sequence of its own. */
  readonly random: Random;
  /** It has come to its end by itself. */
  readonly over: () => void;
}

/** Throws RangeError for an order that is about no device: its form says what it is about. */
export function deviceOf({ device, verb }: Circumstances): ProfiledDevice {
  if (!device) throw new RangeError(`${verb} is about no device`);
  return device.device;
}

/** Throws RangeError like `deviceOf`. */
export function pointOf(here: Circumstances): ProfilePoint {
  return deviceOf(here).bank.point(here.point ?? "");
}

/** Of the device, or of the whole connection; what it gives takes it away again. */
export function addFault({ bus, device, id, odds }: Circumstances, spec: FaultSpec): () => void {
  const of = device && { device: device.wanted.id };
  const { faults } = bus.bus;
  const fault = faults.add({ id: `by hand ${id}`, spec, ...of, ...odds });
  return () => faults.remove(fault);
}
