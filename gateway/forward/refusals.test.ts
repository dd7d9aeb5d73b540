import t from "tap";
import { jobOf } from "./job.js";
import { Refusals } from "./refusals.js";
import { Bench, REFUSED } from "./testing/uplink-bench.js";

const bench = new Bench();
const job = (count: number) =>
  jobOf("live", {
    outbound: { topic: "data", retain: false, payload: "" },
    records: Array.from({ length: count }, () => bench.buffer.append(bench.batch(), "normal")),
    readings: count,
  });

t.test("a record is at fault only where others passed after it was first refused", async (t) => {
  const refusals = new Refusals();
  refusals.acknowledged(job(1));
  t.equal(refusals.refused(job(2)), "halve");
  const alone = job(1);
  t.same(
    [1, 2, 3, 4].map(() => refusals.refused(alone)),
    ["again", "again", "withhold", "withhold"],
    "what passed before proves nothing: the right may just have been withdrawn",
  );
  refusals.acknowledged(job(1));
  const again = { ...alone, refusals: 0 };
  t.same(
    [1, 2, 3].map(() => refusals.refused(again)),
    ["again", "again", "at fault"],
    "after the pause another one passed",
  );
  const event = { ...job(1), outbound: { topic: "event", retain: false, payload: "" } } as const;
  t.same(
    [1, 2, 3].map(() => refusals.refused(event)),
    ["again", "again", "withhold"],
    "each topic has its own rights",
  );
});

t.test("a right that is withdrawn while the connection stands loses nothing", async (t) => {
  const bench = new Bench({ window: 4 });
  const { buffer, forwarder } = bench;
  bench.acknowledgeAll();
  await bench.up();
  bench.append(3);
  await bench.settle();
  let allowed = false;
  forwarder.onSend = (sent) =>
    sent.message.topic === "data" && !allowed ? sent.fail(REFUSED()) : sent.acknowledge();
  for (let second = 0; second < 300; second++) {
    bench.append(1);
    await bench.clock.advance(1_000);
  }
  t.same(buffer.outcomeOf("rejected"), []);
  t.match(bench.uplink.status("en").problem, /refuses/, "status says it although the connection is up");
  t.ok(forwarder.sent.length < 200, `${forwarder.sent.length} messages: not one without a pause`);
  allowed = true;
  await bench.clock.advance(61_000);
  t.equal(buffer.progress("centre").pending, 0);
  t.equal(bench.uplink.status("en").problem, undefined);
  await bench.stop();
});
