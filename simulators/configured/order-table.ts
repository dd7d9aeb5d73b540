import { BUS_ORDERS } from "./bus-orders.js";
import { DEVICE_ORDERS } from "./device-orders.js";
import { INSTRUMENT_ORDERS } from "./instrument-orders.js";
import { LINE_ORDERS } from "./line-orders.js";
import type { OrderForm } from "./order-form.js";

/** Every order that makes a fault, in the order of help. */
export const ORDERS: readonly OrderForm[] = [
  ...BUS_ORDERS,
  ...LINE_ORDERS,
  ...DEVICE_ORDERS,
  ...INSTRUMENT_ORDERS,
];

const BY_VERB: ReadonlyMap<string, OrderForm> = new Map(ORDERS.map((form) => [form.verb, form]));

/** Orders that make none. */
export const OTHER_VERBS = ["heal", "faults", "help"] as const;

export function formOf(verb: string): OrderForm | undefined {
  return BY_VERB.get(verb);
}

export function allVerbs(): readonly string[] {
  return [...BY_VERB.keys(), ...OTHER_VERBS];
}
