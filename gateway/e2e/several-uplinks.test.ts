import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { connectAsync } from "mqtt";
import t, { type Test } from "tap";
import { SystemClock } from "../../drivers/core/clock.js";
import { SocketLock } from "../../drivers/core/lock.js";
import { SILENT_LOG } from "../../drivers/core/log.js";
import { zeroServer } from "../cli/testing/zero-server.js";
import { loadConfigOrThrow } from "../config/load-config.js";
import { holdToContract } from "../contract/testing/hold-to-contract.js";
import { Mosquitto } from "../forward/testing/mosquitto.js";
import { RunningGateway } from "../running-gateway.js";

interface Sent {
  readonly seq?: number;
  readonly prev?: number | null;
  readonly device?: string;
  readonly v?: Readonly<Record<string, number>>;
  readonly event?: string;
  readonly certificate?: string;
  readonly uplink?: string;
}

const PATIENCE_MS = 20_000;

async function until(what: string, done: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!done()) {
    if (performance.now() > deadline) throw new Error(`never: ${what}`);
    await wait(20);
  }
}

const recordsOf = (payload: Uint8Array): readonly Sent[] => {
  const bytes = payload[0] === 0x1f ? gunzipSync(payload) : payload;
  const { records = [] } = JSON.parse(Buffer.from(bytes).toString());
  return (records as Sent[]).filter(({ seq }) => seq !== undefined);
};

/** What one broker got, and how many of its payloads were compressed. */
async function listenTo(t: Test, url: string, tls = {}) {
  const client = holdToContract(await connectAsync(url, { protocolVersion: 5, ...tls }));
  t.teardown(() => client.endAsync(true));
  const heard = { records: new Map<number, Sent>(), squeezed: 0 };
  client.on("message", (topic, payload) => {
    if (payload[0] === 0x1f) heard.squeezed++;
    if (!/\/(data|event)$/.test(topic)) return;
    for (const record of recordsOf(payload)) heard.records.set(record.seq ?? 0, record);
  });
  await client.subscribeAsync("tram/v1/many/#", { qos: 1 });
  return heard;
}

/** A broker with TLS whose certificate, an authority of its own, ends in two days. */
async function tlsBroker(t: Test, folder: string): Promise<{ broker: Mosquitto; ca: string }> {
  chmodSync(folder, 0o755);
  const args = ["-x509", "-days", "2", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  const names = ["-subj", "/CN=broker", "-addext", "subjectAltName=IP:127.0.0.1"];
  const files = ["-keyout", "key.pem", "-out", "ca.pem"];
  execFileSync("openssl", ["req", ...args, ...names, ...files], { cwd: folder, stdio: "ignore" });
  chmodSync(join(folder, "key.pem"), 0o644);
  const ca = join(folder, "ca.pem");
  const lines = [`certfile ${ca}`, `keyfile ${join(folder, "key.pem")}`, "allow_anonymous true"];
  const broker = await Mosquitto.start(folder, lines);
  t.teardown(() => broker.stop());
  return { broker, ca };
}

/** From the last record over each `prev` to the first; those that are missing. */
function missing(records: ReadonlyMap<number, Sent>): readonly number[] {
  return [...records.values()].flatMap(({ prev }) =>
    prev !== null && prev !== undefined && !records.has(prev) ? [prev] : [],
  );
}

t.test("three uplinks: each has its points, its form and its progress, and waits for nobody", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "tram-many-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const { broker: centre, ca } = await tlsBroker(t, folder);
  const url = `mqtts://127.0.0.1:${centre.port}`;
  let second = await Mosquitto.start(folder);
  t.teardown(() => second.stop());
  await second.stop();
  const points = Array.from({ length: 40 }, (_, at) => `{id: p${at}, address: ${at}}`).join(", ");
  const file = join(folder, "gateway.yaml");
  await writeFile(
    file,
    `gateway: {id: many, clock: trusted, health_every: 0s}
connections: {plc: {driver: modbus-tcp, host: 127.0.0.1, port: ${await zeroServer(t)}}}
devices:
  one: {connection: plc, unit_id: 1, every: 100ms, points: [${points}]}
  two: {connection: plc, unit_id: 2, every: 100ms, points: [{id: a, address: 0}, {id: b, address: 5}]}
uplinks:
  centre: {url: "${url}", tls: {ca: ca.pem}, compress: gzip}
  second: {url: "mqtt://127.0.0.1:${second.port}", points: [two.*], reconnect_spread: 100ms}
  disk: {url: "file:./out", points: [two.b], file_every: 1s}
`,
  );
  const all = await listenTo(t, url, { ca: readFileSync(ca) });
  const config = await loadConfigOrThrow(file, { profilesDir: "config/profiles", env: {} });
  const gateway = await RunningGateway.start(config, {
    version: "0",
    machineId: "m",
    clock: new SystemClock("boot"),
    clockTrusted: () => true,
    log: SILENT_LOG,
    lock: new SocketLock(),
    random: () => 0.1,
    socketPath: join(folder, "s"),
    onTurn: () => {},
    onFatal: (error) => t.fail(error.message),
  });
  t.teardown(() => gateway.stop(1_000));
  const statusOf = (id: string) => {
    const found = gateway.status("en").uplinks.find((uplink) => uplink.id === id);
    if (!found) throw new TypeError(id);
    return found;
  };
  await until("the second one has a backlog", () => statusOf("second").pending >= 15);
  await until("the centre waits for nobody", () => all.records.size >= 15 && statusOf("centre").pending < 10);
  t.ok(all.squeezed > 0, "and what it gets is compressed");
  const ends = (records: ReadonlyMap<number, Sent>): readonly unknown[] =>
    [...records.values()]
      .filter(({ event }) => event === "certificate_ends")
      .map(({ certificate, uplink }) => `${uplink} ${certificate}`)
      .sort();
  await until("the end of its certificates is told", () => ends(all.records).length > 0);
  t.match(statusOf("centre").certificates, [
    { of: "ca", daysLeft: 1 },
    { of: "broker", daysLeft: 1 },
  ]);
  t.match(statusOf("second"), { state: /down|connecting/, acknowledgedRecords: 0, pendingFrom: 1 });

  second = await Mosquitto.start(folder, ["allow_anonymous true"], second.port);
  const some = await listenTo(t, second.url);
  await until("the second one has caught up", () => some.records.size > 20 && statusOf("second").pending < 5);
  t.equal(some.squeezed, 0);
  t.same(ends(some.records), ends(all.records), "also on the way that works when the other one fails");
  await gateway.stop(2_000);
  await until("the last one has come", () => some.records.has(statusOf("second").last));

  const lines = (await readdir(join(folder, "out")))
    .filter((name) => name.endsWith(".jsonl"))
    .map((name) => readFile(join(folder, "out", name), "utf8"));
  const disk = new Map<number, Sent>();
  for (const line of (await Promise.all(lines)).join("").split("\n").filter(Boolean)) {
    const { payload, topic } = JSON.parse(line);
    if (!/\/(data|event)$/.test(topic)) continue;
    for (const record of recordsOf(Buffer.from(JSON.stringify(payload)))) disk.set(record.seq ?? 0, record);
  }
  const named = (records: ReadonlyMap<number, Sent>): readonly string[] => {
    const names = [...records.values()].flatMap(({ device, v = {} }) =>
      Object.keys(v).map((point) => `${device}.${point}`),
    );
    return [...new Set(names)].sort();
  };
  t.equal(named(all.records).length, 42);
  t.same(named(some.records), ["two.a", "two.b"]);
  t.same(named(disk), ["two.b"]);
  for (const [name, records] of Object.entries({ centre: all.records, second: some.records, disk })) {
    t.same(missing(records), [], `${name}: its chain is whole`);
    t.ok(records.size > 15, `${name}: ${records.size} records`);
  }
});
