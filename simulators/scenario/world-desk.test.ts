import t from "tap";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import { renderText } from "../../drivers/core/message.js";
import { Rain } from "../process/rain.js";
import { World } from "../process/world.js";
import { WorldClock } from "./world-clock.js";
import { WorldDesk } from "./world-desk.js";

function bench() {
  const beneath = new ManualClock();
  const world = new World({ clock: beneath, seed: 1, speed: 60 });
  world.add("rain", new Rain({ seed: 1 }));
  const clock = new WorldClock(world, beneath);
  clock.start();
  const later: string[] = [];
  const desk = new WorldDesk(world, clock, (said) => later.push(renderText(said, "en")));
  const storm = (): number => world.input("rain.storm")?.read() ?? Number.NaN;
  return { desk, later, storm, pass: (minutes: number) => beneath.advance(minutes * 1_000) };
}

t.test("what is set for a while goes back to what it was", async (t) => {
  const { desk, later, pass, storm } = bench();
  desk.do("set rain.storm 5");
  desk.do("set rain.storm 75 for 80min");
  await pass(79);
  t.equal(storm(), 75);
  await pass(2);
  t.equal(storm(), 5);
  t.same(later, ["rain.storm is back at 5 mm/h"]);
});

t.test("of two that overlap the second goes on, and back to what was before the first", async (t) => {
  const { desk, later, pass, storm } = bench();
  desk.do("set rain.storm 75 for 80min");
  await pass(40);
  desk.do("set rain.storm 18 for 70min");
  await pass(45);
  t.equal(storm(), 18, "the first one ends nothing any more");
  await pass(30);
  t.equal(storm(), 0);
  t.equal(later.length, 1);
});

t.test("what is set for good ends what was set for a while", async (t) => {
  const { desk, later, pass, storm } = bench();
  desk.do("set rain.storm 75 for 80min");
  desk.do("set rain.storm 3");
  await pass(100);
  t.equal(storm(), 3);
  t.same(later, []);
});
