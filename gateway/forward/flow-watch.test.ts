import t from "tap";
import { backoffMs } from "./backoff.js";
import { FlowWatch } from "./flow-watch.js";
import { FORWARD_MESSAGES as M } from "./messages.js";
import { StalledError } from "./stalled-error.js";
import { Bench, LOST } from "./testing/uplink-bench.js";

t.test("whether anything flows is seen from the end", async (t) => {
  const flow = new FlowWatch();
  flow.observe({ pending: 0 }, 1_000);
  t.equal(flow.standsMs(9_000), 0, "nothing to do");
  flow.observe({ pending: 2 }, 10_000);
  flow.observe({ pending: 3 }, 20_000);
  t.equal(flow.standsMs(25_000), 15_000);
  flow.passed(26_000);
  t.equal(flow.standsMs(27_000), 1_000);
  flow.observe({ pending: 0 }, 28_000);
  t.equal(flow.standsMs(99_000), 0);
});

t.test("healing by steps: a ping; cut without an answer, and later where one comes", async (t) => {
  for (const answersPings of [true, false]) {
    const bench = new Bench({ window: 4, keepaliveMs: 30_000 }, { random: () => 0 });
    const { clock, forwarder } = bench;
    forwarder.answersPings = answersPings;
    forwarder.onSend = (sent) => {
      if (sent.message.topic !== "data") sent.acknowledge();
    };
    await bench.up();
    bench.append(1);
    await clock.advance(14_000);
    t.equal(forwarder.pings, 0, "patient for 15 s");
    await clock.advance(2_000);
    t.equal(forwarder.pings, 1, "first step: a sign of life, once");
    await clock.advance(28_000);
    t.equal(forwarder.connects, 1);
    await clock.advance(3_000);
    t.equal(forwarder.connects, answersPings ? 1 : 2, "no answer within 30 s: cut and connected anew");
    if (answersPings) {
      await clock.advance(12_000);
      t.equal(forwarder.connects, 1, "alive, and patience for a minute");
      await clock.advance(4_000);
      t.equal(forwarder.connects, 2, "second step: cut although it is alive");
    }
    t.equal(forwarder.pings, 1);
    forwarder.onSend = (sent) => sent.acknowledge();
    await clock.advance(60_000);
    t.equal(bench.buffer.progress("centre").pending, 0);
    t.equal(bench.uplink.status("en").problem, undefined);
    await bench.stop();
  }
});

t.test(
  "a link that is slow is not taken for a dead one: the ping waits behind what is on its way",
  async (t) => {
    const bench = new Bench({ window: 4 }, { random: () => 0 });
    const { buffer, clock, forwarder } = bench;
    forwarder.answersPings = false;
    forwarder.onSend = (sent) => {
      if (sent.message.topic !== "data") sent.acknowledge();
    };
    await bench.up();
    buffer.append({ ...bench.batch(), values: ["x".repeat(100_000)] }, "normal");
    bench.uplink.wake();
    await clock.advance(58_000);
    t.equal(forwarder.pings, 1);
    t.equal(forwarder.connects, 1, "100 kB may take longer than an answer otherwise may");
    forwarder.sent.at(-1)?.acknowledge();
    await clock.advance(60_000);
    t.equal(forwarder.connects, 1);
    t.equal(buffer.progress("centre").pending, 0);
    await bench.stop();
  },
);

t.test("nothing is on its way and yet nothing comes out: cut after two minutes", async (t) => {
  const bench = new Bench({ window: 4 }, { random: () => 0 });
  const { buffer, clock, forwarder } = bench;
  bench.append(1);
  forwarder.onSend = (sent) => sent.acknowledge();
  buffer.broken = new Error("the disk gives nothing");
  await bench.up();
  await clock.advance(118_000);
  t.equal(forwarder.connects, 1);
  t.ok(forwarder.pings >= 1);
  t.match(bench.uplink.status("en").problem, /no record has been acknowledged/);
  await clock.advance(6_000);
  t.equal(forwarder.connects, 2);
  buffer.broken = undefined;
  await clock.advance(3_000);
  t.equal(buffer.progress("centre").pending, 0);
  await bench.stop();
});

t.test("healing by steps: at once, then later and later where nothing ever flows", async (t) => {
  const stalled = new StalledError(M.silent, { url: "mqtt://x", ms: 60_000 });
  t.same(
    [1, 2, 6, 7, 9, 12].map((failures) => backoffMs(failures, stalled, () => 1)),
    [1_000, 2_000, 32_000, 64_000, 256_000, 300_000],
  );
  t.equal(
    backoffMs(12, LOST(), () => 1),
    60_000,
    "a link that fails otherwise is tried once a minute",
  );
  const bench = new Bench({ window: 2 }, { random: () => 1 });
  bench.append(1);
  // Everything but records is acknowledged: a broker that looks healthy.
  bench.forwarder.onSend = (sent) => {
    if (sent.message.topic !== "data") sent.acknowledge();
  };
  await bench.up();
  await bench.clock.advance(20_000);
  t.match(bench.uplink.status("en"), { state: "up", problem: /no record has been acknowledged/ });
  await bench.clock.advance(3_600_000);
  const { connects } = bench.forwarder;
  t.ok(connects >= 15 && connects <= 25, `${connects} connections in an hour`);
  bench.acknowledgeAll();
  await bench.clock.advance(301_000);
  t.equal(bench.buffer.progress("centre").pending, 0, "and healed by itself");
  await bench.stop();
});
