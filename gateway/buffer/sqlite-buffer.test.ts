import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import Database from "better-sqlite3";
import t from "tap";
import { SystemClock } from "../../drivers/core/clock.js";
import { SocketLock } from "../../drivers/core/lock.js";
import { SILENT_LOG } from "../../drivers/core/log.js";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import type { Layout, ReadingBatch, Value } from "../../drivers/core/reading.js";
import type { Buffer } from "../core/buffer.js";
import { type GatewayRecord, prevInSlot } from "../core/record.js";
import { readBuffer } from "./reader.js";
import { type BufferOptions, openBuffer } from "./sqlite-buffer.js";

type Tap = typeof t;

const clock = new SystemClock("boot-1");
const layout: Layout = {
  device: "well",
  points: [
    { id: "level", type: "u16", decimals: 3 },
    { id: "temp", type: "f32" },
    { id: "total", type: "u64", decimals: 0 },
    { id: "run", type: "bool" },
    { id: "name", type: "string" },
  ],
};

function batchOf(n: number, rest: Partial<ReadingBatch> = {}): ReadingBatch {
  const values: Value[] = [n / 1000, 20.1, BigInt(n), n % 2 === 0, "a"];
  return { layout, state: "measuring", t: 1.7e12 + n, mono: n, boot: "boot-1", values, ...rest };
}

function optionsIn(folder: string, rest: Partial<BufferOptions> = {}): BufferOptions {
  return {
    config: {
      path: join(folder, "data", "b.db"),
      identity: join(folder, "b.identity"),
      keepAtLeastMs: 86_400_000,
      maxBytes: 1e9,
      commitEveryMs: 20,
    },
    gatewayId: "g",
    uplinks: [{ id: "centre", carries: () => true }],
    readingsHash: "r1",
    description: '{"rev":1}',
    clock,
    log: SILENT_LOG,
    lock: new SocketLock(),
    machineId: "m1",
    clockTrusted: () => true,
    ...rest,
  };
}

async function open(t: Pick<Tap, "teardown">, options: BufferOptions): Promise<Buffer> {
  const buffer = await openBuffer(options);
  t.teardown(() => buffer.close());
  return buffer;
}

async function drain(buffer: Buffer, uplink = "centre"): Promise<GatewayRecord[]> {
  const all: GatewayRecord[] = [];
  for (;;) {
    const records = await buffer.takeBacklog(uplink, 7);
    if (records.length === 0) return all;
    all.push(...records);
  }
}

const numbers = (records: readonly GatewayRecord[]) => records.map(({ seq }) => seq);

t.test("what was appended comes back the same, in order, as backlog", async (t) => {
  const buffer = await open(t, optionsIn(t.testdir()));
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
  const buffer = await open(t, optionsIn(t.testdir()));
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
  const buffer = await open(t, optionsIn(t.testdir(), { uplinks }));
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

  const second = await open(t, options);
  t.equal(second.epoch, epoch);
  t.equal(second.rev, 1);
  t.equal(second.birthsAcknowledged("centre"), 1);
  t.match(second.progress("centre"), { pendingFrom: 3, last: 5 });
  t.equal(second.append(batchOf(9), "normal").seq, 6);
  t.same(numbers(await drain(second)), [3, 4, 5]);
  await second.close();

  const third = await open(t, { ...options, readingsHash: "r2", description: '{"rev":2}' });
  t.equal(third.rev, 2, "changed readings are a new revision");
  t.equal(await third.revision(1), '{"rev":1}', "and the old one can still be told");
  t.equal(await third.revision(2), '{"rev":2}');
});

t.test("an alarm is committed without waiting for the group", async (t) => {
  const folder = t.testdir();
  const options = optionsIn(folder);
  const buffer = await open(t, { ...options, config: { ...options.config, commitEveryMs: 3_600_000 } });
  buffer.append(batchOf(1), "normal");
  const { seq } = buffer.append(batchOf(2), "alarm");
  await buffer.durable(seq);
  t.equal(buffer.stats().uncommittedMs, 0);
});

t.test("the file is lost, the second place is there: numbers go on and the gap is told", async (t) => {
  const options = optionsIn(t.testdir());
  const first = await openBuffer(options);
  first.append(batchOf(1), "normal");
  const { epoch } = first;
  await first.close();
  rmSync(options.config.path);
  const second = await open(t, options);
  t.equal(second.epoch, epoch);
  await second.durable(2);
  const [told] = await drain(second);
  t.match(told, { seq: 2, kind: "event", event: { event: "void", from: 1, to: 1, reason: "file_lost" } });
  t.equal(told && prevInSlot(told, 0), null);
});

t.test("both places lost: a new epoch; another machine: a new epoch that names the old one", async (t) => {
  const options = optionsIn(t.testdir());
  const first = await openBuffer(options);
  first.append(batchOf(1), "normal");
  const { epoch } = first;
  await first.close();

  const moved = await openBuffer({ ...options, machineId: "m2" });
  t.not(moved.epoch, epoch);
  moved.append(batchOf(5), "normal");
  await moved.durable(3);
  const records = await drain(moved);
  t.match(records, [
    { epoch, seq: 1 },
    {
      epoch: moved.epoch,
      kind: "event",
      event: { event: "epoch", old: epoch, old_last: 1, reason: "moved" },
    },
    { epoch: moved.epoch, kind: "data" },
  ]);
  t.same(
    records.map((record) => prevInSlot(record, 0)),
    [null, null, 2],
    "a chain of its own",
  );
  await moved.close();

  rmSync(options.config.path);
  rmSync(options.config.identity);
  const fresh = await open(t, options);
  t.notOk([epoch, moved.epoch].includes(fresh.epoch));
  t.equal(fresh.append(batchOf(1), "normal").seq, 1);
});

t.test("a damaged file is set aside and never stops the gateway", async (t) => {
  for (const damage of ["overwritten", "truncated", "zero"] as const) {
    const options = optionsIn(t.testdir());
    const first = await openBuffer(options);
    for (let n = 0; n < 500; n++) first.append(batchOf(n), "normal");
    await first.close();
    const { path } = options.config;
    if (damage === "zero") writeFileSync(path, "");
    else if (damage === "truncated") writeFileSync(path, "SQLite format 3\0rubbish");
    else {
      const file = openSync(path, "r+");
      for (let page = 0; page < 12; page++) writeSync(file, "damage".repeat(100), page * 1024 + 100);
      closeSync(file);
    }
    const second = await open(t, options);
    const asides = readdirSync(join(path, "..")).filter((name) => name.includes(".damaged-"));
    t.equal(asides.length, damage === "zero" ? 0 : 1, damage);
    t.ok(second.append(batchOf(1), "normal").seq > 500, "numbers go on");
    await second.durable(501);
    const [told] = await drain(second);
    t.match(told, { event: { event: "void", from: 1, to: 500, reason: "file_lost" } });
    await second.close();
  }
});

t.test("a file of a newer format is refused and left as it is", async (t) => {
  const options = optionsIn(t.testdir());
  await (await openBuffer(options)).close();
  const db = new Database(options.config.path);
  db.pragma("user_version = 99");
  db.close();
  await t.rejects(openBuffer(options), { code: "buffer.newer_format" });
  const again = new Database(options.config.path, { readonly: true });
  t.equal(again.pragma("user_version", { simple: true }), 99);
  again.close();
});

t.test("a second gateway on the same file is refused with the process id", async (t) => {
  const options = optionsIn(t.testdir());
  await open(t, options);
  await t.rejects(openBuffer(options), {
    code: "core.held_by_process",
    params: { pid: String(process.pid) },
  });
});

t.test(
  "while the disk does not answer nothing waits; beyond the bound records are dropped and told",
  async (t) => {
    const folder = t.testdir();
    const options = optionsIn(folder);
    const buffer = await open(t, options);
    buffer.append(batchOf(0), "normal");
    await buffer.durable(1);
    const blocker = new Database(options.config.path);
    blocker.pragma("busy_timeout = 0");
    blocker.exec("BEGIN IMMEDIATE");
    const wide: Layout = {
      device: "wide",
      points: Array.from({ length: 2000 }, (_, n) => ({ id: `p${n}`, type: "u16", decimals: 0 })),
    };
    const values = new Array(2000).fill(7);
    for (let n = 0; n < 2000; n++)
      buffer.append(batchOf(n, { layout: wide, values }), n < 10 ? "low" : "normal");
    t.ok(buffer.stats().dropped > 0, "32 MB is the bound");
    t.ok(buffer.stats().uncommittedBytes <= 32_000_000);
    blocker.exec("ROLLBACK");
    blocker.close();
    await buffer.durable(2001);
    await buffer.durable(buffer.stats().last);
    const records = await drain(buffer);
    const lost = records.find((record) => record.kind === "event" && record.event.event === "lost");
    t.match(lost, { event: { event: "lost", reason: "disk_stalled" } });
    const event = lost?.kind === "event" && lost.event.event === "lost" ? lost.event : undefined;
    const covered = new Set(numbers(records));
    for (const { from, to } of event?.runs ?? []) for (let seq = from; seq <= to; seq++) covered.add(seq);
    t.equal(covered.size, buffer.stats().last, "every number came or was told");
    t.equal(
      event?.runs.reduce((sum, { count }) => sum + count, 0),
      buffer.stats().dropped,
    );
    t.equal(event?.runs[0]?.from, 2, "the lowest priority first");
  },
);

t.test(
  "full: what is acknowledged goes first, then the oldest of the lowest priority, and it is told",
  async (t) => {
    const points = Array.from({ length: 200 }, (_, at) => ({ id: `p${at}`, type: "f64" as const }));
    const noise: Layout = { device: "noise", points };
    const manual = new ManualClock();
    const options = optionsIn(t.testdir(), { clock: manual });
    const buffer = await open(t, { ...options, config: { ...options.config, maxBytes: 1_400_000 } });
    buffer.setLive("centre", true);
    const commit = async (priority: "low" | "high") => {
      const n = buffer.stats().last;
      const values = points.map((_, at) => Math.sin(n * 1000 + at) * 1e9);
      const { seq } = buffer.append(batchOf(n, { layout: noise, values }), priority);
      await manual.advance(50);
      await buffer.durable(seq);
      return seq;
    };
    for (let n = 0; n < 400; n++) await commit("high");
    buffer.settle("centre", numbers(buffer.takeLive("centre", 1000)), "acknowledged");
    buffer.setLive("centre", false);
    for (let n = 0; n < 300; n++) await commit("low");
    for (let n = 0; n < 400; n++) {
      await commit("high");
      if (n % 20 === 0) await manual.advance(10_000);
    }
    // The thread that owns the file answers in its own time; the event about it is the 1101st record.
    while (buffer.stats().durableSeq < 1101) await manual.advance(1000);
    t.ok(buffer.stats().keptFrom > 300, "acknowledged ones are gone");
    const records = await drain(buffer);
    const runs = records.flatMap((record) =>
      record.kind === "event" && record.event.event === "lost" && record.event.reason === "full"
        ? record.event.runs
        : [],
    );
    t.ok(runs.length > 0, "something had to go");
    t.ok(
      runs.every(({ from, to }) => from > 400 && to <= 700),
      "of the low ones only",
    );
    const covered = new Set(numbers(records));
    for (const { from, to } of runs) for (let seq = from; seq <= to; seq++) covered.add(seq);
    for (let seq = 401; seq <= buffer.stats().last; seq++) if (!covered.has(seq)) t.fail(`${seq} is missing`);
    t.ok(buffer.stats().fileBytes <= 1_400_000);
  },
);

t.test(
  "killed at random moments: what was durable is there, no number comes twice, the gap is void",
  async (t) => {
    const options = optionsIn(t.testdir());
    let durable = 0;
    for (let round = 0; round < 4; round++) {
      const child = spawn(process.execPath, [
        new URL("./kill-fixture.js", import.meta.url).pathname,
        options.config.path,
        options.config.identity,
      ]);
      let killed = false;
      for await (const line of createInterface({ input: child.stdout })) {
        durable = Math.max(durable, Number(line));
        if (!killed && Math.random() < 0.1) {
          killed = true;
          child.kill("SIGKILL");
        }
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      const seen = new Set<number>();
      let last = 0;
      const voids: [number, number][] = [];
      for (const record of readBuffer(options.config.path)) {
        t.notOk(seen.has(record.seq), `${record.seq} is there once`) || t.bailout("stop");
        seen.add(record.seq);
        last = Math.max(last, record.seq);
        if (record.kind === "event" && record.event.event === "void")
          voids.push([record.event.from, record.event.to]);
      }
      for (let seq = 1; seq <= durable; seq++) {
        if (!seen.has(seq) && !voids.some(([from, to]) => from <= seq && seq <= to))
          t.fail(`${seq} is missing`);
      }
      t.ok(last >= durable, `${last} kept, ${durable} were promised`);
    }
    const buffer = await open(t, options);
    t.ok(buffer.append(batchOf(1), "normal").seq > durable);
  },
);

t.test("two buffers in one process", async (t) => {
  const one = await open(t, optionsIn(t.testdir({ a: {} })));
  const folder = join(t.testdirName, "b");
  const two = await open(t, optionsIn(folder));
  one.append(batchOf(1), "normal");
  t.equal(two.append(batchOf(1), "normal").seq, 1);
  t.ok(existsSync(join(folder, "b.identity")));
});
