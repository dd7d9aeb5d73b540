import { addFault, type Circumstances, deviceOf } from "./circumstances.js";
import type { OrderForm } from "./order-form.js";
import { ORDER_MESSAGES as H } from "./order-messages.js";

/**
 * What is without power while the device is. A Modbus TCP device takes its listener along; behind a gateway to a bus,
 * and on a serial line, the rest goes on.
 */
function cutPower(here: Circumstances): () => void {
  const { bus, plugs } = here;
  const isAlone = bus.place.kind === "listen" && !bus.bus.framing.serial && bus.devices.length === 1;
  return isAlone ? plugs.pull(bus.bus) : addFault(here, { kind: "off" });
}

/** What is done to a whole device. */
export const DEVICE_ORDERS: readonly OrderForm[] = [
  {
    verb: "power-cycle",
    place: "device",
    sample: "drive",
    takes: [],
    help: H.power_cycle,
    begin: (here) => {
      const restore = cutPower(here);
      return () => {
        restore();
        deviceOf(here).powerCycle();
      };
    },
  },
  {
    verb: "address",
    place: "device",
    sample: "meter",
    takes: [{ name: "unit", kind: "whole", example: "9", least: 1, most: 247 }],
    help: H.address,
    begin: (here) => deviceOf(here).mistakeUnit(here.told.number("unit") ?? 1),
  },
];
