import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { asError, TramError } from "../../drivers/core/errors.js";
import { say } from "../../drivers/core/message.js";
import type { UplinkStatus } from "../core/status.js";
import { type ConnectionParts, MqttConnection } from "../forward/mqtt-connection.js";
import { VersionRefused } from "../forward/mqtt-errors.js";
import { acceptMoreReasonCodes } from "../forward/mqtt-reason-codes.js";
import type { DoctorContext, Finding } from "./check.js";
import { LOGIN_MESSAGES as M } from "./login-messages.js";
import { refusalOf } from "./network-refusals.js";
import { rightsStep } from "./network-rights.js";
import type { Target, Version } from "./network-target.js";

const CLOSE_MS = 1_000;

/** Step five: the login, then the rights on topics and a message there and back. */
export async function* loginStep(
  context: DoctorContext,
  target: Target,
  signal: AbortSignal,
): AsyncGenerator<Finding, void> {
  const { uplink } = target;
  const running = await runningUplink(context, uplink.id);
  if (running?.state === "up" && context.login === "when_free") {
    // A broker that makes the user name the client id (config/acl) would end the gateway's connection for ours.
    yield runningFinding(running);
    return;
  }
  acceptMoreReasonCodes();
  const { protocol } = uplink;
  const versions: readonly Version[] = protocol === "auto" ? [5, 4] : [protocol === "5" ? 5 : 4];
  for (const [index, version] of versions.entries()) {
    let lost: Error | undefined;
    const began = context.clock.mono();
    try {
      const connection = await open(context, target, version, signal, (error) => {
        lost = error;
      });
      const ms = Math.round(context.clock.mono() - began);
      try {
        const words = version === 5 ? "5" : "3.1.1";
        const facts = {
          uplink: uplink.id,
          user: uplink.user,
          version: words,
          ms,
          window: connection.limits.window,
        };
        yield {
          level: "ok",
          said: say(M.login_good, { uplink: uplink.id, user: uplink.user, version: words, ms }),
          facts,
        };
        yield* rightsStep(context, target, connection, version);
      } finally {
        await connection.close(CLOSE_MS);
      }
      if (lost) yield lostFinding(lost, uplink.id);
      return;
    } catch (thrown) {
      if (thrown instanceof VersionRefused && index + 1 < versions.length) continue;
      if (lost) yield lostFinding(lost, uplink.id);
      else yield await refusalOf(context, target, thrown);
      return;
    }
  }
}

async function runningUplink(context: DoctorContext, id: string): Promise<UplinkStatus | undefined> {
  const answer = await context.gateway();
  return answer.state === "running" ? answer.status.uplinks.find((uplink) => uplink.id === id) : undefined;
}

function runningFinding({ acknowledgedRecords, id, oldestInFlightMs, pending }: UplinkStatus): Finding {
  const facts = { uplink: id, acknowledgedRecords, pending, oldestInFlightMs: Math.round(oldestInFlightMs) };
  return {
    level: "note",
    said: say(M.running_connected, { uplink: id, records: acknowledgedRecords, pending }),
    facts,
  };
}

function lostFinding(error: Error, uplink: string): Finding {
  const problem = error instanceof TramError ? error.message : asError(error).message;
  return { level: "problem", said: say(M.login_cut, { uplink, problem }), facts: { uplink } };
}

function open(
  { clock, config, patience }: DoctorContext,
  { host, uplink }: Target,
  version: Version,
  signal: AbortSignal,
  onLost: (error: Error) => void,
): Promise<MqttConnection> {
  const gatewayId = config?.gateway.id ?? "";
  const { ca, cert, key } = uplink.tls ?? {};
  const options: ConnectionParts["options"] = {
    ...(ca !== undefined && { ca: readFileSync(ca) }),
    ...(cert !== undefined && { cert: readFileSync(cert) }),
    ...(key !== undefined && { key: readFileSync(key) }),
    ...(isIP(host) === 0 && { servername: host }),
    protocolVersion: version,
    // Never the gateway's own: a second one of it would end the first (MQTT 5, 3.1.4).
    clientId: `${gatewayId}-doctor`,
    username: uplink.user,
    ...(uplink.password && { password: uplink.password.reveal() }),
    clean: true,
    keepalive: 30,
    reconnectPeriod: 0,
    queueQoSZero: false,
    resubscribe: false,
    connectTimeout: patience.mqttMs * 2,
    timerVariant: "native",
  };
  return MqttConnection.open({
    url: uplink.url,
    prefix: `tram/v1/${gatewayId}/birth`,
    options,
    clock,
    timeoutMs: patience.mqttMs,
    signal,
    onLost,
  });
}
