import { execFile } from "node:child_process";
import { join } from "node:path";
import t from "tap";
import { SystemClock } from "../../drivers/core/clock.js";
import type { DataType } from "../../drivers/core/point.js";
import { BYTE_ORDERS } from "../../drivers/modbus/schema.js";
import { PseudoTerminal } from "../pty.js";
import { SimulatedDevice, type SimulatedPoint } from "./device.js";
import { ReadLedger } from "./ledger.js";
import { registerCount } from "./registers.js";
import { RtuServer } from "./rtu-server.js";
import { ModbusTcpServer } from "./tcp-server.js";

/*
 * The simulator against clients that are not ours: pymodbus (its own encoding and decoding too) and mbpoll
 * (libmodbus).
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
from pymodbus.payload import BinaryPayloadDecoder
from pymodbus.constants import Endian
kind, where, cases = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
client = ModbusTcpClient("127.0.0.1", port=int(where)) if kind == "tcp" else ModbusSerialClient(port=where, baudrate=${BAUD}, timeout=2)
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
