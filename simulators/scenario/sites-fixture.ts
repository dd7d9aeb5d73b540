import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../drivers/core/clock.js";
import { renderText } from "../../drivers/core/message.js";
import { wantedOf } from "../../gateway/cli/simulate/simulate-world.js";
import { loadConfig } from "../../gateway/config/load-config.js";
import type { GatewayConfig } from "../../gateway/core/config.js";
import { StandIn } from "../configured/stand-in.js";
import { toNumber } from "../modbus/exact.js";
import { ReadLedger } from "../modbus/ledger.js";
import { ScenarioFile } from "./scenario-file.js";
import { Scene } from "./scene.js";

const ROOT = join(import.meta.dirname, "../../..");
const EXAMPLES = join(ROOT, "config/examples");
const ENDING = ".scenario.yaml";

/** The sites that come with the program. */
export const SITES = readdirSync(EXAMPLES)
  .filter((file) => file.endsWith(ENDING))
  .map((file) => file.slice(0, -ENDING.length));

export interface Site {
  readonly config: GatewayConfig;
  readonly scene: Scene;
  readonly standIn: StandIn;
}

/** A site whose devices are joined to its world and not yet opened anywhere. Throws with what is wrong. */
export function siteOf(name: string, clock: Clock, seed = 1, speed = 1): Site {
  const file = join(EXAMPLES, `${name}.yaml`);
  const loaded = loadConfig(file, { profilesDir: join(ROOT, "config/profiles"), env: {} });
  if (!loaded.config) throw new Error(problemsOf(loaded.problems));
  const scenario = ScenarioFile.read(join(EXAMPLES, name + ENDING));
  if (!(scenario instanceof ScenarioFile)) throw new Error(problemsOf(scenario));
  const scene = scenario.errors === 0 ? Scene.of(scenario, { clock, seed, speed }) : undefined;
  if (!scene) throw new Error(problemsOf(scenario.problems));
  const ledger = new ReadLedger();
  const standIn = StandIn.of(wantedOf(loaded, file), { clock, ledger, seed, ports: {}, age: scene.age });
  try {
    scene.join(standIn.banks);
  } catch (error) {
    throw new Error(problemsOf(scenario.problems), { cause: error });
  }
  return { config: loaded.config, scene, standIn };
}

function problemsOf(problems: ScenarioFile["problems"]): string {
  return problems.map(({ file, line, said }) => `${file}:${line}: ${renderText(said, "en")}`).join("\n");
}

/** What every wired point says now: true numbers, or why there is none. */
export function shown({ scene, standIn }: Site): ReadonlyMap<string, number | string> {
  const all = new Map<string, number | string>();
  scene.world.advance();
  for (const [device, bank] of standIn.banks) {
    for (const id of Object.keys(scene.scenario.written.wiring[device] ?? {})) {
      const { stretch, isReadable } = bank.point(id);
      if (!isReadable) continue;
      bank.advance(stretch, scene.clock.mono());
      const truth = bank.truth(id);
      const value = truth.quality === "bad" ? truth.reason : truth.value;
      all.set(`${device}.${id}`, typeof value === "object" ? toNumber(value) : String(value));
    }
  }
  return all;
}
