import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Value } from "@sinclair/typebox/value";
import { connectAsync } from "mqtt";
import t from "tap";
import { SystemClock } from "../../drivers/core/clock.js";
import { SocketLock } from "../../drivers/core/lock.js";
import { SILENT_LOG } from "../../drivers/core/log.js";
import { LoopbackBroker } from "../../simulators/broker.js";
import { socketPath } from "../api/socket-path.js";
import { heldOutput } from "../cli/testing/held-output.js";
import { loadConfigOrThrow } from "../config/load-config.js";
import { MESSAGE_SCHEMAS, messageName } from "../contract/message-schemas.js";
import { parseTopic } from "../contract/topics.js";
import { RunningGateway } from "../running-gateway.js";

type Tap = Pick<typeof t, "teardown" | "fail">;

const tram = fileURLToPath(new URL("../cli/main.js", import.meta.url));

/** One holding register whose value the test sets, in a server that shares nothing with the product. */
async function serveRegister(t: Tap) {
  const register = { value: 100 };
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (request) => {
      const reply = Buffer.alloc(11);
      request.copy(reply, 0, 0, 4);
      reply.writeUInt16BE(5, 4);
      request.copy(reply, 6, 6, 8);
      reply[8] = 2;
      reply.writeUInt16BE(register.value, 9);
      socket.write(reply);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => server.close());
  const address = server.address();
  return Object.assign(register, { port: typeof address === "object" && address ? address.port : 0 });
}

const ALARM_SHOWN = /"event":"alarm","state":"raised","device":"well","point":"level","alarm":"high"/;
const MAINTENANCE_SHOWN = /"state":"maintenance"/;

interface Sent {
  readonly event?: string;
  readonly device?: string;
  readonly state?: string;
  readonly alarm?: string;
  readonly v?: { readonly level?: number };
}

t.test(
  "an alarm and a device under maintenance: at the centre, in status, in watch, over a restart",
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "tram-alarm-"));
    t.teardown(() => rm(folder, { recursive: true, force: true }));
    const broker = await LoopbackBroker.start({ port: 0 });
    t.teardown(() => broker.stop());
    const register = await serveRegister(t);
    const file = join(folder, "gateway.yaml");
    await writeFile(
      file,
      `gateway: {id: alarm-01, name: Alarm, clock: trusted}
connections: {plc: {driver: modbus-tcp, host: 127.0.0.1, port: ${register.port}}}
devices:
  well:
    name: Bể hút
    connection: plc
    every: 50ms
    points:
      - {id: level, address: 0, scale: 0.01, alarm: {high: 4, delay: 200ms, hysteresis: 0.5, text: {vi: Nước cao, en: High water}}}
uplinks: {centre: {url: "mqtt://127.0.0.1:${broker.port}"}}
buffer: {path: ./data/a.db, commit_every: 50ms}
`,
    );
    const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { protocolVersion: 4 });
    t.teardown(() => client.endAsync(true));
    const seen: Sent[] = [];
    let wake = (): void => {};
    client.on("message", (topic, payload) => {
      const { kind } = parseTopic(topic) ?? { kind: "?" };
      if (kind !== "data" && kind !== "event") return;
      const body = JSON.parse(payload.toString());
      const name = messageName(kind, undefined, body);
      if (!name || !Value.Check(MESSAGE_SCHEMAS[name], body)) t.fail(payload.toString());
      seen.push(...(body.records as Sent[]));
      wake();
    });
    await client.subscribeAsync("tram/v1/alarm-01/#", { qos: 1 });
    const until = async (wanted: (sent: Sent) => boolean): Promise<Sent> => {
      for (;;) {
        const found = seen.find(wanted);
        if (found) return found;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    };
    const env = { ...process.env, XDG_RUNTIME_DIR: folder };
    const config = loadConfigOrThrow(file, { profilesDir: "config/profiles", env: {} });
    const start = () =>
      RunningGateway.start(config, {
        version: "0",
        machineId: "m",
        clock: new SystemClock("boot"),
        clockTrusted: () => true,
        log: SILENT_LOG,
        lock: new SocketLock(),
        random: Math.random,
        socketPath: socketPath(config.buffer.path, env),
        onTurn: () => {},
        onFatal: (error) => t.fail(error.message),
      });
    const cli = (...args: string[]) =>
      promisify(execFile)(process.execPath, [tram, ...args, "-c", file], { env }).then(
        ({ stdout }) => stdout,
        (error: { stderr: string; code: number }) => `${error.code}: ${error.stderr}`,
      );

    let gateway = await start();
    t.teardown(() => gateway.stop(2_000));
    t.match(await until(({ event }) => event === "alarms"), { active: [] });
    await until(({ v }) => v?.level === 1);
    register.value = 420;
    t.match(await until(({ event }) => event === "alarm"), {
      device: "well",
      point: "level",
      alarm: "high",
      state: "raised",
      value: 4.2,
      limit: 4,
      text: { vi: "Nước cao", en: "High water" },
    });
    t.match(await cli("status", "--lang", "vi"), /Cảnh báo: well\.level 4,2.*cao hơn 4.*: Nước cao/);
    const abort = new AbortController();
    const watching = promisify(execFile)(process.execPath, [tram, "watch", "well", "--json", "-c", file], {
      env,
      signal: abort.signal,
    });
    const watched = watching.catch(({ stdout }: { stdout: string }) => ({ stdout }));
    // The alarm was raised before anybody watched: it is shown as it stands, beside the readings.
    const shown = new Promise<void>((resolve) => {
      let text = "";
      watching.child.stdout?.on("data", (piece: string) => {
        text += piece;
        if (ALARM_SHOWN.test(text) && MAINTENANCE_SHOWN.test(text)) resolve();
      });
    });

    t.match(await cli("maintain", "well", "--for", "2h"), /^2: .*--by/s);
    t.match(
      await cli("maintain", "wall", "--for", "2h", "--by", "A", "--lang", "en"),
      /^1: .*no device wall/s,
    );
    t.match(
      await cli(
        "maintain",
        "well",
        "--for",
        "2h",
        "--by",
        "Nguyễn Văn A",
        "--reason",
        "thay cảm biến",
        "--lang",
        "vi",
      ),
      /well đang bảo trì đến /,
    );
    t.match(await until(({ event }) => event === "device_state"), {
      device: "well",
      state: "maintenance",
      by: "Nguyễn Văn A",
      reason: "thay cảm biến",
    });
    await until(({ state, v }) => v?.level === 4.2 && state === "maintenance");
    t.match(
      await cli("status", "--lang", "en"),
      /well: maintenance until .*by Nguyễn Văn A \(thay cảm biến\)/,
    );
    await Promise.race([shown, watched]);
    abort.abort();
    const { stdout } = await watched;
    t.match(stdout, ALARM_SHOWN);
    t.match(stdout, MAINTENANCE_SHOWN);
    // The last line may be cut off by the end.
    for (const line of stdout.split("\n").slice(0, -1)) heldOutput("watch", line);
    heldOutput("status", await cli("status", "--json"));

    await gateway.stop(2_000);
    seen.length = 0;
    gateway = await start();
    await until(({ event }) => event === "alarms");
    t.match(
      await until(({ event }) => event === "alarm"),
      { state: "raised" },
      "it still holds: raised anew",
    );
    await until(({ state, v }) => v !== undefined && state === "maintenance");
    register.value = 340;
    t.match(await until(({ event, state }) => event === "alarm" && state === "cleared"), { value: 3.4 });
    const again = await cli(
      "maintain",
      "well",
      "--for",
      "1h",
      "--by",
      "C",
      "--state",
      "calibration",
      "--json",
    );
    t.match(heldOutput("maintain", again), { device: "well", state: "calibrating", by: "C" });
    await until(({ event, state }) => event === "device_state" && state === "calibrating");
    t.match(await cli("maintain", "well", "--end", "--by", "B", "--lang", "en"), /measures again/);
    t.match(await until(({ event, state }) => event === "device_state" && state === "measuring"), {
      by: "B",
    });
    const from = seen.length;
    await until((sent) => seen.indexOf(sent) >= from && sent.v !== undefined && sent.state === undefined);
    await gateway.stop(2_000);
    const audit = await readFile(join(folder, "data/a.audit.jsonl"), "utf8");
    t.match(audit, /device_marked[^\n]*Nguyễn Văn A|Nguyễn Văn A[^\n]*device_marked/);
    t.match(audit, /device_unmarked/);
  },
);
