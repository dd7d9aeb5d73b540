import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { connectAsync } from "mqtt";
import t from "tap";
import { heldOutput } from "../cli/testing/held-output.js";
import { Mosquitto } from "../forward/testing/mosquitto.js";

/** The whole gateway as a process whose wall clock alone is led astray by libfaketime. */
const root = fileURLToPath(new URL("../../..", import.meta.url));
const tram = join(root, "dist/gateway/cli/main.js");
const DAY_MS = 86_400_000;
const PATIENCE_MS = 30_000;

interface Record {
  readonly seq: number;
  readonly prev: number | null;
  readonly t: string;
  readonly event?: string;
  readonly clock?: string;
}

function certificate(folder: string): void {
  const args = ["-x509", "-days", "2", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  const names = ["-subj", "/CN=broker", "-addext", "subjectAltName=IP:127.0.0.1"];
  const files = ["-keyout", "key.pem", "-out", "cert.pem"];
  execFileSync("openssl", ["req", ...args, ...names, ...files], { cwd: folder, stdio: "ignore" });
  chmodSync(join(folder, "key.pem"), 0o644);
}

t.test("it starts in 1970, jumps to now, two hours back, thirty days ahead, and comes home", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tram-clock-"));
  chmodSync(folder, 0o755);
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  certificate(folder);
  const at = (name: string): string => join(folder, name);
  const tls = [`certfile ${at("cert.pem")}`, `keyfile ${at("key.pem")}`, "allow_anonymous true"];
  let broker = await Mosquitto.start(folder, tls);
  t.teardown(() => broker.stop());
  const url = `mqtts://127.0.0.1:${broker.port}`;
  const file = at("gateway.yaml");
  writeFileSync(
    file,
    `gateway: {id: jump, health_every: 1s, status_every: 1s, clock: auto}
connections: {plc: {driver: modbus-tcp, host: 127.0.0.1, port: 1}}
devices: {d: {connection: plc, every: 200ms, points: [{id: a, address: 0}]}}
uplinks: {centre: {url: "${url}", tls: {ca: cert.pem}, reconnect_spread: 1s}}
buffer: {path: ./jump.db, keep_at_least: 7d}
`,
  );
  const wall = at("wall");
  const setWall = (offset: string): void => writeFileSync(wall, `${offset}\n`);
  const now = Date.now();
  setWall(`-${Math.floor(now / DAY_MS) - 2}d`);

  const centre = await connectAsync(url, { ca: readFileSync(at("cert.pem")), reconnectPeriod: 50 });
  t.teardown(() => centre.endAsync(true));
  const records = new Map<number, Record>();
  const arrived: number[] = [];
  let status: { last: number; kept_from: number; pending_from: number } | undefined;
  centre.on("message", (topic, payload) => {
    const message = JSON.parse(payload.toString() || "{}");
    if (topic.endsWith("/status") && message.state === "online") status = message;
    if (!/(data|event)$/.test(topic) || message.snapshot) return;
    for (const record of message.records as Record[]) {
      if (!records.has(record.seq)) arrived.push(record.seq);
      records.set(record.seq, record);
    }
  });
  await centre.subscribeAsync("tram/v1/jump/#", { qos: 1 });

  const listed = execFileSync("dpkg", ["-L", "libfaketime"], { encoding: "utf8" }).split("\n");
  const preload = listed.find((name) => name.endsWith("libfaketimeMT.so.1"));
  const child = spawn(process.execPath, [tram, "run", file, "--json", "--lang", "en"], {
    env: {
      ...process.env,
      XDG_RUNTIME_DIR: folder,
      LD_PRELOAD: preload ?? "libfaketime is missing",
      FAKETIME_TIMESTAMP_FILE: wall,
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      FAKETIME_NO_CACHE: "1",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.teardown(() => child.kill("SIGKILL"));
  const said: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => said.push(JSON.parse(line).code));
  const until = async (what: string, done: () => boolean): Promise<void> => {
    const deadline = performance.now() + PATIENCE_MS;
    while (!done()) {
      if (performance.now() > deadline) throw new Error(`never: ${what}; said ${[...new Set(said)]}`);
      await wait(20);
    }
  };
  const times = (code: string): number => said.filter((other) => other === code).length;

  await until("the certificate is not valid yet in 1970", () => said.includes("forward.certificate_clock"));
  const from = performance.now();
  await wait(2_000);
  t.equal(records.size, 0);
  setWall("+0");
  const isToday = (record: Record): boolean => Date.parse(record.t) > now - DAY_MS;
  await until("it connects by itself when the clock is right", () => [...records.values()].some(isToday));
  t.ok(
    [...records.values()].some((record) => record.t.startsWith("1970")),
    "what was taken in 1970 is there",
  );
  t.ok([...records.values()].every(({ clock, event }) => clock === "untrusted" || event !== undefined));

  for (const offset of ["-2h", "+30d"]) {
    const before = records.size;
    setWall(offset);
    await until(`readings go on at ${offset}`, () => records.size >= before + 3);
    t.equal(times("forward.connected"), 1, `${offset}: the connection stands`);
  }

  await broker.stop();
  broker = await Mosquitto.start(folder, tls, broker.port);
  // Asked of the running gateway: the log counts what it says again within a minute.
  let problem = "";
  for (let tries = 0; tries < 50 && !/no longer/.test(problem); tries++) {
    const env = { ...process.env, XDG_RUNTIME_DIR: folder };
    const args = [tram, "status", "-c", file, "--json", "--lang", "en"];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    problem = heldOutput("status", stdout).uplinks[0].problem ?? "";
  }
  t.match(problem, /not valid yet, or no longer; but that clock is not set/, "it is over in thirty days");
  await centre.subscribeAsync("tram/v1/jump/#", { qos: 1 });
  setWall("+0");
  await until("it is back", () => times("forward.connected") === 2);
  const { size } = records;
  // What waits for its commit is backlog too: nothing may be pending when the program is told to stop.
  const isDrained = (): boolean => status !== undefined && status.pending_from > Math.max(size, status.last);
  await until("everything has come", () => records.size >= size + 5 && isDrained());
  const seconds = (performance.now() - from) / 1_000;
  child.kill("SIGTERM");
  if (child.exitCode === null) await once(child, "exit");
  t.equal(child.exitCode, 0);

  await until("the last one has come", () => records.has(status?.last ?? 0));
  const seqs = [...records.keys()].sort((a, b) => a - b);
  for (const seq of seqs) {
    const { prev } = records.get(seq) ?? { prev: -1 };
    if (prev !== null && !records.has(prev)) t.fail(`${prev} before ${seq} is missing`);
  }
  t.equal([...records.values()].filter(({ event }) => event === "lost" || event === "void").length, 0);
  t.equal(status?.kept_from, seqs[0], "nothing was evicted");
  const rate = seqs.length / seconds;
  t.ok(rate < 8, `${rate.toFixed(1)} records a second: no timer runs wild`);
  t.ok(arrived.length === seqs.length);
});
