import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import t, { type Test } from "tap";
import { SystemClock } from "../../drivers/core/clock.js";
import { ConfigurationError } from "../../drivers/core/errors.js";
import { SocketLock } from "../../drivers/core/lock.js";
import { SILENT_LOG } from "../../drivers/core/log.js";
import { loadConfigOrThrow } from "../config/load-config.js";
import type { Action } from "../contract/subscriber/action.js";
import { MemoryStore } from "../contract/subscriber/store.js";
import { Subscriber } from "../contract/subscriber/subscriber.js";
import { Mosquitto } from "../forward/testing/mosquitto.js";
import { RunningGateway } from "../running-gateway.js";

/* Another configuration for a running gateway: a broker that is not ours, the centre's library holding the chain. */

/** A Modbus TCP server that notes when it was asked, and over how many connections. */
async function meter(t: Test) {
  const asked: number[] = [];
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    t.teardown(() => socket.destroy());
    socket.on("error", () => {});
    socket.on("data", (request) => {
      asked.push(performance.now());
      const count = request.readUInt16BE(10);
      const reply = Buffer.alloc(9 + 2 * count);
      request.copy(reply, 0, 0, 4);
      reply.writeUInt16BE(3 + 2 * count, 4);
      request.copy(reply, 6, 6, 8);
      reply[8] = 2 * count;
      // A value that changes each time: a deadband would not hide a poll that is missing.
      for (let n = 0; n < count; n++) reply.writeUInt16BE((asked.length + n) % 60_000, 9 + 2 * n);
      socket.write(reply);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => server.close());
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return { port, asked, connections: () => connections };
}

async function until(what: string, done: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!done()) {
    if (performance.now() > deadline) throw new Error(`never: ${what}`);
    await wait(20);
  }
}

async function station(t: Test) {
  const folder = await mkdtemp(join(tmpdir(), "tram-chg-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const broker = await Mosquitto.start(folder);
  t.teardown(() => broker.stop());
  const [one, two] = [await meter(t), await meter(t)];
  const actions: Action[] = [];
  const subscriber = new Subscriber({
    url: broker.url,
    store: new MemoryStore(() => {}),
    options: { graceMs: 3_000 },
    onAction: (_, action) => void actions.push(action),
  });
  t.teardown(() => subscriber.close());
  const file = join(folder, "gateway.yaml");
  const configOf = async (more: { two?: string; uplinks?: string; name?: string; gone?: boolean } = {}) => {
    const { gone, name = "G", two: points = "{id: x, address: 0}", uplinks = "" } = more;
    await writeFile(
      file,
      `gateway: {id: g, name: ${name}, clock: trusted, health_every: 0s}
connections:
  one: {driver: modbus-tcp, host: 127.0.0.1, port: ${one.port}}
${gone ? "" : `  two: {driver: modbus-tcp, host: 127.0.0.1, port: ${two.port}}\n`}devices:
  a: {connection: one, every: 50ms, points: [{id: x, address: 0, alarm: {high: 10}}]}
${gone ? "" : `  b: {connection: two, every: 50ms, points: [${points}]}\n`}uplinks:
  centre: {url: "${broker.url}", reconnect_spread: 0s}
${uplinks}
buffer: {path: ./b.db, commit_every: 100ms}
`,
    );
    return loadConfigOrThrow(file, { profilesDir: "config/profiles", env: {} });
  };
  const ended: string[] = [];
  const gateway = await RunningGateway.start(await configOf(), {
    version: "0",
    machineId: "m",
    clock: new SystemClock("boot"),
    clockTrusted: () => true,
    log: SILENT_LOG,
    lock: new SocketLock(),
    random: () => 0.1,
    socketPath: join(folder, "s"),
    onTurn: () => {},
    onGone: (part) => ended.push(part),
    onFatal: (error) => t.fail(error.message),
  });
  t.teardown(() => gateway.stop(2_000));
  const stored = (device: string) =>
    actions.filter(
      (action) => action.do === "store" && "device" in action.record && action.record.device === device,
    );
  const uplink = (id = "centre") => gateway.status("en").uplinks.find((one) => one.id === id);
  await until("both devices at the centre", () => stored("a").length > 5 && stored("b").length > 5);
  return { gateway, configOf, one, two, actions, stored, uplink, ended };
}

/** Everything that was numbered until now arrives, and no gap is told. */
async function complete(
  t: Test,
  { actions, gateway, uplink }: Awaited<ReturnType<typeof station>>,
): Promise<void> {
  const last = gateway.status("en").buffer.last;
  await until("all of it acknowledged", () => (uplink()?.pendingFrom ?? 0) > last);
  const seqs = new Set(actions.flatMap((action) => (action.do === "store" ? [action.seq] : [])));
  await until("all of it stored", () => seqs.size > 0);
  t.same(
    actions.filter((action) => action.do === "gap"),
    [],
    "no gap",
  );
}

t.test("a connection alone is restarted: the other keeps its rate, the uplink its connection", async (t) => {
  const site = await station(t);
  const { configOf, gateway, one, two } = site;
  const [rev, sent] = [gateway.rev, site.uplink()?.sentMessages ?? 0];
  const [before, links] = [one.asked.length, two.connections()];
  // Only a wait of the connection: no reading is made in another way.
  const next = await configOf();
  const other = { ...next.connections.get("two"), retryWithinMs: 5_000, hash: "other" } as never;
  const change = await gateway.change({
    ...next,
    connections: new Map([...next.connections, ["two", other]]),
  });
  t.equal(change.newRevision, false);
  await until("it is asked over a new connection", () => two.connections() > links);
  await wait(500);
  t.equal(one.connections(), 1, "the kept one was never closed");
  const gaps = one.asked.slice(before).map((at, n, all) => at - (all[n - 1] ?? at));
  t.ok(Math.max(...gaps) < 1_000, `longest pause ${Math.max(...gaps)} ms`);
  t.equal(gateway.rev, rev);
  t.ok((site.uplink()?.sentMessages ?? 0) > sent, "counters go on: the uplink was not made anew");
  await complete(t, site);
});

t.test("other points: rev counts up, births go before the readings, nothing is missing", async (t) => {
  const site = await station(t);
  const { actions, configOf, gateway, one, stored } = site;
  const rev = gateway.rev;
  await until("an alarm", () => gateway.status("en").alarms.length === 1);
  const raised = gateway.status("en").alarms.map(({ since }) => since);
  const change = await gateway.change(await configOf({ two: "{id: x, address: 0}, {id: y, address: 4}" }));
  t.match(Object.fromEntries(change.connections), { one: "keep", two: "restart" });
  t.equal(gateway.rev, rev + 1);
  await until("readings of the new point", () =>
    stored("b").some((action) => action.do === "store" && "y" in (action.record["v"] as object)),
  );
  t.equal(one.connections(), 1);
  t.same(
    gateway.status("en").alarms.map(({ since }) => since),
    raised,
    "an alarm of a kept device is not raised again",
  );
  t.notOk(actions.some((action) => (action as { do: string }).do === "problem"));
  await complete(t, site);
});

t.test("a device and its connection go: nobody waits for them, and back again", async (t) => {
  const site = await station(t);
  const { configOf, ended, gateway, one, two } = site;
  await gateway.change(await configOf({ gone: true }));
  t.same(ended, ["poll.two"], "the watchdog does not wait for it");
  const asked = two.asked.length;
  await wait(300);
  t.equal(two.asked.length, asked, "it is asked no more");
  t.same(
    gateway.status("en").devices.map(({ id }) => id),
    ["a"],
  );
  t.equal(gateway.live.get("b", "x"), undefined);
  await gateway.change(await configOf());
  await until("asked again", () => two.asked.length > asked + 3);
  t.equal(one.connections(), 1);
  await complete(t, site);
});

t.test("another uplink beside the first", async (t) => {
  const site = await station(t);
  const { configOf, gateway } = site;
  await gateway.change(await configOf({ uplinks: '  disk: {url: "file:./out", file_every: 1s}' }));
  await until("it has its share", () => (site.uplink("disk")?.acknowledgedReadings ?? 0) > 5);
  await gateway.change(await configOf());
  t.equal(site.uplink("disk"), undefined);
  await complete(t, site);
});

t.test("what cannot run leaves everything as it was", async (t) => {
  const site = await station(t);
  const { configOf, gateway, one, two } = site;
  const next = await configOf({
    uplinks: '  other: {url: "mqtts://127.0.0.1:1", tls: {ca: nowhere.pem}}',
  }).catch((error: unknown) => error);
  t.ok(next instanceof ConfigurationError, "it is not even a configuration");
  const good = await configOf();
  const connection = { ...good.connections.get("two"), id: "odd", driver: "nonsense", hash: "o" };
  const bad = { ...good, connections: new Map([...good.connections, ["odd", connection as never]]) };
  const asked = two.asked.length;
  await t.rejects(gateway.change(bad));
  await until("both go on", () => two.asked.length > asked + 5);
  t.equal(two.connections(), 1);
  t.equal(one.connections(), 1);
  t.notOk(gateway.config.connections.has("odd"));
  await complete(t, site);
});
