import { existsSync, readdirSync, realpathSync } from "node:fs";
import { SystemClock } from "../../../drivers/core/clock.js";
import { ConfigurationError } from "../../../drivers/core/errors.js";
import { SocketLock } from "../../../drivers/core/lock.js";
import { renderText, type Said, say } from "../../../drivers/core/message.js";
import { CORE_MESSAGES } from "../../../drivers/core/messages.js";
import type { Prober } from "../../../drivers/core/prober.js";
import { ApiClient } from "../../api/client.js";
import { API_MESSAGES } from "../../api/messages.js";
import { socketPath } from "../../api/socket-path.js";
import type { GatewayConfig } from "../../core/config.js";
import { type ScanReport, scanReport } from "../../core/scan-report.js";
import { findConfig } from "../find-config.js";
import type { Io } from "../io.js";
import { openLibrary, readLibrary } from "../profiles/profile-library.js";
import { SCAN_VERB_MESSAGES as M } from "./scan-messages.js";
import type { ScanOrder } from "./scan-order.js";

/** Where a scan looks, and what comes of it. */
export interface ScanSource {
  readonly begins: Said;
  /** The connection of a configuration that is looked at; absent for a port or host without one. */
  readonly connection?: string;
  readonly file?: string;
  reports(signal: AbortSignal): AsyncGenerator<ScanReport>;
}

/** Finds out where to look and who has to: a running gateway, or this process. */
export async function scanSource(order: ScanOrder, io: Io): Promise<ScanSource> {
  if (order.host)
    return ownSource(order, io, await hostProber(order.host.name, order.host.port), order.host.name);
  if (order.port !== undefined)
    return ownSource(order, io, await serialProber(order, order.port), order.port);
  const connection = order.connection ?? (await onlyConnection(order, io));
  if (connection !== undefined) return ofConnection(order, connection, io);
  const port = onlyPort();
  return ownSource(order, io, await serialProber(order, port), port);
}

/** Where the configuration has one serial connection, nobody needs to name it. */
async function onlyConnection(order: ScanOrder, io: Io): Promise<string | undefined> {
  const named = order.config;
  let file: string;
  try {
    file = findConfig("scan", named, io);
  } catch (error) {
    if (named === undefined && error instanceof ConfigurationError) return undefined;
    throw error;
  }
  const { connections } = await configOf(file, io);
  const serial = [...connections].flatMap(([id, { driver }]) => (driver === "modbus-rtu" ? [id] : []));
  if (serial.length <= 1) return serial[0];
  throw new ConfigurationError(M.several_connections, { file, connections: serial.join(", ") });
}

async function ofConnection(order: ScanOrder, connection: string, io: Io): Promise<ScanSource> {
  const file = findConfig("scan", order.config, io);
  const config = await configOf(file, io);
  const { driver, settings } = config.connections.get(connection) ?? {};
  if (driver === undefined) {
    const connections = [...config.connections.keys()].join(", ");
    throw new ConfigurationError(M.unknown_connection, { file, connection, connections });
  }
  const of = { connection, file };
  const client = new ApiClient(socketPath(config.buffer.path, io.env), file);
  if (await isRunning(client)) {
    const { effort, units } = order;
    const body = { connection, effort, ...(units && { units }) };
    return {
      ...of,
      begins: say(M.begins_in_gateway, { place: connection }),
      reports: (signal) => client.scan(body, io.language, signal),
    };
  }
  const { host, port } = settings as { readonly host?: string; readonly port?: string | number };
  if (driver === "modbus-rtu" && typeof port === "string") {
    return { ...of, ...(await ownSource(order, io, await serialProber(order, port), port)) };
  }
  if (host !== undefined && typeof port === "number" && /^modbus-(?:tcp|rtu-over-tcp)$/.test(driver)) {
    return { ...of, ...(await ownSource(order, io, await hostProber(host, port), `${host}:${port}`)) };
  }
  throw new ConfigurationError(M.cannot_scan, { connection, driver });
}

export async function configOf(file: string, io: Io): Promise<GatewayConfig> {
  const { loadConfigOrThrow } = await import("../../config/load-config.js");
  return loadConfigOrThrow(file, { profilesDir: `${io.root}/config/profiles`, env: io.env });
}

async function isRunning(client: ApiClient): Promise<boolean> {
  try {
    await client.get("/v1/version");
    return true;
  } catch (error) {
    if (error instanceof ConfigurationError && error.code === API_MESSAGES.not_running.code) return false;
    throw error;
  }
}

async function ownSource(order: ScanOrder, io: Io, prober: Prober, place: string): Promise<ScanSource> {
  const { profiles } = await readLibrary(
    openLibrary(io),
    io,
    renderText(say(M.reading_profiles), io.language),
  );
  const { effort, units } = order;
  return {
    begins: say(M.begins, { place }),
    async *reports(signal) {
      const wish = { effort, profiles, ...(units && { units }) };
      try {
        for await (const event of prober.scan(wish, signal)) yield scanReport(event, io.language);
      } catch (error) {
        if (!(error instanceof ConfigurationError) || error.code !== CORE_MESSAGES.held_by_process.code)
          throw error;
        const pid = String(error.params["pid"]);
        throw new ConfigurationError(M.held_by_gateway, { port: place, pid }, { cause: error });
      }
    },
  };
}

async function serialProber({ bauds, parities }: ScanOrder, port: string): Promise<Prober> {
  const { SerialProber } = await import("../../../drivers/modbus/scan/serial-prober.js");
  const options = { port, clock: new SystemClock("scan"), lock: new SocketLock() };
  return new SerialProber({ ...options, ...(bauds && { bauds }), ...(parities && { parities }) });
}

async function hostProber(host: string, port: number | undefined): Promise<Prober> {
  const { HostProber } = await import("../../../drivers/modbus/scan/host-prober.js");
  return new HostProber({
    host,
    clock: new SystemClock("scan"),
    ...(port !== undefined && { ports: [port] }),
  });
}

/** Where one adapter is plugged in, nobody needs to name it. */
export function onlyPort(): string {
  const ports = serialPorts();
  const [port] = ports;
  if (port !== undefined && ports.length === 1) return port;
  if (ports.length === 0) throw new ConfigurationError(M.no_ports);
  throw new ConfigurationError(M.no_place, { ports: ports.join(", ") });
}

/** Adapters by the names that outlast a restart, then those that have none. */
function serialPorts(): readonly string[] {
  const named = existsSync("/dev/serial/by-id")
    ? readdirSync("/dev/serial/by-id").map((name) => `/dev/serial/by-id/${name}`)
    : [];
  const known = new Set(named.map((path) => realpathSync(path)));
  const plain = readdirSync("/dev")
    .filter((name) => /^tty(?:USB|ACM|AMA|RS485)/.test(name))
    .map((name) => `/dev/${name}`);
  return [...named, ...plain.filter((path) => !known.has(path))];
}
