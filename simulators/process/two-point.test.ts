import t from "tap";
import { TwoPoint } from "./two-point.js";
import { World } from "./world.js";

t.test(
  "a two-point control writes when it switches, off goes before on, and a hand holds in between",
  async (t) => {
    const world = new World({ clock: { now: () => 0, mono: () => 0 }, seed: 1, stepMs: 1_000 });
    let [level, locked] = [5, 0];
    const told: number[] = [];
    world.add(
      "control",
      new TwoPoint({
        onWhen: () => Number(level < 4),
        offWhen: () => Math.max(locked, Number(level > 6)),
        on: () => 70,
        off: () => 10,
        moves: [(value) => told.push(value)],
      }),
    );
    const at = (now: number): readonly number[] => {
      level = now;
      world.run(3);
      return told.splice(0);
    };
    t.same(at(5), [], "in between, and never asked before: it leaves all as it is");
    t.same(at(3.9), [70], "once, however long it holds");
    t.same(at(5), []);
    t.same(at(6.1), [10]);
    t.equal(world.signal("control.switched")?.read(), 1, "the first decision is no switching");
    locked = 1;
    t.same(at(3), [], "where both hold it stays off");
    locked = 0;
    t.same(at(3), [70]);
    world.input("control.automatic")?.write(0);
    t.same(at(7), [], "by hand");
    t.equal(world.signal("control.on")?.read(), 0);
    world.input("control.automatic")?.write(1);
    t.same(at(5), []);
    t.same(at(3), [70], "automatic again it decides anew");
  },
);
