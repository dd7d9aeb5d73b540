import { join } from "node:path";
import t from "tap";
import { ConfigurationError } from "../../drivers/core/errors.js";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import { messages, renderText, say } from "../../drivers/core/message.js";
import type { PointBank } from "../modbus/profile/point-bank.js";
import { ScenarioFile } from "./scenario-file.js";
import { Scene } from "./scene.js";

const { FAULT } = messages("power_test", { FAULT: { vi: "Sự cố {id}", en: "Fault {id}" } });
const BANKS = new Map([["meter", { points: new Map() } as unknown as PointBank]]);

function sceneWith(
  t: { testdir(files: Record<string, string>): string },
  powered: string,
  clock = new ManualClock(),
) {
  const text = `name: {vi: Một trạm, en: A site}
speed: 10
parts: {mains: {model: mains}}
wiring: {}
powered: ${powered}
script: ["at 60s: set mains.present 0 for 10min"]
`;
  const scenario = ScenarioFile.read(join(t.testdir({ "a.scenario.yaml": text }), "a.scenario.yaml"));
  if (!(scenario instanceof ScenarioFile)) throw new Error("not read");
  const scene = Scene.of(scenario, { clock });
  if (!scene) throw new Error("not built");
  return { clock, scenario, scene };
}

t.test("a device falls silent with its power, once, and comes back with it", async (t) => {
  const { clock, scene } = sceneWith(t, "{meter: mains.live}");
  const orders: string[] = [];
  const said: string[] = [];
  scene.join(BANKS);
  const devices = {
    do(line: string) {
      orders.push(line);
      return line.startsWith("silent") ? [say(FAULT, { id: 7 })] : [];
    },
  };
  scene.start(devices, (one) => said.push(renderText(one, "en")));
  await clock.advance(5_000);
  t.same(orders, [], "there is power");
  await clock.advance(2_000);
  t.same(orders, ["silent of meter"]);
  t.ok(said.includes("meter has no power."), said.join("\n"));
  await clock.advance(58_000);
  t.same(orders, ["silent of meter"], "told once");
  await clock.advance(3_000);
  t.same(orders, ["silent of meter", "heal 7"]);
  t.ok(said.includes("meter has power again."));
  scene.stop();
  scene.do("set mains.present 0");
  await clock.advance(5_000);
  t.equal(orders.length, 2, "a scene that has ended says nothing more");
});

t.test("devices and signals that are not there are told with their line", async (t) => {
  const { scenario, scene } = sceneWith(t, "{metr: mains.live, meter: mains.lve}");
  t.throws(() => scene.join(BANKS), ConfigurationError);
  t.same(
    scenario.problems.map(({ line, said }) => `${line}: ${renderText(said, "en")}`),
    ['5: The configuration has no device "metr".', '5: There is no signal "mains.lve".'],
  );
});
