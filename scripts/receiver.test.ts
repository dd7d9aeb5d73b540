import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { connectAsync } from "mqtt";
import t from "tap";
import { SystemClock } from "../drivers/core/clock.js";
import { ManualClock } from "../drivers/core/manual-clock.js";
import { holdToContract } from "../gateway/contract/testing/hold-to-contract.js";
import { openStore } from "./receiver-open.js";
import { Problems } from "./receiver-problems.js";
import { PostgresServer } from "./testing/postgres-server.js";
import { ReceiverStage, range, receiver, reportOf, says } from "./testing/receiver-stage.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

const server = await PostgresServer.start();
t.teardown(() => server.remove());
// Most of them wait most of the time, and none knows of another.
t.jobs = 3;
let databases = 0;

/** Both stores pass the same tests, each with a place of its own for every test. */
const STORES: Readonly<Record<string, (stage: ReceiverStage) => Promise<string>>> = {
  SQLite: async ({ folder }) => join(folder, "centre.db"),
  PostgreSQL: async () => {
    const name = `centre${++databases}`;
    await server.ask(`CREATE DATABASE ${name}`);
    return server.url(name);
  },
};

t.test("the example program of the page", async (t) => {
  const stage = await ReceiverStage.open(t);
  const child = spawn(process.execPath, [join(root, "docs/examples/subscriber.mjs"), stage.broker.url]);
  t.teardown(() => child.kill("SIGKILL"));
  const lines: string[] = [];
  const output = createInterface({ input: child.stdout });
  output.on("line", (line) => lines.push(line));
  const until = async (wanted: RegExp): Promise<void> => {
    while (!lines.some((line) => wanted.test(line))) await once(output, "line");
  };
  await stage.gateway.publishAsync(
    "tram/v1/gw/status",
    JSON.stringify({ state: "online", epoch: "e1", rev: 1, last: 0, pending_from: 1, kept_from: 1 }),
    { qos: 1, retain: true },
  );
  await subscribed(stage, "example");
  await stage.data([1, 2, 4], 5);
  await until(/^gw 4 .*"a":4/);
  await until(/^gw MISSING 3 to 3$/);
  await stage.data([3], 5, { resend: true });
  await until(/^gw no longer missing 3 to 3 came$/);
  child.kill("SIGINT");
  await once(child, "close");
  t.equal(lines.at(-1), "8 readings");
  t.equal(lines.filter((line) => /^gw \d/.test(line)).length, 4);
});

for (const [name, place] of Object.entries(STORES)) {
  t.test(`${name}: each record once, what is missing is asked for, a kill is survived`, async (t) => {
    const stage = await ReceiverStage.open(t);
    const store = await place(stage);
    const first = stage.run(t, store);
    await first.ready;
    const asked = new Promise<{ from: number; to: number }>((resolve) => {
      holdToContract(stage.gateway).on("message", (topic, payload) => {
        if (topic.endsWith("/command")) resolve(JSON.parse(payload.toString()));
      });
    });
    await stage.gateway.subscribeAsync("tram/v1/gw/command", { qos: 1 });
    await stage.data(range(1, 50), 51);
    await stage.data(range(40, 60), 61, {}, true);
    await stage.data(range(101, 120), 121);
    const gappy = await reportOf(store, ({ open_gaps: gaps }) => gaps.length > 0);
    t.match(gappy, {
      complete: false,
      records: 80,
      duplicates: 11,
      open_gaps: [{ epoch: "e1", from: 61, to: 100 }],
    });
    t.match(gappy?.hours, [{ records: 80, readings: 240, bad: 80, complete: false }]);
    const { from, to } = await asked;
    t.same([from, to], [61, 100]);
    first.child.kill("SIGKILL");
    await once(first.child, "exit");
    await stage.data(range(121, 130), 131);
    const second = stage.run(t, store);
    await reportOf(store, ({ records }) => records === 90);
    await stage.data(range(from, to), 131, { resend: true });
    const whole = await reportOf(store, ({ complete }) => complete);
    t.match(whole, {
      complete: true,
      records: 130,
      readings: 390,
      gaps_told: 1,
      conflicts: 0,
      open_gaps: [],
    });
    t.match(whole?.hours, [{ records: 130, readings: 390, bad: 130, late: 40, complete: true }]);
    t.ok((whole?.hours[0]?.latency_median_ms ?? 0) > 0);
    await stage.data([130], 131, { v: { a: -1 } });
    const told = await reportOf(store, ({ conflicts }) => conflicts > 0);
    t.match(told, { complete: false, conflicts: 1, records: 130 });
    await says(second, /gw: 61 to 100 are missing no more \(came\)/);
    await says(second, /gw: 130 came with two different contents/);
    second.child.kill("SIGTERM");
    t.same(await once(second.child, "exit"), [0, null]);
    const [code, said] = await receiver("report", store, "--lang", "en");
    t.match(said, /gw: INCOMPLETE\n {2}130 records, 390 readings, 11 duplicates, 1 conflicts/);
    t.equal(code, 1);
  });

  t.test(`${name}: three workers on a shared subscription lose and double nothing`, async (t) => {
    const stage = await ReceiverStage.open(t);
    const store = await place(stage);
    const workers = ["w1", "w2", "w3"].map((id) =>
      stage.run(t, store, "--share", "centre", "--client-id", id),
    );
    await Promise.all(workers.map(({ ready }) => ready));
    const batches = Array.from({ length: 100 }, (_, at) => range(1 + at * 5, 5 + at * 5));
    const sent = batches.map((seqs) => stage.data(seqs, (seqs.at(-1) ?? 0) + 1));
    workers[0]?.child.kill("SIGKILL");
    await Promise.all(sent);
    // What the killed one held goes to another when its session ends, or is asked for: here it is sent again.
    for (const seqs of batches) await stage.data(seqs, 501, { historical: true });
    const whole = await reportOf(store, ({ complete, records }) => complete && records === 500);
    t.match(whole, { complete: true, records: 500, readings: 1_500, conflicts: 0, open_gaps: [] });
  });

  t.test(
    `${name}: times are corrected afterwards; what is not remembered is held against the store`,
    async (t) => {
      const stage = await ReceiverStage.open(t);
      const store = await place(stage);
      const worker = stage.run(t, store);
      await worker.ready;
      const untrusted = { t: "1970-01-01T00:00:12.500Z", clock: "untrusted", boot: "b1", mono_ms: 12_500 };
      await stage.data([1], 2, untrusted);
      await reportOf(store, ({ untrusted: count }) => count === 1);
      const clock = {
        seq: 2,
        prev: 1,
        t: "2026-11-23T02:55:30.000Z",
        event: "clock",
        boot: "b1",
        mono_ms: 40_500,
      };
      await stage.publish("event", { epoch: "e1", rev: 1, pending_from: 3, records: [clock] });
      // More than the subscriber remembers, so that the first are known to the store alone.
      await stage.data(range(3, 400), 401);
      await stage.data([3], 401, { historical: true });
      await stage.data([4], 401, { v: { a: -4 } });
      const report = await reportOf(store, ({ conflicts }) => conflicts > 0);
      t.match(report, { records: 400, untrusted: 0, duplicates: 1, conflicts: 1 });
      t.equal(report?.hours[0]?.first, "2026-11-23T02:51:23.000Z");
      t.equal(report?.hours[0]?.hour, "2026-11-23T02:00:00.000Z");
      t.equal(report?.hours.length, 1);
    },
  );
}

t.test(
  "a SQLite file from before there were versions goes on; one of a newer receiver is left alone",
  async (t) => {
    const file = join(t.testdir(), "centre.db");
    const clock = new SystemClock("");
    const add = async (word: string): Promise<void> => {
      const store = await openStore(file, clock);
      await store.transact("gw", (saved = "") => ({ saved: saved + word, actions: [] }));
      await store.close();
    };
    await add("a");
    const db = new Database(file);
    t.teardown(() => db.close());
    db.exec("PRAGMA user_version = 0; DROP INDEX record_time;");
    await add("b");
    t.same(db.prepare("SELECT saved FROM state").pluck().all(), ["ab"]);
    t.equal(db.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'record_time'").pluck().get(), 1);
    db.exec("PRAGMA user_version = 99");
    await t.rejects(add("c"), { code: "receiver.newer_store" });
    t.same(db.prepare("SELECT saved FROM state").pluck().all(), ["ab"]);
  },
);

t.test("a problem is told once a minute, however many there are beside it", async (t) => {
  const clock = new ManualClock();
  const told: string[] = [];
  const problems = new Problems(clock, (problem) => told.push(problem));
  for (let second = 0; second < 60; second++) {
    problems.tell("a");
    problems.tell("b");
    await clock.advance(1_000);
  }
  t.same(told, ["a", "b"]);
  problems.tell("a");
  t.same(told, ["a", "b", "a"]);
  for (let n = 0; n < 100; n++) problems.tell(`c${n}`);
  t.equal(told.length, 103);
});

t.test("wrong use", async (t) => {
  const cases = [
    [["--help"], 0, /report/],
    [["run", "x"], 2, /run x/],
    [["report", "x", "--wrong"], 2, /--wrong/],
    [["report", "/nowhere/x.db"], 2, /\/nowhere\/x\.db/],
    [["run", "mqtt://127.0.0.1:1", "/nowhere/x.db"], 2, /\/nowhere\/x\.db/],
    [["report", "postgres://c:secret@h/d?port=5"], 2, /postgres:\/\/c@h\/d\?port=5.*postgres:\/\/centre@/s],
    [["report", "postgres:///d?host=/nowhere"], 2, /postgres:\/\/\/d.*ENOENT/],
  ] as const;
  await Promise.all(
    cases.map(async ([args, wanted, text]) => {
      const [code, said] = await receiver(...args, "--lang", "vi");
      t.equal(code, wanted, args.join(" "));
      t.match(said, text);
      t.notMatch(said, /secret/);
    }),
  );
});

/** MQTT 5 says when nobody listens (reason 0x10): a probe that a subscriber takes is acknowledged with 0. */
async function subscribed({ broker }: ReceiverStage, who: string): Promise<void> {
  const probe = await connectAsync(broker.url, { protocolVersion: 5 });
  const deadline = Date.now() + 30_000;
  try {
    for (;;) {
      const reason = await new Promise<number>((resolve) => {
        probe.once("packetreceive", ({ cmd, ...packet }) => {
          if (cmd === "puback") resolve((packet as { reasonCode?: number }).reasonCode ?? 0);
        });
        probe.publish("tram/v1/probe/reply", JSON.stringify({ id: "p", state: "done" }), { qos: 1 });
      });
      if (reason === 0) return;
      if (Date.now() > deadline) throw new Error(`${who}: nobody subscribes`);
    }
  } finally {
    await probe.endAsync(true);
  }
}
