import { createServer } from "node:net";
import { join } from "node:path";
import type { Clock } from "../drivers/core/clock.js";
import { ConfigurationError } from "../drivers/core/errors.js";
import { type Language, renderText, type Said } from "../drivers/core/message.js";
import { siteFiles } from "../gateway/cli/simulate/simulate-site.js";
import { wantedOf } from "../gateway/cli/simulate/simulate-world.js";
import { loadConfig } from "../gateway/config/load-config.js";
import { renderProblems } from "../gateway/config/render-problems.js";
import { startBroker } from "../simulators/broker.js";
import { FaultDesk } from "../simulators/configured/fault-desk.js";
import { StandIn } from "../simulators/configured/stand-in.js";
import type { WantedConnection } from "../simulators/configured/wanted.js";
import { ReadLedger } from "../simulators/modbus/ledger.js";
import { SCENARIO_MESSAGES as M } from "../simulators/scenario/messages.js";
import { ScenarioFile } from "../simulators/scenario/scenario-file.js";
import { Scene } from "../simulators/scenario/scene.js";
import type { ScriptLine } from "../simulators/scenario/script-line.js";

export interface SiteOptions {
  readonly site: string;
  readonly clock: Clock;
  /** The repository. */
  readonly root: string;
  /** Where its serial ports are made. */
  readonly folder: string;
  readonly language: Language;
  readonly speed?: number;
  readonly seed?: number;
  /** Wall time at which its world begins, ms. */
  readonly startMs?: number;
  /** For so long the world runs before anybody looks, ms. */
  readonly settleMs?: number;
  /** Played instead of its own. */
  readonly script?: readonly ScriptLine[];
}

/** A site that runs beside a gateway: its devices and its world, and a broker. */
export interface RunningSite {
  /** Its gateway.yaml. */
  readonly example: string;
  readonly scene: Scene;
  readonly ledger: ReadLedger;
  readonly standIn: StandIn;
  readonly brokerUrl: string;
  /** By connection, where its devices are met: a path, `host:port`. */
  readonly places: ReadonlyMap<string, string>;
  /** What the script said, newest last. */
  readonly said: readonly string[];
  /** Plays the script. */
  begin(): void;
  /** Idempotent. */
  stop(): Promise<void>;
}

const MOST_SAID = 100;

/** Starts a site at free ports. Throws ConfigurationError with all that is wrong in its files. */
export async function startSite(options: SiteOptions): Promise<RunningSite> {
  const { clock, folder, language, root, site } = options;
  const { file, scenario } = siteFiles(site, root);
  const loaded = loadConfig(file, { profilesDir: join(root, "config/profiles"), env: process.env });
  const wanted = wantedOf(loaded, file);
  const places = new Map<string, string>();
  for (const connection of wanted) places.set(connection.id, await freePlace(connection, folder));
  const scene = sceneOf(scenario, options);
  const ledger = new ReadLedger();
  const seed = scene.world.seed;
  const standIn = StandIn.of(wanted, {
    clock,
    ledger,
    seed,
    ports: Object.fromEntries(places),
    age: scene.age,
  });
  try {
    scene.join(standIn.banks);
  } catch (error) {
    throw scene.scenario.errors > 0 ? told(scene.scenario, language) : error;
  }
  await standIn.open();
  for (const { carrier, connections, place } of standIn.buses) {
    if (place.kind === "listen") for (const id of connections) places.set(id, carrier.where);
  }
  const broker = await startBroker({ port: 0 });
  const said: string[] = [];
  const tell = (one: Said): void => {
    said.push(renderText(one, language));
    if (said.length > MOST_SAID) said.shift();
  };
  return {
    example: file,
    scene,
    ledger,
    standIn,
    brokerUrl: broker.url,
    places,
    said,
    begin: () => scene.start(new FaultDesk(standIn, scene.clock), tell),
    stop: async () => {
      scene.stop();
      await standIn.stop();
      await broker.stop();
    },
  };
}

function sceneOf(
  file: string,
  { clock, language, script, seed, settleMs, speed, startMs }: SiteOptions,
): Scene {
  const read = ScenarioFile.read(file);
  if (!(read instanceof ScenarioFile)) throw new ConfigurationError(M.no_scenario, { file });
  const chosen = {
    clock,
    ...(script && { script }),
    ...(settleMs !== undefined && { settleMs }),
    ...(seed !== undefined && { seed }),
    ...(speed !== undefined && { speed }),
    ...(startMs !== undefined && { startMs }),
  };
  const scene = read.errors === 0 ? Scene.of(read, chosen) : undefined;
  if (!scene) throw told(read, language);
  return scene;
}

function told({ errors, file, problems }: ScenarioFile, language: Language): ConfigurationError {
  process.stderr.write(`${renderProblems(problems, language, { width: 80, from: process.cwd() })}\n`);
  return new ConfigurationError(M.wrong_scenario, { file, errors });
}

/** A serial port in the folder; any free TCP port; for who calls, one that is free now. */
async function freePlace({ driver, id }: WantedConnection, folder: string): Promise<string> {
  if (driver === "modbus-rtu" || driver === "modbus-ascii") return join(folder, id);
  return driver === "modbus-dial-in" ? `127.0.0.1:${await freePort()}` : "0";
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
