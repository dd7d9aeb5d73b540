import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync, type IClientOptions, type MqttClient } from "mqtt";
import t from "tap";
import { SystemClock } from "../../drivers/core/clock.js";
import { SILENT_LOG } from "../../drivers/core/log.js";
import { Secret } from "../core/secret.js";
import { MqttForwarder } from "../forward/mqtt-forwarder.js";
import { Mosquitto } from "../forward/testing/mosquitto.js";

/** The shipped rules on a real mosquitto: its listeners on free ports of loopback, without TLS, which is not on trial. */
type Tap = Pick<typeof t, "teardown">;

const PASSWORD = "secret";
const GATEWAYS = ["gw-a", "gw-b"];

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

async function startBroker(t: Tap) {
  const folder = await mkdtemp(join(tmpdir(), "tram-acl-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  for (const [at, user] of [...GATEWAYS, "centre", "viewer"].entries()) {
    const create = at === 0 ? ["-c"] : [];
    execFileSync("mosquitto_passwd", [...create, "-b", join(folder, "tram.passwd"), user, PASSWORD], {
      stdio: "ignore",
    });
  }
  await writeFile(join(folder, "tram.acl"), await readFile("config/acl/mosquitto.acl"));
  const shipped = await readFile("config/acl/mosquitto.conf", "utf8");
  const [gateways, centre] = [await freePort(), await freePort()];
  const lines = shipped
    .split("\n")
    .filter((line) => !/^(cafile|certfile|keyfile) /.test(line))
    .map((line) =>
      line
        .replace(/^listener 8883$/, `listener ${gateways} 127.0.0.1`)
        .replace(/^listener 8884$/, `listener ${centre} 127.0.0.1`)
        .replace("/etc/mosquitto/", `${folder}/`),
    );
  // The listener of the helper stands first; the test does not use it.
  const broker = await Mosquitto.start(folder, lines);
  t.teardown(() => broker.stop());
  return { gateways: `mqtt://127.0.0.1:${gateways}`, centre: `mqtt://127.0.0.1:${centre}` };
}

interface Person {
  readonly client: MqttClient;
  readonly heard: string[];
  /** Waits until the broker has answered everything before. */
  readonly settle: () => Promise<void>;
  readonly publish: (topic: string, retain?: boolean) => Promise<"taken" | "denied">;
}

async function enter(t: Tap, url: string, user: string, options: IClientOptions = {}): Promise<Person> {
  const client = await connectAsync(url, {
    protocolVersion: 5,
    username: user,
    password: PASSWORD,
    clientId: user,
    reconnectPeriod: 0,
    ...options,
  });
  client.on("error", () => {});
  t.teardown(() => client.endAsync(true));
  const heard: string[] = [];
  client.on("message", (topic) => heard.push(topic));
  // mosquitto takes any subscription and judges what it delivers.
  await client.subscribeAsync(["tram/#", "#"], { qos: 1 });
  return {
    client,
    heard,
    settle: async () => {
      for (let n = 0; n < 3; n++) await client.subscribeAsync(`nothing/${n}`, { qos: 1 });
    },
    publish: async (topic, retain = false) => {
      try {
        await client.publishAsync(topic, user, { qos: 1, retain });
        return "taken";
      } catch {
        return "denied";
      }
    },
  };
}

const OWN = ["status", "birth", "birth/well", "data", "event", "reply"];

t.test("a gateway writes its own topics, and nobody else's; only the centre writes requests", async (t) => {
  const urls = await startBroker(t);
  const centre = await enter(t, urls.centre, "centre", { clientId: "worker-1" });
  const viewer = await enter(t, urls.centre, "viewer", { clientId: "viewer-1" });
  const a = await enter(t, urls.gateways, "gw-a");
  const b = await enter(t, urls.gateways, "gw-b");
  for (const name of OWN) t.equal(await a.publish(`tram/v1/gw-a/${name}`), "taken", name);
  for (const name of [...OWN, "command", "birth/well/x", "other"]) {
    t.equal(await a.publish(`tram/v1/gw-b/${name}`), "denied", `of gw-b: ${name}`);
  }
  for (const topic of [
    "tram/v1/gw-a/command",
    "tram/v1/gw-a/other",
    "tram/v1/gw-a/birth/x/y",
    "tram/v2/x",
    "x",
  ]) {
    t.equal(await a.publish(topic), "denied", topic);
  }
  t.equal(await centre.publish("tram/v1/gw-a/command"), "taken");
  for (const name of OWN) t.equal(await centre.publish(`tram/v1/gw-a/${name}`), "denied", `centre: ${name}`);
  for (const name of [...OWN, "command"]) {
    t.equal(await viewer.publish(`tram/v1/gw-a/${name}`), "denied", `viewer: ${name}`);
  }
  for (const person of [a, b, centre, viewer]) await person.settle();
  t.same(
    new Set(a.heard),
    new Set([...OWN, "command"].map((name) => `tram/v1/gw-a/${name}`)),
    "reads back its own",
  );
  t.same(b.heard, [], "hears nothing of the other");
  const all = [...OWN, "command"].map((name) => `tram/v1/gw-a/${name}`);
  t.same(new Set(centre.heard), new Set(all));
  t.same(new Set(viewer.heard), new Set(all));
});

t.test("what is retained, and a last will, are no way around", async (t) => {
  const urls = await startBroker(t);
  const centre = await enter(t, urls.centre, "centre", { clientId: "worker-1" });
  const b = await enter(t, urls.gateways, "gw-b");
  t.equal(await b.publish("tram/v1/gw-b/status", true), "taken");
  const a = await enter(t, urls.gateways, "gw-a");
  await a.settle();
  t.same(a.heard, [], "a retained message of the other is not given out");
  a.client.end(true);
  const will = {
    topic: "tram/v1/gw-b/status",
    payload: Buffer.from("forged"),
    qos: 1 as const,
    retain: true,
  };
  await centre.settle();
  const before = centre.heard.length;
  const forger = await enter(t, urls.gateways, "gw-a", { will }).catch(() => undefined);
  forger?.client.stream.destroy();
  for (let n = 0; n < 5; n++) await centre.settle();
  t.equal(centre.heard.length, before, "a will on another's topic is not published");
});

t.test("nobody takes over a connection by naming another one's client id", async (t) => {
  const urls = await startBroker(t);
  const b = await enter(t, urls.gateways, "gw-b");
  let closed = false;
  b.client.on("close", () => {
    closed = true;
  });
  const a = await enter(t, urls.gateways, "gw-a", { clientId: "gw-b" });
  await a.settle();
  await b.settle();
  t.notOk(closed, "gw-b is still connected");
  t.equal(await b.publish("tram/v1/gw-b/data"), "taken");
  t.equal(await a.publish("tram/v1/gw-b/data"), "denied");
  await t.rejects(enter(t, urls.gateways, "gw-a", { password: "wrong" }));
  await t.rejects(
    connectAsync(urls.gateways, { protocolVersion: 5, clientId: "gw-a", reconnectPeriod: 0 }),
    "no anonymous clients",
  );
});

t.test("the gateway itself works under these rules", async (t) => {
  const urls = await startBroker(t);
  const centre = await enter(t, urls.centre, "centre", { clientId: "worker-1" });
  for (const protocol of ["5", "3.1.1"] as const) {
    const forwarder = new MqttForwarder({
      uplink: {
        id: "centre",
        url: urls.gateways,
        format: "json",
        compress: "none",
        protocol,
        user: "gw-a",
        password: new Secret(PASSWORD),
        keepaliveMs: 30_000,
        gatherMs: 0,
        window: 16,
        points: ["*"],
        fileEveryMs: 0,
        backlog: { share: 1 },
        reconnectSpreadMs: 0,
        required: true,
        keepForMs: 0,
        hash: "",
      },
      gatewayId: "gw-a",
      clock: new SystemClock("boot"),
      log: SILENT_LOG,
    });
    const asked = new Promise<string>((resolve) => {
      forwarder.onCommand((payload) => resolve(Buffer.from(payload).toString()));
    });
    const will = { topic: "status", retain: true, payload: "{}" } as const;
    await forwarder.connect(new AbortController().signal, will);
    for (const topic of ["status", "birth", "birth/well", "data", "event", "reply"] as const) {
      await forwarder.send({ topic, retain: false, payload: "{}" });
    }
    await centre.settle();
    for (const name of OWN) t.ok(centre.heard.includes(`tram/v1/gw-a/${name}`), `${protocol}: ${name}`);
    t.equal(await centre.publish("tram/v1/gw-a/command"), "taken");
    t.equal(await asked, "centre");
    await forwarder.close(1_000);
  }
});
