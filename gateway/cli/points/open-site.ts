import { type Clock, SystemClock } from "../../../drivers/core/clock.js";
import { ConfigurationError } from "../../../drivers/core/errors.js";
import { SocketLock } from "../../../drivers/core/lock.js";
import { SILENT_LOG } from "../../../drivers/core/log.js";
import { ApiClient } from "../../api/client.js";
import { API_MESSAGES } from "../../api/messages.js";
import { socketPath } from "../../api/socket-path.js";
import type { Audit } from "../../core/audit.js";
import type { GatewayConfig } from "../../core/config.js";
import { writtenDown } from "../../core/health.js";
import type { PointAccess } from "../../core/point-access.js";
import { findConfig } from "../find-config.js";
import type { Io } from "../io.js";
import { RemoteAccess } from "./remote-access.js";

/** The points of a site, behind its running gateway or behind connections that were opened for this. */
export interface Site {
  readonly access: PointAccess;
  readonly via: "gateway" | "direct";
  close(): Promise<void>;
}

export interface SitePlan {
  readonly config: GatewayConfig;
  /** Of the connections that are needed where no gateway runs; the ids may be wrong ones. */
  readonly connections: readonly string[];
  readonly audit?: Pick<Audit, "note">;
}

/** Throws ConfigurationError. */
export async function readConfig(verb: string, named: string | undefined, io: Io): Promise<GatewayConfig> {
  const file = findConfig(verb, named, io);
  const { loadConfigOrThrow } = await import("../../config/load-config.js");
  return loadConfigOrThrow(file, { profilesDir: `${io.root}/config/profiles`, env: io.env });
}

/** The gateway that runs with this configuration, undefined where none does. */
export async function runningGateway(config: GatewayConfig, io: Io): Promise<ApiClient | undefined> {
  const client = new ApiClient(socketPath(config.buffer.path, io.env), config.file);
  try {
    await client.get("/v1/version");
    return client;
  } catch (error) {
    const isAlone = error instanceof ConfigurationError && error.code === API_MESSAGES.not_running.code;
    if (isAlone) return undefined;
    throw error;
  }
}

/** Throws what keeps a connection from being opened. */
export async function openSite({ audit, config, connections }: SitePlan, io: Io): Promise<Site> {
  const running = await runningGateway(config, io);
  if (running) {
    return { access: new RemoteAccess(running), via: "gateway", close: async () => {} };
  }
  const { DirectAccess } = await import("./direct-access.js");
  const all = writtenDown(config).connections;
  const access = await DirectAccess.open(
    {
      clock: await systemClock(),
      audit: audit ?? NO_AUDIT,
      connections: all.filter(({ id }) => connections.includes(id)),
      devices: config.devices,
      known: all.map(({ id }) => id),
    },
    io.signal,
  );
  return { access, via: "direct", close: () => access.close() };
}

/** The audit of a gateway that does not run, which this process then holds. Throws ConfigurationError. */
export async function openAudit(config: GatewayConfig, clock: Clock) {
  const { AuditLog } = await import("../../buffer/audit-log.js");
  const audit = new AuditLog({
    config: config.audit,
    gatewayId: config.gateway.id,
    clock,
    clockTrusted: () => config.gateway.clock === "trusted",
    log: SILENT_LOG,
    lock: new SocketLock(),
  });
  await audit.open();
  return audit;
}

export async function systemClock(): Promise<Clock> {
  const { bootId } = await import("../../host/machine.js");
  return new SystemClock(bootId());
}

/** Reading is not audited. */
const NO_AUDIT: Pick<Audit, "note"> = { note: () => {} };
