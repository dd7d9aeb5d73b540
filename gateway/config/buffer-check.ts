import { say } from "../../drivers/core/message.js";
import type { BufferConfig, DeviceConfig } from "../core/config.js";
import { estimateBuffer } from "./buffer-estimate.js";
import { CONFIG_MESSAGES as M } from "./messages.js";
import type { SectionReader } from "./reader.js";

/** Warns when `keep_at_least` and `max_size` cannot both hold, with the figures and what to change. */
export function checkBufferRoom(
  reader: SectionReader,
  devices: ReadonlyMap<string, DeviceConfig>,
  buffer: BufferConfig,
): void {
  const { days, keepAtLeastDays, neededBytes } = estimateBuffer(devices, buffer);
  if (days >= keepAtLeastDays) return;
  const key = reader.has(["buffer", "max_size"]) ? "max_size" : "keep_at_least";
  const params = {
    size: sizeText(buffer.maxBytes, Math.round),
    keep: Math.round(keepAtLeastDays * 10) / 10,
    needed: sizeText(neededBytes, Math.ceil),
  };
  const said =
    days >= 2
      ? say(M.keep_does_not_fit, { days: Math.floor(days), ...params })
      : say(M.keep_hours_fit, { hours: Math.floor(days * 24), ...params });
  reader.source.report(["buffer", key], said, { severity: "warning" });
}

/** As people write it in gateway.yaml. */
function sizeText(bytes: number, round: (size: number) => number): string {
  if (bytes >= 10e9) return `${round(bytes / 1e9)}GB`;
  if (bytes >= 1e9) return `${round(bytes / 1e8) / 10}GB`;
  return `${Math.max(1, round(bytes / 1e6))}MB`;
}
