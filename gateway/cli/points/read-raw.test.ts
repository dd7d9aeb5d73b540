import { spawn } from "node:child_process";
import { once } from "node:events";
import t from "tap";
import { ManualClock } from "../../../drivers/core/manual-clock.js";
import { readCommand } from "../grammar/read-command.js";
import { heldOutput } from "../testing/held-output.js";
import { Output, ROOT, ran, siteOf } from "../testing/site-fixture.js";
import { read } from "./read.js";
import { READ, type ReadAsked } from "./read-grammar.js";
import { readRaw } from "./read-raw.js";

t.test("without a configuration, on a port and on a host", async (t) => {
  const site = await siteOf(t);
  await site.startDevices();
  const cases = [
    [["--port", `${site.folder}/rs485`, "--baud", "115200"], ["input", "0", "2"], /0-1 +f32 +2[23]\d/],
    [["--host", `127.0.0.1:${site.tcpPort}`], ["holding", "0"], /0x[0-9A-F]{4}/],
  ] as const;
  for (const [place, raw, found] of cases) {
    const { code, out } = await ran(read, [...place, "--unit", "1", "--raw", ...raw]);
    t.equal(code, 0);
    t.match(out.text, found);
  }
  for (const [args, said] of [
    [["--port", "/dev/tty-none", "--unit", "1", "--raw", "holding", "0"], /cannot be opened: No such file/],
    [["--host", `127.0.0.1:${site.tcpPort}`, "--raw", "holding", "0"], /The registers of which device/],
    [["--host", "127.0.0.1:99999", "--unit", "1", "--raw", "holding", "0"], /no number from 1 to 65535/],
    [["--port", "x", "--host", "y", "--unit", "1", "--raw", "holding", "0"], /not both/],
    [["--port", "x", "--parity", "odds", "--unit", "1", "--raw", "holding", "0"], /odds/],
    [["--port", "x", "--unit", "1", "--raw", "holdin", "0"], /no table holdin/],
    [["--port", "x", "--unit", "1", "--raw", "holding"], /--raw takes/],
    [["--port", "x", "--unit", "1", "--raw", "holding", "0", "1", "--expect", "a"], /nothing to expect/],
    [["meter", "--unit", "1"], /goes with --raw only/],
    [["meter", "--every", "1"], /a duration from 100ms to 1d/],
    [[], /Read what/],
  ] as const) {
    const { code, err } = await ran(read, args);
    t.equal(code, args[1] === "/dev/tty-none" ? 1 : 2, args.join(" "));
    t.match(err.text, said);
  }
});

t.test("a port that the gateway holds says how to read through it", async (t) => {
  const site = await siteOf(t);
  await site.startDevices();
  await site.startGateway();
  const held = await ran(read, ["--port", `${site.folder}/rs485`, "--unit", "1", "--raw", "input", "0"]);
  t.equal(held.code, 2);
  t.match(held.err.text, new RegExp(`belongs to process ${process.pid}`));
  t.match(held.err.text, /tram read CONNECTION --unit 1 --raw/);
});

t.test("a port that another program holds says which one", async (t) => {
  const site = await siteOf(t);
  await site.startDevices();
  const script = `import fcntl, sys
port = open(sys.argv[1], "rb+", buffering=0)
fcntl.flock(port, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()`;
  const other = spawn("/usr/bin/python3", ["-c", script, `${site.folder}/rs485`], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  t.teardown(() => other.kill());
  await once(other.stdout, "data");
  const { code, err } = await site.run("read", ["meter", "voltage.l1"], { language: "vi" });
  t.equal(code, 1);
  t.match(err.text, new RegExp(`python3[^ ]* \\(${other.pid}\\)`));
});

t.test("again and again until Ctrl-C, over a lost connection", async (t) => {
  const site = await siteOf(t);
  let devices = await site.startDevices();
  const abort = new AbortController();
  const out = new Output();
  const states: string[] = [];
  const pending = site.run("read", ["station.level", "--every", "100ms", "--json"], {
    signal: abort.signal,
    stdout: out,
  });
  const seen = (want: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!out.lines.at(-1)?.includes(`"quality":"${want}"`)) return;
        out.off("data", look);
        states.push(want);
        resolve();
      };
      out.on("data", look);
      look();
    });
  await seen("good");
  await devices.stop();
  await seen("bad");
  devices = await site.startDevices();
  await seen("good");
  abort.abort();
  const { code } = await pending;
  t.equal(code, 0);
  t.same(states, ["good", "bad", "good"]);
});

t.test("Ctrl-C while a connection is opened is no fault", async (t) => {
  const site = await siteOf(t);
  await site.startDevices();
  const signal = AbortSignal.abort();
  const verbs = [
    ["read", ["meter", "voltage.l1"], 1],
    ["read", ["meter", "voltage.l1", "--every", "1s"], 0],
    ["read", ["meter", "--raw", "input", "0"], 1],
    ["write", ["station", "gate.setpoint", "9", "--yes"], 1],
  ] as const;
  for (const [verb, args, expected] of verbs) {
    const { code, err } = await site.run(verb, args, { signal });
    t.equal(code, expected, `${verb} ${args.join(" ")}`);
    t.equal(err.text, "");
  }
  const now = await site.run("read", ["station", "gate.setpoint", "--json"]);
  t.not(heldOutput("read", now.out.text).value, 9);
});

t.test("the second look comes a second after the first", async (t) => {
  const site = await siteOf(t);
  await site.startDevices();
  const clock = new ManualClock();
  const stdout = new Output();
  const words = ["station", "holding", "0", "--raw", "--config", site.config.file];
  const asked = readCommand(READ, "read", words) as ReadAsked;
  const io = {
    stdout,
    stderr: new Output(),
    env: site.env,
    language: "en" as const,
    isTerminal: false,
    colours: false,
    columns: 80,
    signal: new AbortController().signal,
    root: ROOT,
    version: "1",
  };
  let over = false;
  const pending = readRaw(asked, io, clock).finally(() => {
    over = true;
  });
  let steppedMs = 0;
  while (!over) {
    await new Promise(setImmediate);
    if (clock.pending > 0) {
      await clock.advance(100);
      steppedMs += 100;
    }
  }
  t.equal(await pending, 0);
  t.equal(steppedMs, 1_000);
});

t.test("a foreign server: pymodbus", async (t) => {
  const script = `import asyncio, sys
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartAsyncTcpServer
import socket
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
store = ModbusSlaveContext(hr=ModbusSequentialDataBlock(1, [0x4366, 0x199A, 7, 0xFFFB] + [0] * 16), co=ModbusSequentialDataBlock(1, [1, 0, 1]))
async def main():
    server = asyncio.ensure_future(StartAsyncTcpServer(ModbusServerContext(slaves={5: store}, single=False), address=("127.0.0.1", port)))
    await asyncio.sleep(0.5)
    print(port, flush=True)
    await server
asyncio.run(main())`;
  const server = spawn("/usr/bin/python3", ["-c", script], { stdio: ["ignore", "pipe", "ignore"] });
  t.teardown(() => server.kill());
  const [first] = (await once(server.stdout, "data")) as [Buffer];
  const host = ["--host", `127.0.0.1:${first.toString().trim()}`];
  const raw = await ran(read, [
    ...host,
    "--unit",
    "5",
    "--raw",
    "holding",
    "0",
    "4",
    "--once",
    "--expect",
    "230",
  ]);
  t.equal(raw.code, 0);
  t.match(raw.out.text, /0-1 f32 ABCD = 230\.1/);
  t.match(raw.out.lines, [
    /unit id 5/,
    "",
    /SIGNED/,
    / 0 +17254 +0x4366/,
    / 1 +6554/,
    / 2 +7 /,
    / 3 +65531 +-5 +0xFFFB/,
  ]);
  const coils = await ran(read, [...host, "--unit", "5", "--raw", "coil", "0", "3", "--once"]);
  t.match(coils.out.lines.at(-1), / 0 +1 +0 +1/);
  const beyond = await ran(read, [...host, "--unit", "5", "--raw", "holding", "100", "4", "--once"]);
  t.equal(beyond.code, 1);
  t.match(beyond.out.text, /exception 2/);
});
