import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { connectAsync, type MqttClient } from "mqtt";
import t from "tap";
import { LoopbackBroker } from "../../simulators/broker.js";
import { PseudoTerminal } from "../../simulators/pty.js";
import { heldOutput } from "../cli/testing/held-output.js";
import { holdToContract } from "../contract/testing/hold-to-contract.js";
import { Mosquitto } from "../forward/testing/mosquitto.js";

/** The gateway as its users start it: a process, with a server and a broker that are not ours. */
type Tap = typeof t;

const root = fileURLToPath(new URL("../../..", import.meta.url));
const tram = join(root, "dist/gateway/cli/main.js");

/** pymodbus serves holding registers 0..9 = 1000..1009 and coils 0..3 = 1, 0, 1, 1 on unit 1. */
const PYMODBUS = `
import asyncio, socket
from pymodbus.server.async_io import StartAsyncTcpServer
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusSlaveContext, ModbusServerContext
probe = socket.socket(); probe.bind(("127.0.0.1", 0)); port = probe.getsockname()[1]; probe.close()
store = ModbusSlaveContext(hr=ModbusSequentialDataBlock(0, list(range(1000, 1010))),
                           co=ModbusSequentialDataBlock(0, [1, 0, 1, 1]), zero_mode=True)
async def main():
    server = asyncio.ensure_future(StartAsyncTcpServer(context=ModbusServerContext(slaves=store, single=True), address=("127.0.0.1", port)))
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port); writer.close(); break
        except OSError:
            await asyncio.sleep(0.02)
    print(port, flush=True)
    await server
asyncio.run(main())
`;

async function folderFor(t: Pick<Tap, "teardown">): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tram-job-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function startPymodbus(t: Pick<Tap, "teardown">): Promise<string> {
  const server = spawn("/usr/bin/python3", ["-c", PYMODBUS], { stdio: ["ignore", "pipe", "ignore"] });
  t.teardown(() => server.kill("SIGKILL"));
  const [port] = (await once(createInterface({ input: server.stdout }), "line")) as [string];
  return port;
}

/** Starts `tram run`; `lines` gathers its log. */
function startGateway(t: Pick<Tap, "teardown">, folder: string, file: string, nodeOptions: string[] = []) {
  const child = spawn(process.execPath, [...nodeOptions, tram, "run", file, "--json", "--lang", "en"], {
    env: { ...process.env, XDG_RUNTIME_DIR: folder },
  });
  t.teardown(() => child.kill("SIGKILL"));
  const lines: { code: string; msg: string }[] = [];
  const output = createInterface({ input: child.stdout });
  output.on("line", (line) => lines.push(JSON.parse(line)));
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const says = async (code: string): Promise<void> => {
    while (!lines.some((line) => line.code === code)) {
      if (child.exitCode !== null) throw new Error(`it ended: ${errors}`);
      await Promise.race([once(output, "line"), once(child, "exit")]);
    }
  };
  return { child, lines, says, errors: () => errors };
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.exitCode;
}

function yamlOf(modbusPort: string, url: string, more = ""): string {
  return `gateway: {id: job-01, name: Job, clock: trusted, health_every: 1s}
connections: {plc: {driver: modbus-tcp, host: 127.0.0.1, port: ${modbusPort}, timeout: 10s}}
devices:
  plc:
    name: plc
    connection: plc
    every: 200ms
    points:
      - {id: a, address: 0}
      - {id: b, address: 9, scale: 0.1}
      - {id: wide, address: 2, type: u32}
      - {id: run, table: coil, address: 0}
      - {id: stop, table: coil, address: 1}
uplinks: {centre: {url: "${url}"}}
buffer: {path: ./data/job.db}
${more}`;
}

const EXPECTED = { a: 1000, b: 100.9, wide: 1002 * 65536 + 1003, run: true, stop: false };

interface Sent {
  readonly seq?: number;
  readonly device: string;
  readonly v: Readonly<Record<string, unknown>>;
}

function recordsOf(payload: Buffer): readonly Sent[] {
  return (JSON.parse(payload.toString()) as { records?: Sent[] }).records ?? [];
}

/** The readings of one device in the next message that has some. */
async function next(client: MqttClient, device: string): Promise<Sent["v"]> {
  for (;;) {
    const payload = await new Promise<Buffer>((resolve) =>
      client.once("message", (_, sent) => resolve(sent)),
    );
    const record = recordsOf(payload).find((other) => other.device === device);
    if (record) return record.v;
  }
}

/** Every value that has come, by point. */
async function gather(client: MqttClient, wanted: Record<string, unknown>): Promise<Record<string, unknown>> {
  const seen: Record<string, unknown> = {};
  const done = new Promise<void>((resolve) => {
    client.on("message", (topic, payload) => {
      if (!topic.endsWith("/data")) return;
      for (const { device, seq, v } of recordsOf(payload)) {
        if (seq !== undefined && device === "plc") Object.assign(seen, v);
      }
      if (Object.keys(seen).length >= Object.keys(wanted).length) resolve();
    });
  });
  // All topics: each is held against the contract.
  await client.subscribeAsync("tram/v1/#", { qos: 1 });
  await done;
  return seen;
}

t.test(
  "pymodbus, the gateway, mosquitto and a subscriber: the values are those of the registers",
  async (t) => {
    const folder = await folderFor(t);
    const port = await startPymodbus(t);
    const broker = await Mosquitto.start(folder);
    t.teardown(() => broker.stop());
    const file = join(folder, "gateway.yaml");
    await writeFile(file, yamlOf(port, broker.url));
    const client = holdToContract(await connectAsync(broker.url, { protocolVersion: 5 }));
    t.teardown(() => client.endAsync(true));
    const { child, says } = startGateway(t, folder, file);
    t.same(await gather(client, EXPECTED), EXPECTED);

    await t.test("a second one on the same buffer is refused with the process id", async (t) => {
      const second = startGateway(t, await folderFor(t), file);
      t.equal(await exitOf(second.child), 2);
      t.match(second.errors(), new RegExp(`job\\.db is in use by process ${child.pid}\\.`));
    });

    await t.test("status and watch ask the running one", async (t) => {
      const env = { ...process.env, XDG_RUNTIME_DIR: folder };
      const status = spawn(process.execPath, [tram, "status", "-c", file, "--lang", "vi"], { env });
      let text = "";
      status.stdout.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      t.equal(await exitOf(status), 0);
      t.match(text, /Trạm: Job \(job-01\)/);
      t.match(text, /plc +plc +trả lời +5 +0/);
      t.ok(text.split("\n").every((line) => line.length <= 160));
      const watch = spawn(process.execPath, [tram, "watch", "plc.b", "-c", file, "--json"], { env });
      const [line] = (await once(createInterface({ input: watch.stdout }), "line")) as [string];
      t.match(heldOutput("watch", line), { device: "plc", point: "b", value: 100.9, quality: "good" });
      watch.kill("SIGINT");
      t.equal(await exitOf(watch), 0);
    });

    await t.test("how the bus is, as points, as metrics and frame by frame", async (t) => {
      const { good, requests, findings } = await next(client, "health.plc");
      // The account is read beside the polls: one request may be on its way.
      const waiting = Number(requests) - Number(good);
      t.ok(Number(good) > 0 && (waiting === 0 || waiting === 1), `${good} of ${requests}`);
      t.equal(findings, "");
      const env = { ...process.env, XDG_RUNTIME_DIR: folder };
      const metrics = spawn(process.execPath, [tram, "status", "--metrics", "-c", file], { env });
      let text = "";
      metrics.stdout.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      t.equal(await exitOf(metrics), 0);
      t.match(text, /^tram_bus_good_total\{connection="plc",device="plc"\} [1-9]/m);
      t.match(text, /^tram_bus_timeouts_total\{connection="plc",device="plc"\} 0$/m);
      const bus = spawn(process.execPath, [tram, "watch", "--bus", "plc", "--json", "-c", file], { env });
      const frames: { kind: string; hex: string; meaning: string }[] = [];
      for await (const line of createInterface({ input: bus.stdout })) {
        const frame = heldOutput("watch", line) as { kind?: string; hex: string; meaning: string };
        if (frame.kind !== undefined) frames.push({ ...frame, kind: frame.kind });
        if (frames.some(({ kind }) => kind === "answer")) break;
      }
      bus.kill("SIGINT");
      t.match(
        frames.find(({ kind }) => kind === "answer"),
        { hex: /^[0-9A-F]{2} [0-9A-F]{2} 00 00 /, meaning: /./ },
      );
    });

    await t.test("SIGTERM ends within five seconds though the broker stands still", async (t) => {
      broker.pause();
      const started = performance.now();
      child.kill("SIGTERM");
      const code = await exitOf(child);
      const tookMs = performance.now() - started;
      broker.resume();
      t.equal(code, 0);
      t.ok(tookMs < 5000, `${Math.round(tookMs)} ms`);
      await says("cli.stopped");
    });
  },
);

t.test("a broker of MQTT 3.1.1, ours this time", async (t) => {
  const folder = await folderFor(t);
  const port = await startPymodbus(t);
  const broker = await LoopbackBroker.start({ port: 0 });
  t.teardown(() => broker.stop());
  const file = join(folder, "gateway.yaml");
  await writeFile(file, yamlOf(port, broker.url));
  const client = holdToContract(await connectAsync(broker.url, { protocolVersion: 4 }));
  t.teardown(() => client.endAsync(true));
  startGateway(t, folder, file);
  t.same(await gather(client, EXPECTED), EXPECTED);
});

t.test("a bus that another one holds is refused with the process id", async (t) => {
  const terminal = await PseudoTerminal.open();
  t.teardown(() => terminal.close());
  const yaml = (id: string) => `gateway: {id: ${id}, name: Bus, clock: trusted}
connections: {rs485: {driver: modbus-rtu, port: ${terminal.path}}}
devices: {d: {name: d, connection: rs485, unit_id: 1, points: [{id: a, address: 0}]}}
uplinks: {local: {url: "file:./out"}}
`;
  const folder = await folderFor(t);
  await writeFile(join(folder, "one.yaml"), yaml("one"));
  await writeFile(join(folder, "two.yaml"), yaml("two"));
  const first = startGateway(t, folder, join(folder, "one.yaml"));
  await first.says("poll.connected");
  const second = startGateway(t, folder, join(folder, "two.yaml"));
  t.equal(await exitOf(second.child), 2);
  t.match(second.errors(), new RegExp(`in use by process ${first.child.pid}\\.`));
});

t.test("a fault of ours ends it with 70 and a log line that holds the stack", async (t) => {
  const folder = await folderFor(t);
  const file = join(folder, "gateway.yaml");
  await writeFile(file, yamlOf("1", "mqtt://127.0.0.1:1"));
  const thrower = "data:text/javascript,process.on('SIGUSR2', () => { throw new TypeError('planted') })";
  const { child, lines, says } = startGateway(t, folder, file, ["--import", thrower]);
  await says("cli.running");
  child.kill("SIGUSR2");
  await says("cli.internal");
  t.equal(await exitOf(child), 70);
  t.match(
    lines.find(({ code }) => code === "cli.internal"),
    { level: "error", err: { message: "planted", stack: /TypeError: planted/ } },
  );
});

t.test("the command line: help, wrong words, wrong configuration", async (t) => {
  const run = async (...args: string[]) => {
    const child = spawn(process.execPath, [tram, ...args], {
      env: { ...process.env, LANG: "vi_VN.UTF-8", LC_ALL: "" },
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
    }
    const [code] = (await once(child, "close")) as [number];
    return { code, text };
  };
  const usage = await run("--help");
  t.equal(usage.code, 0);
  t.match(usage.text, /Cách dùng: tram <lệnh>/);
  for (const verb of ["run", "check", "status", "watch", "simulate"]) {
    const { code, text } = await run(verb, "--help", "--lang", "en");
    t.equal(code, 0);
    t.match(text, /Example:\s+tram/, verb);
    t.ok(
      text.split("\n").every((line) => line.length <= (verb === "simulate" ? 110 : 80)),
      `${verb} --help fits`,
    );
    const wrong = await run(verb, "--wrong");
    t.equal(wrong.code, 2, `${verb} --wrong`);
    t.match(wrong.text, /--wrong/);
  }
  t.match(await run("stauts"), { code: 2, text: /Có phải: tram status/ });
  t.match(await run("status", "-c", join(root, "config/examples/pump-station.yaml")), {
    code: 2,
    text: /Không có gateway nào đang chạy/,
  });
  const folder = await folderFor(t);
  const file = join(folder, "wrong.yaml");
  await writeFile(file, "gateway: {id: a b, nam: x}\nconections: {}\n");
  const checked = await run("check", file, "--lang", "en");
  t.equal(checked.code, 2);
  t.match(checked.text, /wrong\.yaml:1:\d+/);
  t.match(checked.text, /wrong\.yaml:2:1/);
  t.match(await run("run", file), { code: 2 });
  t.match(await run("check", join(folder, "missing.yaml")), { code: 2 });
});
