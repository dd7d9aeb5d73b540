import type { Clock } from "../../drivers/core/clock.js";
import { ConfigurationError } from "../../drivers/core/errors.js";
import type { Log } from "../../drivers/core/log.js";
import type { UplinkConfig } from "../core/config.js";
import type { Forwarder } from "../core/forwarder.js";
import { FORWARD_MESSAGES as M } from "./messages.js";

export interface ForwarderContext {
  readonly gatewayId: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly clockTrusted?: () => boolean;
}

/** The forwarder for the scheme of the uplink's URL; loads only what that one needs. Connects nothing. */
export async function createForwarder(uplink: UplinkConfig, context: ForwarderContext): Promise<Forwarder> {
  const scheme = /^([a-z]+):/.exec(uplink.url)?.[1];
  switch (scheme) {
    case "mqtt":
    case "mqtts": {
      const { MqttForwarder } = await import("./mqtt-forwarder.js");
      return new MqttForwarder({ uplink, ...context });
    }
    case "file": {
      const { FileForwarder } = await import("./file-forwarder.js");
      return new FileForwarder({ uplink, ...context });
    }
    default:
      throw new ConfigurationError(M.unknown_scheme, { url: uplink.url });
  }
}
