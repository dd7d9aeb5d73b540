import t from "tap";
import type { Centre, EpochRange, LinkOutcome, SeqRange, TimeRange } from "../core/command.js";
import type { ForwarderLimits } from "../core/forwarder.js";
import { numberBefore } from "./find-time.js";
import { MissingRuns } from "./missing-runs.js";
import { Bench, describe, LOST, REFUSED } from "./testing/uplink-bench.js";

/** A bench whose centre is in the test's hands. */
async function connected(limits: Partial<ForwarderLimits> = {}) {
  let centre: Centre | undefined;
  const bench = new Bench(
    {},
    {
      requests: {
        take: (_, from) => {
          centre = from;
        },
      },
    },
  );
  bench.forwarder.limits = { ...bench.forwarder.limits, ...limits };
  bench.acknowledgeAll();
  await bench.up();
  bench.forwarder.command({});
  if (!centre) throw new TypeError("no centre");
  return { bench, centre };
}

const ask = async (
  bench: Bench,
  centre: Centre,
  range: SeqRange | TimeRange | EpochRange,
  most = 1_000_000,
) => {
  let outcome: LinkOutcome | undefined;
  const wanted = "from" in range ? { epoch: bench.buffer.epoch, ...range } : range;
  void centre.resend(wanted, most).then((settled) => {
    outcome = settled;
  });
  for (let n = 0; n < 10 && !outcome; n++) await bench.settle();
  return outcome;
};

interface Sent {
  readonly seq: number;
  readonly prev: number | null;
  readonly resend?: true;
  readonly historical?: true;
}
const again = (bench: Bench): readonly Sent[] =>
  bench.forwarder.sent
    .filter(({ message: { topic } }) => topic === "data" || topic === "event")
    .flatMap(({ text }) => (JSON.parse(text).records as Sent[]).filter(({ resend }) => resend));

t.test("records are sent again under their numbers, marked, and no progress moves", async (t) => {
  const { bench, centre } = await connected();
  bench.append(10);
  await bench.settle();
  const { buffer } = bench;
  const before = [
    buffer.progress("centre"),
    buffer.settled.length,
    bench.uplink.status("en").acknowledgedRecords,
  ];
  t.same(await ask(bench, centre, { from: 3, to: 7 }), { state: "done", sent: 5 });
  t.same(
    again(bench).map(({ historical, prev, seq }) => [seq, prev, historical]),
    [3, 4, 5, 6, 7].map((seq) => [seq, seq - 1, true]),
  );
  t.same(
    [buffer.progress("centre"), buffer.settled.length, bench.uplink.status("en").acknowledgedRecords],
    before,
  );
  await bench.stop();
});

t.test("what is not there any more is told, what belongs to others is not", async (t) => {
  const { bench, centre } = await connected();
  bench.append(20);
  await bench.settle();
  const { records } = bench.buffer;
  // 5..8 are evicted; 12 and 13 belong to another uplink, over which the chain of this one steps.
  records.splice(4, 4);
  const place = records.findIndex(({ seq }) => seq === 14);
  const next = records[place];
  if (!next) throw new TypeError();
  records[place] = { ...next, prevs: [11] };
  records.splice(place - 2, 2);
  t.same(await ask(bench, centre, { from: 3, to: 16 }), {
    state: "done",
    sent: 8,
    missing: [{ from: 5, to: 8 }],
  });
  t.same(await ask(bench, centre, { from: 12, to: 13 }), { state: "done", sent: 0 });
  t.same(await ask(bench, centre, { from: 6, to: 7 }), {
    state: "done",
    sent: 0,
    missing: [{ from: 6, to: 7 }],
  });
  t.same(await ask(bench, centre, { from: 20, to: 25 }), { state: "done", sent: 1 }, "not given yet");
  await bench.stop();
});

t.test("a revision that is not the running one is explained before its records", async (t) => {
  const { bench, centre } = await connected();
  bench.buffer.rev = 1;
  bench.append(2);
  await bench.settle();
  bench.buffer.rev = 2;
  bench.buffer.revisions.set(2, describe(["well", "meter"]));
  const from = bench.forwarder.sent.length;
  t.match(await ask(bench, centre, { from: 1, to: 2 }), { state: "done", sent: 2 });
  const order = bench.forwarder.sent.slice(from).map(({ message: { retain, topic } }) => [topic, retain]);
  t.same(order, [
    ["birth", false],
    ["birth/well", false],
    ["data", false],
  ]);
  t.match(await centre.births(7), { state: "failed", reason: "unknown_rev" });
  await bench.stop();
});

t.test("live goes on beside a long re-send, which never has two messages on their way", async (t) => {
  const { bench, centre } = await connected({ window: 2, maxPayload: 400 });
  bench.append(100);
  await bench.settle();
  bench.forwarder.onSend = () => {};
  let outcome: LinkOutcome | undefined;
  const sentBefore = bench.forwarder.sent.length;
  void centre.resend({ epoch: bench.buffer.epoch, from: 1, to: 40 }, 100).then((settled) => {
    outcome = settled;
  });
  await bench.settle();
  let next = sentBefore;
  let most = 0;
  const resent = (): number => again(bench).length;
  while (!outcome && next < 5_000) {
    bench.append(1);
    const open = bench.forwarder.sent.slice(next);
    most = Math.max(most, open.filter(({ text }) => text.includes('"resend":true')).length);
    bench.forwarder.sent[next++]?.acknowledge();
    await bench.settle();
  }
  t.equal(most, 1);
  t.equal(resent(), 40);
  const live = bench.forwarder.seqs("data", (record) => !record.historical).filter((seq) => seq > 100);
  t.ok(live.length >= 3, `${live.length} live records went out meanwhile`);
  t.same(outcome, { state: "done", sent: 40 });
  await bench.stop();
});

t.test(
  "a connection that ends, a refusal and a limit end the request; it says how far it came",
  async (t) => {
    const { bench, centre } = await connected();
    bench.append(1_000);
    for (let n = 0; n < 10; n++) await bench.settle();
    let left = 1;
    bench.forwarder.onSend = (sent) => {
      if (left-- > 0) sent.acknowledge();
      else sent.fail(REFUSED());
    };
    const refused = await ask(bench, centre, { from: 1, to: 1_000 });
    t.match(refused, { state: "failed", reason: "refused" });
    if (refused?.state !== "failed") throw new TypeError();
    t.equal(refused.last, refused.sent, "numbers begin at 1 here");
    t.ok(refused.sent > 0 && refused.sent < 1_000);
    bench.acknowledgeAll();
    t.same(await ask(bench, centre, { fromT: 0, toT: bench.clock.now() }, 10), {
      state: "failed",
      reason: "too_many",
      sent: 10,
      last: 10,
    });
    bench.forwarder.onSend = () => {};
    const lost = ask(bench, centre, { from: 1, to: 5 });
    await bench.settle();
    bench.forwarder.lose(LOST());
    t.match(await lost, { state: "failed", reason: "connection_lost", sent: 0 });
    t.match(await centre.snapshot(), { state: "done", sent: 0 }, "there are no values");
    t.match(await centre.births(undefined), { state: "failed", reason: "connection_lost" });
    await bench.stop();
  },
);

t.test("an answer waits for the next connection and is given once", async (t) => {
  const { bench, centre } = await connected();
  bench.forwarder.onSend = () => {};
  centre.reply('{"id":"a","state":"done"}');
  await bench.settle();
  bench.forwarder.lose(LOST());
  await bench.settle();
  for (let n = 0; n < 100; n++) centre.reply(`{"id":"b${n}","state":"done"}`);
  bench.acknowledgeAll();
  await bench.clock.advance(1_000);
  await bench.settle();
  const replies = bench.forwarder.sent.filter(({ message: { topic } }) => topic === "reply");
  t.equal(replies.filter(({ text }) => text === '{"id":"a","state":"done"}').length, 2);
  t.equal(replies.length, 1 + 64, "no more than its bound waits");
  bench.forwarder.lose(LOST());
  await bench.clock.advance(2_000);
  await bench.settle();
  t.equal(bench.forwarder.sent.filter(({ message: { topic } }) => topic === "reply").length, 65);
  await bench.stop();
});

t.test("by time: only what was taken then, whatever the length of the history", async (t) => {
  const { bench, centre } = await connected();
  const t0 = bench.clock.now();
  for (let n = 0; n < 30; n++) {
    bench.append(1);
    await bench.clock.advance(600_000);
  }
  t.same(await ask(bench, centre, { fromT: t0 + 6_000_000, toT: t0 + 7_200_000 }), {
    state: "done",
    sent: 3,
  });
  t.same(
    again(bench).map(({ seq }) => seq),
    [11, 12, 13],
  );
  await bench.stop();

  let read = 0;
  const records = Array.from({ length: 100_000 }, (_, n) => ({ seq: n + 1, t: n * 1_000 }));
  const buffer = {
    async *range(from: number, to: number) {
      for (let at = from; at <= to; at += 100) {
        read++;
        yield records.slice(at - 1, Math.min(at + 99, to)) as never;
      }
    },
  };
  const timeOf = (record: unknown): number => (record as { t: number }).t;
  const found = await numberBefore(buffer, 1, 100_000, 50_000_000, timeOf);
  t.ok(found <= 50_001 && found > 47_000, `${found}`);
  t.ok(read < 20, `${read} pieces were read`);
});

t.test("a long list of runs widens its last one", async (t) => {
  const missing = new MissingRuns();
  for (let n = 0; n < 40; n++) missing.add(n * 10 + 1, n * 10 + 2);
  missing.add(9, 3);
  t.equal(missing.runs.length, 16);
  t.same(missing.runs.at(-1), { from: 151, to: 392 });
});
