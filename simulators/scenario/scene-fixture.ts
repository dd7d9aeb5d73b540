import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import { renderText } from "../../drivers/core/message.js";
import { configured } from "../configured/configured-fixture.js";
import { FaultDesk } from "../configured/fault-desk.js";
import { StandIn } from "../configured/stand-in.js";
import { ReadLedger } from "../modbus/ledger.js";
import type { ProfiledDevice } from "../modbus/profile/profiled-device.js";
import { ScenarioFile } from "./scenario-file.js";
import { Scene, type SceneOptions } from "./scene.js";

/** 06:00 in the delta. */
export const START_MS = Date.UTC(2026, 2, 20, 23);

export interface Stage {
  readonly clock: ManualClock;
  readonly scene: Scene;
  readonly device: ProfiledDevice;
  /** All that the script said, in English. */
  readonly said: string[];
  begin(): void;
  /** Asks by a Modbus PDU in hex. */
  ask(pdu: string): string;
}

/** A scenario of these lines, and one device `plc` with these points, joined. */
export function stageOf(
  folder: string,
  points: string,
  scenario: string,
  options: Omit<SceneOptions, "clock"> = {},
): Stage {
  const clock = new ManualClock(START_MS);
  const { wanted } = configured(
    folder,
    `connections: {net: {driver: modbus-tcp, host: 127.0.0.1, port: 1502}}
devices: {plc: {connection: net, points: [${points}]}}
`,
  );
  const file = scenarioFile(folder, scenario);
  const scene = file.errors === 0 ? Scene.of(file, { clock, ...options }) : undefined;
  if (!scene) throw new WrongScenario(problemsOf(file));
  const standIn = StandIn.of(wanted, { clock, ledger: new ReadLedger(), seed: 1, ports: {}, age: scene.age });
  try {
    scene.join(standIn.banks);
  } catch {
    throw new WrongScenario(problemsOf(file));
  }
  const [one] = standIn.devices;
  if (!one) throw new Error("no device");
  const said: string[] = [];
  const ask = (pdu: string): string => {
    const bytes = Buffer.from(pdu.replaceAll(" ", ""), "hex");
    const answer = one.device.answer(bytes, { unit: 1, broadcast: false, mono: clock.mono() });
    return answer ? Buffer.from(answer.reply).toString("hex") : "";
  };
  const begin = (): void =>
    scene.start(new FaultDesk(standIn, scene.clock), (line) => {
      said.push(renderText(line, "en"));
    });
  return { clock, scene, device: one.device, said, begin, ask };
}

class WrongScenario extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
  }
}

/** What is said of a file that is wrong: `line:column sentence hint`. */
export function wrongOf(folder: string, points: string, scenario: string): readonly string[] {
  try {
    stageOf(folder, points, scenario);
  } catch (error) {
    if (error instanceof WrongScenario) return error.problems;
    throw error;
  }
  return [];
}

function scenarioFile(folder: string, text: string): ScenarioFile {
  const path = join(folder, "test.scenario.yaml");
  writeFileSync(path, `name: {vi: Thử, en: Test}\n${text}`);
  const file = ScenarioFile.read(path);
  if (!(file instanceof ScenarioFile)) throw new WrongScenario(shown(file));
  return file;
}

function problemsOf({ problems }: ScenarioFile): readonly string[] {
  return shown(problems);
}

function shown(problems: ScenarioFile["problems"]): readonly string[] {
  return problems.map(
    ({ line, column, said, hint }) =>
      `${line}:${column} ${renderText(said, "en")}${hint ? ` ${renderText(hint, "en")}` : ""}`,
  );
}
