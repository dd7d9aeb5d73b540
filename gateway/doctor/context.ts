import { lookup } from "node:dns/promises";
import { existsSync } from "node:fs";
import { SystemClock } from "../../drivers/core/clock.js";
import { SILENT_LOG } from "../../drivers/core/log.js";
import type { Language } from "../../drivers/core/message.js";
import type { Problem } from "../../drivers/profiles/problem.js";
import { ApiClient } from "../api/client.js";
import { socketPath } from "../api/socket-path.js";
import type { GatewayConfig } from "../core/config.js";
import type { GatewayStatus } from "../core/status.js";
import { ClockTrust } from "../host/clock-trust.js";
import { bootId } from "../host/machine.js";
import type { ClockState, DoctorContext, GatewayAnswer, Patience } from "./check.js";
import { runCommand } from "./run-command.js";
import { judgedUser } from "./user.js";

const PATIENCE: Patience = { lookupMs: 12_000, tcpMs: 8_000, tlsMs: 10_000, mqttMs: 15_000, echoMs: 10_000 };

export interface ContextParts {
  readonly file?: string | undefined;
  readonly config?: GatewayConfig | undefined;
  readonly problems: readonly Problem[];
  readonly language: Language;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly login: DoctorContext["login"];
}

/** What the checks know of the box: the machine itself, or what a test puts in its place. */
export function createContext(parts: ContextParts, replaced: Partial<DoctorContext> = {}): DoctorContext {
  const { config, env, file, language, login, problems } = parts;
  const system = replaced.system ?? "";
  const clock = replaced.clock ?? new SystemClock(bootId());
  return {
    ...(file !== undefined && { file }),
    ...(config && { config }),
    problems,
    language,
    env,
    clock,
    system,
    user: judgedUser(system),
    patience: PATIENCE,
    login,
    lookup: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
    command: (program, args) => runCommand(program, args, env),
    clockState: once(() => askClock(config?.gateway.clock ?? "auto", { clock, env, system })),
    gateway: once(() => askGateway(config, file ?? "", language, env)),
    ...replaced,
  };
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
}

async function askClock(
  mode: "auto" | "trusted",
  { clock, env, system }: Pick<DoctorContext, "clock" | "env" | "system">,
): Promise<ClockState> {
  let source: string | undefined;
  const log = {
    ...SILENT_LOG,
    info: ({ params }: { readonly params: Readonly<Record<string, unknown>> }) => {
      source = String(params["source"]);
    },
  };
  // Asked as the gateway asks; what only the configuration says is looked at beside it.
  const trust = new ClockTrust({
    mode: "auto",
    clock,
    log,
    env,
    timesyncMark: `${system}/run/systemd/timesync/synchronized`,
    onTrusted: () => {},
  });
  await trust.start();
  trust.stop();
  return { trusted: trust.trusted || mode === "trusted", ...(source !== undefined && { source }) };
}

async function askGateway(
  config: GatewayConfig | undefined,
  file: string,
  language: Language,
  env: DoctorContext["env"],
): Promise<GatewayAnswer> {
  if (!config) return { state: "absent" };
  // A gateway that systemd started has a folder of its own, which is not in a technician's environment.
  const places = [env, { RUNTIME_DIRECTORY: "/run/tram" }, {}].map((own) =>
    socketPath(config.buffer.path, own),
  );
  const path = places.find((place) => existsSync(place));
  if (path === undefined) return { state: "absent" };
  try {
    const status = await new ApiClient(path, file).get(`/v1/status?lang=${language}`);
    return { state: "running", status: status as GatewayStatus };
  } catch (thrown) {
    const code = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
    // A socket that nobody listens on was left by a gateway that was killed.
    const gone = code instanceof Error && "code" in code && code.code === "ECONNREFUSED";
    return gone ? { state: "absent" } : { state: "silent", thrown };
  }
}
