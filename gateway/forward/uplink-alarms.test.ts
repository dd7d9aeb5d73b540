import t from "tap";
import { Bench, BUSY } from "./testing/uplink-bench.js";

const RAISED = {
  event: "alarm",
  device: "well",
  point: "level",
  alarm: "high",
  kind: "high",
  severity: "critical",
  state: "raised",
  value: 5,
  limit: 4,
} as const;

t.test("an alarm overtakes what waits, whatever waits, and gathers with nobody", async (t) => {
  for (const gatherMs of [0, 60_000]) {
    const bench = new Bench({ window: 2, gatherMs });
    bench.forwarder.limits = { window: 2, maxPayload: 400 };
    await bench.up();
    for (let n = 0; n < 10; n++) {
      for (const sent of bench.forwarder.sent) sent.acknowledge();
      await bench.settle();
    }
    // Without gathering the window is full, messages are ready and records wait in the buffer; with it all wait.
    bench.append(gatherMs === 0 ? 300 : 3);
    const { seq } = bench.buffer.appendEvent(RAISED, "alarm");
    bench.uplink.wake(1);
    if (gatherMs === 0) {
      t.same(bench.forwarder.seqs("event"), [], "no room yet");
      bench.forwarder.sent.at(-1)?.acknowledge();
      await bench.settle();
    }
    t.same(bench.forwarder.seqs("event"), [seq], `gather ${gatherMs}`);
    t.equal(bench.forwarder.sent.at(-1)?.message.topic, "event", "it is the very next message");
    await bench.stop();
  }
});

t.test("an alarm that was not taken comes again from the buffer", async (t) => {
  const bench = new Bench({ window: 4 });
  bench.acknowledgeAll();
  await bench.up();
  let refuse = true;
  bench.forwarder.onSend = (sent) => {
    if (refuse && sent.message.topic === "event") sent.fail(BUSY());
    else sent.acknowledge();
  };
  const { seq } = bench.buffer.appendEvent(RAISED, "alarm");
  bench.uplink.wake(1);
  await bench.settle();
  refuse = false;
  await bench.clock.advance(60_000);
  await bench.settle();
  t.same(bench.buffer.outcomeOf("returned"), [seq]);
  t.ok(bench.buffer.outcomeOf("acknowledged").includes(seq));
  await bench.stop();
});
