import { type Said, say } from "../../drivers/core/message.js";
import { nearest } from "../../drivers/profiles/suggest.js";
import { CONTROL_MESSAGES as M } from "./control-messages.js";
import type { OrderTarget } from "./order.js";
import type { OrderForm } from "./order-form.js";
import type { StandIn, StandInBus, StandInDevice } from "./stand-in.js";

/** What an order is about. */
export interface Target {
  readonly bus: StandInBus;
  readonly connection: string;
  readonly device?: StandInDevice;
  readonly point?: string;
}

export function isSaid(value: object): value is Said {
  return "message" in value;
}

/** Ids that may be named, each in the order of the file. */
export function knownPlaces({
  buses,
  devices,
}: StandIn): Readonly<Record<"devices" | "connections", readonly string[]>> {
  return {
    devices: devices.map(({ wanted }) => wanted.id),
    connections: buses.flatMap(({ connections }) => connections),
  };
}

/** What is named by an order of this form, or that there is no such thing, and what is like it. */
export function findTarget(standIn: StandIn, { place }: OrderForm, target: OrderTarget): Target | Said {
  const { marker, point } = target;
  const id = target.id.slice(0, 80);
  const { connections, devices } = knownPlaces(standIn);
  const mayBeDevice = place !== "connection" && !(place === "bus" && marker === "on");
  const mayBeConnection = place === "connection" || (place === "bus" && marker !== "of");
  if (mayBeDevice && devices.includes(id)) return deviceTarget(standIn, id, point);
  const bus = standIn.buses.find((one) => one.connections.includes(id));
  if (mayBeConnection && bus) return { bus, connection: id };
  if (!mayBeDevice) return say(M.unknown_connection, { connection: id, known: nearFirst(id, connections) });
  if (!mayBeConnection || marker === "of")
    return say(M.unknown_device, { device: id, known: nearFirst(id, devices) });
  return say(M.unknown_place, { of: id, known: nearFirst(id, [...devices, ...connections]) });
}

function deviceTarget(standIn: StandIn, id: string, point: string | undefined): Target | Said {
  for (const bus of standIn.buses) {
    const device = bus.devices.find(({ wanted }) => wanted.id === id);
    if (!device) continue;
    const { connection } = device;
    if (point === undefined) return { bus, connection, device };
    const { points } = device.device.bank;
    if (points.has(point)) return { bus, connection, device, point };
    const known = [...points.keys()];
    const like = nearest(point, known) ?? known.slice(0, 8).join(", ");
    return say(M.unknown_point, { device: id, point: point.slice(0, 80), near: like });
  }
  throw new RangeError(`${id} was a device a moment ago`);
}

/** What is like it first; a station has dozens. */
export function nearFirst(written: string, known: readonly string[]): string {
  const like = nearest(written, known);
  return [...new Set([...(like === undefined ? [] : [like]), ...known])].slice(0, 20).join(", ");
}
