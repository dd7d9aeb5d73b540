import t from "tap";
import { BacklogPace } from "./backlog-pace.js";
import { Bench } from "./testing/uplink-bench.js";

t.test("it has the link for its share of the time, whatever the link's speed", (t) => {
  for (const share of [0.1, 0.5, 0.9]) {
    for (const messageMs of [2, 40, 700]) {
      const pace = new BacklogPace(share);
      let now = 0;
      let busy = 0;
      while (now < 600_000) {
        const wait = pace.waitMs(now);
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
  const pace = new BacklogPace(0.5);
  pace.started(0);
  t.equal(pace.waitMs(100), 0);
  pace.started(100);
  t.equal(pace.waitMs(200), Number.POSITIVE_INFINITY, "no more until these have settled");
  pace.settled(250);
  t.equal(pace.waitMs(250), Number.POSITIVE_INFINITY);
  pace.settled(300);
  t.equal(pace.waitMs(300), 300, "it rests as long as it ran");
  t.equal(pace.waitMs(600), 0);
  pace.started(600);
  pace.reset();
  t.equal(pace.waitMs(601), 0, "a connection that ended takes nothing along");
  t.equal(new BacklogPace(1).waitMs(0), 0, "all of it: never a rest");
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
