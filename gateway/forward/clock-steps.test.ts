import t from "tap";
import { openBuffer } from "../buffer/open-buffer.js";
import { readBuffer } from "../buffer/reader.js";
import { batchOf, optionsIn } from "../buffer/testbed.js";
import { Bench, describe } from "./testing/uplink-bench.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

t.test("steps of the clock in either direction move nothing on an uplink", async (t) => {
  const bench = new Bench({ window: 4, gatherMs: 500, backlog: { share: 0.5, dayBytes: 1e9 } });
  const { clock, forwarder, uplink } = bench;
  bench.acknowledgeAll();
  await bench.up();
  const counted: { statuses: number; messages: number; timers: number }[] = [];
  for (const stepMs of [0, -2 * HOUR_MS, 30 * DAY_MS, 3_650 * DAY_MS, -23_000 * DAY_MS, 19_320 * DAY_MS, 1]) {
    clock.stepWall(stepMs);
    const before = forwarder.sent.length;
    for (let second = 0; second < 600; second++) {
      if (second % 10 === 0) bench.append(1);
      await clock.advance(1_000);
    }
    const sent = forwarder.sent.slice(before).map(({ message }) => message.topic);
    const statuses = sent.filter((topic) => topic === "status").length;
    counted.push({ statuses, messages: sent.length, timers: clock.pending });
    t.equal(uplink.status("en").problem, undefined);
  }
  const [usual, ...others] = counted;
  for (const one of others) t.same(one, usual, "as many messages and timers as without a step");
  t.equal(forwarder.connects, 1);
  t.equal(forwarder.pings, 0);
  const seqs = forwarder.seqs("data");
  t.same(
    seqs,
    [...seqs].sort((a, b) => a - b),
    "in the order in which they were taken",
  );
  t.equal(new Set(seqs).size, 420);
  await bench.stop();
});

t.test(
  "taken before the clock was set: sent with the right time, and never changed in the file",
  async (t) => {
    let trusted = false;
    const options = optionsIn(t.testdir(), { clockTrusted: () => trusted, description: describe(["well"]) });
    const buffer = await openBuffer(options);
    t.teardown(() => buffer.close());
    const commit = (n: number, wall: number) =>
      buffer.durable(buffer.append(batchOf(n, { t: wall + n, mono: n }), "normal").seq);
    for (const n of [1_000, 2_000, 3_000]) await commit(n, 0);
    const before = [...readBuffer(options.config.path)];

    const bench = new Bench({ window: 4 }, { buffer });
    const { forwarder } = bench;
    trusted = true;
    const set = Date.UTC(2026, 10, 23);
    const now = new Date(set + 4_000).toISOString();
    const event = { event: "clock", boot: "boot-1", mono_ms: 4_000, t: now } as const;
    buffer.appendEvent(event, "high");
    bench.uplink.trustClock(event);
    await commit(5_000, set);
    bench.acknowledgeAll();
    await bench.up();
    for (let n = 0; n < 300 && buffer.progress("centre").pending > 0; n++) {
      await bench.clock.advance(100);
      await buffer.revision(0);
    }
    const sent = forwarder.sent
      .filter(({ message: { topic } }) => topic === "data")
      .flatMap(({ text }) => JSON.parse(text).records)
      .filter(({ seq }) => seq !== undefined);
    t.same(
      sent.map(({ clock, t: time }) => [Date.parse(time) - set, clock]),
      [
        [1_000, "corrected"],
        [2_000, "corrected"],
        [3_000, "corrected"],
        [5_000, undefined],
      ],
      "right from the first one on, although the event that tells stands behind them",
    );
    t.same([...readBuffer(options.config.path)].slice(0, 3), before, "as stored: nothing was rewritten");
    t.ok(before.every(({ clock }) => clock === "untrusted"));
    await bench.stop();
  },
);
