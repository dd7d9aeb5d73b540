import t from "tap";
import { BacklogPace, OVERHEAD_BYTES } from "./backlog-pace.js";
import { Bench } from "./testing/uplink-bench.js";

const NOON = Date.UTC(2026, 10, 23, 5);
const HOUR_MS = 3_600_000;

t.test("it has the link for its share of the time, whatever the link's speed", (t) => {
  for (const share of [0.1, 0.5, 0.9]) {
    for (const messageMs of [2, 40, 700]) {
      const pace = new BacklogPace({ share }, "UTC");
      let now = 0;
      let busy = 0;
      while (now < 600_000) {
        const wait = pace.waitMs(now, NOON);
        if (wait === 0) {
          pace.started(now);
          now += messageMs;
          busy += messageMs;
          pace.settled(now);
        } else {
          now += wait;
        }
      }
      t.ok(Math.abs(busy / now - share) < 0.02, `${share} of a link with ${messageMs} ms: ${busy / now}`);
    }
  }
  t.end();
});

t.test("several in flight are one run, and a run ends", (t) => {
  const pace = new BacklogPace({ share: 0.5 }, "UTC");
  pace.started(0);
  t.equal(pace.waitMs(100, NOON), 0);
  pace.started(100);
  t.equal(pace.waitMs(200, NOON), Number.POSITIVE_INFINITY, "no more until these have settled");
  pace.settled(250);
  t.equal(pace.waitMs(250, NOON), Number.POSITIVE_INFINITY);
  pace.settled(300);
  t.equal(pace.waitMs(300, NOON), 300, "it rests as long as it ran");
  t.equal(pace.waitMs(600, NOON), 0);
  pace.started(600);
  pace.reset();
  t.equal(pace.waitMs(601, NOON), 0, "a connection that ended takes nothing along");
  t.equal(new BacklogPace({ share: 1 }, "UTC").waitMs(0, NOON), 0, "all of it: never a rest");
  t.end();
});

t.test("the budget of a day counts everything, and is new at midnight where the gateway stands", (t) => {
  const pace = new BacklogPace({ share: 1, dayBytes: 10 * (850 + OVERHEAD_BYTES) }, "Asia/Ho_Chi_Minh");
  for (let n = 0; n < 9; n++) pace.count(850, NOON);
  t.equal(pace.waitMs(0, NOON), 0);
  pace.count(850, NOON);
  t.equal(pace.waitMs(0, NOON), Number.POSITIVE_INFINITY);
  t.ok(pace.isDaySpent(NOON + 11.9 * HOUR_MS), "12:00 UTC+7 is 5:00 UTC; midnight is 17:00 UTC");
  t.notOk(pace.isDaySpent(NOON + 12 * HOUR_MS));
  t.equal(pace.sentToday(NOON + 12 * HOUR_MS), 0);
  t.end();
});

t.test("an uplink at 10 %: live goes at once, the backlog in between", async (t) => {
  const bench = new Bench({ window: 4, backlog: { share: 0.1 } });
  const { clock, forwarder } = bench;
  forwarder.limits = { window: 1_000, maxPayload: 200 };
  bench.append(40);
  forwarder.onSend = (sent) => void clock.after(50, () => sent.acknowledge());
  await bench.up();
  await clock.advance(5_000);
  let late = 0;
  const sentBacklog: number[] = [];
  for (let second = 0; second < 20; second++) {
    const before = forwarder.seqs("data", ({ historical }) => !historical).length;
    bench.append(1);
    if (forwarder.seqs("data", ({ historical }) => !historical).length === before) late++;
    await clock.advance(1_000);
    sentBacklog.push(forwarder.seqs("data", ({ historical }) => historical === true).length);
  }
  t.equal(late, 0, "not one live record waited");
  // Three in flight for 50 ms, four times in a run of 200 ms, then a rest of 1,800 ms.
  t.ok((sentBacklog.at(-1) ?? 0) === 40, `${sentBacklog}`);
  t.ok((sentBacklog[0] ?? 0) < 40, "and the backlog took its time");
  t.equal(bench.buffer.progress("centre").pending, 0);
  await bench.stop();
});

t.test("at the end of the day's budget the backlog waits, live goes on, tomorrow it goes on", async (t) => {
  const bench = new Bench({ window: 4, backlog: { share: 1, dayBytes: 5_000 } });
  const { clock, forwarder } = bench;
  forwarder.limits = { window: 1_000, maxPayload: 200 };
  bench.append(40);
  bench.acknowledgeAll();
  await bench.up();
  const backlog = (): number => forwarder.seqs("data", ({ historical }) => historical === true).length;
  const before = backlog();
  t.ok(before > 0 && before < 40, `${before} of 40`);
  bench.append(3);
  await clock.advance(600_000);
  t.equal(backlog(), before);
  t.same(forwarder.seqs("data").slice(-3), [41, 42, 43]);
  const status = bench.uplink.status("en");
  t.match(status, { state: "up", backlogWaits: "day", problem: undefined });
  t.ok(status.sentTodayBytes > 5_000 && status.sentBytes < status.sentTodayBytes);
  t.equal(forwarder.connects, 1, "and it is no fault of the link");
  for (let day = 0; day < 40 && bench.buffer.progress("centre").pending > 0; day++) {
    clock.stepWall(24 * HOUR_MS);
    await clock.advance(2_000);
  }
  t.equal(bench.buffer.progress("centre").pending, 0);
  await bench.stop();
});
