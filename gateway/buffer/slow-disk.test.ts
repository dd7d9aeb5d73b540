import { statSync } from "node:fs";
import t from "tap";
import type { Layout } from "../../drivers/core/reading.js";
import { LOG_BYTES } from "./file-format.js";
import { batchOf, numbers, openIn, optionsIn } from "./testbed.js";

const POINTS = Array.from({ length: 1000 }, (_, at) => ({ id: `p${at}`, type: "f64" as const }));
const NOISE: Layout = { device: "noise", points: POINTS };

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

t.test("a commit that takes 2 s delays no poll and no live delivery", async (t) => {
  const options = optionsIn(t.testdir(), { tuning: { commitMs: 2_000 } });
  const buffer = await openIn(t, options);
  buffer.setLive("centre", true);
  const started = performance.now();
  let worstMs = 0;
  let n = 0;
  for (; performance.now() - started < 2_500; n++) {
    const before = performance.now();
    const { seq } = buffer.append(batchOf(n), "normal");
    const live = buffer.takeLive("centre", 100);
    worstMs = Math.max(worstMs, performance.now() - before);
    t.equal(live[0]?.seq === seq && live.length === 1, true) || t.bailout("live in the same turn");
    buffer.settle("centre", [seq], "acknowledged");
    await pause(10);
  }
  t.ok(n > 50, `${n} readings meanwhile`);
  t.ok(worstMs < 1_000, `at most ${worstMs.toFixed(1)} ms for one of them`);
  t.ok(buffer.stats().uncommittedMs > 400, "the window of loss is shown");
  await buffer.durable(1);
  t.ok(buffer.stats().worstCommitMs >= 2_000, "and how slow the disk is");
});

t.test("a range that is read slowly neither stalls the writer nor lets the log grow", async (t) => {
  const own = optionsIn(t.testdir());
  // The records are of a time long ago: on a slow machine they would be removed while they are read.
  const options = { ...own, config: { ...own.config, keepAtLeastMs: 1e13 } };
  const buffer = await openIn(t, options);
  buffer.setLive("centre", true);
  let n = 0;
  const write = async (count: number): Promise<void> => {
    for (let end = n + count; n < end; n++) {
      const values = POINTS.map((_, at) => Math.sin(n * 1000 + at) * 1e9);
      const { seq } = buffer.append(batchOf(n, { layout: NOISE, values }), "normal");
      buffer.settle("centre", numbers(buffer.takeLive("centre", 100)), "acknowledged");
      if (n % 5 === 4) await buffer.durable(seq);
    }
  };
  await write(400);
  await buffer.durable(400);
  const before = buffer.stats();
  const seqs: number[] = [];
  let pieces = 0;
  for await (const records of buffer.range(1, 400)) {
    seqs.push(...numbers(records));
    // Whoever reads takes its time; between two of its steps the writer goes on.
    if (pieces++ % 2 === 0) await write(60);
    const log = statSync(`${options.config.path}-wal`).size;
    if (log > LOG_BYTES * 1.25) t.fail(`the log has ${log} bytes`);
  }
  t.same(
    seqs,
    Array.from({ length: 400 }, (_, at) => at + 1),
  );
  const written = buffer.stats().fileBytes - before.fileBytes;
  t.ok(pieces > 10);
  t.ok(written > LOG_BYTES * 1.25, `${written} bytes were written meanwhile: more than the log holds`);
  t.ok(buffer.stats().worstCommitMs < 5_000);
});
