import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import t from "tap";
import { SimulatedBus } from "../../../simulators/modbus/bus.js";
import { ReadLedger } from "../../../simulators/modbus/ledger.js";
import { RTU_FRAMING } from "../../../simulators/modbus/rtu-framing.js";
import { TcpListener } from "../../../simulators/modbus/tcp-listener.js";
import { CLOCK, device, folderFor, found, scan, serve, start, TRAM } from "./scan-verb-fixture.js";

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

t.test(
  "behind a serial server too, an address to which all of a kind answer makes no second device",
  async (t) => {
    const bus = new SimulatedBus({
      devices: [device("renke/rs-ecthnpkph", 8)],
      clock: CLOCK,
      ledger: new ReadLedger(),
      framing: RTU_FRAMING,
      baud: 9600,
    });
    const listener = new TcpListener({ bus, port: 0 });
    await listener.start();
    t.teardown(() => listener.stop());
    const ran = await scan(t, ["--host", listener.where, "--units", "8,255"]);
    const units = ran.reports.flatMap((report) =>
      report.event === "recognised" ? [report.device.unit] : [],
    );
    t.same(units, [8], ran.errors);
  },
);

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
  for await (const chunk of status.stdout as AsyncIterable<Buffer>) text += String(chunk);
  t.match(JSON.parse(text), { devices: [{ id: "air", state: "answering" }] });
  gateway.kill("SIGTERM");
  await once(gateway, "close");
});
