import { asError, LinkError, RejectedError, TramError, TransientError } from "../../drivers/core/errors.js";
import { FORWARD_MESSAGES as M } from "./messages.js";

/** Reason codes of MQTT 5 (2.4) and return codes of 3.1.1 (3.2.2.3) that decide what is done. */
const CONNACK_VERSION = new Set([0x01, 0x84]);
/** Refusals that waiting does not cure: client id, user, rights, banned, method, elsewhere; or our last will. */
const CONNACK_REFUSED = new Set([
  ...[0x02, 0x04, 0x05, 0x85, 0x86, 0x87, 0x8a, 0x8c, 0x9c, 0x9d],
  ...[0x90, 0x95, 0x99, 0x9a, 0x9b],
]);
/** pitfalls, mqtt.js: message rate too high, quota exceeded. */
const PUBACK_BUSY = new Set([0x96, 0x97]);
const SESSION_TAKEN_OVER = 0x8e;
/** MQTT 5, 3.4.2.1: not authorised, topic name, payload too large, payload format, retain, QoS. */
const PUBACK_REFUSED = new Set([0x87, 0x90, 0x95, 0x99, 0x9a, 0x9b]);
export const NO_MATCHING_SUBSCRIBERS = 0x10;

/** OpenSSL's and Node's words for a certificate that is not accepted. */
const CERTIFICATE = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA)/;

/** The other side speaks no such version of MQTT: the next older one is tried. */
export class VersionRefused extends Error {}

/** What `code` is a number for mqtt.js (a reason code) and a word for the system. */
function codeOf(error: Error): number | string | undefined {
  const { code } = error as Error & { code?: unknown };
  return typeof code === "number" || typeof code === "string" ? code : undefined;
}

/** Of these, the ones that a wrong clock of ours causes as well. */
const DATES = new Set<unknown>(["CERT_NOT_YET_VALID", "CERT_HAS_EXPIRED"]);

/** Why a connection could not be made. */
export function connectError(thrown: unknown, url: string, clockTrusted = true): Error {
  const error = asError(thrown);
  if (error instanceof VersionRefused || error instanceof TramError) return error;
  const code = codeOf(error);
  const options = { cause: error };
  if (typeof code === "number") {
    if (CONNACK_VERSION.has(code)) return new VersionRefused(error.message, options);
    const params = { url, code: hex(code), problem: error.message };
    return CONNACK_REFUSED.has(code)
      ? new RejectedError(M.refused, params, options)
      : new LinkError(M.broker_busy, params, options);
  }
  const problem = error.message || String(code ?? "");
  if (code !== undefined && CERTIFICATE.test(code)) {
    const entry = DATES.has(code) && !clockTrusted ? M.certificate_clock : M.certificate_refused;
    return new LinkError(entry, { url, problem }, options);
  }
  return new LinkError(M.connect_failed, { url, problem }, options);
}

/** Why a message was not taken. */
export function publishError(thrown: unknown, url: string, topic: string): Error {
  const error = asError(thrown);
  const code = codeOf(error);
  const options = { cause: error };
  if (typeof code === "number") {
    const params = { url, topic, code: hex(code), problem: error.message };
    if (PUBACK_REFUSED.has(code)) return new RejectedError(M.message_refused, params, options);
    // 0x80 and 0x83 name no cause that would follow the message: they are treated as an overload.
    if (PUBACK_BUSY.has(code) || code >= 0x80) {
      return new TransientError(
        "device_error",
        M.quota,
        { url, code: hex(code), problem: error.message },
        options,
      );
    }
  }
  return new LinkError(M.lost, { url, problem: error.message }, options);
}

/** Why the other side says it ends the connection (MQTT 5, 3.14). */
export function disconnectError(code: number, url: string, client: string): Error {
  return code === SESSION_TAKEN_OVER
    ? new RejectedError(M.taken_over, { url, client })
    : new LinkError(M.lost, { url, problem: `DISCONNECT ${hex(code)}` });
}

function hex(code: number): string {
  return `0x${code.toString(16).padStart(2, "0")}`;
}
