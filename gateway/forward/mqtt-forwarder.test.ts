import { execFileSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { join } from "node:path";
import { connectAsync, type MqttClient } from "mqtt";
import t from "tap";
import { SystemClock } from "../../drivers/core/clock.js";
import { LinkError, RejectedError, TransientError } from "../../drivers/core/errors.js";
import type { Log } from "../../drivers/core/log.js";
import { LoopbackBroker } from "../../simulators/broker.js";
import type { UplinkConfig } from "../core/config.js";
import type { Outbound } from "../core/forwarder.js";
import { Secret } from "../core/secret.js";
import { MqttForwarder } from "./mqtt-forwarder.js";
import { Mosquitto } from "./testing/mosquitto.js";
import { connack4, connack5, puback5, RawBroker, type RawScript } from "./testing/raw-broker.js";

const clock = new SystemClock("boot");
const never = new AbortController().signal;

class Codes implements Log {
  readonly said: string[] = [];
  debug = (): void => {};
  info = (): void => {};
  warn: Log["warn"] = ({ message }) => void this.said.push(message.code);
  error: Log["error"] = ({ message }) => void this.said.push(message.code);
  with = (): Log => this;
}

function forwarderFor(url: string, config: Partial<UplinkConfig> = {}, connectTimeoutMs = 10_000) {
  const log = new Codes();
  const uplink: UplinkConfig = {
    id: "centre",
    url,
    format: "json",
    compress: "none",
    protocol: "auto",
    user: "gw-1",
    keepaliveMs: 30_000,
    gatherMs: 0,
    backlog: { share: 1 },
    reconnectSpreadMs: 1_000,
    window: 16,
    points: ["*"],
    required: true,
    keepForMs: 0,
    fileEveryMs: 0,
    hash: "",
    ...config,
  };
  const forwarder = new MqttForwarder({ uplink, gatewayId: "gw-1", clock, log, connectTimeoutMs });
  return Object.assign(forwarder, { log });
}

const data = (payload = "{}"): Outbound => ({ topic: "data", retain: false, payload });
const will: Outbound = { topic: "status", retain: true, payload: '{"state":"offline","epoch":"e"}' };

interface Heard {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
}

/** Hears everything below tram/; `heard(n)` waits for so many messages. */
async function subscriber(
  url: string,
  options = {},
): Promise<{ client: MqttClient; heard: (n: number) => Promise<Heard[]> }> {
  const client = await connectAsync(url, { protocolVersion: 5, ...options });
  const list: Heard[] = [];
  const waiting = new Set<() => void>();
  client.on("message", (topic, payload, { retain }) => {
    list.push({ topic, payload: payload.toString(), retain });
    for (const check of waiting) check();
  });
  await client.subscribeAsync("tram/#", { qos: 1, ...({ rap: true } as object) });
  const heard = (n: number): Promise<Heard[]> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`heard ${list.length} of ${n}`)), 10_000);
      const check = (): void => {
        if (list.length < n) return;
        clearTimeout(timer);
        waiting.delete(check);
        resolve([...list]);
      };
      waiting.add(check);
      check();
    });
  return { client, heard };
}

function lostOf(forwarder: MqttForwarder): Promise<Error> {
  return new Promise((resolve) => forwarder.onLost(resolve));
}

t.test("mosquitto, MQTT 5: delivery, retained messages, last will, limits, reason codes", async (t) => {
  const folder = t.testdir();
  const acl = join(folder, "acl");
  writeFileSync(
    acl,
    "pattern readwrite tram/v1/%u/status\npattern readwrite tram/v1/%u/data\nuser centre\ntopic readwrite tram/#\n",
  );
  chmodSync(acl, 0o644);
  const broker = await Mosquitto.start(folder, [
    "allow_anonymous true",
    `acl_file ${acl}`,
    "max_inflight_messages 20",
    "max_packet_size 4000",
  ]);
  t.teardown(() => broker.stop());
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const forwarder = forwarderFor(url);
  t.teardown(() => forwarder.close(1_000));
  const limits = await forwarder.connect(never, will);
  t.equal(limits.window, 20);
  t.ok(limits.maxPayload < 4_000 && limits.maxPayload > 3_700, `${limits.maxPayload}`);

  await forwarder.send(data("nobody"));
  await forwarder.send(data("nobody"));
  t.same(forwarder.log.said, ["forward.no_subscriber"], "0x10 is delivered, and said once");

  const { client, heard } = await subscriber(url, { username: "centre" });
  t.teardown(() => client.endAsync(true));
  await Promise.all(Array.from({ length: 20 }, (_, n) => forwarder.send(data(`${n}`))));
  const messages = await heard(20);
  t.same(
    messages.map(({ payload }) => payload),
    Array.from({ length: 20 }, (_, n) => `${n}`),
    "in order",
  );
  t.ok(messages.every(({ topic, retain }) => topic === "tram/v1/gw-1/data" && !retain));
  await forwarder.send({ topic: "status", retain: true, payload: "online" });
  t.equal((await heard(21)).at(-1)?.retain, true);

  await t.rejects(
    forwarder.send({ topic: "event", retain: false, payload: "x" }),
    RejectedError,
    "the ACL: 0x87",
  );
  await t.rejects(forwarder.send(data("x".repeat(4_000))), RejectedError, "larger than the broker takes");
  const largest = data("x".repeat(limits.maxPayload));
  await forwarder.send(largest);
  t.equal((await heard(22)).at(-1)?.payload, largest.payload, "what limits promise goes through");

  const lost = lostOf(forwarder);
  const other = await connectAsync(url, { protocolVersion: 5, clientId: "gw-1", username: "gw-1" });
  t.type(await lost, LinkError, "mosquitto 2.0 does not say that the client id was taken over");
  t.equal((await heard(23)).at(-1)?.payload, will.payload, "the will");
  await t.rejects(forwarder.send(data()), LinkError);
  await other.endAsync(true);

  await forwarder.connect(never, will);
  await forwarder.send(data("again"));
  await heard(24);
  await forwarder.close(1_000);
  await forwarder.connect(never, will);
  await forwarder.send(data("after an orderly end"));
  t.equal((await heard(25)).at(-1)?.payload, "after an orderly end", "which publishes no will");

  const cut = lostOf(forwarder);
  await broker.stop();
  t.type(await cut, LinkError);
  await t.rejects(forwarder.connect(never), LinkError, "nobody listens");
});

t.test("user, password and TLS reach the broker; wrong ones are refused and never shown", async (t) => {
  const folder = t.testdir();
  const in_ = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void =>
    void execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
  const subject = ["-days", "2", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  openssl("req", "-x509", ...subject, "-subj", "/CN=ca", "-keyout", "ca.key", "-out", "ca.pem");
  for (const name of ["server", "gateway"]) {
    openssl("req", ...subject, "-subj", `/CN=${name}`, "-keyout", `${name}.key`, "-out", `${name}.csr`);
    writeFileSync(in_(`${name}.ext`), "subjectAltName=IP:127.0.0.1\n");
    openssl(
      "x509",
      "-req",
      "-in",
      `${name}.csr`,
      "-CA",
      "ca.pem",
      "-CAkey",
      "ca.key",
      "-CAcreateserial",
      "-days",
      "2",
      "-extfile",
      `${name}.ext`,
      "-out",
      `${name}.pem`,
    );
  }
  execFileSync("mosquitto_passwd", ["-b", "-c", in_("passwords"), "gw-1", "mật khẩu"], { stdio: "ignore" });
  execFileSync("chmod", ["-R", "a+rX", folder]);
  const broker = await Mosquitto.start(folder, [
    `cafile ${in_("ca.pem")}`,
    `certfile ${in_("server.pem")}`,
    `keyfile ${in_("server.key")}`,
    "require_certificate true",
    "allow_anonymous false",
    `password_file ${in_("passwords")}`,
  ]);
  t.teardown(() => broker.stop());
  const url = `mqtts://127.0.0.1:${broker.port}`;
  const tls = { ca: in_("ca.pem"), cert: in_("gateway.pem"), key: in_("gateway.key") };
  const good = forwarderFor(url, { tls, password: new Secret("mật khẩu") });
  await good.connect(never);
  await good.send(data());
  await good.close(1_000);

  const wrong = forwarderFor(url, { tls, password: new Secret("sai") });
  const refused = await wrong.connect(never).then(
    () => undefined,
    (error: Error) => error,
  );
  t.type(refused, RejectedError);
  t.notMatch(JSON.stringify(refused) + String(refused), /sai/);
  t.notMatch(JSON.stringify(Object.values((refused as RejectedError).params)), /sai/);

  const foreign = forwarderFor(url, { password: new Secret("mật khẩu") });
  await t.rejects(foreign.connect(never), { code: "forward.certificate_refused", name: "LinkError" });
  const missing = forwarderFor(url, { tls: { ca: in_("no.pem") } });
  await t.rejects(missing.connect(never), { code: "forward.tls_file_unreadable" });
});

t.test("aedes, MQTT 3.1.1: auto falls back, once and for all", async (t) => {
  const broker = await LoopbackBroker.start({ port: 0 });
  t.teardown(() => broker.stop());
  const { client, heard } = await subscriber(broker.url, { protocolVersion: 4 });
  t.teardown(() => client.endAsync(true));
  const forwarder = forwarderFor(broker.url);
  for (const n of [1, 2]) {
    const limits = await forwarder.connect(never, will);
    t.ok(limits.window >= 1_000 && limits.maxPayload > 1e6, "no limits are told");
    await forwarder.send({ ...data(`${n}`), contentType: "application/gzip" });
    t.equal((await heard(n)).at(-1)?.payload, `${n}`);
    await forwarder.close(1_000);
  }
  // What the packets of both were made by keeps no buffer for each message id.
  const own = createRequire(import.meta.url);
  const ofMqtt = createRequire(own.resolve("mqtt"));
  t.equal(own.resolve("mqtt-packet"), ofMqtt.resolve("mqtt-packet"), "the module that was told so");
  const { cache } = own("mqtt-packet/numbers") as { readonly cache: object };
  t.same(Object.keys(cache), []);
  await t.rejects(
    forwarderFor(broker.url, { protocol: "5" }).connect(never),
    "where it was asked for, 5 or nothing",
  );
});

async function raw(t: { teardown(run: () => unknown): unknown }, script: RawScript): Promise<RawBroker> {
  const broker = await RawBroker.start(script);
  t.teardown(() => broker.stop());
  return broker;
}

t.test("version: asked again where a broker only closed, remembered where it said so", async (t) => {
  const only4 = await raw(t, { onConnect: (version) => (version === 5 ? connack4(1) : connack4(0)) });
  const told = forwarderFor(only4.url);
  await told.connect(never);
  await told.close(100);
  await told.connect(never);
  await told.close(100);
  t.same(only4.versions, [5, 4, 4]);

  const closes = await raw(t, {
    onConnect(version, socket) {
      if (version === 4) return connack4(0);
      socket.destroy();
      return undefined;
    },
  });
  const guessed = forwarderFor(closes.url);
  await guessed.connect(never);
  await guessed.close(100);
  await guessed.connect(never);
  await guessed.close(100);
  t.same(closes.versions, [5, 4, 5, 4]);
});

t.test("a CONNACK that never comes, one that refuses with the socket left open, a busy broker", async (t) => {
  const mute = await raw(t, { onConnect: () => undefined });
  const deaf = forwarderFor(mute.url, {}, 100);
  await t.rejects(deaf.connect(never), { code: "forward.connect_timeout", name: "LinkError" });

  const stop = new AbortController();
  const waiting = forwarderFor(mute.url, {}, 60_000).connect(stop.signal);
  setImmediate(() => stop.abort());
  await t.rejects(waiting, { code: "forward.connect_aborted" });

  const refusals: readonly (readonly [number, { code?: string; name: string }])[] = [
    [0x86, { code: "forward.refused", name: "RejectedError" }],
    [0x85, { name: "RejectedError" }],
    [0x88, { code: "forward.broker_busy", name: "LinkError" }],
    [0x9f, { name: "LinkError" }],
  ];
  for (const [reason, expected] of refusals) {
    const broker = await raw(t, { onConnect: () => connack5(reason) });
    await t.rejects(
      forwarderFor(broker.url, { protocol: "5" }).connect(never),
      expected,
      `0x${reason.toString(16)}`,
    );
    await untilNone(broker);
    t.equal(broker.open, 0, "the client closes the socket that the broker left open");
  }
  const old = await raw(t, { onConnect: () => connack4(5) });
  await t.rejects(forwarderFor(old.url, { protocol: "3.1.1" }).connect(never), { name: "RejectedError" });
  await untilNone(mute);
  t.equal(mute.open, 0);
});

async function untilNone(broker: RawBroker): Promise<void> {
  for (let n = 0; n < 500 && broker.open > 0; n++) await new Promise((resolve) => setTimeout(resolve, 5));
}

t.test("receive maximum and maximum packet size are passed on", async (t) => {
  // MQTT 5, 3.2.2.3: 0x21 Receive Maximum 2, 0x27 Maximum Packet Size 500.
  const broker = await raw(t, {
    onConnect: () => connack5(0, [0x21, 0, 2, 0x27, 0, 0, 0x01, 0xf4]),
    onPublish: ({ id }) => puback5(id, 0),
  });
  const forwarder = forwarderFor(broker.url);
  const limits = await forwarder.connect(never);
  t.equal(limits.window, 2);
  t.ok(limits.maxPayload > 300 && limits.maxPayload < 500);
  await forwarder.send(data("x".repeat(limits.maxPayload)));
  await t.rejects(forwarder.send(data("x".repeat(500))), {
    code: "forward.message_too_large",
    name: "RejectedError",
  });
  t.equal(broker.published.length, 1, "it is not even sent");
  await forwarder.close(100);
});

t.test("each reason code is its own policy", async (t) => {
  const codes = [0x00, 0x10, 0x80, 0x87, 0x90, 0x95, 0x96, 0x97, 0x99];
  const broker = await raw(t, {
    onConnect: () => connack5(0),
    onPublish: ({ id, nth }) => puback5(id, codes[nth] ?? 0),
  });
  const forwarder = forwarderFor(broker.url);
  await forwarder.connect(never);
  const outcomes: string[] = [];
  for (const code of codes) {
    const word = await forwarder.send(data()).then(
      () => "delivered",
      (error: Error) =>
        error instanceof RejectedError ? "rejected" : error instanceof TransientError ? "later" : "lost",
    );
    outcomes.push(`${code.toString(16)} ${word}`);
  }
  t.same(outcomes, [
    "0 delivered",
    "10 delivered",
    "80 later",
    "87 rejected",
    "90 rejected",
    "95 rejected",
    "96 later",
    "97 later",
    "99 rejected",
  ]);
  await forwarder.close(100);
  t.equal(broker.disconnects, 1, "an orderly end");

  const limited = await Mosquitto.start(t.testdir(), ["allow_anonymous true", "message_size_limit 1000"]);
  t.teardown(() => limited.stop());
  const real = forwarderFor(`mqtt://127.0.0.1:${limited.port}`);
  await real.connect(never);
  await t.rejects(real.send(data("x".repeat(2_000))), { name: "RejectedError" }, "mosquitto's 0x95");
  await real.send(data("goes on"));
  await real.close(100);

  const odd = await raw(t, { onConnect: () => connack5(0), onPublish: ({ id }) => puback5(id, 0x42) });
  const confused = forwarderFor(odd.url);
  await confused.connect(never);
  const lost = lostOf(confused);
  await t.rejects(confused.send(data()), { name: "LinkError" }, "a broker that speaks nonsense is left");
  await lost;
});

t.test("a client id that another one uses: hurry no more", async (t) => {
  const broker = await raw(t, {
    onConnect: () => connack5(0),
    // DISCONNECT 0x8E, session taken over (MQTT 5, 3.14.2.1).
    onPublish: ({ socket }) => void socket.end(Uint8Array.of(0xe0, 2, 0x8e, 0)),
  });
  const forwarder = forwarderFor(broker.url);
  await forwarder.connect(never);
  const lost = lostOf(forwarder);
  const sent = forwarder.send(data());
  await t.rejects(sent, { name: "LinkError" }, "the message is not at fault");
  t.match(await lost, { code: "forward.taken_over", name: "RejectedError" });
  await forwarder.close(100);
});

t.test("acknowledges all but one: close and loss settle every send, in time", async (t) => {
  const broker = await raw(t, {
    onConnect: () => connack5(0),
    onPublish: ({ id, nth }) => (nth === 1 ? undefined : puback5(id, 0)),
  });
  const forwarder = forwarderFor(broker.url);
  await forwarder.connect(never);
  const first = Promise.allSettled([0, 1, 2].map(() => forwarder.send(data())));
  const from = clock.mono();
  await forwarder.send(data());
  await forwarder.close(200);
  t.ok(clock.mono() - from < 5_000);
  t.same(
    (await first).map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );

  let cut = (): void => {};
  const breaking = await raw(t, {
    onConnect: (_, socket) => {
      cut = () => socket.resetAndDestroy();
      return connack5(0);
    },
  });
  const second = forwarderFor(breaking.url);
  await second.connect(never);
  const lost = lostOf(second);
  const sends = Promise.allSettled([second.send(data()), second.send(data())]);
  cut();
  t.type(await lost, LinkError);
  for (const result of await sends) {
    t.equal(result.status, "rejected");
    t.type(result.status === "rejected" && result.reason, LinkError);
  }
  await second.close(100);
});

t.test("a half-open link is noticed by the keepalive", async (t) => {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    // Only the CONNECT is answered; then nothing, not even to pings.
    socket.once("data", () => socket.write(connack5(0)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => server.close());
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const forwarder = forwarderFor(`mqtt://127.0.0.1:${port}`, { keepaliveMs: 1_000 });
  await forwarder.connect(never);
  const lost = lostOf(forwarder);
  t.match(await lost, { name: "LinkError", message: /Keepalive/ });
});
