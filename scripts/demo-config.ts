import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import type { RunningSite } from "./demo-site.js";

/**
 * Writes a copy of the site's gateway.yaml into `folder` that differs from it only in where the devices, the broker
 * and the buffer are. Returns its path.
 */
export function writeDemoConfig(folder: string, { brokerUrl, example, places }: RunningSite): string {
  const document = parseDocument(readFileSync(example, "utf8"));
  for (const [id, place] of places) {
    const at = ["connections", id];
    const driver = String(document.getIn([...at, "driver"]));
    if (driver === "modbus-dial-in") document.setIn([...at, "listen"], place);
    else if (driver === "modbus-rtu" || driver === "modbus-ascii") document.setIn([...at, "port"], place);
    else {
      const [host, port] = place.split(":");
      document.setIn([...at, "host"], host);
      document.setIn([...at, "port"], Number(port));
    }
  }
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
