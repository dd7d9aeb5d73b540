import { Value } from "@sinclair/typebox/value";
import t from "tap";
import { MESSAGE_SCHEMAS } from "../contract/message-schemas.js";
import { backoffMs } from "./backoff.js";
import { Bench, LOST, REFUSED } from "./testing/uplink-bench.js";

t.test("connected, but the oldest message is never acknowledged: cut and made anew", async (t) => {
  const bench = new Bench({ window: 4 });
  const { buffer, forwarder } = bench;
  let stuck = false;
  forwarder.onSend = (sent) => {
    if (sent.message.topic === "data" && !stuck) stuck = true;
    else sent.acknowledge();
  };
  await bench.up();
  bench.append(1);
  for (let second = 0; second < 59; second++) {
    bench.append(1);
    await bench.clock.advance(1_000);
  }
  t.equal(forwarder.connects, 1, "patient for 60 s");
  t.ok(bench.uplink.status("en").oldestInFlightMs >= 58_000);
  await bench.clock.advance(5_000);
  t.equal(forwarder.connects, 2);
  t.ok(forwarder.closes >= 1);
  t.same(buffer.outcomeOf("returned"), [1]);
  t.ok(forwarder.seqs("data").lastIndexOf(1) > 0, "sent again");
  await bench.stop();
});

t.test("stop ends within its deadline though the other side never answers and close hangs", async (t) => {
  const bench = new Bench({ window: 4 });
  const { buffer, forwarder } = bench;
  forwarder.onClose = () => new Promise(() => {});
  await bench.up();
  bench.append(2);
  let stopped = false;
  const from = bench.clock.mono();
  const stopping = bench.uplink.stop(2_000).then(() => {
    stopped = true;
  });
  await bench.settle();
  t.notOk(stopped);
  await bench.clock.advance(2_000);
  await stopping;
  t.equal(bench.clock.mono() - from, 2_000);
  t.same(
    [...buffer.outcomeOf("returned")].sort(),
    [1, 2].filter((seq) => forwarder.seqs("data").includes(seq)),
  );
  await bench.clock.advance(600_000);
  t.equal(forwarder.connects, 1, "no reconnection after a stop");
  t.equal(bench.clock.pending, 0, "no timer is left");
});

t.test("an orderly stop sends what is live, then says offline", async (t) => {
  const bench = new Bench({ window: 1 });
  const { buffer, forwarder } = bench;
  bench.acknowledgeAll();
  await bench.up();
  forwarder.onSend = (sent) => setImmediate(() => sent.acknowledge());
  bench.append(5);
  await bench.uplink.stop(5_000);
  t.same(buffer.outcomeOf("acknowledged"), [1, 2, 3, 4, 5]);
  const last = JSON.parse(forwarder.sent.at(-1)?.text ?? "");
  t.match(last, { state: "offline", last: 5, pending_from: 6 });
  t.ok(Value.Check(MESSAGE_SCHEMAS.status, last));
  t.equal(bench.clock.pending, 0);
});

t.test("nothing says online behind the farewell, however long its receipt takes", async (t) => {
  const { identity } = new Bench().parts;
  const bench = new Bench({}, { identity: { ...identity, statusEveryMs: 1_000 } });
  const { clock, forwarder } = bench;
  bench.acknowledgeAll();
  await bench.up();
  bench.append(3);
  await clock.advance(1_500);
  forwarder.onSend = () => {};
  const stopped = bench.uplink.stop(20_000);
  await clock.advance(4_000);
  const states = forwarder.sent
    .filter(({ message: { topic } }) => topic === "status")
    .map(({ text }) => JSON.parse(text).state);
  t.equal(states.at(-1), "offline");
  t.equal(states.filter((state) => state === "offline").length, 1);
  for (const sent of forwarder.sent) sent.acknowledge();
  await clock.advance(20_000);
  await stopped;
});

t.test("stop while connecting hangs", async (t) => {
  const bench = new Bench();
  bench.forwarder.onConnect = (signal) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(LOST())));
  await bench.up();
  t.equal(bench.uplink.status("en").state, "connecting");
  await bench.uplink.stop(1_000);
  t.equal(bench.uplink.status("en").state, "down");
  t.equal(bench.clock.pending, 0);
});

t.test("a connection that comes up in the turn of the stop is closed", async (t) => {
  const bench = new Bench();
  let connected = (): void => {};
  bench.forwarder.onConnect = () =>
    new Promise((resolve) => {
      connected = resolve;
    });
  await bench.up();
  const stopping = bench.uplink.stop(1_000);
  connected();
  await bench.settle();
  await stopping;
  t.ok(bench.forwarder.closes >= 2, "closed once more, after it came up");
  t.same(bench.forwarder.order, []);
  await bench.clock.advance(2_000);
  t.equal(bench.clock.pending, 0);
});

t.test("gathering: live records share a message, and do not wait longer than that", async (t) => {
  const bench = new Bench({ gatherMs: 5_000 });
  const { forwarder } = bench;
  bench.acknowledgeAll();
  await bench.up();
  bench.append(10);
  await bench.clock.advance(4_000);
  t.same(forwarder.seqs("data"), []);
  bench.append(2);
  await bench.clock.advance(1_000);
  t.same(forwarder.sent.filter(({ message }) => message.topic === "data").length, 1);
  t.equal(forwarder.seqs("data").length, 12);
  bench.append(300);
  t.ok(forwarder.seqs("data").length >= 256, "enough of them go at once");
  await bench.stop();
});

t.test("what did not fit the live queue, and a disk that failed, are made up for", async (t) => {
  const bench = new Bench({ window: 1 });
  const { buffer, forwarder } = bench;
  bench.acknowledgeAll();
  await bench.up();
  buffer.liveBound = 2;
  buffer.broken = new Error("EIO");
  forwarder.onSend = () => {};
  bench.append(6);
  bench.acknowledgeAll();
  await bench.clock.advance(1_500);
  t.same(buffer.outcomeOf("acknowledged"), [1, 2, 3]);
  buffer.broken = undefined;
  await bench.clock.advance(1_500);
  t.same(buffer.outcomeOf("acknowledged"), [1, 2, 3, 4, 5, 6]);
  await bench.stop();
});

t.test("gzip where it is configured and worth it", async (t) => {
  const bench = new Bench({ compress: "gzip", window: 1 });
  const { forwarder } = bench;
  bench.append(50);
  bench.acknowledgeAll();
  await bench.up();
  const big = forwarder.sent.find(({ message }) => message.topic === "data");
  t.equal(big?.message.contentType, "application/gzip");
  t.equal((big?.message.payload as Uint8Array | undefined)?.[0], 0x1f);
  bench.append(1);
  t.equal(forwarder.sent.at(-1)?.message.contentType, undefined);
  await bench.stop();
});

t.test("waiting between tries: exponential, jittered, slow after a refusal", async (t) => {
  const most = [1, 2, 3, 4, 5, 6, 7, 20, 2_000].map((failures) => backoffMs(failures, LOST(), () => 1));
  t.same(most, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  t.equal(
    backoffMs(5, LOST(), () => 0),
    0,
    "full jitter",
  );
  t.equal(
    backoffMs(1, REFUSED(), () => 0),
    30_000,
  );
  const bench = new Bench();
  bench.forwarder.onConnect = async () => {
    throw REFUSED();
  };
  await bench.up();
  await bench.clock.advance(29_000);
  t.equal(bench.forwarder.connects, 1, "the first try at once, the second not before 30 s");
  await bench.clock.advance(16_500);
  t.equal(bench.forwarder.connects, 2);
  await bench.stop();
});
