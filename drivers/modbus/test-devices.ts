import type { DriverContext, DriverDevice } from "../core/driver.js";
import { TramError } from "../core/errors.js";
import { SILENT_LOG } from "../core/log.js";
import type { Point } from "../core/point.js";
import type { ReadingBatch } from "../core/reading.js";
import type { ModbusAddress } from "./point-schema.js";
import type { ModbusDevice } from "./schema.js";

/** What the tests of both drivers need. */

export const NEVER = new AbortController().signal;

export function deviceOf(unit: number, more: Partial<ModbusDevice> = {}): DriverDevice {
  const settings: ModbusDevice = {
    unit_id: unit,
    worst_reply: 5000,
    max_registers: 125,
    max_bits: 2000,
    max_gap: 10,
    min_gap: 0,
    ...more,
  };
  return { id: `unit${unit}`, settings };
}

export function pointOf(
  device: string,
  address: number,
  more: Partial<ModbusAddress> = {},
): Point<ModbusAddress> {
  return {
    id: `p${address}`,
    device,
    type: "u16",
    kind: "instant",
    scale: 1,
    offset: 0,
    decimals: 0,
    access: "read",
    periodMs: 1000,
    deadband: 0,
    heartbeatMs: 0,
    priority: "normal",
    address: { table: "holding", address, order: "ABCD", ...more },
  };
}

export function contextOf(clock: DriverContext["clock"], more: Partial<DriverContext> = {}): DriverContext {
  return {
    connection: "test",
    clock,
    log: SILENT_LOG,
    lock: { acquire: async () => async () => {} },
    dialIn: { claim: () => Promise.reject(new TypeError("dial in")) },
    onReady: () => {},
    ...more,
  };
}

/** The outcome of a read in one word. */
export function shown(outcome: ReadingBatch | TramError): unknown {
  return outcome instanceof TramError ? `${outcome.class} ${outcome.code}` : outcome.values[0];
}

/** A small generator with a seed, so that a failure can be repeated. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
