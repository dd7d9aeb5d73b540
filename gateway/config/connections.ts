import { resolve } from "node:path";
import { Type } from "@sinclair/typebox";
import { say } from "../../drivers/core/message.js";
import type { DriverSchema } from "../../drivers/core/schema.js";
import { propertiesOf, suggestion } from "../../drivers/profiles/check.js";
import { DRIVER_SCHEMAS } from "../../drivers/registry.js";
import type { ConnectionConfig } from "../core/config.js";
import { hashOf } from "./freeze.js";
import { CONFIG_MESSAGES as M } from "./messages.js";
import type { SectionReader } from "./reader.js";
import { connectionSchema } from "./schema.js";

/** Looking more often than this takes the bus from those that answer. */
const LEAST_RETRY_MS = 5_000;

/** The driver that a connection names, also when the rest of the connection is wrong. */
export function driverOf(reader: SectionReader, connection: string): DriverSchema | undefined {
  return DRIVER_SCHEMAS.get(reader.text(["connections", connection, "driver"]) ?? "");
}

export function readConnections(reader: SectionReader): Map<string, ConnectionConfig> {
  const connections = new Map<string, ConnectionConfig>();
  const owners = new Map<string, string>();
  for (const id of reader.ids("connections")) {
    const path = ["connections", id];
    const driver = driverOf(reader, id);
    if (!driver) {
      refuseDriver(reader, id);
      continue;
    }
    const {
      driver: _driver,
      retry_within,
      ...settings
    } = reader.check(path, connectionSchema(driver)) as Record<string, unknown>;
    for (const key of Object.keys(propertiesOf(driver.connection))) {
      if (key.endsWith("timeout")) reader.bounds([...path, key], settings[key] as number | undefined, 1);
    }
    if (typeof settings["port"] === "string" && /^\.{1,2}\//.test(settings["port"])) {
      settings["port"] = resolve(reader.folder, settings["port"]);
    }
    refuseSharedWire(reader, id, settings, owners);
    reader.bounds([...path, "retry_within"], retry_within as number | undefined, LEAST_RETRY_MS);
    const entry = { id, driver: driver.name, settings, retryWithinMs: Number(retry_within) };
    connections.set(id, { ...entry, hash: hashOf(entry) });
  }
  return connections;
}

function refuseDriver(reader: SectionReader, id: string): void {
  const path = ["connections", id];
  const driver = reader.text([...path, "driver"]);
  if (driver === undefined) {
    reader.check(path, Type.Object({ driver: Type.String() }), { tolerate: true });
    return;
  }
  const hint = suggestion(driver, [...DRIVER_SCHEMAS.keys()]);
  reader.source.report([...path, "driver"], say(M.unknown_driver, { driver }), { hint });
}

/**
 * A serial port has one owner. One host and port may be two connections (some converters take several), which
 * is allowed and told, because most devices take one.
 */
function refuseSharedWire(
  reader: SectionReader,
  id: string,
  settings: Readonly<Record<string, unknown>>,
  owners: Map<string, string>,
): void {
  const { host, port } = settings;
  if (port === undefined) return;
  const wire = host === undefined ? String(port) : `${host}:${port}`;
  const other = owners.get(wire);
  if (other === undefined) {
    owners.set(wire, id);
    return;
  }
  const line = reader.source.lineOf(["connections", other]);
  reader.source.report(["connections", id, "port"], say(M.port_taken, { port: wire, other, line }), {
    severity: host === undefined ? "error" : "warning",
  });
}
