import { type Said, say } from "../drivers/core/message.js";
import { SIMULATOR_MESSAGES as M } from "./messages.js";
import type { AdapterPort } from "./modbus/adapter-port.js";

/** What people are told of a real adapter that was pulled out, or is back. */
export function adapterSaid({ where }: AdapterPort, state: "lost" | "back"): Said {
  return say(state === "lost" ? M.adapter_lost : M.adapter_back, { path: where });
}
