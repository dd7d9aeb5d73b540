import t from "tap";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import { World } from "../process/world.js";
import { readScript, type ScriptLine } from "./script-line.js";
import { ScriptPlayer } from "./script-player.js";
import { WorldClock } from "./world-clock.js";

/** What is ordered, with the minutes of the world since the script began. */
function play(script: readonly string[], settledS: number) {
  const beneath = new ManualClock();
  // 05:00 in the delta.
  const world = new World({ clock: beneath, seed: 1, startMs: Date.UTC(2026, 2, 19, 22) - settledS * 1000 });
  world.run(settledS);
  const clock = new WorldClock(world, beneath);
  const begunMs = clock.mono();
  const orders: string[] = [];
  const desk = {
    do(order: string) {
      orders.push(`${Math.round((clock.mono() - begunMs) / 60_000)} ${order}`);
      return [];
    },
  };
  const lines = script.map(readScript) as readonly ScriptLine[];
  const player = new ScriptPlayer(lines, clock, desk, () => {});
  clock.start();
  player.start();
  return { beneath, orders, player };
}

const SCRIPT = ["first", "at 10min: later", "every 20min: often", "at 05:30: each day"];

for (const settledS of [0, 7_200]) {
  t.test(`a script begins when its world is shown: after ${settledS} s of settling`, async (t) => {
    const { beneath, orders, player } = play(SCRIPT, settledS);
    await beneath.advance(45 * 60_000);
    t.same(orders, ["0 first", "10 later", "20 often", "30 each day", "40 often"]);
    player.stop();
    await beneath.advance(60 * 60_000);
    t.equal(orders.length, 5);
  });
}
