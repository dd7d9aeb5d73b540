import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import t from "tap";
import { parseBusText } from "../../../drivers/core/bus-text.js";
import { SystemClock } from "../../../drivers/core/clock.js";
import { ConfigurationError } from "../../../drivers/core/errors.js";
import { SocketLock } from "../../../drivers/core/lock.js";
import { SILENT_LOG } from "../../../drivers/core/log.js";
import { SimulatedBus } from "../../../simulators/modbus/bus.js";
import { SimulatedDevice } from "../../../simulators/modbus/device.js";
import { ReadLedger } from "../../../simulators/modbus/ledger.js";
import { RTU_FRAMING } from "../../../simulators/modbus/rtu-framing.js";
import { SimulatedSerialPort } from "../../../simulators/modbus/serial-port.js";
import { socketPath } from "../../api/socket-path.js";
import { loadConfigOrThrow } from "../../config/load-config.js";
import { RunningGateway } from "../../running-gateway.js";
import type { Io } from "../io.js";
import { heldOutput } from "../testing/held-output.js";
import { watch } from "../watch/watch.js";
import { simulate } from "./simulate.js";

type Tap = Pick<typeof t, "teardown">;

const ROOT = join(import.meta.dirname, "../../../..");
const DEADLINE_MS = 20_000;

function folderFor(t: Tap): string {
  const folder = mkdtempSync(join(tmpdir(), "tram-replay-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The verb's surroundings; `said` grows. */
function surroundings(more: Partial<Io> = {}) {
  const stop = new AbortController();
  const stdout = new PassThrough();
  const said = { text: "" };
  const waiting: (() => void)[] = [];
  stdout.on("data", (text) => {
    said.text += String(text);
    for (const wake of waiting.splice(0)) wake();
  });
  const until = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const found = pattern.exec(said.text);
      if (found) return found;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  const io: Io = {
    stdout,
    stderr: new PassThrough().resume(),
    env: {},
    language: "en",
    isTerminal: false,
    colours: false,
    columns: 80,
    signal: stop.signal,
    root: ROOT,
    version: "0",
    ...more,
  };
  return { io, said, stop, until };
}

/** A gateway of ours that reads holding 0-1 and 10 of units 1 and 2; gives what its points say first, and then. */
async function gatewayAt(
  t: Tap,
  folder: string,
  connection: string,
  every: string,
): Promise<{
  readonly env: Io["env"];
  readonly file: string;
  values(rounds: number): Promise<string[][]>;
  stop(): Promise<void>;
}> {
  const file = join(folder, "gateway.yaml");
  const points = "[{id: a, address: 0, type: u32}, {id: b, address: 10, type: u16}]";
  writeFileSync(
    file,
    `gateway: {id: gw-1, clock: trusted}
connections: {bus: ${connection}}
devices:
  one: {connection: bus, unit_id: 1, every: ${every}, max_gap: 0, points: ${points}}
  two: {connection: bus, unit_id: 2, every: ${every}, max_gap: 0, points: [{id: c, address: 5, type: u16}]}
uplinks: {local: {url: "file:./out"}}
`,
  );
  const env = { XDG_RUNTIME_DIR: folder };
  const config = loadConfigOrThrow(file, { profilesDir: join(ROOT, "config/profiles"), env });
  const clock = new SystemClock("test");
  const gateway = await RunningGateway.start(config, {
    version: "0",
    machineId: "m",
    clock,
    clockTrusted: () => true,
    log: SILENT_LOG,
    lock: new SocketLock(),
    random: Math.random,
    socketPath: socketPath(config.buffer.path, env),
    onTurn: () => {},
    onFatal: (error) => {
      throw error;
    },
  });
  let stopped: Promise<unknown> | undefined;
  const stop = async (): Promise<void> => {
    stopped ??= gateway.stop(2000);
    await stopped;
  };
  t.teardown(stop);
  const values = async (rounds: number): Promise<string[][]> => {
    const seen: Record<string, string[]> = { a: [], b: [], c: [] };
    const all = new Promise<void>((resolve) => {
      gateway.live.subscribe(({ flags = [], layout, values: own }) => {
        for (const [at, { id }] of layout.points.entries()) {
          if (flags.some((flag) => flag.at === at)) seen[id]?.push("bad");
          else if (own[at] !== undefined) seen[id]?.push(String(own[at]));
        }
        if (Object.values(seen).every(({ length }) => length >= rounds)) resolve();
      });
    });
    const given = new AbortController();
    await Promise.race([all, clock.sleep(DEADLINE_MS, given.signal).catch(() => {})]);
    given.abort();
    return Object.values(seen);
  };
  return { env, file, values, stop };
}

t.test("what a gateway read is recorded, replayed on another transport, and read again", async (t) => {
  const folder = folderFor(t);
  const port = join(folder, "bus");
  let reads = 0;
  const registers = (unit: number, addresses: readonly number[]) =>
    new SimulatedDevice({
      id: `d${unit}`,
      unit,
      refresh: () => reads++,
      points: addresses.map((address) => ({
        id: `r${address}`,
        table: "holding",
        address,
        type: "u16",
        read: () => 100 * address + (reads % 50),
      })),
    });
  const devices = [registers(1, [0, 1, 10]), registers(2, [5])];
  const clock = new SystemClock("test");
  const bus = new SimulatedBus({
    devices,
    clock,
    ledger: new ReadLedger(),
    framing: RTU_FRAMING,
    baud: 115_200,
  });
  const wire = new SimulatedSerialPort(bus, port);
  await wire.start();
  t.teardown(() => wire.stop());
  const recorded = await gatewayAt(t, folder, `{driver: modbus-rtu, port: ${port}, baud: 115200}`, "100ms");
  const file = join(folder, "bus.txt");
  const recorder = surroundings({ env: recorded.env });
  const ended = watch.run(["-c", recorded.file, "--bus", "bus", "--record", file], recorder.io);
  await recorder.until(/<</);
  await recorded.values(6);
  recorder.stop.abort();
  t.equal(await ended, 0);
  await recorded.stop();
  await wire.stop();
  const { frames } = parseBusText(readFileSync(file, "utf8"), file);
  const answered = frames.filter(({ kind }) => kind === "answer");
  t.ok(answered.length >= 12);

  const replay = surroundings();
  const run = simulate.run(["--replay", file, "--tcp", "0"], replay.io);
  const [, tcpPort = ""] = await replay.until(/answers at 127\.0\.0\.1:(\d+), Modbus TCP: unit ids 1, 2;/);
  const again = folderFor(t);
  const other = await gatewayAt(t, again, `{driver: modbus-tcp, host: 127.0.0.1, port: ${tcpPort}}`, "50ms");
  const [a = [], b = [], c = []] = await other.values(4);
  await other.stop();
  replay.stop.abort();
  t.equal(await run, 0);
  // Each answer of the file, as the first gateway had it.
  const wordsOf = (unit: number, bytes: number): string[] =>
    answered.flatMap(({ bytes: frame }) => {
      if (frame[0] !== unit || frame[2] !== bytes) return [];
      return [String(Buffer.from(frame).readUIntBE(3, bytes))];
    });
  for (const [read, unit, bytes] of [
    [a, 1, 4],
    [b, 1, 2],
    [c, 2, 2],
  ] as const) {
    const known = wordsOf(unit, bytes);
    const first = known.indexOf(read[0] ?? "");
    t.ok(read.length >= 4 && first >= 0 && new Set(known).size > 2, String(read));
    t.same(
      read.slice(0, 4),
      [0, 1, 2, 3].map((at) => known[(first + at) % known.length]),
      "the same values, in the same order",
    );
  }
  t.match(
    replay.said.text,
    /Stopped\. \d+ requests: \d+ answered as recorded \(0 exceptions\), 0 put together.* 0 not in the recording/,
  );
});

const TEXT = `# driver: modbus-rtu
0.0 >> 01 03 00 00 00 01 84 0A
0.03 << 01 03 02 00 2A 39 9B
`;

t.test("as JSON: an object a line", async (t) => {
  const file = join(t.testdir({ "bus.txt": TEXT }), "bus.txt");
  const { io, said, stop, until } = surroundings({ language: "vi" });
  const run = simulate.run(["--replay", file, "--tcp", "0", "--once", "--json"], io);
  await until(/\n/);
  stop.abort();
  t.equal(await run, 0);
  const [begun, ended, ...more] = said.text
    .trim()
    .split("\n")
    .map((line) => heldOutput("simulate", line));
  t.match(begun, { event: "begun", framing: "tcp", units: [{ unit: 1, known: 1 }], exchanges: 1 });
  t.match(begun.text[0], /bus\.txt đang trả lời ở 127\.0\.0\.1:\d+, Modbus TCP: địa chỉ 1;/);
  t.match(ended, { event: "ended", requests: 0, played: 0, devices: [{ unit: 1 }] });
  t.same(more, []);
});

t.test("--exact plays it to its end, byte by byte", async (t) => {
  const folder = folderFor(t);
  const file = join(folder, "bus.txt");
  writeFileSync(file, TEXT);
  const { io, said, stop, until } = surroundings();
  const run = simulate.run(["--replay", file, "--port", join(folder, "port"), "--exact", "--loop"], io);
  await until(/1 requests, 1 received frames/);
  stop.abort();
  t.equal(await run, 0);
  t.match(said.text, /Replay: 0 requests matched/);
});

t.test("what makes no sense is refused", async (t) => {
  const file = join(t.testdir({ "bus.txt": TEXT }), "bus.txt");
  for (const [args, code] of [
    ["--profile eastron/sdm630", "simulate.two_chosen"],
    ["--seed 3", "simulate.strange_option"],
    ["--loop", "simulate.loop_without_exact"],
    ["--exact --once", "simulate.not_together"],
    ["--broker", "simulate.strange_option"],
    ["--unit 3", "simulate.strange_option"],
    ["--control -", "simulate.strange_option"],
    ["--tcp 70000", "cli.wrong_value"],
    ["pump-station", "simulate.two_chosen"],
    ["-c gateway.yaml", "cli.unknown_option"],
    ["--port /tmp/x --tcp 0", "simulate.not_together"],
    ["--port bus=/tmp/x", "simulate.not_a_path"],
    ["--exact --tcp 0", "replay_device.exact_on_tcp"],
  ] as const) {
    const { io, stop } = surroundings();
    stop.abort();
    await t.rejects(simulate.run(["--replay", file, ...args.split(" ")], io), { code }, args);
  }
  const { io } = surroundings();
  for (const option of ["--exact", "--loop", "--once"]) {
    await t.rejects(simulate.run(["--profile", "eastron/sdm630", option], io), {
      code: "simulate.strange_option",
    });
  }
  await t.rejects(simulate.run(["--replay", "/no/such"], io), ConfigurationError);
});
