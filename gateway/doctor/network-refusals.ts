import { asError, TramError } from "../../drivers/core/errors.js";
import type { Message } from "../../drivers/core/message.js";
import { FORWARD_MESSAGES } from "../forward/messages.js";
import { ClosedBeforeConnack } from "../forward/mqtt-connection.js";
import { VersionRefused } from "../forward/mqtt-errors.js";
import type { DoctorContext, Finding } from "./check.js";
import { choose } from "./choose.js";
import { LOGIN_MESSAGES as M } from "./login-messages.js";
import type { Target } from "./network-target.js";

/** CONNACK: reason codes of MQTT 5 (3.2.2.2) and return codes of 3.1.1 (3.2.2.3), which are below 0x80. */
const CONNACK: Readonly<Record<string, Message<never>>> = {
  "0x02": M.login_client_id,
  "0x85": M.login_client_id,
  "0x04": M.login_password,
  "0x86": M.login_password,
  "0x05": M.login_not_authorised,
  "0x87": M.login_not_authorised,
  "0x8a": M.login_banned,
  "0x8c": M.login_method,
  "0x03": M.login_unavailable,
  "0x88": M.login_unavailable,
  "0x89": M.login_unavailable,
  "0x97": M.login_quota,
  "0x9f": M.login_quota,
  "0x9c": M.login_moved,
  "0x9d": M.login_moved,
};

/** TLS 1.3 says only after the handshake that a certificate of ours is missing or refused (RFC 8446, 4.4.2.4). */
const CLIENT_CERTIFICATE =
  /ALERT_(?:BAD_|UNKNOWN_|NO_)?CERTIFICATE|CERTIFICATE_(?:REQUIRED|UNKNOWN|EXPIRED)|ALERT_UNKNOWN_CA|HANDSHAKE_FAILURE/;

/** Why the broker does not let us in, with what to do. */
export async function refusalOf(
  { patience }: DoctorContext,
  { host, port, uplink }: Target,
  thrown: unknown,
): Promise<Finding> {
  const params = { uplink: uplink.id, user: uplink.user, host, port, seconds: patience.mqttMs / 1000 };
  const problem = asError(thrown).message;
  const bad = (entry: Message<never>, code: string): Finding => ({
    level: "problem",
    said: choose(entry, { ...params, code, problem }),
    facts: { uplink: uplink.id, user: uplink.user, code },
  });
  if (thrown instanceof ClosedBeforeConnack) return bad(M.login_closed, "closed");
  if (thrown instanceof VersionRefused) return bad(M.login_version, "version");
  if (!(thrown instanceof TramError)) return bad(M.login_failed, "failed");
  const own = thrown.params["code"];
  if (typeof own === "string") return bad(CONNACK[own] ?? M.login_refused, own);
  if (thrown.code === FORWARD_MESSAGES.connect_timeout.code) return bad(M.login_silent, "timeout");
  const cause: unknown = thrown.cause;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (CLIENT_CERTIFICATE.test(code)) return bad(M.login_client_certificate, code);
  return bad(M.login_failed, code || "failed");
}
