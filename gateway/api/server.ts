import { chmod, unlink } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { connect } from "node:net";
import type { Clock } from "../../drivers/core/clock.js";
import { ConfigurationError } from "../../drivers/core/errors.js";
import { type Language, say } from "../../drivers/core/message.js";
import type { ConfigChanges } from "../core/config-changes.js";
import type { GatewayHandle } from "../core/gateway-handle.js";
import type { GatewayStatus } from "../core/status.js";
import { BusStream } from "./bus-stream.js";
import { answerConfig, configVerbOf, giveConfig } from "./config-answers.js";
import { parseMarkRequest, readBody } from "./device-state.js";
import { give, refusal, refuse } from "./giving.js";
import { API_MESSAGES } from "./messages.js";
import { METRICS_TYPE, metricsText } from "./metrics.js";
import { answerPause, pausePathOf } from "./pause-requests.js";
import { answerRead, answerWrite } from "./point-answers.js";
import { apiReadings } from "./reading-json.js";
import { ScanDesk } from "./scan-desk.js";
import { markStatus } from "./status-json.js";
import { WatchStream } from "./watch-stream.js";

export interface ApiOptions {
  readonly socketPath: string;
  readonly handle: GatewayHandle;
  /** Absent: the configuration cannot be changed. */
  readonly changes?: ConfigChanges;
  readonly version: string;
  readonly clock: Pick<Clock, "now" | "mono">;
}

export interface RunningApi {
  close(): Promise<void>;
}

/** Clients that watch at a time. */
const MOST_WATCHERS = 32;
/** Clients that watch a bus at a time: each costs the polling something. */
const MOST_BUS_WATCHERS = 8;
const MOST_CONNECTIONS = 128;
/** Who listens now. */
interface Watchers {
  readonly values: Set<WatchStream>;
  readonly buses: Set<BusStream>;
}

/** How long a client may take to send its request. */
const REQUEST_MS = 5_000;

/** Serves the local API on a Unix socket with mode 0660. A socket that a dead process left is replaced. */
export async function startApi(options: ApiOptions): Promise<RunningApi> {
  const { socketPath } = options;
  await removeStale(socketPath);
  const watchers: Watchers = { values: new Set(), buses: new Set() };
  const scans = new ScanDesk(options.handle);
  const server = createServer(
    { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS },
    (request, response) => answer(options, watchers, scans, request, response),
  );
  server.maxConnections = MOST_CONNECTIONS;
  await listen(server, socketPath);
  return {
    close: async () => {
      scans.stop();
      for (const watcher of [...watchers.values, ...watchers.buses]) watcher.end();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listen(server: Server, path: string): Promise<void> {
  // The socket is born with the mode that the umask leaves: nobody else may come in between.
  const before = process.umask(0o117);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(path, resolve);
    });
  } finally {
    process.umask(before);
  }
  await chmod(path, 0o660);
}

async function removeStale(path: string): Promise<void> {
  const alive = await new Promise<boolean>((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
  if (alive) throw new ConfigurationError(API_MESSAGES.already_running, { path });
  await unlink(path).catch(() => {});
}

function answer(
  options: ApiOptions,
  watchers: Watchers,
  scans: ScanDesk,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { changes, handle, version } = options;
  const url = new URL(`http://local${request.url?.startsWith("/") ? request.url : "/"}`);
  const language: Language = url.searchParams.get("lang") === "vi" ? "vi" : "en";
  if (request.method === "POST" && url.pathname === "/v1/device-state") {
    void answerMark(handle, request, response, language);
    return;
  }
  if (request.method === "POST" && url.pathname === "/v1/read") {
    void answerRead(handle.access, request, response, language);
    return;
  }
  if (request.method === "POST" && url.pathname === "/v1/write") {
    void answerWrite(handle.access, request, response, language);
    return;
  }
  if (request.method === "POST" && url.pathname === "/v1/scan") {
    void scans.scan(request, response, language, (status, said) => refuse(response, status, said, language));
    return;
  }
  if (request.method === "POST" && url.pathname === "/v1/scan/stop") {
    scans.stop();
    give(response, {});
    return;
  }
  const cut = pausePathOf(url.pathname);
  if (request.method === "POST" && cut) {
    void answerPause(handle.pauses, cut, request, response, language);
    return;
  }
  const configVerb = request.method === "POST" ? configVerbOf(url.pathname) : undefined;
  if (configVerb && changes) {
    void answerConfig(changes, configVerb, request, response, language);
    return;
  }
  if (request.method !== "GET") {
    refuse(response, 405, say(API_MESSAGES.unknown_method), language);
    return;
  }
  switch (url.pathname) {
    case "/v1/version":
      give(response, { version });
      break;
    case "/v1/status":
      give(response, withPending(handle.status(language), changes));
      break;
    case "/v1/config":
      if (changes) giveConfig(changes, response);
      else refuse(response, 404, say(API_MESSAGES.unknown_path, { path: url.pathname }), language);
      break;
    case "/v1/metrics":
      response.writeHead(200, { "content-type": METRICS_TYPE });
      response.end(metricsText(handle.status(language)));
      break;
    case "/v1/values": {
      const device = url.searchParams.get("device");
      const batches = handle.live
        .batches()
        .filter(({ layout }) => device === null || layout.device === device);
      give(
        response,
        batches.flatMap((batch) => apiReadings(batch, handle.meanings, language)),
      );
      break;
    }
    case "/v1/watch": {
      if (watchers.values.size >= MOST_WATCHERS) {
        refuse(response, 503, say(API_MESSAGES.too_many, { most: MOST_WATCHERS }), language);
        break;
      }
      const watcher = new WatchStream(response, { handle, language }, () => watchers.values.delete(watcher));
      watchers.values.add(watcher);
      break;
    }
    case "/v1/bus":
      answerBus(options, watchers, url.searchParams.get("connection") ?? "", response, language);
      break;
    default:
      refuse(response, 404, say(API_MESSAGES.unknown_path, { path: url.pathname.slice(0, 100) }), language);
  }
}

function withPending(status: GatewayStatus, changes: ConfigChanges | undefined): GatewayStatus {
  const pending = changes?.pending();
  return pending ? { ...status, pendingChange: pending } : status;
}

async function answerMark(
  handle: GatewayHandle,
  request: IncomingMessage,
  response: ServerResponse,
  language: Language,
): Promise<void> {
  const text = await readBody(request);
  const wanted = text === undefined ? undefined : parseMarkRequest(text);
  if (!wanted) {
    refuse(response, 400, say(API_MESSAGES.bad_request), language);
    return;
  }
  const answer = handle.markDevice(wanted);
  if ("refused" in answer) refuse(response, 404, answer.refused, language);
  else give(response, answer.mark ? markStatus(answer.mark) : {});
}

function answerBus(
  { clock, handle }: ApiOptions,
  { buses }: Watchers,
  connection: string,
  response: ServerResponse,
  language: Language,
): void {
  const known = handle.buses();
  const bus = known.find((other) => other.connection === connection);
  if (!bus) {
    const connections = known.map((other) => other.connection);
    const said = say(API_MESSAGES.unknown_bus, {
      connection: connection.slice(0, 100),
      connections: connections.join(", "),
    });
    give(response, { ...refusal(said, language), connection, connections }, 404);
    return;
  }
  if (buses.size >= MOST_BUS_WATCHERS) {
    refuse(response, 503, say(API_MESSAGES.too_many, { most: MOST_BUS_WATCHERS }), language);
    return;
  }
  const stream = new BusStream(response, { bus, clock, handle, language }, () => buses.delete(stream));
  buses.add(stream);
}
