import { createRequire } from "node:module";

/**
 * PUBACK reasons that brokers send although MQTT 5 (3.4.2.1) does not list them for PUBACK. mosquitto 2.0 answers
 * 0x95 above its `message_size_limit`, others 0x96 above their message rate.
 */
const MORE_PUBACK_CODES: Readonly<Record<number, string>> = {
  149: "Packet too large",
  150: "Message rate too high",
};

/**
 * mqtt-packet 9 takes such a PUBACK for a broken stream: the message is never settled and the connection is
 * unusable, so that one record too large would be sent for ever. Its table of known codes is completed instead.
 * Idempotent; does nothing where a later version has no such table.
 */
export function acceptMoreReasonCodes(): void {
  const require = createRequire(createRequire(import.meta.url).resolve("mqtt"));
  const constants = require("mqtt-packet/constants.js") as {
    readonly MQTT5_PUBACK_PUBREC_CODES?: Record<number, string>;
  };
  const known = constants.MQTT5_PUBACK_PUBREC_CODES;
  if (known) for (const [code, text] of Object.entries(MORE_PUBACK_CODES)) known[Number(code)] ??= text;
}
