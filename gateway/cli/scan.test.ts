import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import t from "tap";
import { SystemClock } from "../../drivers/core/clock.js";
import { SocketLock } from "../../drivers/core/lock.js";
import { ProfileLibrary } from "../../drivers/profiles/library.js";
import type { Profile } from "../../drivers/profiles/profile.js";
import { DRIVER_FAMILIES } from "../../drivers/registry.js";
import { SimulatedBus } from "../../simulators/modbus/bus.js";
import { ReadLedger } from "../../simulators/modbus/ledger.js";
import { MixedPort } from "../../simulators/modbus/mixed-port.js";
import { ProfiledDevice } from "../../simulators/modbus/profile/profiled-device.js";
import { RTU_FRAMING } from "../../simulators/modbus/rtu-framing.js";
import { TcpListener } from "../../simulators/modbus/tcp-listener.js";
import type { ScanReport } from "../core/scan-report.js";
import { scanOrder } from "./scan-order.js";

type Tap = Pick<typeof t, "teardown">;

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const TRAM = join(ROOT, "dist/gateway/cli/main.js");
const LIBRARY = new ProfileLibrary(join(ROOT, "config/profiles"), DRIVER_FAMILIES);
const CLOCK = new SystemClock("scan-test");

t.test("what is meant by the options", async (t) => {
  t.match(scanOrder(["rs485", "--units", "1-3,7,2", "--quick"]), {
    connection: "rs485",
    units: [1, 2, 3, 7],
    effort: "quick",
  });
  t.match(scanOrder(["--port", "/dev/ttyUSB0", "--baud", "9600,4800", "--parity", "even"]), {
    bauds: [9600, 4800],
    parities: ["even"],
    effort: "normal",
  });
  t.same(scanOrder(["--host", "192.168.10.20:502"]).host, { name: "192.168.10.20", port: 502 });
  t.same(scanOrder(["--host", "[fe80::1]"]).host, { name: "fe80::1" });
  for (const [args, code] of [
    [["a", "b"], "scan_verb.one_place"],
    [["a", "--port", "/dev/x"], "scan_verb.one_place"],
    [["--quick", "--thorough"], "scan_verb.quick_or_thorough"],
    [["--units", "0-3"], "scan_verb.wrong_list"],
    [["--units", "9-3"], "scan_verb.wrong_list"],
    [["--units", "248"], "scan_verb.wrong_list"],
    [["--baud", "fast"], "scan_verb.wrong_list"],
    [["--parity", "mark"], "scan_verb.wrong_list"],
    [["--set-address", "0"], "scan_verb.wrong_list"],
    [["--host", "192.168.10.0/24"], "scan_verb.wrong_host"],
    [["--host", "plc:70000"], "scan_verb.wrong_host"],
    [["--host", "plc", "--baud", "9600"], "scan_verb.not_on_tcp"],
    [["--nonsense"], "cli.unknown_option"],
  ] as const) {
    t.throws(() => scanOrder(args), { code }, args.join(" "));
  }
});

interface Ran {
  readonly code: number | null;
  readonly reports: readonly ScanReport[];
  readonly errors: string;
}

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  return spawn(process.execPath, [TRAM, ...args, "--lang", "en"], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
}

/** Runs `tram scan --json`. */
async function scan(
  t: Tap,
  args: readonly string[],
  onReport: (report: ScanReport, child: ChildProcess) => void = () => {},
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const child = start(["scan", "--json", ...args], env);
  t.teardown(() => child.kill("SIGKILL"));
  const reports: ScanReport[] = [];
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  lines.on("line", (line) => {
    const report = JSON.parse(line) as ScanReport;
    reports.push(report);
    onReport(report, child);
  });
  let errors = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, reports, errors };
}

function found({ reports }: Ran): readonly string[] {
  return reports.flatMap((report) =>
    report.event === "recognised"
      ? [`${report.device.line} ${report.device.unit} ${report.device.candidates[0]?.profile}`]
      : [],
  );
}

function device(id: string, unit: number): ProfiledDevice {
  return new ProfiledDevice({ profile: LIBRARY.get(id)?.profile as Profile, clock: CLOCK, unit });
}

/** Short, because a socket's path may not be long. */
function folderFor(t: Tap, files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "tram-scan-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function serve(t: Tap, devices: readonly (readonly [string, number, number])[]): Promise<string> {
  const path = join(folderFor(t), "bus");
  const port = new MixedPort(path, CLOCK);
  for (const [id, unit, baud] of devices) {
    const format = { baud, parity: "none", stopBits: 1 } as const;
    const bus = new SimulatedBus({
      devices: [device(id, unit)],
      clock: CLOCK,
      ledger: new ReadLedger(),
      framing: RTU_FRAMING,
      baud,
      bitsPerCharacter: 10,
    });
    port.attach(bus, format);
  }
  await port.start();
  t.teardown(() => port.stop());
  return path;
}

t.test("devices of two speeds on a real port, written into gateway.yaml", async (t) => {
  const port = await serve(t, [
    ["xy/md02", 3, 9600],
    ["renke/rs-ws-n01-tr", 2, 4800],
  ]);
  const folder = folderFor(t, {
    "gateway.yaml": `gateway: {id: t-01, timezone: Asia/Ho_Chi_Minh}\n# giữ lại\nconnections:\n  bus: {driver: modbus-rtu, port: ${port}}\ndevices:\n  old: {connection: bus, unit_id: 9, profile: xy/md02}   # cũ\n`,
  });
  const file = join(folder, "gateway.yaml");
  const args = ["bus", "-c", file, "--baud", "9600,4800", "--parity", "none", "--units", "1-4", "--add"];
  const ran = await scan(t, args, () => {}, { XDG_RUNTIME_DIR: folder });
  t.equal(ran.code, 0, ran.errors);
  t.same([...found(ran)].sort(), ["4800 8N1 2 renke/rs-ws-n01-tr", "9600 8N1 3 xy/md02"]);
  const text = readFileSync(file, "utf8");
  t.match(text, "# giữ lại");
  t.match(text, /md02:\n {4}name: .*\n {4}connection: bus\n {4}unit_id: 3\n {4}profile: xy\/md02/);
  t.notMatch(text, "renke", "of another speed than its connection");
  t.match(ran.errors, "another setting on the same port");
});

t.test("Ctrl-C ends it with what was not tried", async (t) => {
  const port = await serve(t, [["xy/md02", 1, 9600]]);
  const ran = await scan(t, ["--port", port], (report, child) => {
    if (report.event === "recognised") child.kill("SIGINT");
  });
  const end = ran.reports.at(-1);
  t.equal(end?.event, "end");
  if (end?.event === "end")
    t.ok(end.untried.length > 10 && end.found === 1, JSON.stringify(end.untried.length));
  t.equal(ran.code, 0);
});

t.test("a port that a process holds, one that is not there, and nothing to look at", async (t) => {
  const port = await serve(t, []);
  const release = await new SocketLock().acquire(port, port);
  const second = await scan(t, ["--port", port, "--units", "1", "--baud", "9600", "--parity", "none"]);
  await release();
  t.equal(second.code, 2);
  t.match(second.errors, String(process.pid));
  const none = await scan(t, ["--port", "/dev/not-there"]);
  t.equal(none.code, 1);
  t.match(none.errors, "/dev/not-there");
});

const PYMODBUS = `
import asyncio, socket
from pymodbus.server.async_io import StartAsyncTcpServer
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusSlaveContext, ModbusServerContext
from pymodbus.device import ModbusDeviceIdentification
probe = socket.socket(); probe.bind(("127.0.0.1", 0)); port = probe.getsockname()[1]; probe.close()
store = lambda: ModbusSlaveContext(hr=ModbusSequentialDataBlock(0, list(range(100, 150))), zero_mode=True)
who = ModbusDeviceIdentification(info_name={"VendorName": "Maker", "ProductCode": "PX-7", "MajorMinorRevision": "1.2"})
async def main():
    context = ModbusServerContext(slaves={3: store(), 5: store()}, single=False)
    server = asyncio.ensure_future(StartAsyncTcpServer(context=context, identity=who, address=("127.0.0.1", port)))
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port); writer.close(); break
        except OSError:
            await asyncio.sleep(0.02)
    print(port, flush=True)
    await server
asyncio.run(main())
`;

t.test("a Modbus TCP server that is not ours, by its own words", async (t) => {
  const server = spawn("/usr/bin/python3", ["-c", PYMODBUS], { stdio: ["ignore", "pipe", "ignore"] });
  t.teardown(() => server.kill("SIGKILL"));
  const [port] = (await once(createInterface({ input: server.stdout }), "line")) as [string];
  const ran = await scan(t, ["--host", `127.0.0.1:${port}`, "--units", "1-6", "--quick"]);
  const devices = ran.reports.flatMap((report) => (report.event === "recognised" ? [report.device] : []));
  t.same(
    devices.map(({ unit }) => unit),
    [3, 5],
  );
  t.same([...new Set(devices.map(({ driver }) => driver))], ["modbus-tcp"]);
  const normal = await scan(t, ["--host", `127.0.0.1:${port}`, "--units", "3"]);
  const [first] = normal.reports.flatMap((report) => (report.event === "recognised" ? [report.device] : []));
  t.match(first?.identity, "Maker PX-7");
});

t.test("RTU frames through a serial server are told from Modbus TCP", async (t) => {
  const bus = new SimulatedBus({
    devices: [device("xy/md02", 4)],
    clock: CLOCK,
    ledger: new ReadLedger(),
    framing: RTU_FRAMING,
    baud: 9600,
  });
  const listener = new TcpListener({ bus, port: 0 });
  await listener.start();
  t.teardown(() => listener.stop());
  const ran = await scan(t, ["--host", listener.where, "--units", "3-5", "--quick"]);
  const devices = ran.reports.flatMap((report) => (report.event === "recognised" ? [report.device] : []));
  t.match(devices, [{ driver: "modbus-rtu-over-tcp", unit: 4, candidates: [{ profile: "xy/md02" }] }]);
  t.equal(ran.code, 0, ran.errors);
});

t.test("a running gateway looks on its own wire, and goes on polling", async (t) => {
  const port = await serve(t, [
    ["xy/md02", 1, 9600],
    ["peacefair/pzem-016", 6, 9600],
  ]);
  const folder = folderFor(t, {
    "gateway.yaml": `gateway: {id: t-02, timezone: Asia/Ho_Chi_Minh, clock: trusted}\nconnections: {bus: {driver: modbus-rtu, port: ${port}}}\ndevices: {air: {connection: bus, unit_id: 1, profile: xy/md02, every: 1s}}\nuplinks: {out: {url: "file:./out"}}\n`,
  });
  const file = join(folder, "gateway.yaml");
  const env = { XDG_RUNTIME_DIR: folder };
  const gateway = start(["run", file, "--json"], env);
  t.teardown(() => gateway.kill("SIGKILL"));
  const log = createInterface({ input: gateway.stdout as NodeJS.ReadableStream });
  for await (const line of log) if (line.includes("poll.connected")) break;
  const held = await scan(t, ["--port", port], () => {}, env);
  t.equal(held.code, 2, "the port is the gateway's");
  t.match(held.errors, String(gateway.pid));
  const ran = await scan(t, ["bus", "-c", file, "--units", "1-7"], () => {}, env);
  t.equal(ran.code, 0, ran.errors);
  const units = ran.reports.flatMap((report) => (report.event === "recognised" ? [report.device.unit] : []));
  t.same(units.sort(), [1, 6]);
  t.match(found(ran).join(" "), "peacefair/pzem-016");
  const status = spawn(process.execPath, [TRAM, "status", "-c", file, "--json"], {
    env: { ...process.env, ...env },
  });
  let text = "";
  for await (const chunk of status.stdout) text += String(chunk);
  t.match(JSON.parse(text), { devices: [{ id: "air", state: "online" }] });
  gateway.kill("SIGTERM");
  await once(gateway, "close");
});
