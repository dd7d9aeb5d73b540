import type { DriverDevice } from "../core/driver.js";
import { type Said, say } from "../core/message.js";
import type { KnownSettings } from "./known-settings.js";
import { setupOf } from "./parts.js";
import { PLAN_MESSAGES } from "./plan-messages.js";
import type { ModbusDevice } from "./schema.js";
import { settingReadOf } from "./setting-read.js";

/** Registers of which a profile says what they must hold, and which were seen to hold something else. */
export function setupFindings(devices: Iterable<DriverDevice>, known: KnownSettings): readonly Said[] {
  const findings: Said[] = [];
  for (const device of devices) {
    for (const gate of setupOf(device.settings as ModbusDevice)) {
      const table = gate.table ?? "holding";
      const found = known.get(settingReadOf(device, gate, table));
      const expected = [gate.is ?? []].flat();
      if (typeof found !== "number" || expected.includes(found)) continue;
      const where = { device: device.id, table, address: gate.address };
      findings.push(say(PLAN_MESSAGES.setup_differs, { ...where, found, expected: expected.join(", ") }));
    }
  }
  return findings;
}
