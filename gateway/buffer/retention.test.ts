import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import type { Priority } from "../../drivers/core/point.js";
import type { Layout } from "../../drivers/core/reading.js";
import type { Buffer } from "../core/buffer.js";
import type { EventRecord, GatewayRecord } from "../core/record.js";
import { Claims } from "./claims.js";
import { LossRuns } from "./loss-runs.js";
import { readBuffer } from "./reader.js";
import { batchOf, drain, lostRuns, numbers, numbersIn, openIn, optionsIn } from "./testbed.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const POINTS = Array.from({ length: 200 }, (_, at) => ({ id: `p${at}`, type: "f64" as const }));
const NOISE: Layout = { device: "noise", points: POINTS };

const everything = (): boolean => true;

/** A buffer on a clock that is stepped by hand. */
class Bench {
  readonly clock = new ManualClock();
  buffer!: Buffer;

  /** Appends one and waits until it is on the disk. */
  async commit(priority: Priority = "normal", isLarge = false): Promise<number> {
    const n = this.buffer.stats().last;
    const values = POINTS.map((_, at) => Math.sin(n * 1000 + at) * 1e9);
    const times = { t: this.clock.now(), mono: this.clock.mono(), boot: this.clock.boot };
    const batch = isLarge ? batchOf(n, { layout: NOISE, values, ...times }) : batchOf(n, times);
    const { seq } = this.buffer.append(batch, priority);
    while (this.buffer.durableSeq < seq) await this.step(50);
    return seq;
  }

  async commits(count: number, priority?: Priority, isLarge?: boolean): Promise<void> {
    for (let n = 0; n < count; n++) await this.commit(priority, isLarge);
  }

  /** Time passes, and the thread that owns the file does what is due. */
  async step(ms: number): Promise<void> {
    await this.clock.advance(ms);
    await this.buffer.revision(0);
  }

  async steps(count: number, ms = 1000): Promise<void> {
    for (let n = 0; n < count; n++) await this.step(ms);
  }

  async until(isDone: () => boolean, ms = 1000): Promise<void> {
    for (let n = 0; n < 600 && !isDone(); n++) await this.step(ms);
  }

  acknowledge(uplink: string): void {
    this.buffer.setLive(uplink, true);
    const live = this.buffer.takeLive(uplink, 1e6);
    this.buffer.settle(uplink, numbers(live), "acknowledged");
  }
}

const events = (records: readonly GatewayRecord[], name: string): EventRecord[] =>
  records.flatMap((record) => (record.kind === "event" && record.event.event === name ? [record] : []));

t.test("a record waits for required uplinks, for others only as long as keep_for", async (t) => {
  for (const required of [false, true]) {
    const bench = new Bench();
    const uplinks = [
      { id: "centre", carries: everything },
      { id: "second", carries: everything, required, keepForMs: HOUR },
    ];
    const options = optionsIn(t.testdir(), { clock: bench.clock, uplinks });
    const config = { ...options.config, keepAtLeastMs: 0 };
    bench.buffer = await openIn(t, { ...options, config });
    bench.buffer.setLive("centre", true);
    await bench.commits(130);
    bench.acknowledge("centre");
    await bench.clock.advance(HOUR / 2);
    await bench.commits(1);
    await bench.steps(30);
    t.equal(bench.buffer.stats().keptFrom, 1, "younger than keep_for");
    await bench.clock.advance(HOUR);
    await bench.commits(70);
    bench.acknowledge("centre");
    if (required) {
      await bench.steps(60);
      t.equal(bench.buffer.stats().keptFrom, 1, "a required one is waited for");
      await bench.buffer.close();
      continue;
    }
    await bench.until(() => bench.buffer.stats().keptFrom > 100);
    t.ok(bench.buffer.stats().keptFrom > 100, "a dead second uplink does not hold the space for ever");
    const stored = [...readBuffer(options.config.path)];
    t.same(events(stored, "lost"), [], "nobody is there to be told");

    // It comes back after all.
    bench.buffer.setLive("second", true);
    await bench.steps(90);
    const records = [...(await drain(bench.buffer, "second")), ...bench.buffer.takeLive("second", 1e6)];
    const told = events(records, "lost");
    t.equal(told.length, 1);
    const runs = lostRuns(records, "expired");
    const { keptFrom } = bench.buffer.stats();
    t.same(runs, [{ from: 1, to: keptFrom - 1, prev: null, count: keptFrom - 1 }], "exactly, as one run");
    const there = new Set(numbers(records));
    for (let seq = keptFrom; seq <= bench.buffer.stats().last; seq++) t.ok(there.has(seq), String(seq));
    bench.buffer.settle("second", numbers(records), "acknowledged");
    t.equal(bench.buffer.progress("second").pending, 0);
    await bench.buffer.close();
  }
});

t.test("too full: what everybody has first, then by class, told once a minute, with an alarm", async (t) => {
  const bench = new Bench();
  const options = optionsIn(t.testdir(), { clock: bench.clock });
  const config = { ...options.config, maxBytes: 900_000, keepAtLeastMs: DAY };
  bench.buffer = await openIn(t, { ...options, config });
  const { buffer } = bench;

  // What nobody waits for is all there is at first: it goes before its time, and nothing is lost.
  buffer.setLive("centre", true);
  await bench.commits(130, "alarm");
  bench.acknowledge("centre");
  buffer.setLive("centre", false);
  const classes = new Map<number, Priority>();
  const append = async (priority: Priority): Promise<void> => {
    classes.set(await bench.commit(priority, true), priority);
  };
  for (let n = 0; n < 260; n++) await append("low");
  t.equal(buffer.stats().belowKeepAtLeastUntil, 0);
  for (let n = 0; n < 600; n++) {
    await append(n % 3 === 0 ? "high" : n % 3 === 1 ? "normal" : "alarm");
    if (n % 4 === 0) await bench.step(5_000);
  }
  t.ok(buffer.stats().keptFrom > 100, "what everybody has went first");
  t.ok(buffer.stats().belowKeepAtLeastUntil > bench.clock.now());
  t.ok(buffer.stats().usedBytes <= config.maxBytes);
  await bench.steps(100);
  const records = await drain(buffer);
  const runs = lostRuns(records, "full");
  const told = numbersIn(runs);
  const there = new Set(numbers(records));
  for (const seq of classes.keys()) {
    if (told.has(seq) === there.has(seq)) t.fail(`${seq} is missing, or told and there`);
  }
  t.equal(
    runs.reduce((sum, { count }) => sum + count, 0),
    told.size,
  );
  const lost = [...told].map((seq) => classes.get(seq));
  t.ok(lost.includes("normal"), "the low ones were not enough");
  t.notOk(lost.includes("alarm"));
  const lowLeft = [...classes].filter(([seq, priority]) => priority === "low" && there.has(seq));
  t.ok(lowLeft.length < 60, "but all of them went before, save a group that was not whole");

  const times = events(records, "lost").map(({ t: at }) => at);
  t.ok(times.length >= 2);
  for (const [n, at] of times.entries()) {
    if (n > 0) t.ok(at - (times[n - 1] ?? 0) >= 60_000, "at most once a minute");
  }
  const below = events(records, "below_keep_at_least");
  t.match(below, [{ priority: "alarm", event: { keep_at_least_s: 86_400, reason: "max_size" } }], "once");

  // Everything is delivered; a day later all that was taken within a day is there again.
  buffer.settle("centre", numbers(records), "acknowledged");
  await bench.clock.advance(DAY + HOUR);
  await bench.steps(40);
  t.equal(buffer.stats().belowKeepAtLeastUntil, 0);
  await bench.steps(5);
  const after = await drain(buffer);
  t.equal(events(after, "keep_at_least_again").length, 1);
  t.equal(events(after, "below_keep_at_least").length, 0);
});

t.test("too full: what everybody has goes first, also when a backlog lies before it", async (t) => {
  const bench = new Bench();
  const options = optionsIn(t.testdir(), { clock: bench.clock });
  bench.buffer = await openIn(t, { ...options, config: { ...options.config, maxBytes: 900_000 } });
  await bench.commits(150, "normal", true);
  bench.buffer.setLive("centre", true);
  for (let n = 0; n < 600; n++) {
    await bench.commit("normal", true);
    bench.acknowledge("centre");
    if (n % 30 === 29) await bench.step(10_000);
  }
  t.ok(bench.buffer.stats().usedBytes < 900_000);
  const backlog = await drain(bench.buffer);
  t.same(
    numbers(backlog).filter((seq) => seq <= 150),
    Array.from({ length: 150 }, (_, at) => at + 1),
    "every unsent one is there",
  );
  t.same(lostRuns(backlog, "full"), []);
});

t.test("a power cut between a removal and its telling: it is told at the next start", async (t) => {
  const bench = new Bench();
  const folder = t.testdir();
  const options = optionsIn(folder, { clock: bench.clock });
  const config = { ...options.config, maxBytes: 700_000 };
  bench.buffer = await openIn(t, { ...options, config });
  /** What the disk would show if the power failed now. */
  const copy = join(folder, "copy");
  const shot = (): Set<number> => {
    mkdirSync(join(copy, "data"), { recursive: true });
    copyFileSync(config.path, join(copy, "data", "b.db"));
    copyFileSync(`${config.path}-wal`, join(copy, "data", "b.db-wal"));
    copyFileSync(config.identity, join(copy, "b.identity"));
    const records = [...readBuffer(join(copy, "data", "b.db"))];
    return new Set([...numbers(records), ...numbersIn(lostRuns(records, "full"))]);
  };
  let missing: number[] = [];
  for (let n = 0; n < 600 && missing.length === 0; n++) {
    const last = await bench.commit("normal", true);
    if (n % 30 !== 29) continue;
    await bench.step(10_000);
    await bench.steps(3, 100);
    const seen = shot();
    missing = Array.from({ length: last }, (_, at) => at + 1).filter((seq) => !seen.has(seq));
  }
  t.ok(missing.length > 0, "gone from the file and not told yet");
  const { last } = bench.buffer.stats();
  const again = await openIn(t, { ...optionsIn(copy, { clock: bench.clock }) });
  while (again.durableSeq < again.stats().last) {
    await bench.clock.advance(50);
    await again.revision(0);
  }
  const records = await drain(again);
  const seen = new Set([...numbers(records), ...numbersIn(lostRuns(records, "full"))]);
  for (let seq = 1; seq <= last; seq++) if (!seen.has(seq)) t.fail(`${seq} is neither there nor told`);
});

t.test("claims and runs", async (t) => {
  const claims = new Claims([
    { has: [[1, 100]], until: null },
    {
      has: [
        [1, 10],
        [50, 60],
      ],
      until: 1000,
    },
  ]);
  t.same(claims.free, [
    [1, 10],
    [50, 60],
  ]);
  t.equal(claims.standing(1, 10, 2000), "free");
  t.equal(claims.standing(5, 20, 900), "expired");
  t.equal(claims.standing(5, 20, 2000), "held");
  t.equal(claims.standing(5, 20, Number.POSITIVE_INFINITY), "held", "nobody knows how old");
  t.equal(claims.standing(101, 110, 0), "held", "a required one waits");
  t.equal(new Claims([]).standing(1, 5, 0), "free");

  const runs = new LossRuns();
  for (const [seq, prev] of [
    [5, 3],
    [9, 7],
    [3, null],
    [7, 5],
  ] as const) {
    runs.add({ from: seq, to: seq, prev, count: 1 });
  }
  t.same(runs.runs, [{ from: 3, to: 9, prev: null, count: 4 }], "in whatever order they come");
  runs.add({ from: 20, to: 21, prev: 15, count: 2 });
  t.same(runs.coarser().runs, [{ from: 3, to: 21, prev: null, count: 6 }]);
});
