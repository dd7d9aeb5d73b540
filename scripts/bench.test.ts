import { spawnSync } from "node:child_process";
import { connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { loadConfig } from "../gateway/config/load-config.js";
import { HEALTH } from "../gateway/core/health.js";
import { BenchAccount, type BenchRecord } from "./bench-account.js";
import { gatewayYaml, rateOf } from "./bench-config.js";
import { usageOf } from "./bench-process.js";
import { pause, Rig, until } from "./bench-rig.js";
import { backlogIsOver, lastStored, loadAt, settled } from "./bench-runs.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SMALL = { connections: 2, unitsPerPort: 3, registers: 10, everyMs: 100 };
/** A time in microseconds as registers 0-3 hold it. */
const clockOf = (us: number): number[] => [48, 32, 16, 0].map((shift) => Math.floor(us / 2 ** shift) % 65536);

t.test("the account of the subscriber", async (t) => {
  const nowUs = 1_795_000_000_000_000;
  const record = (seq: number, more: Partial<BenchRecord> = {}): BenchRecord => ({
    seq,
    prev: seq === 1 ? null : seq - 1,
    device: "d",
    v: [...clockOf(nowUs - 3000), 70, 71, 72],
    ...more,
  });
  const seen = (...records: BenchRecord[]) => {
    const account = new BenchAccount();
    account.receive({ epoch: "e", records }, nowUs);
    return account.counts();
  };
  const good = seen(record(1), record(2));
  t.match(good, { messages: 1, records: 2, readings: 14, missing: 0, duplicates: 0, wrong: 0, bad: 0 });
  t.match(good.latency, { median: 3, p99: 3, worst: 3, count: 2 });
  t.equal(seen(record(1), record(3)).missing, 1, "2 is named and did not come");
  t.equal(seen(record(3), record(2), record(1)).missing, 0, "whatever the order");
  t.match(seen(record(1), record(1)), { duplicates: 1, records: 1 });
  t.equal(seen(record(1, { v: [...clockOf(nowUs), 70, 72] })).wrong, 1);
  t.equal(seen(record(1, { v: [...clockOf(nowUs), 65535, 0, 1] })).wrong, 0, "counters wrap");
  t.match(seen(record(1, { v: {}, bad: { r1: "no_answer" } })), { bad: 1, readings: 1 });
  t.match(seen(record(1, { historical: true })), { historical: 1, latency: { count: 0 } });
  t.equal(seen({ seq: 1, prev: null }, record(2)).missing, 0, "events are links of the chain");
  t.equal(seen({ seq: 1, prev: null }, record(2)).records, 1, "and no readings");
  const health = record(1, {
    device: "health.c0",
    v: { requests: 1, good: 2, late: 3, timeouts: 4, damaged: 5, x: 9 },
  });
  t.match(
    seen(health, record(2)),
    { records: 1, wrong: 0, missing: 0 },
    "the gateway's own counters are none",
  );
});

t.test("the configuration that is measured has no mistake and the rate that it says", async (t) => {
  const load = { ports: [1502, 1503], unitsPerPort: 5, registers: 100, everyMs: 1000 };
  t.equal(rateOf(load), 1000);
  const folder = t.testdir({
    "gateway.yaml": gatewayYaml(load, 1883),
    "flat.yaml": gatewayYaml({ ...load, everyMs: 0 }, undefined),
  });
  for (const [name, uplinks] of [
    ["gateway", 1],
    ["flat", 0],
  ] as const) {
    const { config, problems } = loadConfig(join(folder, `${name}.yaml`), { profilesDir: folder, env: {} });
    t.same(problems, []);
    const devices = [...(config?.devices.values() ?? [])].filter(({ connection }) => connection !== HEALTH);
    t.equal(devices.length, 10);
    t.ok(devices.every(({ points }) => points.length === 100));
    t.equal(config?.uplinks.size, uplinks);
  }
});

t.test("the polled server", async (t) => {
  const rig = new Rig();
  t.teardown(() => rig.close());
  const server = await rig.server(2);
  t.equal(new Set(server.ports).size, 2);
  const ask = (port: number, bytes: readonly number[], size: number): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1");
      let got = Buffer.alloc(0);
      socket.on("connect", () => socket.write(Buffer.from(bytes)));
      socket.on("error", reject);
      socket.on("data", (chunk) => {
        got = Buffer.concat([got, chunk]);
        if (got.length < size) return;
        socket.destroy();
        resolve(got);
      });
    });
  const [first = 0, second = 0] = server.ports;
  const read = [0, 1, 0, 0, 0, 6, 7, 3, 0, 0, 0, 6];
  const before = Date.now();
  const reply = await ask(first, read, 21);
  t.same([...reply.subarray(0, 9)], [0, 1, 0, 0, 0, 15, 7, 3, 12]);
  const ms = Number(reply.readBigUInt64BE(9) / 1000n);
  t.ok(ms >= before && ms <= Date.now(), "registers 0-3 are the time");
  t.same([reply.readUInt16BE(17), reply.readUInt16BE(19)], [4, 5]);
  const two = await ask(first, [...read, ...read], 42);
  t.equal(two.readUInt16BE(17), 5, "one more at each read");
  t.equal(two.readUInt16BE(38), 6, "requests may come together");
  t.equal((await ask(second, read, 21)).readUInt16BE(17), 4, "a unit on another port is another device");
  const refused = await ask(first, [0, 1, 0, 0, 0, 6, 7, 3, 0, 0, 0, 126], 9);
  t.same([...refused.subarray(7)], [0x83, 3], "more than 125 registers");
  await server.tell("dead 7");
  const silent = await Promise.race([ask(first, read, 1), pause(50)]);
  t.equal(silent, undefined, "a dead unit");
  await server.tell("alive 7");
  t.equal((await ask(first, read, 21)).readUInt16BE(17), 7);
  t.same(server.ledger(), { replies: 5, registers: 30, refused: 1, unanswered: 1 });
});

t.test("who asks a simulated device counts what it is told", async (t) => {
  const rig = new Rig();
  t.teardown(() => rig.close());
  const { ports, ledger } = await rig.server(1);
  const ask = async (count: number): Promise<readonly number[]> => {
    const shape = [ports[0], 1, 3, 2, 4, 0.1, `0:${count}`].map(String);
    return (await rig.program(rig.compile("bench-ask"), shape).line()).split(" ").map(Number);
  };
  const [replies = 0, exceptions, wrong, ns = 0] = await ask(10);
  const given = ledger().replies;
  t.ok(replies > 0 && replies <= given, `${replies} of ${given}`);
  // It counts from the first answer after its warming up.
  t.ok(ns > 9e7, `${ns} ns`);
  t.same([exceptions, wrong], [0, 0]);
  const { refused } = ledger();
  const [none, some = 0] = await ask(126);
  t.equal(none, 0);
  t.ok(some > 0 && some <= ledger().refused - refused);
});

for (const who of ["bare", "gateway"] as const) {
  t.test(`${who}: what the server gave is what the subscriber has`, async (t) => {
    const rig = new Rig();
    t.teardown(() => rig.close());
    const server = await rig.server(SMALL.connections);
    const broker = await rig.broker();
    const centre = await rig.subscriber(broker);
    const { link, port } = await rig.link(broker);
    const load = loadAt(server.ports, SMALL);
    const measured = who === "bare" ? rig.bareLoop(load, port) : rig.gateway(load, port);
    await until("readings", async () => (await centre.counts()).readings > 600);
    await until("a commit", () => lastStored(who, rig.database) > 0);
    const usage = usageOf(measured.pid);
    t.ok(usage.cpuSeconds > 0 && usage.peakRssBytes > 20e6 && usage.peakRssBytes >= usage.rssBytes);
    if (who === "gateway") {
      link.cut();
      const { replies } = server.ledger();
      await until("replies meanwhile", () => server.ledger().replies > replies + 20);
      await centre.mark();
      link.mend();
      await until("the backlog", async () => backlogIsOver(await centre.counts()));
      t.ok((await centre.counts()).historical > 0);
    }
    await measured.stop();
    const all = await settled(centre);
    t.match(all, { missing: 0, wrong: 0, bad: 0 });
    t.ok(server.ledger().replies - all.records <= SMALL.connections, "at most the request under way is open");
    t.equal(all.readings, all.records * SMALL.registers);
  });
}

t.test("rows that do not exist are refused", async (t) => {
  const bench = (...args: string[]) =>
    spawnSync(process.execPath, [join(ROOT, "dist/scripts/bench.js"), ...args], { encoding: "utf8" });
  t.equal(bench("steep").status, 2);
  t.match(bench("steep").stderr, /no row steep/);
  t.equal(bench("--seconds", "x").status, 2);
  t.match(bench("--help").stdout, /steady.*\n.*fast/);
});
