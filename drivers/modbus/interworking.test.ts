import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import t from "tap";
import { SystemClock } from "../core/clock.js";
import type { Driver, DriverContext, DriverFactory, ReadRequest } from "../core/driver.js";
import { LinkError, TramError } from "../core/errors.js";
import { SocketLock } from "../core/lock.js";
import { SILENT_LOG } from "../core/log.js";
import type { DataType, Point } from "../core/point.js";
import type { Value } from "../core/reading.js";
import type { Writer } from "../core/writer.js";
import { DialInPorts } from "../line/dial-in-ports.js";
import { createModbusDialInDriver } from "./dial-in.js";
import { createModbusAsciiOverTcpDriver, createModbusRtuOverTcpDriver } from "./over-tcp.js";
import type { ModbusAddress } from "./point-schema.js";
import { createModbusAsciiDriver, createModbusRtuDriver } from "./serial.js";
import { createModbusTcpDriver } from "./tcp-driver.js";
import { deviceOf, NEVER, pointOf } from "./test-devices.js";

/** Servers that are not ours, on every transport: pymodbus and libmodbus, each with its own encoder. */

const CLOCK = new SystemClock("boot");
const PYTHON = "/usr/bin/python3";
const DEVICE = deviceOf(1, { worst_reply: 300 });

/** What it holds is packed by pymodbus's own builder. It says when it is about to serve: importing takes a second, or ten. */
const PYMODBUS = `
import sys
from pymodbus.constants import Endian
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.framer.ascii_framer import ModbusAsciiFramer
from pymodbus.framer.rtu_framer import ModbusRtuFramer
from pymodbus.framer.socket_framer import ModbusSocketFramer
from pymodbus.payload import BinaryPayloadBuilder
from pymodbus.server import StartSerialServer, StartTcpServer
holding = BinaryPayloadBuilder(byteorder=Endian.Big, wordorder=Endian.Big)
holding.add_16bit_uint(2301); holding.add_16bit_int(-404); holding.add_32bit_float(230.1); holding.add_64bit_uint(2**63 + 5)
holding.add_string("TRAM01"); holding.add_64bit_float(0.1)
low = BinaryPayloadBuilder(byteorder=Endian.Big, wordorder=Endian.Little)
low.add_32bit_uint(123456789); low.add_32bit_float(-12.5)
registers = holding.to_registers() + [0] * 10 + low.to_registers() + [0] * 20
unit = ModbusSlaveContext(hr=ModbusSequentialDataBlock(0, registers), ir=ModbusSequentialDataBlock(0, [n * 3 for n in range(200)]),
    co=ModbusSequentialDataBlock(0, [True, False, True, True] + [False] * 20 + [True]), di=ModbusSequentialDataBlock(0, [False, True]), zero_mode=True)
context = ModbusServerContext(slaves={1: unit}, single=False)
framer = {"rtu": ModbusRtuFramer, "ascii": ModbusAsciiFramer, "tcp": ModbusSocketFramer}[sys.argv[1]]
print("ready", flush=True)
if sys.argv[2].isdigit(): StartTcpServer(context=context, framer=framer, address=("127.0.0.1", int(sys.argv[2])))
else: StartSerialServer(context=context, framer=framer, port=sys.argv[2], baudrate=19200, timeout=0.05)
`;

/**
 * What it holds are floats of the C compiler, in all four byte orders, shifted by hand: modbus_set_float_abcd and its
 * sisters mean other orders in 3.1.6 (Debian 12) than in later versions.
 */
const LIBMODBUS = `
#include <modbus/modbus.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static uint16_t swapped(uint16_t word) { return (uint16_t)(word << 8 | word >> 8); }
static void set(uint16_t *at, float value, int low_first, int swap) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  uint16_t high = (uint16_t)(bits >> 16), low = (uint16_t)bits;
  if (swap) high = swapped(high), low = swapped(low);
  at[0] = low_first ? low : high;
  at[1] = low_first ? high : low;
}
int main(int argc, char **argv) {
  modbus_t *m = strcmp(argv[1], "tcp") == 0 ? modbus_new_tcp("127.0.0.1", atoi(argv[2])) : modbus_new_rtu(argv[2], 19200, 'N', 8, 1);
  modbus_mapping_t *map = modbus_mapping_new(32, 32, 64, 64);
  int listener = -1;
  uint8_t query[MODBUS_MAX_ADU_LENGTH];
  modbus_set_slave(m, 1);
  set(map->tab_registers + 0, 230.1f, 0, 0);
  set(map->tab_registers + 2, -7.25f, 0, 1);
  set(map->tab_registers + 4, 1e6f, 1, 0);
  set(map->tab_registers + 6, 0.001f, 1, 1);
  map->tab_registers[8] = 65535;
  map->tab_input_registers[63] = 4242;
  map->tab_bits[5] = 1;
  map->tab_input_bits[31] = 1;
  if (strcmp(argv[1], "tcp") == 0) listener = modbus_tcp_listen(m, 8);
  else if (modbus_connect(m) != 0) return 1;
  puts("ready");
  fflush(stdout);
  for (;;) {
    if (listener >= 0 && modbus_tcp_accept(m, &listener) < 0) return 1;
    for (;;) {
      int n = modbus_receive(m, query);
      if (n > 0) modbus_reply(m, query, n, map);
      else if (n < 0 && listener >= 0) { modbus_close(m); break; }
    }
  }
}
`;

function point(
  id: string,
  type: DataType,
  address: Partial<ModbusAddress>,
  more: Partial<Point> = {},
): Point {
  const { decimals: _, ...base } = pointOf(DEVICE.id, 0, address);
  return { ...base, id, type, ...more };
}

type Held = readonly (readonly [Point, Value])[];

const IN_PYMODBUS: Held = [
  [point("u16", "u16", { address: 0 }, { scale: 0.1, decimals: 1 }), 230.1],
  [point("s16", "s16", { address: 1 }, { scale: 0.1, decimals: 1 }), -40.4],
  [point("f32", "f32", { address: 2 }), 230.1],
  [point("u64", "u64", { address: 4 }), 2n ** 63n + 5n],
  [point("text", "string", { address: 8, length: 3 }), "TRAM01"],
  [point("f64", "f64", { address: 11 }), 0.1],
  [point("u32", "u32", { address: 25, order: "CDAB" }), 123456789],
  [point("f32low", "f32", { address: 27, order: "CDAB" }), -12.5],
  [point("bit0", "bool", { address: 0, bit: 0 }), true],
  [point("bit1", "bool", { address: 0, bit: 1 }), false],
  [point("input", "u16", { table: "input", address: 124 }), 372],
  [point("coil0", "bool", { table: "coil", address: 0 }), true],
  [point("coil1", "bool", { table: "coil", address: 1 }), false],
  [point("coil24", "bool", { table: "coil", address: 24 }), true],
  [point("discrete1", "bool", { table: "discrete", address: 1 }), true],
];

const IN_LIBMODBUS: Held = [
  [point("abcd", "f32", { address: 0, order: "ABCD" }), 230.1],
  [point("badc", "f32", { address: 2, order: "BADC" }), -7.25],
  [point("cdab", "f32", { address: 4, order: "CDAB" }), 1e6],
  [point("dcba", "f32", { address: 6, order: "DCBA" }), 0.001],
  [point("u16", "u16", { address: 8 }), 65535],
  [point("input", "u16", { table: "input", address: 63 }), 4242],
  [point("coil5", "bool", { table: "coil", address: 5 }), true],
  [point("coil6", "bool", { table: "coil", address: 6 }), false],
  [point("discrete31", "bool", { table: "discrete", address: 31 }), true],
];

/** Written, then read by the driver itself as it verifies them. */
/** What is written, and the words that the server then holds. */
const WRITTEN: readonly (readonly [...Held[number], words: readonly number[]])[] = [
  [point("w16", "s16", { address: 30 }, { access: "read-write" }), -2, [0xfffe]],
  // 21.5 is 41AC0000.
  [point("w32", "f32", { address: 31, order: "DCBA" }, { access: "read-write" }), 21.5, [0x0000, 0xac41]],
  [point("w64", "u64", { address: 33 }, { access: "read-write", decimals: 0 }), 2n ** 60n, [0x1000, 0, 0, 0]],
  [point("wcoil", "bool", { table: "coil", address: 2 }, { access: "read-write" }), false, [0]],
];

async function check(
  t: Pick<typeof import("tap").t, "same" | "match" | "rejects">,
  driver: Driver,
  held: Held,
): Promise<void> {
  const points = held.map(([point]) => point);
  const all: Record<string, Value | undefined> = {};
  for (const request of driver.plan(DEVICE, points)) {
    const batch = await driver.read(request, NEVER);
    for (const [at, { id }] of batch.layout.points.entries()) all[id] = batch.values[at];
  }
  t.same(all, Object.fromEntries(held.map(([{ id }, value]) => [id, value])));
  const writer = driver as Driver & Writer;
  for (const [point, value, readBackWords] of WRITTEN) {
    const outcome = await writer.write(writer.planWrite(DEVICE, point, value), NEVER);
    t.same(outcome, { state: "verified", confirmed: true, readBack: value, readBackWords }, point.id);
  }
  const [beyond] = driver.plan(DEVICE, [point("beyond", "u16", { address: 60_000 })]);
  await t.rejects(driver.read(beyond as ReadRequest, NEVER), { code: "modbus.exception_address" });
}

/** The server is up, but a pair of ports or a caller may need a moment more: connects and reads until it answers. */
async function answering(driver: Driver, server: ChildProcess): Promise<void> {
  const [first] = driver.plan(DEVICE, [point("first", "u16", {})]);
  const end = CLOCK.mono() + 20_000;
  let connected = false;
  while (CLOCK.mono() < end) {
    if (server.exitCode !== null) throw new Error("the server has ended");
    try {
      if (!connected) await driver.connect(NEVER);
      connected = true;
      await driver.read(first as ReadRequest, NEVER);
      return;
    } catch (error) {
      if (!(error instanceof TramError)) throw error;
      // A caller that is hung up on does not call again: only a line that is gone is made anew.
      if (error instanceof LinkError) connected = false;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error("the server does not answer");
}

function start(command: string, args: readonly string[]): ChildProcess {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "ignore"] });
  t.teardown(() => child.kill("SIGKILL"));
  return child;
}

/** A server that has said that it is ready; nobody asks before, so no question waits for it in a buffer. */
async function startServer(command: string, args: readonly string[]): Promise<ChildProcess> {
  const child = start(command, args);
  const { stdout } = child;
  if (!stdout) throw new Error("no output");
  const ended = once(child, "exit").then(() => Promise.reject(new Error("the server has ended")));
  await Promise.race([once(createInterface({ input: stdout }), "line"), ended]);
  ended.catch(() => {});
  return child;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address ? address.port : 0;
}

const folder = t.testdir({ "server.c": LIBMODBUS });
const LIBMODBUS_SERVER = join(folder, "server");
const built = spawnSync("gcc", ["-o", LIBMODBUS_SERVER, join(folder, "server.c"), "-lmodbus"], {
  encoding: "utf8",
});
t.equal(built.stderr, "");

type Server = (framing: string, place: string) => Promise<ChildProcess>;
const pymodbus: Server = (framing, place) => startServer(PYTHON, ["-c", PYMODBUS, framing, place]);
const libmodbus: Server = (framing, place) => startServer(LIBMODBUS_SERVER, [framing, place]);

/** A server in Python on a busy machine is slow; nothing here is late on purpose. */
const SERIAL = { baud: 19200, data_bits: 8, parity: "none", stop_bits: 1, timeout: 3000 };
const TCP = { host: "127.0.0.1", timeout: 3000, connect_timeout: 1000, pipeline: 1 };

function contextOf(dialIn: DialInPorts): DriverContext {
  return {
    connection: "wire",
    clock: CLOCK,
    log: SILENT_LOG,
    lock: new SocketLock(),
    dialIn,
    onReady: () => {},
  };
}

let pairs = 0;

async function onPair(
  t: typeof import("tap").t,
  create: DriverFactory,
  server: Server,
  framing: string,
  held: Held,
): Promise<void> {
  const [ours, theirs] = [join(folder, `ours${++pairs}`), join(folder, `theirs${pairs}`)];
  const pair = start("socat", ["-d", "-d", `pty,raw,echo=0,link=${ours}`, `pty,raw,echo=0,link=${theirs}`]);
  await linked(theirs);
  const child = await server(framing, theirs);
  const driver = create({ ...SERIAL, port: ours }, [DEVICE], contextOf(new DialInPorts(CLOCK, SILENT_LOG)));
  t.teardown(() => driver.close());
  await answering(driver, child);
  await check(t as never, driver, held);
  await driver.close();
  child.kill("SIGKILL");
  pair.kill("SIGKILL");
}

async function linked(path: string): Promise<void> {
  while (spawnSync("test", ["-e", path]).status !== 0)
    await new Promise((resolve) => setTimeout(resolve, 20));
}

async function onPort(
  t: typeof import("tap").t,
  create: DriverFactory,
  server: Server,
  framing: string,
  held: Held,
): Promise<void> {
  const port = await freePort();
  const child = await server(framing, String(port));
  const driver = create({ ...TCP, port }, [DEVICE], contextOf(new DialInPorts(CLOCK, SILENT_LOG)));
  t.teardown(() => driver.close());
  await answering(driver, child);
  await check(t as never, driver, held);
  await driver.close();
  child.kill("SIGKILL");
}

/** A serial server that dials in: socat between its own serial port and a TCP connection to us. */
async function onCall(t: typeof import("tap").t, server: Server, framing: string, held: Held): Promise<void> {
  const dialIn = new DialInPorts(CLOCK, SILENT_LOG);
  t.teardown(() => dialIn.close());
  const listen = `127.0.0.1:${await freePort()}`;
  const driver = createModbusDialInDriver({ framing, listen, timeout: 3000 }, [DEVICE], contextOf(dialIn));
  t.teardown(() => driver.close());
  const theirs = join(folder, `called${++pairs}`);
  const caller = start("socat", [`pty,raw,echo=0,link=${theirs}`, `tcp:${listen},forever,interval=0.1`]);
  await linked(theirs);
  const child = await server(framing, theirs);
  await answering(driver, child);
  await check(t as never, driver, held);
  await driver.close();
  child.kill("SIGKILL");
  caller.kill("SIGKILL");
}

t.test("pymodbus, RTU", (t) => onPair(t as never, createModbusRtuDriver, pymodbus, "rtu", IN_PYMODBUS));
t.test("pymodbus, ASCII", (t) => onPair(t as never, createModbusAsciiDriver, pymodbus, "ascii", IN_PYMODBUS));
t.test("pymodbus, TCP", (t) => onPort(t as never, createModbusTcpDriver, pymodbus, "tcp", IN_PYMODBUS));
t.test("pymodbus, RTU over TCP", (t) =>
  onPort(t as never, createModbusRtuOverTcpDriver, pymodbus, "rtu", IN_PYMODBUS),
);
t.test("pymodbus, ASCII over TCP", (t) =>
  onPort(t as never, createModbusAsciiOverTcpDriver, pymodbus, "ascii", IN_PYMODBUS),
);
t.test("pymodbus, RTU, dialling in", (t) => onCall(t as never, pymodbus, "rtu", IN_PYMODBUS));
t.test("pymodbus, ASCII, dialling in", (t) => onCall(t as never, pymodbus, "ascii", IN_PYMODBUS));
t.test("libmodbus, RTU", (t) => onPair(t as never, createModbusRtuDriver, libmodbus, "rtu", IN_LIBMODBUS));
t.test("libmodbus, TCP", (t) => onPort(t as never, createModbusTcpDriver, libmodbus, "tcp", IN_LIBMODBUS));
t.test("libmodbus, RTU, dialling in", (t) => onCall(t as never, libmodbus, "rtu", IN_LIBMODBUS));
