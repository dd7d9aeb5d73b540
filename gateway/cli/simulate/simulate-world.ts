import { basename, resolve } from "node:path";
import type { Clock } from "../../../drivers/core/clock.js";
import { ConfigurationError } from "../../../drivers/core/errors.js";
import { type Said, say } from "../../../drivers/core/message.js";
import type { Problem } from "../../../drivers/profiles/problem.js";
import type { LoopbackBroker } from "../../../simulators/broker.js";
import { CONFIGURED_MESSAGES as M } from "../../../simulators/configured/messages.js";
import type { WantedConnection } from "../../../simulators/configured/wanted.js";
import { SIMULATOR_MESSAGES } from "../../../simulators/messages.js";
import { SCENARIO_MESSAGES } from "../../../simulators/scenario/messages.js";
import type { Scene } from "../../../simulators/scenario/scene.js";
import type { ScriptLine } from "../../../simulators/scenario/script-line.js";
import type { LoadResult } from "../../config/load-config.js";
import { writtenDown } from "../../core/health.js";
import type { Io } from "../io.js";

/** What of a scenario is chosen on the command line. */
export interface SceneChoice {
  readonly seed?: number;
  readonly speed?: number;
  /** Wall time of the world, ms. */
  readonly start?: number;
  readonly state?: string;
  /** For so long the world runs before anybody looks, ms. */
  readonly settleMs?: number;
  /** Played instead of its own. */
  readonly script?: readonly ScriptLine[];
}

/** What a gateway.yaml asks for. Throws ConfigurationError, having said what is wrong in it. */
export async function loadWanted(file: string, io: Io): Promise<readonly WantedConnection[]> {
  const { loadConfig } = await import("../../config/load-config.js");
  const path = resolve(file);
  const loaded = loadConfig(path, { profilesDir: `${io.root}/config/profiles`, env: io.env });
  if (loaded.config) return wantedOf(loaded, path);
  await showProblems(loaded.problems, io);
  const errors = loaded.problems.filter(({ severity }) => severity === "error").length;
  throw new ConfigurationError(M.invalid, { file, errors });
}

/** What of a checked configuration is to be stood in for. */
export function wantedOf(
  { config, described, lineOf }: LoadResult,
  path: string,
): readonly WantedConnection[] {
  if (!config || !described || !lineOf) return [];
  const { connections, devices } = writtenDown(config);
  const placeOf = (section: string, id: string): string => `${basename(path)}:${lineOf([section, id])}`;
  return connections.map(({ id, driver, settings }) => ({
    id,
    place: placeOf("connections", id),
    driver,
    settings,
    devices: devices
      .filter(({ connection }) => connection === id)
      .flatMap((device) => {
        const profile = described.get(device.id);
        if (!profile) return [];
        const { unit_id } = device.settings as { readonly unit_id: number };
        const asked = new Set(device.points.map((point) => point.id));
        return [{ id: device.id, place: placeOf("devices", device.id), profile, unit: unit_id, asked }];
      }),
  }));
}

/** The world of a scenario. Throws ConfigurationError, having said what is wrong in its file. */
export async function openScene(
  file: string,
  { script, seed, settleMs, speed, start, state }: SceneChoice,
  clock: Clock,
  io: Io,
): Promise<Scene> {
  const { ScenarioFile } = await import("../../../simulators/scenario/scenario-file.js");
  const { Scene: SceneClass } = await import("../../../simulators/scenario/scene.js");
  const read = ScenarioFile.read(resolve(file));
  const scene =
    read instanceof ScenarioFile && read.errors === 0
      ? SceneClass.of(read, {
          clock,
          ...(script && { script }),
          ...(settleMs !== undefined && { settleMs }),
          ...(seed !== undefined && { seed }),
          ...(speed !== undefined && { speed }),
          ...(start !== undefined && { startMs: start }),
          ...(state !== undefined && { stateFile: resolve(state) }),
        })
      : undefined;
  if (scene) return scene;
  const problems = read instanceof ScenarioFile ? read.problems : read;
  await showProblems(problems, io);
  throw new ConfigurationError(SCENARIO_MESSAGES.wrong_scenario, { file, errors: problems.length });
}

/** A broker at this port of loopback; undefined where none is wanted. */
export async function openBroker(
  brokerPort: number | undefined,
  tell: (said: Said) => void,
): Promise<LoopbackBroker | undefined> {
  if (brokerPort === undefined) return undefined;
  const { startBroker } = await import("../../../simulators/broker.js");
  const broker = await startBroker({ port: brokerPort }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE") throw error;
    const about = { port: brokerPort, option: "--broker-port" };
    throw new ConfigurationError(SIMULATOR_MESSAGES.port_taken, about, { cause: error });
  });
  tell(say(SIMULATOR_MESSAGES.broker, { port: broker.port }));
  return broker;
}

export async function showProblems(problems: readonly Problem[], io: Io): Promise<void> {
  const { renderProblems } = await import("../../config/render-problems.js");
  io.stderr.write(`${renderProblems(problems, io.language, { width: io.columns, from: process.cwd() })}\n\n`);
}
