import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { SystemClock } from "../../drivers/core/clock.js";
import type { DataType } from "../../drivers/core/point.js";
import { BYTE_ORDERS } from "../../drivers/modbus/point-schema.js";
import { PseudoTerminal } from "../pty.js";
import { ASCII_FRAMING } from "./ascii-framing.js";
import { SimulatedBus } from "./bus.js";
import { SimulatedDevice, type SimulatedPoint } from "./device.js";
import type { Framing } from "./framing.js";
import { ReadLedger } from "./ledger.js";
import { MBAP_FRAMING } from "./mbap-framing.js";
import { registerCount } from "./registers.js";
import { RTU_FRAMING } from "./rtu-framing.js";
import { RtuServer } from "./rtu-server.js";
import { SimulatedSerialPort } from "./serial-port.js";
import { TcpListener } from "./tcp-listener.js";
import { ModbusTcpServer } from "./tcp-server.js";

/*
 * The simulator against clients that are not ours, on every transport that they speak: pymodbus (its own encoding and
 * decoding too), mbpoll, and libmodbus from C.
 */

const PYTHON = "/usr/bin/python3";
const BAUD = 115_200;

const VALUES: readonly (readonly [DataType, number | bigint])[] = [
  ["u16", 40_001],
  ["s16", -12_345],
  ["u32", 3_123_456_789],
  ["s32", -1_123_456_789],
  ["u64", 12_345_678_901_234_567_890n],
  ["s64", -1_234_567_890_123_456_789n],
  ["f32", -230.125],
  ["f64", 1_284_400.062_5],
];

/** Every type in every order, one after the other, in input and holding registers alike. */
function orderedPoints(): SimulatedPoint[] {
  let address = 0;
  return BYTE_ORDERS.flatMap((order) =>
    VALUES.flatMap(([type, value]) => {
      const at = address;
      address += registerCount(type);
      return (["input", "holding"] as const).map((table) => ({
        id: `${table}.${order}.${type}`,
        table,
        address: at,
        type,
        order,
        read: () => value,
      }));
    }),
  );
}

function writablePoints(): SimulatedPoint[] {
  const registers = [1, 2, 3, 4];
  const coils = [true, false, true];
  return [
    ...registers.map((_, at) => ({
      id: `w${at}`,
      table: "holding" as const,
      address: 200 + at,
      type: "u16" as const,
      read: () => registers[at] ?? 0,
      write: (value: number) => {
        registers[at] = value;
      },
    })),
    ...coils.map((_, at) => ({
      id: `c${at}`,
      table: "coil" as const,
      address: at,
      type: "bool" as const,
      read: () => coils[at] ?? false,
      write: (value: number) => {
        coils[at] = value === 1;
      },
    })),
    { id: "d", table: "discrete", address: 1, type: "bool", read: () => true },
    { id: "text", table: "holding", address: 210, type: "string", length: 4, read: () => "BMX 2.14" },
  ];
}

const newDevice = (): SimulatedDevice =>
  new SimulatedDevice({
    id: "d",
    unit: 9,
    turnaroundMs: [5, 10],
    points: [...orderedPoints(), ...writablePoints()],
    spans: [{ table: "discrete", from: 0, to: 7 }],
  });

const SCRIPT = `
import sys, json
from pymodbus.client import ModbusTcpClient, ModbusSerialClient
from pymodbus.framer.ascii_framer import ModbusAsciiFramer
from pymodbus.framer.rtu_framer import ModbusRtuFramer
from pymodbus.framer.socket_framer import ModbusSocketFramer
from pymodbus.payload import BinaryPayloadDecoder
from pymodbus.constants import Endian
kind, where, cases = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
framer = {"tcp": ModbusSocketFramer, "rtu": ModbusRtuFramer, "rtu over tcp": ModbusRtuFramer, "ascii": ModbusAsciiFramer, "ascii over tcp": ModbusAsciiFramer}[kind]
if kind.endswith("tcp"): client = ModbusTcpClient("127.0.0.1", port=int(where), framer=framer)
else: client = ModbusSerialClient(port=where, framer=framer, baudrate=${BAUD}, timeout=2)
assert client.connect()
orders = {"ABCD": (Endian.Big, Endian.Big), "BADC": (Endian.Little, Endian.Big), "CDAB": (Endian.Big, Endian.Little), "DCBA": (Endian.Little, Endian.Little)}
names = {"u16": "16bit_uint", "s16": "16bit_int", "u32": "32bit_uint", "s32": "32bit_int", "u64": "64bit_uint", "s64": "64bit_int", "f32": "32bit_float", "f64": "64bit_float"}
out = {}
for case in cases:
    read = client.read_input_registers if case["table"] == "input" else client.read_holding_registers
    reply = read(case["address"], case["count"], slave=9)
    byteorder, wordorder = orders[case["order"]]
    decoder = BinaryPayloadDecoder.fromRegisters(reply.registers, byteorder=byteorder, wordorder=wordorder)
    out[case["id"]] = repr(getattr(decoder, "decode_" + names[case["type"]])())
facts = {}
facts["coils"] = client.read_coils(0, 3, slave=9).bits[:3]
facts["discrete"] = client.read_discrete_inputs(0, 8, slave=9).bits
facts["write coil"] = not client.write_coil(1, True, slave=9).isError()
facts["write coils"] = not client.write_coils(0, [False, True, False], slave=9).isError()
facts["coils after"] = client.read_coils(0, 3, slave=9).bits[:3]
facts["write register"] = not client.write_register(200, 77, slave=9).isError()
facts["write registers"] = not client.write_registers(201, [500, 65535, 0], slave=9).isError()
facts["registers after"] = client.read_holding_registers(200, 4, slave=9).registers
facts["text"] = BinaryPayloadDecoder.fromRegisters(client.read_holding_registers(210, 4, slave=9).registers).decode_string(8).decode()
facts["outside the map"] = client.read_holding_registers(9000, 1, slave=9).exception_code
facts["read only"] = client.write_register(0, 1, slave=9).exception_code
client.close()
print(json.dumps({"values": out, "facts": facts}))
`;

/** libmodbus as a client; the numbers are put together here, by shifts. */
const LIBMODBUS = `
#include <modbus/modbus.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(int argc, char **argv) {
  int tcp = strcmp(argv[1], "tcp") == 0;
  modbus_t *m = tcp ? modbus_new_tcp("127.0.0.1", atoi(argv[2])) : modbus_new_rtu(argv[2], ${BAUD}, 'N', 8, 1);
  uint16_t r[125];
  uint8_t bits[8];
  modbus_set_slave(m, 9);
  modbus_set_response_timeout(m, 2, 0);
  if (modbus_connect(m) != 0) return 1;
  if (modbus_read_input_registers(m, 0, 22, r) != 22) return 2;
  uint32_t u32 = (uint32_t)r[2] << 16 | r[3], s32 = (uint32_t)r[4] << 16 | r[5], f32 = (uint32_t)r[14] << 16 | r[15];
  uint64_t u64 = 0, s64 = 0, f64 = 0;
  for (int i = 0; i < 4; i++) u64 = u64 << 16 | r[6 + i], s64 = s64 << 16 | r[10 + i], f64 = f64 << 16 | r[16 + i];
  float f;
  double d;
  memcpy(&f, &f32, 4);
  memcpy(&d, &f64, 8);
  printf("%u %d %u %d %llu %lld %g %.10g\\n", r[0], (int16_t)r[1], u32, (int32_t)s32, (unsigned long long)u64, (long long)s64, f, d);
  if (modbus_read_bits(m, 0, 3, bits) != 3) return 3;
  printf("%d%d%d ", bits[0], bits[1], bits[2]);
  if (modbus_read_input_bits(m, 0, 8, bits) != 8) return 4;
  printf("%d%d\\n", bits[0], bits[1]);
  if (modbus_write_register(m, 200, 77) != 1 || modbus_write_bit(m, 1, 1) != 1) return 5;
  uint16_t more[3] = {500, 65535, 0};
  if (modbus_write_registers(m, 201, 3, more) != 3) return 6;
  if (modbus_read_registers(m, 200, 4, r) != 4 || modbus_read_bits(m, 1, 1, bits) != 1) return 7;
  printf("%u %u %u %u %u\\n", r[0], r[1], r[2], r[3], bits[0]);
  printf("%d ", modbus_read_registers(m, 9000, 1, r) < 0 && errno == EMBXILADD);
  printf("%d\\n", modbus_write_register(m, 0, 1) < 0 && errno == EMBXILADD);
  modbus_close(m);
  return 0;
}
`;

const LIBMODBUS_SAYS = `40001 -12345 3123456789 -1123456789 12345678901234567890 -1234567890123456789 -230.125 1284400.062
101 01
77 500 65535 0 1
1 1
`;

const libmodbus = (async () => {
  const folder = t.testdir({ "client.c": LIBMODBUS });
  const client = join(folder, "client");
  await run("gcc", ["-o", client, join(folder, "client.c"), "-lmodbus"]);
  return client;
})();

interface Found {
  readonly values: Readonly<Record<string, string>>;
  readonly facts: Readonly<Record<string, unknown>>;
}

function run(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { timeout: 60_000, killSignal: "SIGKILL" }, (error, out, err) =>
      error ? reject(new Error(`${program}: ${out}${err}`, { cause: error })) : resolve(out),
    );
  });
}

const CASES = orderedPoints().map(({ id, table, address, type, order }) => ({
  id,
  table,
  address,
  type,
  order,
  count: registerCount(type),
}));

/** As Python prints the number. */
const expectedOf = (type: DataType): string => String(VALUES.find(([other]) => other === type)?.[1]);

const FACTS = {
  coils: [true, false, true],
  discrete: [false, true, false, false, false, false, false, false],
  "write coil": true,
  "write coils": true,
  "coils after": [false, true, false],
  "write register": true,
  "write registers": true,
  "registers after": [77, 500, 65_535, 0],
  text: "BMX 2.14",
  "outside the map": 2,
  "read only": 2,
};

t.test("pymodbus and mbpoll over TCP", async (t) => {
  const ledger = new ReadLedger();
  const server = new ModbusTcpServer({
    devices: [newDevice()],
    clock: new SystemClock("b"),
    ledger,
    port: 0,
  });
  const port = await server.start();
  t.teardown(() => server.stop());
  const found = JSON.parse(
    await run(PYTHON, ["-c", SCRIPT, "tcp", String(port), JSON.stringify(CASES)]),
  ) as Found;
  for (const { id, type } of CASES) t.equal(found.values[id], expectedOf(type), id);
  t.same(found.facts, FACTS);
  t.equal(ledger.total, CASES.length + 5, "every answered read is in the ledger, no refused one");
  const shown = await run("mbpoll", [
    "-m",
    "tcp",
    "-p",
    String(port),
    "-a",
    "9",
    "-t",
    "4",
    "-0",
    "-r",
    "0",
    "-c",
    "2",
    "-1",
    "-q",
    "127.0.0.1",
  ]);
  t.match(shown, /\[0\]:\s+40001/);
  t.match(shown, /\[1\]:\s+53191 \(-12345\)/);
  await t.rejects(
    run("mbpoll", [
      "-m",
      "tcp",
      "-p",
      String(port),
      "-a",
      "4",
      "-t",
      "4",
      "-0",
      "-r",
      "0",
      "-c",
      "1",
      "-1",
      "127.0.0.1",
    ]),
    /Target device failed to respond/i,
  );
});

t.test("pymodbus and mbpoll over the pseudo-terminal, at the speed of the wire", async (t) => {
  const clock = new SystemClock("b");
  const ledger = new ReadLedger();
  const pty = await PseudoTerminal.open(join(t.testdir(), "rs485"));
  t.teardown(() => pty.close());
  const bus = new RtuServer({ wire: pty, devices: [newDevice()], clock, ledger, baud: BAUD });
  t.teardown(() => bus.stop());
  const path = pty.link ?? "";
  const began = clock.mono();
  const found = JSON.parse(await run(PYTHON, ["-c", SCRIPT, "rtu", path, JSON.stringify(CASES)])) as Found;
  const took = clock.mono() - began;
  for (const { id, type } of CASES) t.equal(found.values[id], expectedOf(type), id);
  t.same(found.facts, FACTS);
  t.equal(bus.stats.damagedBytes + bus.stats.collidedBytes, 0);
  // Frames and turnarounds need at least this long: an honest wire is never faster.
  const bytes = CASES.reduce((sum, { count }) => sum + 8 + 5 + 2 * count, 0);
  const least = (bytes * 11_000) / BAUD + (CASES.length + 11) * 5;
  t.ok(took >= least, `${took} ms for what takes ${least} ms on the wire`);
  const shown = await run("mbpoll", [
    "-m",
    "rtu",
    "-b",
    String(BAUD),
    "-P",
    "none",
    "-a",
    "9",
    "-t",
    "3",
    "-0",
    "-r",
    "0",
    "-c",
    "1",
    "-1",
    "-q",
    path,
  ]);
  t.match(shown, /\[0\]:\s+40001/);
});

interface Wired {
  readonly bus: SimulatedBus;
  readonly where: string;
}

async function onTerminal(t: typeof import("tap").t, framing: Framing, name: string): Promise<Wired> {
  const clock = new SystemClock("b");
  const bus = new SimulatedBus({
    devices: [newDevice()],
    clock,
    ledger: new ReadLedger(),
    framing,
    baud: BAUD,
  });
  const port = new SimulatedSerialPort(bus, join(tmpdir(), `tram-interworking-${process.pid}-${name}`));
  await port.start();
  t.teardown(() => port.stop());
  return { bus, where: port.where };
}

async function onTcp(t: typeof import("tap").t, framing: Framing): Promise<Wired> {
  const clock = new SystemClock("b");
  const bus = new SimulatedBus({
    devices: [newDevice()],
    clock,
    ledger: new ReadLedger(),
    framing,
    baud: BAUD,
  });
  const listener = new TcpListener({ bus, port: 0 });
  await listener.start();
  t.teardown(() => listener.stop());
  return { bus, where: String(listener.port) };
}

async function pymodbusReads(t: typeof import("tap").t, kind: string, { bus, where }: Wired): Promise<void> {
  const found = JSON.parse(await run(PYTHON, ["-c", SCRIPT, kind, where, JSON.stringify(CASES)])) as Found;
  for (const { id, type } of CASES) t.equal(found.values[id], expectedOf(type), id);
  t.same(found.facts, FACTS);
  t.equal(bus.stats.damagedBytes + bus.stats.collidedBytes + bus.stats.broken, 0);
}

t.test("pymodbus, ASCII", async (t) => {
  await pymodbusReads(t as never, "ascii", await onTerminal(t as never, ASCII_FRAMING, "ascii"));
});

t.test("pymodbus, RTU over TCP", async (t) => {
  await pymodbusReads(t as never, "rtu over tcp", await onTcp(t as never, RTU_FRAMING));
});

t.test("pymodbus, ASCII over TCP", async (t) => {
  await pymodbusReads(t as never, "ascii over tcp", await onTcp(t as never, ASCII_FRAMING));
});

t.test("libmodbus, RTU", async (t) => {
  const { bus, where } = await onTerminal(t as never, RTU_FRAMING, "libmodbus");
  t.equal(await run(await libmodbus, ["rtu", where]), LIBMODBUS_SAYS);
  t.equal(bus.stats.damagedBytes + bus.stats.collidedBytes, 0);
});

t.test("libmodbus, TCP", async (t) => {
  const { where } = await onTcp(t as never, MBAP_FRAMING);
  t.equal(await run(await libmodbus, ["tcp", where]), LIBMODBUS_SAYS);
});
