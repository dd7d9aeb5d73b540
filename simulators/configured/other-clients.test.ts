import { execFile } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import t from "tap";
import { SystemClock } from "../../drivers/core/clock.js";
import { PseudoTerminal } from "../pty.js";
import { configured, freePorts } from "./configured-fixture.js";
import { CountingLedger } from "./device-count.js";
import { StandIn } from "./stand-in.js";

/* What is stood in for, against clients that are not ours: pymodbus, mbpoll, and frames written by hand. */

const SCRIPT = `
import sys, json
from pymodbus.client import ModbusTcpClient, ModbusSerialClient
from pymodbus.framer.ascii_framer import ModbusAsciiFramer
from pymodbus.framer.rtu_framer import ModbusRtuFramer
from pymodbus.framer.socket_framer import ModbusSocketFramer
framers = {"rtu": ModbusRtuFramer, "ascii": ModbusAsciiFramer, "tcp": ModbusSocketFramer}
said = []
for kind, where in json.loads(sys.argv[1]):
    framer = framers[kind]
    if isinstance(where, int): client = ModbusTcpClient("127.0.0.1", port=where, framer=framer)
    elif kind == "ascii": client = ModbusSerialClient(port=where, framer=framer, baudrate=115200, bytesize=7, parity="E", timeout=2)
    else: client = ModbusSerialClient(port=where, framer=framer, baudrate=115200, timeout=2)
    assert client.connect()
    said.append(client.read_holding_registers(3, 1, slave=5).registers)
    client.close()
print(json.dumps(said))
`;

function run(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { timeout: 20_000, killSignal: "SIGKILL" }, (error, out, err) =>
      error ? reject(new Error(`${program}: ${out}${err}`, { cause: error })) : resolve(out),
    );
  });
}

t.test("pymodbus and mbpoll on each transport", async (t) => {
  const folder = t.testdir();
  const [tcp, rtu, ascii] = await freePorts(3);
  const device = (id: string, start: number): string =>
    `  ${id}: {connection: ${id}, unit_id: 5, points: [{id: a, address: 3, simulate: {start: ${start}}}]}\n`;
  const { wanted } = configured(
    folder,
    `connections:
  serial: {driver: modbus-rtu, port: ./serial, baud: 115200}
  old: {driver: modbus-ascii, port: ./old, baud: 115200}
  plc: {driver: modbus-tcp, host: 127.0.0.1, port: ${tcp}}
  server: {driver: modbus-rtu-over-tcp, host: 127.0.0.1, port: ${rtu}}
  older: {driver: modbus-ascii-over-tcp, host: 127.0.0.1, port: ${ascii}}
devices:
${device("serial", 101)}${device("old", 102)}${device("plc", 103)}${device("server", 104)}${device("older", 105)}`,
  );
  const clock = new SystemClock("b");
  const standIn = await StandIn.start(wanted, { clock, ledger: new CountingLedger(), seed: 1, ports: {} });
  t.teardown(() => standIn.stop());
  const path = join(folder, "serial");
  const places = [
    ["rtu", path],
    ["ascii", join(folder, "old")],
    ["tcp", tcp],
    ["rtu", rtu],
    ["ascii", ascii],
  ];
  t.same(JSON.parse(await run("/usr/bin/python3", ["-c", SCRIPT, JSON.stringify(places)])), [
    [101],
    [102],
    [103],
    [104],
    [105],
  ]);
  const ask = ["-a", "5", "-t", "4", "-0", "-r", "3", "-c", "1", "-1", "-q"];
  t.match(await run("mbpoll", ["-m", "tcp", "-p", String(tcp), ...ask, "127.0.0.1"]), /\[3\]:\s+103/);
  t.match(await run("mbpoll", ["-m", "rtu", "-b", "115200", "-P", "none", ...ask, path]), /\[3\]:\s+101/);
});

/** Unit 5, holding register 3, one: as any Modbus calculator writes it. */
const REQUEST = Buffer.from("05 03 00 03 00 01 75 8e".replaceAll(" ", ""), "hex");
const REPLY = Buffer.from("05 03 02 00 65 89 af".replaceAll(" ", ""), "hex");

t.test("a modem calls, says who it is, and answers", async (t) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => server.close());
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const { wanted } = configured(
    t.testdir(),
    `connections: {modem: {driver: modbus-dial-in, listen: "${port}", identity: "hex: 01 A2 FF"}}
devices: {d: {connection: modem, unit_id: 5, points: [{id: a, address: 3, simulate: {start: 101}}]}}
`,
  );
  const heard = new Promise<Buffer>((resolve) => {
    server.on("connection", (socket) => {
      let all = Buffer.alloc(0);
      socket.on("error", () => {});
      socket.on("data", (bytes) => {
        all = Buffer.concat([all, bytes]);
        if (all.length === 3) socket.write(REQUEST);
        if (all.length >= 3 + REPLY.length) resolve(all);
      });
    });
  });
  const clock = new SystemClock("b");
  const standIn = await StandIn.start(wanted, { clock, ledger: new CountingLedger(), seed: 1, ports: {} });
  t.teardown(() => standIn.stop());
  t.equal((await heard).toString("hex"), `01a2ff${REPLY.toString("hex")}`);
});

t.test("on a real port: the adapter of a real gateway", async (t) => {
  // The far end of the pair is the bus; the near end is what an adapter is for a program.
  const wire = await PseudoTerminal.open();
  t.teardown(() => wire.close());
  const { wanted } = configured(
    t.testdir(),
    `connections: {bus: {driver: modbus-rtu, port: /dev/ttyUSB7, baud: 9600}}
devices: {d: {connection: bus, unit_id: 5, points: [{id: a, address: 3, simulate: {start: 101}}]}}
`,
  );
  const ports = { bus: wire.path };
  const clock = new SystemClock("b");
  const standIn = await StandIn.start(wanted, { clock, ledger: new CountingLedger(), seed: 1, ports });
  t.teardown(() => standIn.stop());
  t.ok(standIn.buses[0]?.isReal);
  let all = Buffer.alloc(0);
  const packets: number[] = [];
  const heard = new Promise<void>((resolve) => {
    wire.onData((bytes) => {
      packets.push(bytes.length);
      all = Buffer.concat([all, bytes]);
      if (all.length >= REPLY.length) resolve();
    });
  });
  wire.write(REQUEST);
  await heard;
  t.equal(all.toString("hex"), REPLY.toString("hex"));
  t.same(packets, [REPLY.length], "in one piece: pauses within a frame would end it");
});
