import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import t from "tap";
import { PseudoTerminal } from "../../simulators/pty.js";
import { SystemClock } from "../core/clock.js";
import type { Driver, DriverContext, DriverDevice, ReadRequest } from "../core/driver.js";
import { LinkError, TramError } from "../core/errors.js";
import { SocketLock } from "../core/lock.js";
import { SILENT_LOG } from "../core/log.js";
import type { DataType, Point } from "../core/point.js";
import type { ReadingBatch, Value } from "../core/reading.js";
import { DialInPorts } from "../line/dial-in-ports.js";
import { appendCrc } from "./crc.js";
import type { ModbusAddress, ModbusDevice } from "./schema.js";
import { createModbusRtuDriver } from "./serial.js";
import { waitUntil } from "./silence.js";
import { createModbusTcpDriver } from "./tcp-driver.js";

/** Real sockets, real terminals, and a server that is not ours (pymodbus). */

const CLOCK = new SystemClock("boot");
const NEVER = new AbortController().signal;
const PYTHON = "/usr/bin/python3";

function contextOf(): DriverContext {
  const dialIn = new DialInPorts(CLOCK, SILENT_LOG);
  return {
    connection: "wire",
    clock: CLOCK,
    log: SILENT_LOG,
    lock: new SocketLock(),
    dialIn,
    onReady: () => {},
  };
}

function deviceOf(unit: number, more: Partial<ModbusDevice> = {}): DriverDevice {
  const settings: ModbusDevice = {
    unit_id: unit,
    worst_reply: 1000,
    max_registers: 125,
    max_bits: 2000,
    max_gap: 10,
    min_gap: 0,
    ...more,
  };
  return { id: `unit${unit}`, settings };
}

function pointOf(
  id: string,
  type: DataType,
  address: Partial<ModbusAddress>,
  more: Partial<Point> = {},
): Point {
  return {
    id,
    device: "unit1",
    type,
    kind: "instant",
    scale: 1,
    offset: 0,
    access: "read",
    periodMs: 1000,
    deadband: 0,
    heartbeatMs: 0,
    priority: "normal",
    ...more,
    address: { table: "holding", address: 0, order: "ABCD", ...address },
  };
}

/** pymodbus as a server, over TCP or a serial port. What it holds is packed by its own builder. */
const SERVER = `
import sys
from pymodbus.constants import Endian
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.framer.rtu_framer import ModbusRtuFramer
from pymodbus.payload import BinaryPayloadBuilder
from pymodbus.server import StartSerialServer, StartTcpServer
holding = BinaryPayloadBuilder(byteorder=Endian.Big, wordorder=Endian.Big)
holding.add_16bit_uint(2301); holding.add_16bit_int(-404); holding.add_32bit_float(230.1); holding.add_64bit_uint(2**63 + 5)
holding.add_string("TRAM01"); holding.add_64bit_float(0.1)
low = BinaryPayloadBuilder(byteorder=Endian.Big, wordorder=Endian.Little)
low.add_32bit_uint(123456789); low.add_32bit_float(-12.5)
registers = holding.to_registers() + [0] * 10 + low.to_registers()
unit = ModbusSlaveContext(hr=ModbusSequentialDataBlock(0, registers), ir=ModbusSequentialDataBlock(0, [n * 3 for n in range(200)]),
    co=ModbusSequentialDataBlock(0, [True, False, True, True] + [False] * 20 + [True]), di=ModbusSequentialDataBlock(0, [False, True]), zero_mode=True)
context = ModbusServerContext(slaves={1: unit}, single=False)
if sys.argv[1] == "tcp": StartTcpServer(context=context, address=("127.0.0.1", int(sys.argv[2])))
else: StartSerialServer(context=context, framer=ModbusRtuFramer, port=sys.argv[2], baudrate=19200, timeout=0.05)
`;

const POINTS: readonly (readonly [Point, Value])[] = [
  [pointOf("u16", "u16", { address: 0 }, { scale: 0.1, decimals: 1 }), 230.1],
  [pointOf("s16", "s16", { address: 1 }, { scale: 0.1, decimals: 1 }), -40.4],
  [pointOf("f32", "f32", { address: 2 }), 230.1],
  [pointOf("u64", "u64", { address: 4 }), 2n ** 63n + 5n],
  [pointOf("text", "string", { address: 8, length: 3 }), "TRAM01"],
  [pointOf("f64", "f64", { address: 11 }), 0.1],
  [pointOf("u32", "u32", { address: 25, order: "CDAB" }), 123456789],
  [pointOf("f32low", "f32", { address: 27, order: "CDAB" }), -12.5],
  [pointOf("bit0", "bool", { address: 0, bit: 0 }), true],
  [pointOf("bit1", "bool", { address: 0, bit: 1 }), false],
  [pointOf("input", "u16", { table: "input", address: 124 }), 372],
  [pointOf("coil0", "bool", { table: "coil", address: 0 }), true],
  [pointOf("coil1", "bool", { table: "coil", address: 1 }), false],
  [pointOf("coil24", "bool", { table: "coil", address: 24 }), true],
  [pointOf("discrete1", "bool", { table: "discrete", address: 1 }), true],
];

async function readAll(driver: Driver, device: DriverDevice): Promise<Record<string, Value | undefined>> {
  const all: Record<string, Value | undefined> = {};
  for (const request of driver.plan(
    device,
    POINTS.map(([point]) => point),
  )) {
    const batch = await driver.read(request, NEVER);
    batch.layout.points.forEach(({ id }, i) => {
      all[id] = batch.values[i];
    });
  }
  return all;
}

/** Connects and reads until the server behind is up; python needs a second or so. */
async function answering(driver: Driver, device: DriverDevice, server: ChildProcess): Promise<void> {
  const [first] = driver.plan(device, [pointOf("first", "u16", {})]);
  for (let i = 0; i < 200; i++) {
    if (server.exitCode !== null) throw new Error("the server has ended");
    try {
      await driver.connect(NEVER);
      await driver.read(first as ReadRequest, NEVER);
      return;
    } catch (error) {
      if (!(error instanceof TramError)) throw error;
      await pause(50);
    }
  }
  throw new Error("the server does not answer");
}

function start(command: string, args: readonly string[]): ChildProcess {
  const child = spawn(command, args, { stdio: "ignore" });
  t.teardown(() => child.kill("SIGKILL"));
  return child;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

const EXPECTED = Object.fromEntries(POINTS.map(([point, value]) => [point.id, value]));

/** Why a comparison cannot be made on this machine. */
function missing(command: string, ...args: readonly string[]): string | false {
  return spawnSync(command, args).status === 0 ? false : `${command} ${args.join(" ")} fails`;
}

const noPymodbus = missing(PYTHON, "-c", "import pymodbus, serial");
const noSocat = missing("socat", "-V");

t.test("pymodbus over TCP", { skip: noPymodbus }, async (t) => {
  const port = await freePort();
  const server = start(PYTHON, ["-c", SERVER, "tcp", String(port)]);
  const device = deviceOf(1);
  const settings = { host: "127.0.0.1", port, timeout: 1000, connect_timeout: 1000 };
  const driver = createModbusTcpDriver(settings, [device], contextOf());
  await answering(driver, device, server);
  t.same(await readAll(driver, device), EXPECTED);
  const [beyond] = driver.plan(device, [pointOf("beyond", "u16", { address: 60_000 })]);
  await t.rejects(driver.read(beyond as ReadRequest, NEVER), { code: "modbus.exception_address" });
  await driver.close();
  server.kill("SIGKILL");
});

t.test("pymodbus over RTU", { skip: noPymodbus || noSocat }, async (t) => {
  const dir = t.testdir({});
  const [ours, theirs] = [join(dir, "ours"), join(dir, "theirs")];
  const pair = start("socat", [`pty,raw,echo=0,link=${ours}`, `pty,raw,echo=0,link=${theirs}`]);
  const server = start("sh", [
    "-c",
    `while [ ! -e "$1" ]; do sleep 0.05; done; exec ${PYTHON} -c "$0" rtu "$1"`,
    SERVER,
    theirs,
  ]);
  const device = deviceOf(1);
  const driver = createModbusRtuDriver(serialSettings(ours), [device], contextOf());
  await answering(driver, device, server);
  t.same(await readAll(driver, device), EXPECTED);
  pair.kill("SIGKILL");
  await driver.close();
  server.kill("SIGKILL");
});

function serialSettings(port: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { port, baud: 115200, data_bits: 8, parity: "none", stop_bits: 1, timeout: 500, ...more };
}

/** A bus on a pseudo-terminal: answers what is asked, when the script says so. */
function answer(pty: PseudoTerminal, delayOf: () => number | undefined): void {
  let rest = Buffer.alloc(0);
  pty.onData((bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (; rest.length >= 8; rest = rest.subarray(8)) {
      const reply = Buffer.alloc(7);
      // A register holds its own identity: unit and address.
      reply.set([rest[0] as number, 3, 2, rest[0] as number, rest[3] as number]);
      appendCrc(reply, 5);
      const delay = delayOf();
      if (delay !== undefined) setTimeout(() => pty.write(reply), delay);
    }
  });
}

t.test("a silence is never cut short", async (t) => {
  const random = seeded(3);
  let early = 0;
  for (let i = 0; i < 200; i++) {
    const until = CLOCK.mono() + random() * 4;
    await waitUntil(CLOCK, until);
    if (CLOCK.mono() < until) early++;
  }
  t.equal(early, 0);
});

t.test("three units that answer late as they please, in real time", async (t) => {
  const random = seeded(5);
  const pty = await PseudoTerminal.open();
  t.teardown(() => pty.close());
  answer(pty, () => (random() < 0.2 ? 20 + random() * 200 : random() * 8));
  const devices = [1, 2, 3].map((unit) => deviceOf(unit, { timeout: 20, worst_reply: 300 }));
  let woken = 0;
  const context = { ...contextOf(), onReady: () => woken++ };
  const driver = createModbusRtuDriver(serialSettings(pty.path), devices, context);
  await driver.connect(NEVER);
  let good = 0;
  const end = CLOCK.mono() + 3000;
  for (let i = 0; CLOCK.mono() < end; i++) {
    const unit = 1 + (i % 3);
    const device = devices[unit - 1] as DriverDevice;
    const address = Math.floor(random() * 200);
    const point = { ...pointOf("p", "u16", { address }), device: device.id };
    const request = driver.plan(device, [point])[0] as ReadRequest;
    if (driver.readyAt(request) > CLOCK.mono()) {
      await pause(1);
      continue;
    }
    const batch: ReadingBatch | TramError = await driver
      .read(request, NEVER)
      .catch((error: TramError) => error);
    if (batch instanceof TramError) {
      if (batch.class !== "transient") throw batch;
      continue;
    }
    good++;
    if (batch.values[0] !== unit * 256 + address)
      t.fail(`unit ${unit} address ${address}: ${batch.values[0]}`);
  }
  t.ok(good > 50, `${good} good`);
  t.ok(driver.stats().late > 5, `${driver.stats().late} late`);
  t.equal(woken, driver.stats().late, "each of them freed its unit");
  await driver.close();
});

t.test("the port goes and comes back", async (t) => {
  const link = join(t.testdir({}), "port");
  const first = await PseudoTerminal.open(link);
  answer(first, () => 1);
  const device = deviceOf(1);
  const driver = createModbusRtuDriver(serialSettings(link), [device], contextOf());
  const [request] = driver.plan(device, [pointOf("p", "u16", { address: 9 })]);
  await driver.connect(NEVER);
  t.same((await driver.read(request as ReadRequest, NEVER)).values, [256 + 9]);

  const rival = createModbusRtuDriver(serialSettings(link), [device], contextOf());
  await t.rejects(rival.connect(NEVER), {
    code: "core.held_by_process",
    params: { pid: String(process.pid) },
  });

  await first.close();
  await t.rejects(driver.read(request as ReadRequest, NEVER), LinkError);
  await t.rejects(driver.connect(NEVER), LinkError);
  const second = await PseudoTerminal.open(link);
  t.teardown(() => second.close());
  answer(second, () => 1);
  await driver.connect(NEVER);
  while (driver.readyAt(request as ReadRequest) > CLOCK.mono()) await pause(20);
  t.same((await driver.read(request as ReadRequest, NEVER)).values, [256 + 9]);
  await driver.close();
});

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
