import { resolve } from "node:path";
import { ConfigurationError } from "../../../drivers/core/errors.js";
import { ApiClient } from "../../api/client.js";
import { API_MESSAGES } from "../../api/messages.js";
import { socketPath } from "../../api/socket-path.js";
import type { GatewayConfig } from "../../core/config.js";
import type { EndedChange, PendingChange } from "../../core/config-changes.js";
import type { Tree } from "../../core/config-tree.js";
import { findConfig } from "../find-config.js";
import type { Io } from "../io.js";
import { CONFIG_VERB_MESSAGES as M } from "./config-messages.js";

/** What `GET /v1/config` of the local API answers. */
export interface RunningConfig {
  readonly tree: Tree;
  readonly hash: string;
  readonly rev: number;
  readonly pending?: PendingChange;
  readonly ended?: EndedChange;
}

export interface Named {
  readonly config: string | undefined;
}

/** Path of the station's gateway.yaml, and the gateway that may run with it. Throws ConfigurationError. */
export async function stationOf(part: string, { config: named }: Named, io: Io) {
  const file = resolve(findConfig(`config ${part}`, named, io));
  return {
    file,
    client: async () => new ApiClient(socketPath((await loaded(file, io)).buffer.path, io.env), file),
  };
}

/** Throws ConfigurationError where it has errors; what they are is told before. */
export async function loaded(file: string, io: Io): Promise<GatewayConfig> {
  const { loadConfig } = await import("../../config/load-config.js");
  const { config, problems } = loadConfig(file, { profilesDir: `${io.root}/config/profiles`, env: io.env });
  if (config) return config;
  const { renderProblems } = await import("../../config/render-problems.js");
  io.stderr.write(`${renderProblems(problems, io.language, { width: io.columns, from: process.cwd() })}\n`);
  const { CONFIG_MESSAGES } = await import("../../config/messages.js");
  throw new ConfigurationError(CONFIG_MESSAGES.invalid, {
    file,
    errors: problems.filter(({ severity }) => severity === "error").length,
  });
}

/** Undefined where no gateway runs. */
export async function runningConfig(client: ApiClient): Promise<RunningConfig | undefined> {
  try {
    return (await client.get("/v1/config")) as RunningConfig;
  } catch (error) {
    if (error instanceof ConfigurationError && error.code === API_MESSAGES.not_running.code) return undefined;
    throw error;
  }
}

export function mustRun(running: RunningConfig | undefined, file: string): RunningConfig {
  if (!running) throw new ConfigurationError(M.not_running, { file });
  return running;
}

export const whoIs = (by: string | undefined, io: Pick<Io, "env">): string =>
  by?.trim() || io.env["USER"] || "tram";
