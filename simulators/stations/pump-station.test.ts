import { existsSync } from "node:fs";
import { connect } from "node:net";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { SystemClock } from "../../drivers/core/clock.js";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import { render, type Said } from "../../drivers/core/message.js";
import type { DataType } from "../../drivers/core/point.js";
import type { ModbusAddress } from "../../drivers/modbus/point-schema.js";
import { loadConfigOrThrow } from "../../gateway/config/load-config.js";
import { writtenDown } from "../../gateway/core/health.js";
import { registerCount } from "../modbus/registers.js";
import { PumpingStation } from "../process/pumping-station.js";
import { runSimulation } from "../run-simulation.js";
import { goodrivePoints } from "./goodrive.js";
import { levelTransmitterPoints } from "./level-transmitter.js";
import { pumpPlcPoints } from "./pump-plc.js";
import { PUMP_STATION_DEFAULTS, startPumpStation } from "./pump-station.js";
import { sdm630Points } from "./sdm630.js";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");
const EXAMPLE = join(ROOT, "config/examples/pump-station.yaml");

t.test("what stands in the example is what the station has, point for point", async (t) => {
  const config = loadConfigOrThrow(EXAMPLE, { profilesDir: join(ROOT, "config/profiles"), env: {} });
  const rs485 = config.connections.get("rs485")?.settings as { port: string; baud: number };
  const plc = config.connections.get("plc")?.settings as { port: number };
  t.match({ ...rs485 }, { port: PUMP_STATION_DEFAULTS.link, baud: PUMP_STATION_DEFAULTS.baud });
  t.equal(plc.port, PUMP_STATION_DEFAULTS.tcpPort);
  const station = new PumpingStation(new ManualClock(), 1);
  const simulated = new Map([
    ["meter", { unit: 1, points: sdm630Points(station.meter) }],
    ["well", { unit: 7, points: levelTransmitterPoints(7, () => station.wellLevel) }],
    ["drive", { unit: 3, points: goodrivePoints(station.drive) }],
    ["station", { unit: 1, points: pumpPlcPoints(station) }],
  ]);
  const { devices } = writtenDown(config);
  t.same(devices.map(({ id }) => id).sort(), [...simulated.keys()].sort());
  for (const device of devices) {
    const own = simulated.get(device.id);
    t.equal((device.settings as { unit_id: number }).unit_id, own?.unit, device.id);
    for (const point of device.points) {
      const { table, address, order, bit, bits, length, scale_by } = point.address as ModbusAddress;
      const made = own?.points.find(({ id }) => id === point.id);
      // A part of a word that is a point of its own; a scale that the device keeps beside the value.
      if (bits && own?.points.some((other) => other.table === table && other.address === address)) continue;
      if (scale_by) {
        t.match(made, { table, address }, `${device.id}.${point.id}`);
        continue;
      }
      const width = (type: DataType | undefined): number => (type ? registerCount(type, length) : 0);
      t.match(
        made,
        { table, address, scale: made?.scale === undefined ? undefined : point.scale },
        `${device.id}.${point.id}`,
      );
      if (point.scale !== 1) t.equal(made?.scale, point.scale, `${point.id}: scale`);
      t.equal(width(made?.type), width(point.type), `${point.id}: width`);
      if (width(point.type) > 1 && point.type !== "string")
        t.equal(made?.order ?? "ABCD", order, `${point.id}: order`);
      t.equal(made?.bit, bit, `${point.id}: bit`);
    }
  }
});

t.test("it starts on free ports, serves, and leaves nothing open", async (t) => {
  const link = join(t.testdir(), "rs485");
  const station = await startPumpStation({ clock: new SystemClock("b"), link, tcpPort: 0, brokerPort: 0 });
  t.ok(existsSync(link));
  for (const port of [station.ports.tcp, station.ports.broker ?? 0]) {
    await new Promise<void>((done, failed) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.destroy();
        done();
      });
      socket.on("error", failed);
    });
  }
  await station.stop();
  await station.stop();
  t.notOk(existsSync(link));
});

t.test("a port that is taken is refused, and what was opened before is closed", async (t) => {
  const dir = t.testdir();
  const first = await startPumpStation({ clock: new SystemClock("b"), link: join(dir, "a"), tcpPort: 0 });
  t.teardown(() => first.stop());
  const second = { clock: new SystemClock("b"), link: join(dir, "b"), tcpPort: first.ports.tcp };
  await t.rejects(startPumpStation(second), { code: "EADDRINUSE" });
  t.notOk(existsSync(join(dir, "b")));
  const third = {
    clock: new SystemClock("b"),
    link: join(dir, "b"),
    tcpPort: 0,
    brokerPort: first.ports.tcp,
  };
  await t.rejects(startPumpStation(third), { code: "EADDRINUSE" });
  t.notOk(existsSync(join(dir, "b")), "the link of the one that failed is gone");
});

t.test("a simulation by name says where it is, and what stands in its way", async (t) => {
  const clock = new SystemClock("b");
  const link = join(t.testdir({ file: "" }), "rs485");
  const said: Said[] = [];
  const stop = new AbortController();
  const running = runSimulation(
    "pump-station",
    { link, tcpPort: 0, brokerPort: 0, seed: 20_261_125 },
    clock,
    (line) => {
      said.push(line);
      if (line.message.code === "simulators.broker") stop.abort();
    },
    stop.signal,
  );
  await running;
  t.same(
    said.map(({ message }) => message.code),
    ["simulators.running", "simulators.broker", "simulators.stopped"],
  );
  t.match(said[0]?.params, { rs485: link });
  for (const language of ["vi", "en"] as const)
    t.match(render(said[0] as Said, language), /--seed 20261125\b/, "the seed is printed");
  const never = new AbortController().signal;
  const run = (name: string, options: object): Promise<void> =>
    runSimulation(name, options, clock, () => {}, never);
  await t.rejects(run("pumpstation", {}), { code: "simulators.unknown_station", class: "configuration" });
  const first = await startPumpStation({ clock, link, tcpPort: 0 });
  t.teardown(() => first.stop());
  const taken = { link, tcpPort: first.ports.tcp };
  await t.rejects(run("pump-station", taken), {
    code: "simulators.port_taken",
    params: { option: "--port" },
  });
  const file = { link: join(dirname(link), "file"), tcpPort: 0 };
  await t.rejects(run("pump-station", file), { code: "simulators.link_taken" });
});
