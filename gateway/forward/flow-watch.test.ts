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
