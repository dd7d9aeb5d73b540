import { WINDOW_MS } from "../../drivers/core/exchange-tally.js";
import { type Message, renderText, say, type Text } from "../../drivers/core/message.js";
import type { Point } from "../../drivers/core/point.js";
import type { Quantity } from "../../drivers/profiles/quantities.js";
import { UCUM } from "../../drivers/profiles/units.js";
import type { ConnectionConfig, DeviceConfig } from "../core/config.js";
import {
  HEALTH,
  HEALTH_FIELDS,
  type HealthAddress,
  type HealthField,
  healthDeviceId,
  isHealthDevice,
} from "../core/health.js";
import { hashOf } from "./freeze.js";
import { CONFIG_MESSAGES as M } from "./messages.js";
import type { SectionReader } from "./reader.js";

/** Refuses the names of the built-in connection and its devices, also while it is off. */
export function refuseHealthNames(reader: SectionReader): void {
  for (const id of reader.ids("connections")) {
    if (id === HEALTH)
      reader.source.report(["connections", id], say(M.reserved_connection, { id }), { on: "key" });
  }
  for (const id of reader.ids("devices")) {
    if (!isHealthDevice(id)) continue;
    reader.source.report(["devices", id], say(M.reserved_device, { id }), { on: "key" });
  }
}

/** Adds the built-in connection, and a device for each connection that has devices. Nothing where it is off. */
export function addHealth(
  connections: Map<string, ConnectionConfig>,
  devices: Map<string, DeviceConfig>,
  everyMs: number,
): void {
  if (everyMs === 0) return;
  const added = [...connections.keys()].flatMap((connection) => {
    const onIt = [...devices.values()].filter((device) => device.connection === connection);
    return onIt.length > 0 ? [healthDevice(connection, onIt, everyMs)] : [];
  });
  if (added.length === 0) return;
  for (const device of added) devices.set(device.id, device);
  const entry = { id: HEALTH, driver: HEALTH, settings: {}, retryWithinMs: everyMs };
  connections.set(HEALTH, { ...entry, hash: hashOf(entry) });
}

function healthDevice(connection: string, devices: readonly DeviceConfig[], everyMs: number): DeviceConfig {
  const id = healthDeviceId(connection);
  const ofBus = HEALTH_FIELDS.map((field) => healthPoint(id, { connection, field }, everyMs));
  const ofDevices = devices.flatMap((device) =>
    HEALTH_FIELDS.filter((field) => field !== "findings").map((field) =>
      healthPoint(id, { connection, device: device.id, field }, everyMs, device.name),
    ),
  );
  const entry = { id, name: id, connection: HEALTH, settings: {}, points: [...ofBus, ...ofDevices] };
  return { ...entry, hash: hashOf(entry) };
}

/** What is the same for a field wherever it is told. */
interface Shape {
  readonly name: Message<never>;
  readonly of: Pick<Point, "type" | "kind" | "decimals" | "unit" | "intervalMs"> & {
    readonly quantity: Quantity;
  };
}

const COUNTER: Shape["of"] = { type: "u32", kind: "counter", decimals: 0, quantity: "count" };
const ROUND_TRIP: Shape["of"] = {
  type: "f64",
  kind: "instant",
  decimals: 1,
  unit: "ms",
  quantity: "duration",
};

const WORDS: Shape["of"] = { type: "string", kind: "instant", quantity: "state" };

const SHAPES: Readonly<Record<HealthField, Shape>> = {
  requests: { name: M.health_requests, of: COUNTER },
  good: { name: M.health_good, of: COUNTER },
  timeouts: { name: M.health_timeouts, of: COUNTER },
  damaged: { name: M.health_damaged, of: COUNTER },
  foreign: { name: M.health_foreign, of: COUNTER },
  late: { name: M.health_late, of: COUNTER },
  exceptions: { name: M.health_exceptions, of: COUNTER },
  exception_codes: { name: M.health_exception_codes, of: WORDS },
  "round_trip.median": { name: M.health_median, of: ROUND_TRIP },
  "round_trip.p99": { name: M.health_p99, of: ROUND_TRIP },
  busy: {
    name: M.health_busy,
    of: { type: "f64", kind: "mean", intervalMs: WINDOW_MS, decimals: 1, unit: "%", quantity: "ratio" },
  },
  // A time and not an age: it stays true however late the record is read, and needs no difference of wall times.
  last_good: {
    name: M.health_last_good,
    of: { type: "u32", kind: "instant", decimals: 0, unit: "s", quantity: "time" },
  },
  findings: { name: M.health_findings, of: WORDS },
};

function healthPoint(device: string, address: HealthAddress, everyMs: number, subject?: string): Point {
  const { name, of } = SHAPES[address.field];
  const ucum = of.unit === undefined ? undefined : UCUM.get(of.unit);
  return {
    id: address.device === undefined ? address.field : `${address.device}.${address.field}`,
    device,
    name: { vi: nameOf(name, subject, "vi"), en: nameOf(name, subject, "en") },
    ...of,
    ...(ucum !== undefined && { ucum }),
    scale: 1,
    offset: 0,
    access: "read",
    periodMs: everyMs,
    deadband: 0,
    heartbeatMs: everyMs,
    // The first to make room when the disk is full: counters lose nothing that the next record does not tell.
    priority: "low",
    address,
  };
}

function nameOf(name: Message<never>, subject: string | undefined, language: keyof Text): string {
  const what = renderText(say(name), language);
  return subject === undefined ? what : renderText(say(M.health_of, { subject, what }), language);
}
