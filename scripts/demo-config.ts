import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import type { StationPorts } from "../simulators/stations/pump-station.js";

/**
 * Writes a copy of the example's gateway.yaml into `folder` that differs from it only in where the station, the
 * broker and the buffer are. Returns its path.
 */
export function writeDemoConfig(
  example: string,
  folder: string,
  ports: StationPorts,
  brokerUrl: string,
): string {
  const document = parseDocument(readFileSync(example, "utf8"));
  document.setIn(["connections", "rs485", "port"], ports.rs485);
  document.setIn(["connections", "plc", "port"], ports.tcp);
  document.setIn(["uplinks", "centre", "url"], brokerUrl);
  // One gateway need not wait for the others of a province.
  document.setIn(["uplinks", "centre", "reconnect_spread"], "1s");
  document.setIn(["buffer", "path"], "./buffer.db");
  document.setIn(["buffer", "identity"], "./demo.identity");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "gateway.yaml");
  writeFileSync(file, String(document));
  return file;
}
