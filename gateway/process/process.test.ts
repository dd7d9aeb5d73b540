import t from "tap";
import type { Point } from "../../drivers/core/point.js";
import type { Flag, InstrumentState, Layout, ReadingBatch, Value } from "../../drivers/core/reading.js";
import { firstProcessState, process } from "./process.js";
import { compileRules } from "./rules.js";

function point(id: string, rest: Partial<Point> = {}): Point {
  return {
    id,
    device: "pump",
    type: "u16",
    kind: "instant",
    scale: 1,
    offset: 0,
    decimals: 0,
    access: "read",
    periodMs: 1000,
    deadband: 0,
    heartbeatMs: 60_000,
    priority: "normal",
    address: undefined,
    ...rest,
  };
}

function setUp(points: readonly Point[]) {
  const layout: Layout = { device: "pump", points: points.map(({ id, type }) => ({ id, type })) };
  const rules = compileRules(layout, points);
  const state = firstProcessState();
  let mono = 0;
  return (
    values: readonly Value[],
    passMs = 1000,
    flags?: readonly Flag[],
    doing: InstrumentState = "measuring",
  ) => {
    mono += passMs;
    const batch: ReadingBatch = { layout, state: doing, t: 1e12 + mono, mono, boot: "b", values };
    return process(rules, state, flags ? { ...batch, flags } : batch);
  };
}

const bad = (at: number, reason: Flag["reason"] = "no_answer"): Flag => ({ at, quality: "bad", reason });
const reported = (result: ReturnType<ReturnType<typeof setUp>>) =>
  result.reports.map(({ priority, batch }) => [priority, batch.values, batch.flags ?? []]);

t.test("with deadband 0 every reading passes, as the batch that came", async (t) => {
  const run = setUp([point("a"), point("b")]);
  for (let turn = 0; turn < 2; turn++) {
    const result = run([1, 2]);
    t.same(reported(result), [["normal", [1, 2], []]]);
    t.equal(result.reports[0]?.batch, result.judged, "nothing is copied");
  }
});

t.test("a value outside its range is bad, has no value, and its neighbours stay good", async (t) => {
  const run = setUp([point("level", { range: { min: 0, max: 5 } }), point("other")]);
  t.same(reported(run([5, 9])), [["normal", [5, 9], []]], "the bounds belong to the range");
  t.same(reported(run([5.001, 9])), [["normal", [null, 9], [bad(0, "out_of_range")]]]);
  t.same(reported(run([-1, 9])), [["normal", [undefined, 9], []]], "an unchanged bad one waits");
  t.same(reported(run([4, 9])), [["normal", [4, 9], []]]);
});

t.test("64-bit values are judged and compared as engineering values, exactly", async (t) => {
  const energy = point("wh", { type: "u64", decimals: 2, deadband: 0.05, range: { min: 0, max: 1e15 } });
  const run = setUp([energy]);
  const start = 9_007_199_254_740_993n;
  t.same(reported(run([start])), [["normal", [start], []]]);
  t.same(run([start + 4n]).reports, [], "0.04 is below the deadband");
  t.same(reported(run([start + 5n])), [["normal", [start + 5n], []]]);
  t.same(reported(run([-1n])), [["normal", [null], [bad(0, "out_of_range")]]]);
});

t.test("deadband and heartbeat", async (t) => {
  const run = setUp([
    point("p", { deadband: 10, heartbeatMs: 5000 }),
    point("run", { type: "bool", deadband: 1 }),
  ]);
  t.same(reported(run([100, false])), [["normal", [100, false], []]], "the first is always reported");
  t.same(run([109, false]).reports, []);
  t.same(reported(run([110, false])), [["normal", [110, undefined], []]]);
  t.same(reported(run([101, true])), [["normal", [undefined, true], []]], "measured from the last reported");
  t.same(reported(run([100, true])), [["normal", [100, undefined], []]]);
  t.same(reported(run([101, true], 5000)), [["normal", [101, true], []]], "the heartbeat");
});

t.test("a change of quality is always reported, an unchanged bad one on the heartbeat", async (t) => {
  const run = setUp([point("p", { deadband: 10, heartbeatMs: 5000 })]);
  run([100]);
  t.same(reported(run([null], 1000, [bad(0)])), [["normal", [null], [bad(0)]]]);
  t.same(run([null], 1000, [bad(0)]).reports, []);
  t.same(reported(run([null], 1000, [bad(0, "link_down")])), [["normal", [null], [bad(0, "link_down")]]]);
  t.same(run([null], 4999, [bad(0, "link_down")]).reports, []);
  t.same(reported(run([null], 1, [bad(0, "link_down")])), [["normal", [null], [bad(0, "link_down")]]]);
  t.same(reported(run([100], 1)), [["normal", [100], []]], "good again, though the value did not move");
});

t.test("an uncertain reading keeps its value and is reported like a good one", async (t) => {
  const run = setUp([point("p")]);
  const uncertain: Flag = { at: 0, quality: "uncertain", reason: "stale" };
  t.same(reported(run([3], 1000, [uncertain])), [["normal", [3], [uncertain]]]);
  t.same(reported(run([3], 1000, [uncertain])), [["normal", [3], [uncertain]]]);
});

t.test("one batch for each priority, with its own layout and flags", async (t) => {
  const run = setUp([point("a"), point("flood", { priority: "alarm" }), point("b")]);
  const { judged, reports } = run([1, null, 3], 1000, [bad(1)]);
  t.same(judged.values, [1, null, 3]);
  t.same(
    reports.map(({ priority, batch }) => [
      priority,
      batch.layout.points.map(({ id }) => id),
      batch.values,
      batch.flags ?? [],
    ]),
    [
      ["normal", ["a", "b"], [1, 3], []],
      ["alarm", ["flood"], [null], [bad(0)]],
    ],
  );
  const again = run([2, null, 3], 1000, [bad(1)]);
  t.same(
    again.reports.map(({ priority }) => priority),
    ["normal"],
    "nothing to say of the alarm point",
  );
  t.equal(again.reports[0]?.batch.layout, reports[0]?.batch.layout, "layouts are made once");
});

t.test("a device is lost after three requests without an answer, and found by the first one", async (t) => {
  const run = setUp([point("a"), point("b")]);
  const silent = () => run([null, null], 1000, [bad(0), bad(1)]).event;
  t.equal(run([1, 2]).event, undefined);
  t.same([silent(), silent()], [undefined, undefined]);
  t.same(silent(), { event: "device_lost", device: "pump", reason: "no_answer" });
  t.equal(silent(), undefined, "told once");
  t.same(run([1, null], 1000, [bad(1, "not_a_number")]).event, { event: "device_found", device: "pump" });
  t.equal(run([null, null], 1000, [bad(0, "unavailable"), bad(1, "unavailable")]).event, undefined);
});

t.test("what the instrument does is told when it changes, however little the value moved", async (t) => {
  const run = setUp([point("cod", { deadband: 10 }), point("ph", { deadband: 1 })]);
  const told = (result: ReturnType<typeof run>) =>
    result.reports.map(({ batch }) => [batch.state, batch.values]);
  t.same(told(run([60, 7])), [["measuring", [60, 7]]]);
  t.same(told(run([61, 7])), []);
  t.same(told(run([61, 7], 1000, undefined, "calibrating")), [["calibrating", [61, 7]]]);
  t.same(told(run([62, 7], 1000, undefined, "calibrating")), [], "once");
  t.same(told(run([62, 7])), [["measuring", [62, 7]]]);
  const every = setUp([point("cod")]);
  every([60], 1000, undefined, "calibrating");
  every([60]);
  t.same(told(every([null], 1000, [bad(0)])), [["measuring", [null]]]);
  t.same(told(every([null], 1000, [bad(0)])), [], "an unchanged bad one is not told again for it");
});
