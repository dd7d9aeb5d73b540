import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import { renderText } from "../../drivers/core/message.js";
import { ScenarioFile } from "./scenario-file.js";
import { Scene } from "./scene.js";

const WORLD = `name: {vi: Ao, en: Pond}
parts:
  mains: {model: mains}
  sky: {model: sky}
  control:
    model: two-point
    on_when: pond.oxygen < 5
    off_when: pond.oxygen > 7
    moves: [MOVED]
  aerator: {model: aerator, supply: mains}
  pond: {model: pond, sky: sky, aerators: [aerator]}
set: {pond.stocking: 3}
wiring: {}
`;

t.test("a part moves an input of a part further down, named by the scenario", async (t) => {
  const file = join(t.testdir(), "pond.scenario.yaml");
  const read = (moved: string): ScenarioFile => {
    writeFileSync(file, WORLD.replace("MOVED", moved));
    const scenario = ScenarioFile.read(file);
    if (!(scenario instanceof ScenarioFile)) throw new Error("unreadable");
    return scenario;
  };
  const clock = new ManualClock(Date.UTC(2026, 2, 10, 17));
  const world = Scene.of(read("aerator.on"), { clock })?.world;
  t.equal(world?.signal("aerator.running")?.read(), 0);
  world?.run(3 * 3600);
  t.equal(world?.signal("aerator.running")?.read(), 1, "the night has used the oxygen up");

  const wrong = read("aerator.running");
  t.equal(Scene.of(wrong, { clock }), undefined);
  t.match(
    wrong.problems.map(({ line, said }) => `${line}: ${renderText(said, "en")}`),
    [/^9: "aerator\.running" is no input/],
  );
});
