import type { Language } from "../../drivers/core/message.js";
import type { LiveValues } from "./live-values.js";
import type { GatewayStatus } from "./status.js";

/** A running gateway as the local API sees it. */
export interface GatewayHandle {
  readonly live: LiveValues;
  status(language: Language): GatewayStatus;
}
