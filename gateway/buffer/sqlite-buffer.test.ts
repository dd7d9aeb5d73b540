import { existsSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import type { Layout } from "../../drivers/core/reading.js";
import { prevInSlot } from "../core/record.js";
import { openBuffer } from "./open-buffer.js";
import { openBufferReader } from "./reader.js";
import { batchOf, drain, numbers, openIn, optionsIn } from "./testbed.js";

t.test("what was appended comes back the same, in order, as backlog", async (t) => {
  const buffer = await openIn(t, optionsIn(t.testdir()));
  const appended = Array.from({ length: 40 }, (_, n) => buffer.append(batchOf(n), "normal"));
  await buffer.durable(40);
  const records = await drain(buffer);
  t.same(records, appended);
  t.same(
    records.map((record) => prevInSlot(record, buffer.slotOf("centre"))),
    [null, ...Array.from({ length: 39 }, (_, n) => n + 1)],
  );
  t.same(await drain(buffer), [], "taken once");
  buffer.settle("centre", [2, 3], "returned");
  t.same(numbers(await drain(buffer)), [2, 3], "what was not sent comes again");
  buffer.settle("centre", numbers(records), "acknowledged");
  t.match(buffer.progress("centre"), { pendingFrom: 41, last: 40, pending: 0 });
});

t.test("live goes to who is connected, the rest is backlog", async (t) => {
  const buffer = await openIn(t, optionsIn(t.testdir()));
  buffer.append(batchOf(1), "normal");
  buffer.setLive("centre", true);
  buffer.append(batchOf(2), "normal");
  buffer.append(batchOf(3), "normal");
  t.same(numbers(buffer.takeLive("centre", 1)), [2]);
  await buffer.durable(3);
  t.same(numbers(await drain(buffer)), [1], "live and backlog share nothing");
  buffer.setLive("centre", false);
  t.same(numbers(await drain(buffer)), [3]);
  buffer.settle("centre", [2], "returned");
  t.same(numbers(await drain(buffer)), [2]);
  buffer.setLive("centre", true);
  for (let n = 0; n < 2100; n++) buffer.append(batchOf(n), "normal");
  await buffer.durable(2103);
  t.same(
    numbers(await drain(buffer)),
    Array.from({ length: 100 }, (_, n) => 4 + n),
    "what does not fit is backlog",
  );
});

t.test("uplinks have chains and progress of their own", async (t) => {
  const uplinks = [
    { id: "all", carries: () => true },
    { id: "levels", carries: (_device: string, point: string) => point === "level" },
  ];
  const other: Layout = { device: "meter", points: [{ id: "power", type: "f32" }] };
  const buffer = await openIn(t, optionsIn(t.testdir(), { uplinks }));
  buffer.append(batchOf(1), "normal");
  buffer.append(batchOf(2, { layout: other, values: [1] }), "normal");
  buffer.append(batchOf(3), "normal");
  buffer.appendEvent({ event: "device_found", device: "well" }, "high");
  await buffer.durable(4);
  const slot = buffer.slotOf("levels");
  t.same(
    (await drain(buffer, "levels")).map((record) => [record.seq, prevInSlot(record, slot)]),
    [
      [1, null],
      [3, 1],
      [4, 3],
    ],
  );
  t.same(numbers(await drain(buffer, "all")), [1, 2, 3, 4]);
  buffer.settle("levels", [1, 3], "acknowledged");
  t.match(buffer.progress("levels"), { pendingFrom: 4, last: 4, pending: 1 });
  t.match(buffer.progress("all"), { pendingFrom: 1, last: 4, pending: 4 });
});

t.test("numbers, acknowledgements and revision survive an orderly restart, without a void", async (t) => {
  const options = optionsIn(t.testdir());
  const first = await openBuffer(options);
  for (let n = 0; n < 5; n++) first.append(batchOf(n), "normal");
  first.settle("centre", numbers(first.takeLive("centre", 9)), "acknowledged");
  await first.durable(5);
  first.settle("centre", numbers(await first.takeBacklog("centre", 2)), "acknowledged");
  first.acknowledgeBirths("centre", 1);
  const { epoch } = first;
  await first.close();

  const second = await openIn(t, options);
  t.equal(second.epoch, epoch);
  t.equal(second.rev, 1);
  t.equal(second.birthsAcknowledged("centre"), 1);
  t.match(second.progress("centre"), { pendingFrom: 3, last: 5 });
  t.equal(second.append(batchOf(9), "normal").seq, 6);
  t.same(numbers(await drain(second)), [3, 4, 5]);
  await second.close();

  const third = await openIn(t, { ...options, readingsHash: "r2", description: '{"rev":2}' });
  t.equal(third.rev, 2, "changed readings are a new revision");
  t.equal(await third.revision(1), '{"rev":1}', "and the old one can still be told");
  t.equal(await third.revision(2), '{"rev":2}');
});

t.test("an alarm is committed without waiting for the group", async (t) => {
  const folder = t.testdir();
  const options = optionsIn(folder);
  const buffer = await openIn(t, { ...options, config: { ...options.config, commitEveryMs: 3_600_000 } });
  buffer.append(batchOf(1), "normal");
  const { seq } = buffer.append(batchOf(2), "alarm");
  await buffer.durable(seq);
  t.equal(buffer.stats().uncommittedMs, 0);
});

t.test("two buffers in one process", async (t) => {
  const one = await openIn(t, optionsIn(t.testdir({ a: {} })));
  const folder = join(t.testdirName, "b");
  const two = await openIn(t, optionsIn(folder));
  one.append(batchOf(1), "normal");
  t.equal(two.append(batchOf(1), "normal").seq, 1);
  t.ok(existsSync(join(folder, "b.identity")));
});

t.test("an uplink that carries few records keeps a short account of them", async (t) => {
  const uplinks = [{ id: "few", carries: (device: string) => device === "meter" }];
  const meter: Layout = { device: "meter", points: [{ id: "power", type: "f32" }] };
  const options = optionsIn(t.testdir(), { uplinks });
  const buffer = await openIn(t, options);
  buffer.setLive("few", true);
  for (let n = 0; n < 300; n++) {
    buffer.append(batchOf(n), "normal");
    buffer.append(batchOf(n, { layout: meter, values: [n] }), "normal");
  }
  const { seq } = buffer.append(batchOf(1), "normal");
  const live = buffer.takeLive("few", 1000);
  t.equal(live.length, 300);
  t.match(buffer.progress("few"), { pendingFrom: 1, last: 600, pending: 600 });
  buffer.settle("few", numbers(live.slice(1)), "acknowledged");
  t.match(buffer.progress("few"), { pendingFrom: 1, last: 600, pending: 2 });
  buffer.settle("few", [2], "acknowledged");
  t.match(buffer.progress("few"), { pendingFrom: 602, last: 600, pending: 0 });
  await buffer.durable(seq);
  t.same(await drain(buffer, "few"), []);
  await buffer.close();
  const again = await openIn(t, options);
  t.match(again.progress("few"), { pendingFrom: 602, last: 600, pending: 0 });
  t.equal(prevInSlot(again.append(batchOf(1, { layout: meter, values: [1] }), "normal"), 0), 600);
});

t.test("a new uplink begins after what exists, and a removed one finds its backlog again", async (t) => {
  const options = optionsIn(t.testdir());
  const first = await openBuffer(options);
  first.append(batchOf(1), "normal");
  await first.close();
  const other = { id: "other", carries: () => true };
  const second = await openBuffer({ ...options, uplinks: [other], readingsHash: "r2" });
  t.same(second.append(batchOf(2), "normal").prevs, [0], "the first of its stream");
  await second.durable(2);
  t.same(numbers(await drain(second, "other")), [2]);
  await second.close();
  const third = await openIn(t, { ...options, uplinks: [other, ...options.uplinks], readingsHash: "r3" });
  t.same(third.append(batchOf(3), "normal").prevs, [2, 1]);
  await third.durable(3);
  t.same(numbers(await drain(third, "centre")), [1, 3]);
  t.same(
    (await drain(third, "other")).map(({ prevs, seq }) => [seq, prevs]),
    [
      [2, [0, -1]],
      [3, [2, 1]],
    ],
  );
});

t.test("a range is read in pieces and in order", async (t) => {
  const buffer = await openIn(t, optionsIn(t.testdir()));
  for (let n = 1; n <= 90; n++) {
    buffer.append(batchOf(n), n % 3 === 0 ? "low" : "normal");
    if (n % 9 === 0) await buffer.durable(n);
  }
  const seqs: number[] = [];
  for await (const records of buffer.range(20, 70)) seqs.push(...numbers(records));
  t.same(
    seqs,
    Array.from({ length: 51 }, (_, n) => 20 + n),
  );
});

t.test("the file can be read from outside while it is written", async (t) => {
  const options = optionsIn(t.testdir());
  const buffer = await openIn(t, options);
  const appended = Array.from({ length: 50 }, (_, n) =>
    buffer.append(batchOf(n), n % 7 === 0 ? "alarm" : "low"),
  );
  await buffer.durable(50);
  const reader = openBufferReader(options.config.path);
  t.match(reader, { epoch: buffer.epoch, rev: 1, uplinks: ["centre"], damaged: 0 });
  t.same([...reader.records()], appended);
  const late = buffer.append(
    batchOf(9, { layout: { device: "late", points: [{ id: "p", type: "bool" }] }, values: [true] }),
    "high",
  );
  await buffer.durable(51);
  t.same([...reader.records(50)], [appended[49], late]);
  reader.close();
});

t.test("what everybody has goes when it is old, with its times told by a trusted clock only", async (t) => {
  const manual = new ManualClock();
  const options = optionsIn(t.testdir(), { clock: manual, clockTrusted: () => manual.mono() > 5_000 });
  const buffer = await openIn(t, { ...options, config: { ...options.config, keepAtLeastMs: 3_600_000 } });
  buffer.setLive("centre", true);
  const commits = async (count: number, t: () => number) => {
    for (let n = 0; n < count; n++) {
      const { seq } = buffer.append(batchOf(n, { t: t() }), "normal");
      while (buffer.durableSeq < seq) {
        await manual.advance(50);
        await buffer.revision(0);
      }
    }
    buffer.settle("centre", numbers(buffer.takeLive("centre", 1000)), "acknowledged");
  };
  /** Retention looks every 10 s; asking the thread that owns the file lets it do its work. */
  const settle = async (isDone: () => boolean, tries: number) => {
    for (let n = 0; n < tries && !isDone(); n++) {
      await manual.advance(1000);
      await buffer.revision(0);
    }
  };
  // A clock that stands in 1970 makes nothing old.
  await commits(65, () => 5_000);
  await settle(() => false, 30);
  await commits(130, () => manual.now());
  await settle(() => false, 30);
  t.equal(buffer.stats().keptFrom, 1);
  await manual.advance(3_600_000);
  await commits(65, () => manual.now());
  await settle(() => buffer.stats().keptFrom > 1, 500);
  await settle(() => false, 30);
  t.ok(buffer.stats().keptFrom > 100, "more than an hour old");
  t.ok(buffer.stats().keptFrom <= 196, "the last group stays");
});
