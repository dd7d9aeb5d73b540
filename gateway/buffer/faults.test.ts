import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import Database from "better-sqlite3";
import t from "tap";
import { SystemClock } from "../../drivers/core/clock.js";
import { SILENT_LOG } from "../../drivers/core/log.js";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import type { Said } from "../../drivers/core/message.js";
import type { Layout } from "../../drivers/core/reading.js";
import { type GatewayRecord, prevInSlot } from "../core/record.js";
import { readIdentity, writeIdentity } from "./identity.js";
import { openBuffer } from "./open-buffer.js";
import { openBufferReader, readBuffer } from "./reader.js";
import { batchOf, drain, lostRuns, numbers, numbersIn, openIn, optionsIn } from "./testbed.js";

t.test("the file is lost, the second place is there: numbers go on and the gap is told", async (t) => {
  const options = optionsIn(t.testdir());
  const first = await openBuffer(options);
  first.append(batchOf(1), "normal");
  const { epoch } = first;
  await first.close();
  rmSync(options.config.path);
  const second = await openIn(t, options);
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
  const fresh = await openIn(t, options);
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
      for (let page = 0; page < 40; page++) writeSync(file, "damage".repeat(60), page * 512 + 100);
      closeSync(file);
    }
    const second = await openIn(t, options);
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
  await openIn(t, options);
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
    const buffer = await openIn(t, options);
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
    const maxBytes = 1_000_000;
    const options = optionsIn(t.testdir(), { clock: manual });
    const buffer = await openIn(t, { ...options, config: { ...options.config, maxBytes } });
    buffer.setLive("centre", true);
    const commit = async (priority: "low" | "high") => {
      const n = buffer.stats().last;
      const values = points.map((_, at) => Math.sin(n * 1000 + at) * 1e9);
      const { seq } = buffer.append(batchOf(n, { layout: noise, values }), priority);
      while (buffer.durableSeq < seq) {
        await manual.advance(50);
        await buffer.revision(0);
      }
    };
    for (let n = 0; n < 200; n++) await commit("high");
    buffer.settle("centre", numbers(buffer.takeLive("centre", 1000)), "acknowledged");
    buffer.setLive("centre", false);
    for (let n = 0; n < 300; n++) await commit("low");
    for (let n = 0; n < 300; n++) {
      await commit("high");
      if (n % 20 === 0) await manual.advance(10_000);
    }
    t.ok(buffer.stats().keptFrom > 180, "acknowledged ones are gone");
    const records = await drain(buffer);
    // Room may still be made meanwhile: what tells of it is committed with it.
    const isAccounted = () =>
      numbersIn(lostRuns(records, "full")).size + records.length >= buffer.stats().last - 200;
    for (let n = 0; n < 1000 && !isAccounted(); n++) {
      await manual.advance(1000);
      records.push(...(await drain(buffer)));
      await buffer.revision(0);
    }
    const runs = lostRuns(records, "full");
    t.ok(runs.length > 0, "something had to go");
    t.ok(
      runs.every(({ from, to }) => from > 200 && to <= 500),
      "of the low ones only",
    );
    const told = numbersIn(runs);
    const came = new Set(numbers(records));
    for (let seq = 201; seq <= buffer.stats().last; seq++) {
      if (told.has(seq) === came.has(seq)) t.fail(`${seq} is missing, or told and there`);
    }
    t.ok(buffer.stats().fileBytes <= maxBytes);
    buffer.settle("centre", numbers(records), "acknowledged");
    t.match(buffer.progress("centre"), { pending: 0, pendingFrom: buffer.stats().last + 1 });
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
      t.ok(
        walk([...readBuffer(options.config.path)]),
        "the chain leads from the last record back to the first",
      );
      t.ok(last >= durable, `${last} kept, ${durable} were promised`);
    }
    const buffer = await openIn(t, options);
    t.ok(buffer.append(batchOf(1), "normal").seq > durable);
  },
);

t.test(
  "the disk cannot be written at start: numbers in memory, and all is well when it comes back",
  async (t) => {
    const manual = new ManualClock();
    const folder = t.testdir({ data: "a file where a folder should be" });
    const options = optionsIn(folder, { clock: manual });
    const buffer = await openIn(t, options);
    buffer.setLive("centre", true);
    const record = buffer.append(batchOf(1), "normal");
    t.equal(buffer.stats().durable, false);
    t.equal(record.epoch, buffer.epoch);
    const volatile = buffer.epoch;
    t.same(buffer.takeLive("centre", 5), [record], "live goes on");
    t.same(await drain(buffer), []);
    rmSync(join(folder, "data"));
    while (!buffer.stats().durable) {
      await manual.advance(1000);
      await new Promise(setImmediate);
      // Also between the opening of the file and the first reservation in it.
      if (!buffer.stats().durable) buffer.append(batchOf(3), "normal");
    }
    t.not(buffer.epoch, volatile);
    const next = buffer.append(batchOf(2), "normal");
    t.ok(next.seq > record.seq);
    t.same(next.prevs, [0], "the first of the stored epoch");
    buffer.settle("centre", [record.seq], "acknowledged");
    buffer.setLive("centre", false);
    while (buffer.durableSeq < next.seq) {
      await manual.advance(1000);
      await buffer.revision(0);
    }
    t.same(await drain(buffer), [next]);
    buffer.settle("centre", [next.seq], "acknowledged");
    t.equal(buffer.progress("centre").pending, 0);
  },
);

t.test("the disk comes back after a start without it: nobody waits for a further record", async (t) => {
  const clock = new ManualClock();
  const options = optionsIn(t.testdir(), { clock });
  await (await openBuffer({ ...options, clock: new SystemClock("boot-0") })).close();
  const folder = dirname(options.config.path);
  renameSync(folder, `${folder}.away`);
  writeFileSync(folder, "");
  const buffer = await openIn(t, options);
  const record = buffer.append(batchOf(1), "normal");
  t.equal(buffer.stats().durable, false);
  rmSync(folder);
  renameSync(`${folder}.away`, folder);
  // Hangs when it does not come.
  while (buffer.durableSeq < record.seq) {
    await clock.advance(1000);
    await new Promise(setImmediate);
  }
  t.equal(buffer.durableSeq, record.seq);
});

t.test("the reservation runs out while the disk does not answer: an epoch in memory, and back", async (t) => {
  const options = optionsIn(t.testdir());
  const buffer = await openIn(t, options);
  const { epoch } = buffer;
  const blocker = new Database(options.config.path);
  blocker.exec("BEGIN IMMEDIATE");
  for (let n = 0; n <= 100_000; n++) buffer.appendEvent({ event: "device_found", device: "d" }, "normal");
  t.equal(buffer.stats().durable, false);
  t.not(buffer.epoch, epoch);
  const first = buffer.append(batchOf(1), "normal");
  t.not(first.epoch, epoch);
  blocker.exec("ROLLBACK");
  blocker.close();
  // Every number below is committed or told before this resolves.
  await buffer.durable(first.seq);
  t.equal(buffer.epoch, epoch);
  const next = buffer.append(batchOf(2), "normal");
  t.ok(next.seq > first.seq);
  await buffer.durable(next.seq);
  const stored = [...readBuffer(options.config.path)];
  t.notOk(numbers(stored).includes(first.seq), "nothing of the other epoch is stored");
  t.ok(walk(stored), "the chain of the stored epoch goes on");
});

t.test("the second place cannot be written: said once, and the file alone is enough", async (t) => {
  const folder = t.testdir({ "b.identity": {} });
  const warnings: string[] = [];
  const log = { ...SILENT_LOG, warn: (said: Said) => void warnings.push(said.message.code) };
  const options = optionsIn(folder, { log });
  const first = await openBuffer(options);
  await first.durable(first.append(batchOf(1), "normal").seq);
  await first.close();
  t.same(warnings, ["buffer.identity_unwritable"]);
  const second = await openIn(t, options);
  t.equal(second.append(batchOf(2), "normal").seq, 2, "no void: the reservation was ended in the file");
});

t.test("a torn write of the second place loses nothing", async (t) => {
  const path = join(t.testdir(), "i");
  const identity = {
    epoch: "e",
    rev: 1,
    readingsHash: "r",
    reserved: 10,
    machineId: "m",
    pendingFrom: { centre: 3 },
  };
  t.equal(readIdentity(path), undefined);
  for (let reserved = 10; reserved < 15; reserved++) writeIdentity(path, { ...identity, reserved });
  t.equal(readIdentity(path)?.reserved, 14);
  const size = statSync(path).size;
  const file = openSync(path, "r+");
  const newer = readFileSync(path).subarray(0, 4096).includes('"reserved":14') ? 0 : 4096;
  writeSync(file, "torn", newer + 50);
  closeSync(file);
  t.equal(readIdentity(path)?.reserved, 13);
  writeIdentity(path, { ...identity, reserved: 15 });
  t.equal(readIdentity(path)?.reserved, 15);
  t.equal(statSync(path).size, size, "rewritten in place");
});

t.test("a file that is as large as it may be opens, although a start needs some pages more", async (t) => {
  const options = optionsIn(t.testdir());
  const first = await openBuffer(options);
  const points = Array.from({ length: 400 }, (_, at) => ({ id: `p${at}`, type: "f64" as const }));
  const layout: Layout = { device: "noise", points };
  for (let n = 0; n < 250; n++) {
    first.append(batchOf(n, { layout, values: points.map((_, at) => Math.sin(n * 1000 + at) * 1e9) }), "low");
  }
  await first.close();
  const maxBytes = statSync(options.config.path).size;
  t.ok(maxBytes > 600_000);
  const config = { ...options.config, maxBytes };
  const description = JSON.stringify({ text: "x".repeat(20_000) });
  const buffer = await openIn(t, { ...options, config, description, readingsHash: "r2" });
  t.equal(buffer.stats().durable, true);
  await buffer.durable(buffer.append(batchOf(1), "high").seq);
  t.equal((await drain(buffer)).filter(({ kind }) => kind === "data").length, 251);
});

t.test("a flipped bit is found: that chunk is told as lost, the others come", async (t) => {
  const options = optionsIn(t.testdir());
  const first = await openBuffer(options);
  for (let n = 1; n <= 30; n++) await first.durable(first.append(batchOf(n), "normal").seq);
  await first.close();
  const db = new Database(options.config.path);
  const row = db
    .prepare("SELECT first, body FROM data_normal WHERE first > 9 ORDER BY first LIMIT 1")
    .get() as {
    first: number;
    body: Buffer;
  };
  row.body[row.body.length - 3] = (row.body[row.body.length - 3] ?? 0) ^ 4;
  db.prepare("UPDATE data_normal SET body = ? WHERE first = ?").run(row.body, row.first);
  db.close();
  const buffer = await openIn(t, options);
  const records = await drain(buffer);
  await buffer.durable(buffer.stats().last);
  records.push(...(await drain(buffer)));
  const runs = lostRuns(records, "damaged");
  t.match(runs, [{ from: row.first, prev: row.first - 1 }]);
  const all = new Set([...numbers(records), ...numbersIn(runs)]);
  for (let seq = 1; seq <= 30; seq++) t.ok(all.has(seq), String(seq));
  buffer.settle("centre", numbers(records), "acknowledged");
  t.equal(buffer.progress("centre").pending, 0);
  const reader = openBufferReader(options.config.path);
  t.equal([...reader.records()].length, records.length);
  t.equal(reader.damaged, 1);
  reader.close();
});

t.test("of a damaged file that which can be read is taken over", async (t) => {
  const options = optionsIn(t.testdir());
  const first = await openBuffer({ ...options, config: { ...options.config, commitEveryMs: 1 } });
  for (let n = 1; n <= 3000; n++) {
    const { seq } = first.append(batchOf(n, { t: n * 7919, sourceT: (n * 104_729) % 1e12 }), "normal");
    if (n % 10 === 0) await first.durable(seq);
  }
  const { epoch } = first;
  await first.close();
  const { size } = statSync(options.config.path);
  const file = openSync(options.config.path, "r+");
  for (let at = 0; at < 8; at++)
    writeSync(file, Buffer.alloc(512, 0xee), 0, 512, Math.floor(size / 1024) * 512 + at * 512);
  closeSync(file);
  const buffer = await openIn(t, options);
  t.equal(buffer.epoch, epoch);
  await buffer.durable(buffer.stats().last);
  const records = await drain(buffer);
  const told = records.find((record) => record.kind === "event" && record.event.event === "buffer_damaged");
  const saved = told?.kind === "event" && told.event.event === "buffer_damaged" ? told.event.saved : 0;
  t.ok(saved > 1000 && saved < 3000, `${saved} of 3000 saved`);
  const runs = lostRuns([...records, ...(await drain(buffer))], "damaged");
  const all = new Set([...numbers(records), ...numbersIn(runs)]);
  for (let seq = 1; seq <= 3000; seq++) if (!all.has(seq)) t.fail(`${seq} is neither there nor told`);
  t.ok(buffer.append(batchOf(1), "normal").seq > 3000);
});

/** From the last record back to the first of the stream, over what is told as lost. */
function walk(records: readonly GatewayRecord[]): boolean {
  const bySeq = new Map(records.map((record) => [record.seq, record]));
  const byEnd = new Map(lostRuns(records, "disk_stalled").map((run) => [run.to, run]));
  let at: number | null | undefined = records.at(-1)?.seq;
  while (at !== null && at !== undefined) {
    const record = bySeq.get(at);
    at = record ? prevInSlot(record, 0) : byEnd.get(at)?.prev;
  }
  return at === null;
}
