import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import t from "tap";
import { SystemClock } from "../../drivers/core/clock.js";
import { type Log, SILENT_LOG } from "../../drivers/core/log.js";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import type { CertificateEnds } from "../core/event.js";
import { CertificateWatch, certificatesIn, stepOf } from "./certificates.js";
import { MqttForwarder } from "./mqtt-forwarder.js";
import { authority } from "./testing/authority.js";
import { Mosquitto } from "./testing/mosquitto.js";
import { Bench } from "./testing/uplink-bench.js";
import { Uplink } from "./uplink.js";

const DAY_MS = 86_400_000;

t.test("its end is told 30, 14 and 3 days ahead, each once, and a new file ends that", async (t) => {
  const folder = t.testdir();
  const { ca, sign } = authority(folder);
  sign("gateway", 35);
  const cert = join(folder, "gateway.pem");
  const [first] = certificatesIn(readFileSync(cert, "utf8"), cert);
  t.ok(first && Math.abs(first.until - Date.now() - 35 * DAY_MS) < 120_000);
  const until = first?.until ?? 0;
  t.same(
    [40, 30.1, 30, 15, 14, 4, 3, 0.5, 0, -9].map((days) => stepOf({ until }, until - days * DAY_MS)),
    [undefined, undefined, 30, 30, 14, 14, 3, 3, 0, 0],
  );

  const told: string[] = [];
  const log: Log = {
    ...SILENT_LOG,
    warn: ({ message, params }) => void told.push(`warn ${message.code} ${params["days"]}`),
    error: ({ message, params }) => void told.push(`error ${message.code} ${params["days"] ?? ""}`),
  };
  let trusted = false;
  const clock = new ManualClock(until - 34.5 * DAY_MS);
  const events: number[] = [];
  const watch = new CertificateWatch({
    uplink: { id: "centre", url: "mqtts://x" },
    files: [{ file: cert, of: "cert" }],
    clock,
    clockTrusted: () => trusted,
    log,
    tell: ({ days }) => void events.push(days),
  });
  await watch.look();
  t.same(
    Object.keys(watch.status()[0] ?? {}),
    ["file", "of", "until"],
    "no days while the clock is not trusted",
  );
  trusted = true;
  for (let day = 34.5; day > -1; day -= 0.5) {
    clock.stepWall(until - day * DAY_MS - clock.now());
    await watch.look();
  }
  t.same(told, [
    "warn forward.certificate_ends 30",
    "warn forward.certificate_ends 14",
    "error forward.certificate_ends 3",
    "error forward.certificate_over ",
  ]);
  t.same(events, [30, 14, 3, 0], "the centre is told as well");
  clock.stepWall(-30 * DAY_MS);
  await watch.look();
  t.equal(told.length, 4, "a clock that comes back tells nothing");
  clock.stepWall(until - 14 * DAY_MS - clock.now());
  await watch.look();
  t.equal(
    told.pop(),
    "warn forward.certificate_ends 14",
    "and what it told too early comes again in its time",
  );
  sign("gateway", 3_650);
  await watch.look();
  t.equal(told.length, 4, "the new one has years");
  t.ok((watch.status()[0]?.daysLeft ?? 0) > 3_000);
  t.ok(ca);

  watch.start();
  t.equal(clock.pending, 1);
  watch.stop();
  t.equal(clock.pending, 0);
  await watch.look();
});

t.test("the broker's certificate is read from each connection and told like our own", async (t) => {
  const folder = t.testdir();
  const { ca, sign } = authority(folder);
  sign("server", 35);
  execFileSync("chmod", ["-R", "a+rX", folder]);
  const at = (name: string): string => join(folder, name);
  const broker = await Mosquitto.start(folder, [
    `certfile ${at("server.pem")}`,
    `keyfile ${at("server.key")}`,
    "allow_anonymous true",
  ]);
  t.teardown(() => broker.stop());
  const told: string[] = [];
  const note: Log["warn"] = ({ message: { code }, params }) => void told.push(`${code} ${params["days"]}`);
  const clock = new ManualClock(Date.now());
  const url = `mqtts://127.0.0.1:${broker.port}`;
  const events: CertificateEnds[] = [];
  const { parts } = new Bench({ url, tls: { ca } });
  const watch = new CertificateWatch({
    uplink: parts.config,
    files: [],
    clock,
    clockTrusted: () => true,
    log: { ...SILENT_LOG, warn: note, error: note },
    tell: (event) => void events.push(event),
  });
  const system = new SystemClock("boot");
  const forwarder = new MqttForwarder({
    uplink: parts.config,
    gatewayId: "gw",
    clock: system,
    log: SILENT_LOG,
  });
  t.teardown(() => forwarder.close(100));
  // As an uplink joins them.
  new Uplink({ ...parts, forwarder, certificates: watch });
  const never = new AbortController().signal;
  await forwarder.connect(never);
  t.match(watch.status(), [{ file: url, of: "broker", daysLeft: 34 }]);
  for (let day = 0; day < 36; day++) {
    clock.stepWall(DAY_MS);
    await watch.look();
  }
  const codes = ["ends 29", "ends 13", "ends 2", "over undefined"].map(
    (text) => `forward.peer_certificate_${text}`,
  );
  t.same(told, codes, "30, 14 and 3 days ahead on one connection that stands, and at the end");
  t.match(events, [{ uplink: "centre", certificate: "broker", days: 29 }, {}, {}, {}]);
  const old = watch.status()[0]?.until;
  sign("server", 300);
  execFileSync("chmod", ["-R", "a+rX", folder]);
  await broker.stop();
  const again = await Mosquitto.start(
    folder,
    [`certfile ${at("server.pem")}`, `keyfile ${at("server.key")}`, "allow_anonymous true"],
    broker.port,
  );
  t.teardown(() => again.stop());
  await forwarder.connect(never);
  t.ok((watch.status()[0]?.until ?? "") > (old ?? ""), "the new one is known with the next connection");
});

t.test("mutual TLS: a file that was wrong and is replaced heals without a restart", async (t) => {
  const folder = t.testdir();
  const { ca, sign } = authority(folder);
  sign("server", 2);
  sign("good", 2);
  const foreign = authority(folder, "other");
  foreign.sign("gateway", 2);
  const at = (name: string): string => join(folder, name);
  execFileSync("chmod", ["-R", "a+rX", folder]);
  const broker = await Mosquitto.start(folder, [
    `cafile ${ca}`,
    `certfile ${at("server.pem")}`,
    `keyfile ${at("server.key")}`,
    "require_certificate true",
    "use_identity_as_username true",
  ]);
  t.teardown(() => broker.stop());
  const tls = { ca, cert: at("gateway.pem"), key: at("gateway.key") };
  const { parts } = new Bench({ url: `mqtts://127.0.0.1:${broker.port}`, tls });
  const clock = new SystemClock("boot");
  const forwarder = new MqttForwarder({ uplink: parts.config, gatewayId: "gw", clock, log: SILENT_LOG });
  t.teardown(() => forwarder.close(100));
  const never = new AbortController().signal;
  await t.rejects(forwarder.connect(never), { name: "LinkError" }, "the broker does not know its authority");
  copyFileSync(at("good.pem"), tls.cert);
  copyFileSync(at("good.key"), tls.key);
  await forwarder.connect(never);
  await forwarder.send({ topic: "data", retain: false, payload: "{}" });
  writeFileSync(tls.cert, "not a certificate");
  await forwarder.send({ topic: "data", retain: false, payload: "{}" });
  t.pass("the running connection goes on");
});

t.test("a wrong clock is told from a wrong certificate", async (t) => {
  const folder = t.testdir();
  const { ca, sign } = authority(folder);
  sign("server", -1);
  const [key, cert] = ["server.key", "server.pem"].map((name) => readFileSync(join(folder, name)));
  const server = createTlsServer({ key, cert });
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => server.close());
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const { parts } = new Bench({ url: `mqtts://127.0.0.1:${port}`, tls: { ca } });
  const clock = new SystemClock("boot");
  let trusted = true;
  const forwarder = new MqttForwarder({
    uplink: parts.config,
    gatewayId: "gw",
    clock,
    log: SILENT_LOG,
    clockTrusted: () => trusted,
  });
  const never = new AbortController().signal;
  await t.rejects(forwarder.connect(never), { code: "forward.certificate_refused", name: "LinkError" });
  trusted = false;
  // LinkError: tried again with backoff, so that it heals when the clock is set.
  await t.rejects(forwarder.connect(never), { code: "forward.certificate_clock", name: "LinkError" });
});
