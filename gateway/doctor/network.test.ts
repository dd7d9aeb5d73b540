import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import t from "tap";
import { Mosquitto } from "../forward/testing/mosquitto.js";
import { connack4, connack5, RawBroker } from "../forward/testing/raw-broker.js";
import type { DoctorContext, Finding } from "./check.js";
import { networkCheck } from "./network-check.js";
import { codesOf, contextOf, findingsOf } from "./testing/doctor-bench.js";

type Tap = Pick<typeof t, "testdir" | "teardown">;
const ROUTED = { command: async () => ({ outcome: "missing", stdout: "", stderr: "" }) as const };

async function diagnose(
  folder: string,
  uplink: string,
  replaced: Partial<DoctorContext> = {},
  id = "gw-a",
): Promise<readonly Finding[]> {
  const yaml = `gateway: {id: ${id}}\nuplinks:\n  centre: ${uplink}\n`;
  const context = contextOf(folder, yaml, { ...ROUTED, ...replaced });
  if (!context.config) throw new Error(JSON.stringify(context.problems));
  return findingsOf(networkCheck, context);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

/** The shipped rules, with the gateways' listener of this test. */
async function brokerWithRules(
  t: Tap,
  more: readonly string[] = [],
): Promise<{ folder: string; broker: Mosquitto }> {
  const folder = t.testdir();
  const passwords = join(folder, "tram.passwd");
  writeFileSync(passwords, "");
  for (const user of ["gw-a", "gw-b"])
    execFileSync("mosquitto_passwd", ["-b", passwords, user, "correct-horse"], { stdio: "ignore" });
  writeFileSync(join(folder, "tram.acl"), readFileSync("config/acl/mosquitto.acl"));
  execFileSync("chmod", ["-R", "a+rX", folder]);
  const rules = [
    "allow_anonymous false",
    `password_file ${passwords}`,
    `acl_file ${join(folder, "tram.acl")}`,
  ];
  const broker = await Mosquitto.start(folder, [...rules, ...more]);
  t.teardown(() => broker.stop());
  writeFileSync(join(folder, "good"), "correct-horse");
  writeFileSync(join(folder, "bad"), "wrong-horse");
  return { folder, broker };
}

t.test("all is well: login, rights and a message there and back, seen by nobody as data", async (t) => {
  const { broker, folder } = await brokerWithRules(t);
  const centre = await connectAsync(broker.url, {
    protocolVersion: 5,
    username: "gw-a",
    password: "correct-horse",
    clientId: "eve",
  });
  t.teardown(() => centre.endAsync(true));
  const heard: string[] = [];
  centre.on("message", (topic, payload) => heard.push(`${topic} ${payload}`));
  await centre.subscribeAsync("tram/v1/gw-a/#", { qos: 1 });
  for (const [protocol, version] of [
    ["auto", "5"],
    ["3.1.1", "3.1.1"],
  ] as const) {
    const password = `"\${file:good}"`;
    const findings = await diagnose(
      folder,
      `{url: "${broker.url}", password: ${password}, protocol: "${protocol}"}`,
    );
    t.same(codesOf(findings), ["ok tcp_good", "ok login_good", "ok echo_good", "note no_status"]);
    t.match(findings[1]?.facts, { version, user: "gw-a" });
  }
  await centre.subscribeAsync("nothing", { qos: 1 });
  t.equal(heard.length, 2);
  for (const line of heard)
    t.match(line, /^tram\/v1\/gw-a\/reply \{"id":"tram-doctor-[0-9a-f]{16}","state":"done"\}$/);
});

t.test("what the broker keeps of the gateway is told", async (t) => {
  const { broker, folder } = await brokerWithRules(t);
  const gateway = await connectAsync(broker.url, {
    username: "gw-a",
    password: "correct-horse",
    clientId: "gw-a",
  });
  await gateway.publishAsync("tram/v1/gw-a/status", '{"state":"offline","epoch":"e"}', {
    qos: 1,
    retain: true,
  });
  await gateway.endAsync();
  const findings = await diagnose(folder, `{url: "${broker.url}", password: "\${file:good}"}`);
  t.match(findings.at(-1), {
    level: "ok",
    said: { message: { code: "doctor.status_kept" }, params: { state: "offline" } },
  });
});

t.test("a wrong password, in both versions", async (t) => {
  const { broker, folder } = await brokerWithRules(t);
  for (const protocol of ["auto", "3.1.1"]) {
    const findings = await diagnose(
      folder,
      `{url: "${broker.url}", password: "\${file:bad}", protocol: "${protocol}"}`,
    );
    t.same(codesOf(findings), ["ok tcp_good", "problem login_not_authorised"], protocol);
    t.notMatch(JSON.stringify(findings), /wrong-horse/);
  }
});

t.test("another gateway's user has no right to these topics", async (t) => {
  const { broker, folder } = await brokerWithRules(t);
  const uplink = (protocol: string) =>
    `{url: "${broker.url}", user: gw-b, password: "\${file:good}", protocol: "${protocol}"}`;
  t.same(codesOf(await diagnose(folder, uplink("5"))), ["ok tcp_good", "ok login_good", "problem no_write"]);
  const old = await diagnose(folder, uplink("3.1.1"), {
    patience: { lookupMs: 1e4, tcpMs: 1e4, tlsMs: 1e4, mqttMs: 1e4, echoMs: 400 },
  });
  t.same(codesOf(old), ["ok tcp_good", "ok login_good", "problem no_echo_4"]);
});

t.test("while the gateway is connected no second login is made, unless it is asked for", async (t) => {
  const { broker, folder } = await brokerWithRules(t, ["use_username_as_clientid true"]);
  const gateway = await connectAsync(broker.url, {
    protocolVersion: 5,
    username: "gw-a",
    password: "correct-horse",
    clientId: "gw-a",
    reconnectPeriod: 0,
  });
  t.teardown(() => gateway.endAsync(true));
  const ended = new Promise<string>((resolve) => {
    gateway.once("disconnect", ({ reasonCode }) => resolve(`disconnect ${reasonCode}`));
    gateway.once("close", () => resolve("close"));
  });
  const uplinks = [{ id: "centre", state: "up", acknowledgedRecords: 12, pending: 3, oldestInFlightMs: 0 }];
  const running = { gateway: async () => ({ state: "running", status: { uplinks } }) as never };
  const uplink = `{url: "${broker.url}", password: "\${file:good}"}`;
  t.same(codesOf(await diagnose(folder, uplink, running)), ["ok tcp_good", "note running_connected"]);
  t.ok(gateway.connected);
  const forced = await diagnose(folder, uplink, { ...running, login: "always" });
  t.ok(codesOf(forced).includes("ok echo_good"));
  t.match(await ended, /^disconnect 142$|^close$/, "the reason why it is not done otherwise");
});

t.test("nobody listens; a silent server; a strange server", async (t) => {
  const folder = t.testdir();
  const refused = await diagnose(folder, `{url: "mqtt://127.0.0.1:${await freePort()}"}`);
  t.same(codesOf(refused), ["problem tcp_refused"]);

  const open = new Set<{ destroy(): void }>();
  const hole = createServer((socket) => void open.add(socket.on("error", () => {})));
  await new Promise<void>((resolve) => hole.listen(0, "127.0.0.1", resolve));
  t.teardown(() => {
    for (const socket of open) socket.destroy();
    hole.close();
  });
  const { port } = hole.address() as { port: number };
  const patience = { lookupMs: 1e4, tcpMs: 1e4, tlsMs: 300, mqttMs: 300, echoMs: 300 };
  t.same(codesOf(await diagnose(folder, `{url: "mqtt://127.0.0.1:${port}"}`, { patience })), [
    "ok tcp_good",
    "problem login_silent",
  ]);
  t.same(codesOf(await diagnose(folder, `{url: "mqtts://127.0.0.1:${port}"}`, { patience })), [
    "ok tcp_good",
    "problem tls_silent",
  ]);
});

t.test("packets that nobody answers: a firewall that drops them", async (t) => {
  // The accept queue of a listener that never accepts is filled: the kernel then drops further connections (listen(2)).
  const code =
    "import socket,sys\ns=socket.socket();s.bind(('127.0.0.1',0));s.listen(0)\nprint(s.getsockname()[1],flush=True)\nh=[]\nfor n in range(4):\n c=socket.socket();c.setblocking(False)\n try: c.connect(s.getsockname())\n except BlockingIOError: pass\n h.append(c)\nprint('full',flush=True)\nsys.stdin.read()\n";
  const { spawn } = await import("node:child_process");
  const child = spawn("python3", ["-c", code], { stdio: ["pipe", "pipe", "inherit"] });
  t.teardown(() => child.kill("SIGKILL"));
  let text = "";
  await new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes("full")) resolve();
    });
  });
  const port = Number(text.split("\n")[0]);
  const patience = { lookupMs: 1e4, tcpMs: 400, tlsMs: 1e4, mqttMs: 1e4, echoMs: 1e4 };
  const findings = await diagnose(t.testdir(), `{url: "mqtt://127.0.0.1:${port}"}`, { patience });
  t.same(codesOf(findings), ["problem tcp_silent"]);
});

t.test("names", async (t) => {
  const folder = t.testdir({
    etc: { "resolv.conf": "# by hand\nnameserver 192.0.2.53\nnameserver 192.0.2.54\n" },
  });
  const failing = (code: string) => ({
    system: folder,
    lookup: () => Promise.reject(Object.assign(new Error(code), { code })),
  });
  const uplink = `{url: "mqtts://broker.invalid:8883"}`;
  const unknown = await diagnose(folder, uplink, failing("ENOTFOUND"));
  t.same(codesOf(unknown), ["problem name_unknown"]);
  t.match(unknown[0]?.said.params, { servers: "192.0.2.53, 192.0.2.54", host: "broker.invalid" });
  t.same(codesOf(await diagnose(folder, uplink, failing("EAI_AGAIN"))), ["problem name_servers_silent"]);
  const never = {
    system: folder,
    lookup: () => new Promise<never>(() => {}),
    patience: { lookupMs: 20, tcpMs: 1, tlsMs: 1, mqttMs: 1, echoMs: 1 },
  };
  t.same(codesOf(await diagnose(folder, uplink, never)), ["problem name_servers_silent"]);
  t.same(
    codesOf(await diagnose(folder, uplink, { ...failing("EAI_AGAIN"), system: join(folder, "empty") })),
    ["problem no_name_server"],
  );
  // The system's own resolver; RFC 6761 keeps .invalid from ever being a name.
  t.match(
    codesOf(await diagnose(folder, uplink))[0],
    /^problem (?:name_unknown|name_servers_silent|no_name_server)$/,
  );
});

t.test("the way out, by what `ip route get` prints", async (t) => {
  const folder = t.testdir();
  const says = (outcome: "done" | "failed", stdout: string, stderr = "") => ({
    command: async () => ({ outcome, stdout, stderr }),
  });
  const uplink = `{url: "mqtt://127.0.0.1:${await freePort()}", keepalive: 5min}`;
  // iproute2 6.1, Debian 12.
  const modem = await diagnose(
    folder,
    uplink,
    says("done", "198.51.100.7 via 10.64.64.64 dev ppp0 src 10.3.2.1 uid 0 \n    cache \n"),
  );
  t.same(codesOf(modem), ["ok route", "warning keepalive_long", "problem tcp_refused"]);
  t.match(modem[0]?.facts, { dev: "ppp0", via: "10.64.64.64", src: "10.3.2.1" });
  const none = await diagnose(
    folder,
    uplink,
    says("failed", "", "RTNETLINK answers: Network is unreachable\n"),
  );
  t.match(none[0], {
    level: "problem",
    said: { message: { code: "doctor.no_route" }, params: { problem: "Network is unreachable" } },
  });
});

t.test("CONNACK: each refusal has its own advice", async (t) => {
  const folder = t.testdir();
  for (const [version, code, expected] of [
    [5, 0x86, "login_password"],
    [5, 0x87, "login_not_authorised"],
    [5, 0x8a, "login_banned"],
    [5, 0x85, "login_client_id"],
    [5, 0x8c, "login_method"],
    [5, 0x88, "login_unavailable"],
    [5, 0x97, "login_quota"],
    [5, 0x9d, "login_moved"],
    [5, 0x90, "login_refused"],
    [4, 0x02, "login_client_id"],
    [4, 0x03, "login_unavailable"],
    [4, 0x04, "login_password"],
    [4, 0x05, "login_not_authorised"],
  ] as const) {
    const broker = await RawBroker.start({
      onConnect: () => (version === 5 ? connack5(code) : connack4(code)),
    });
    const protocol = version === 5 ? "5" : "3.1.1";
    const findings = await diagnose(folder, `{url: "${broker.url}", protocol: "${protocol}"}`);
    await broker.stop();
    t.same(codesOf(findings), ["ok tcp_good", `problem ${expected}`], `${protocol} 0x${code.toString(16)}`);
  }
  const rude = await RawBroker.start({
    onConnect: (_version, socket) => {
      socket.destroy();
      return undefined;
    },
  });
  t.teardown(() => rude.stop());
  t.same(codesOf(await diagnose(folder, `{url: "${rude.url}"}`)), ["ok tcp_good", "problem login_closed"]);
  t.same(rude.versions, [5, 4]);
});

t.test("it never comes under the gateway's own name", async (t) => {
  const ids: string[] = [];
  const broker = await RawBroker.start({
    onConnect: () => connack5(0x87),
    onSocket: (socket) =>
      void socket.on("data", (bytes) => void ids.push(bytes.toString("latin1"))) as undefined,
  });
  t.teardown(() => broker.stop());
  await diagnose(t.testdir(), `{url: "${broker.url}", protocol: "5"}`);
  t.match(ids[0], /gw-a-doctor/);
});

t.test("a folder of files", async (t) => {
  const folder = t.testdir({ taken: "a file" });
  t.same(codesOf(await diagnose(folder, `{url: "file:readings"}`)), ["ok folder_good"]);
  t.same(codesOf(await diagnose(folder, `{url: "file:taken"}`)), ["problem folder_bad"]);
  t.equal(
    spawnSync("ls", ["-A", join(folder, "readings")], { encoding: "utf8" }).stdout,
    "",
    "nothing is left",
  );
});
