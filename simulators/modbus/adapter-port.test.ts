import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { SystemClock } from "../../drivers/core/clock.js";
import { PseudoTerminal } from "../pty.js";
import { AdapterPort } from "./adapter-port.js";
import { SimulatedBus } from "./bus.js";
import { SimulatedDevice } from "./device.js";
import { ReadLedger } from "./ledger.js";
import { rtuFrame } from "./rtu-frame.js";
import { RTU_FRAMING } from "./rtu-framing.js";

/* Real ports are stood in for by pseudo-terminals: one end is the wire, the other an adapter for a program. */

const LINE = { baud: 115_200, dataBits: 8, parity: "none", stopBits: 1 } as const;

function busWith(value: { now: number }): SimulatedBus {
  const device = new SimulatedDevice({
    id: "d",
    unit: 5,
    turnaroundMs: [1, 2],
    points: [
      {
        id: "a",
        table: "holding",
        address: 3,
        type: "u16",
        read: () => value.now,
        write: (written) => {
          value.now = written;
        },
      },
    ],
  });
  const clock = new SystemClock("test");
  return new SimulatedBus({
    devices: [device],
    clock,
    ledger: new ReadLedger(),
    framing: RTU_FRAMING,
    pace: "none",
  });
}

const SCRIPT = `
import sys
from pymodbus.client import ModbusSerialClient
client = ModbusSerialClient(port=sys.argv[1], baudrate=115200, timeout=10, retries=0, retry_on_empty=False)
assert client.connect()
good = 0
for n in range(12):
    good += client.read_holding_registers(3, 1, slave=5).registers == [101 if n == 0 else 7]
    for again in range(3): good += client.write_register(3, 7, slave=5).value == 7 if n > 3 else client.read_holding_registers(3, 1, slave=5).function_code == 3
    if n == 0: good += client.write_register(3, 7, slave=5).value == 7
print(good)
`;

function pymodbus(port: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile("/usr/bin/python3", ["-c", SCRIPT, port], { timeout: 30_000 }, (error, out, err) =>
      error ? reject(new Error(`${out}${err}`, { cause: error })) : resolve(out.trim()),
    );
  });
}

for (const echoes of [true, false]) {
  const what = echoes ? "hears what it sends" : "hears others only";
  t.test(`an adapter that ${what}: pymodbus reads, and writes the same again and again`, async (t) => {
    const near = await PseudoTerminal.open();
    const far = await PseudoTerminal.open();
    t.teardown(() => Promise.all([near.close(), far.close()]));
    let sent = 0;
    near.onData((bytes) => {
      sent += bytes.length;
      far.write(bytes);
      // As an adapter hands it over: in pieces that begin and end anywhere.
      if (!echoes) return;
      near.write(bytes.subarray(0, 3));
      near.write(bytes.subarray(3));
    });
    far.onData((bytes) => near.write(bytes));
    const bus = busWith({ now: 101 });
    const adapter = new AdapterPort(bus, { path: near.path, ...LINE });
    await adapter.start();
    t.teardown(() => adapter.stop());
    t.equal(await pymodbus(far.path), "49", "every request was answered once");
    t.match(bus.stats, { requests: 49, answers: 49, damagedBytes: 0, collidedBytes: 0, foreign: 0 });
    t.equal(adapter.echoed, echoes ? sent : 0);
    t.equal(adapter.dropped, 0);
  });
}

t.test("pulled out and put back it answers again, and says so", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tram-adapter-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "ttyUSB0");
  const bus = busWith({ now: 101 });
  const adapter = new AdapterPort(bus, { path, ...LINE });
  const seen: string[] = [];
  let wake = (): void => {};
  adapter.onChange = (state) => {
    seen.push(state);
    wake();
  };
  const changed = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
    });
  await t.rejects(adapter.start(), "nothing is there yet");
  let wire = await PseudoTerminal.open(path);
  t.teardown(() => wire.close());
  await adapter.start();
  t.teardown(() => adapter.stop());
  for (let pull = 0; pull < 2; pull++) {
    const lost = changed();
    await wire.close();
    await lost;
    const back = changed();
    wire = await PseudoTerminal.open(path);
    await back;
    let all = Buffer.alloc(0);
    const answered = new Promise<void>((resolve) => {
      wire.onData((bytes) => {
        all = Buffer.concat([all, bytes]);
        if (all.length >= 7) resolve();
      });
    });
    wire.write(rtuFrame(5, Uint8Array.from([3, 0, 3, 0, 1])));
    await answered;
    t.same(all, Buffer.from(rtuFrame(5, Uint8Array.from([3, 2, 0, 101]))));
  }
  t.same(seen, ["lost", "back", "lost", "back"]);
  await adapter.stop();
  await wire.close();
  t.equal(seen.length, 4, "closed by us, nothing is lost");
});
