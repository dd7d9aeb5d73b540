import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { SystemClock } from "../../drivers/core/clock.js";
import { configured, freePorts } from "../configured/configured-fixture.js";
import { FaultDesk } from "../configured/fault-desk.js";
import { StandIn } from "../configured/stand-in.js";
import { ReadLedger } from "../modbus/ledger.js";
import { ScenarioFile } from "./scenario-file.js";
import { Scene } from "./scene.js";

/*
 * A running site against clients that are not ours: each of them, on each transport, starts a pump and stops it again by
 * writing, and sees its well fall meanwhile by reading.
 */

const PYMODBUS = `
import sys, json, time
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
    level = lambda: client.read_input_registers(0, 1, slave=5).registers[0]
    before = level()
    assert not client.write_register(1, 4500, slave=5).isError()
    assert not client.write_coil(0, True, slave=5).isError()
    while level() > before - 20: time.sleep(0.05)
    assert not client.write_coils(0, [False], slave=5).isError()
    said.append([client.read_holding_registers(1, 1, slave=5).registers[0], client.read_coils(0, 1, slave=5).bits[0]])
    client.close()
print(json.dumps(said))
`;

const LIBMODBUS = `
#include <modbus.h>
#include <stdio.h>
#include <string.h>
#include <stdlib.h>
#include <unistd.h>
int main(int argc, char **argv) {
  modbus_t *m = strcmp(argv[1], "tcp") ? modbus_new_rtu(argv[2], 115200, 'N', 8, 1) : modbus_new_tcp("127.0.0.1", atoi(argv[2]));
  uint16_t before, level, speed; uint8_t run;
  if (modbus_set_slave(m, 5) || modbus_connect(m)) return 1;
  if (modbus_read_input_registers(m, 0, 1, &before) != 1) return 2;
  speed = 4500;
  if (modbus_write_registers(m, 1, 1, &speed) != 1 || modbus_write_bit(m, 0, 1) != 1) return 3;
  do { usleep(50000); if (modbus_read_input_registers(m, 0, 1, &level) != 1) return 4; } while (level > before - 20);
  if (modbus_write_bit(m, 0, 0) != 1 || modbus_read_bits(m, 0, 1, &run) != 1) return 5;
  if (modbus_read_registers(m, 1, 1, &speed) != 1) return 6;
  printf("%d %d\\n", speed, run);
  modbus_close(m); modbus_free(m);
  return 0;
}
`;

const WORLD = `name: {vi: Thử, en: Test}
speed: 60
parts:
  well: {model: tank, area_m2: 40, depth_m: 40, level_m: 30}
  sea: {model: boundary, surface_m: 34}
  drive: {model: drive}
  pump: {model: pump, from: well, to: sea, motor: drive, rated_flow: 0.3, rated_head: 4}
wiring:
`;
const POINTS = [
  "{id: level, table: input, address: 0, scale: 0.001, unit: m}",
  "{id: run, table: coil, address: 0, access: read-write}",
  "{id: speed, address: 1, scale: 0.01, unit: Hz, access: read-write, write: {range: [0, 50]}}",
].join(", ");

function run(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { timeout: 30_000, killSignal: "SIGKILL" }, (error, out, err) =>
      error ? reject(new Error(`${program}: ${out}${err}`, { cause: error })) : resolve(out),
    );
  });
}

t.test("pymodbus, libmodbus and mbpoll work a pump on each transport", async (t) => {
  const folder = t.testdir();
  const [tcp, rtu, ascii] = await freePorts(3);
  const ids = ["serial", "old", "plc", "server", "older"];
  const { wanted } = configured(
    folder,
    `connections:
  serial: {driver: modbus-rtu, port: ./serial, baud: 115200}
  old: {driver: modbus-ascii, port: ./old, baud: 115200}
  plc: {driver: modbus-tcp, host: 127.0.0.1, port: ${tcp}}
  server: {driver: modbus-rtu-over-tcp, host: 127.0.0.1, port: ${rtu}}
  older: {driver: modbus-ascii-over-tcp, host: 127.0.0.1, port: ${ascii}}
devices:
${ids.map((id) => `  ${id}: {connection: ${id}, unit_id: 5, points: [${POINTS}]}\n`).join("")}`,
  );
  const wiring = ids.map((id) => `  ${id}: {level: well.level, run: drive.run, speed: drive.setpoint}\n`);
  const path = join(folder, "test.scenario.yaml");
  writeFileSync(path, WORLD + wiring.join(""));
  const file = ScenarioFile.read(path) as ScenarioFile;
  const clock = new SystemClock("b");
  const scene = Scene.of(file, { clock }) as Scene;
  const standIn = StandIn.of(wanted, { clock, ledger: new ReadLedger(), seed: 1, ports: {}, age: scene.age });
  scene.join(standIn.banks);
  await standIn.open();
  t.teardown(() => standIn.stop());
  scene.start(new FaultDesk(standIn, scene.clock), () => {});
  t.teardown(() => scene.stop());

  const serial = join(folder, "serial");
  const places = [
    ["rtu", serial],
    ["ascii", join(folder, "old")],
    ["tcp", tcp],
    ["rtu", rtu],
    ["ascii", ascii],
  ];
  const said = await run("/usr/bin/python3", ["-c", PYMODBUS, JSON.stringify(places)]);
  t.same(JSON.parse(said), Array(5).fill([4500, false]));

  const [source, program] = [join(folder, "client.c"), join(folder, "client")];
  writeFileSync(source, LIBMODBUS);
  const flags = (await run("pkg-config", ["--cflags", "--libs", "libmodbus"])).trim().split(/\s+/);
  await run("gcc", [source, "-o", program, ...flags]);
  t.equal(await run(program, ["tcp", String(tcp)]), "4500 0\n");
  t.equal(await run(program, ["rtu", serial]), "4500 0\n");

  const ways = [
    ["-m", "tcp", "-p", String(tcp), "127.0.0.1"],
    ["-m", "rtu", "-b", "115200", "-P", "none", serial],
  ];
  for (const way of ways) {
    const [options, place] = [way.slice(0, -1), way.at(-1) ?? ""];
    const poll = (table: string, at: string, ...values: string[]): Promise<string> =>
      run("mbpoll", [...options, "-a", "5", "-t", table, "-0", "-r", at, "-1", "-q", place, ...values]);
    t.match(await poll("4", "1", "3000"), /Written 1 reference/);
    t.match(await poll("0", "0", "1"), /Written 1 reference/);
    t.match(await poll("4", "1"), /\[1\]:\s+3000/);
    t.match(await poll("0", "0", "0"), /Written 1 reference/);
    t.match(await poll("3", "0"), /\[0\]:\s+2\d{4}/);
  }
  t.equal(scene.world.signal("drive.run")?.read(), 0);
  for (const { bus } of standIn.buses) {
    // Silence between frames is broken by these clients, not by us.
    t.match({ ...bus.stats }, { exceptions: 0, broken: 0, damagedBytes: 0 });
  }
  for (const { device } of standIn.devices) t.equal(device.breaches.total, 0);
});
