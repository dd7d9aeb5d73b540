import t from "tap";
import { HeldWork } from "./held-work.js";

t.test("waits in its order, bounded, and what was dropped is counted", async (t) => {
  const held = new HeldWork(3);
  const done: number[] = [];
  const work = (n: number): void => {
    if (!held.wait(() => work(n))) done.push(n);
  };
  work(1);
  held.hold();
  for (const n of [2, 3, 4, 5, 6]) work(n);
  held.hold();
  t.same(done, [1]);
  t.equal(held.release(), 2);
  t.same(done, [1, 2, 3, 4]);
  work(7);
  t.same(done, [1, 2, 3, 4, 7]);
  t.equal(held.release(), 0);
});
