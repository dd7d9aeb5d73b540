import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import t from "tap";
import { PseudoTerminal } from "../../simulators/pty.js";
import { SystemClock } from "../core/clock.js";
import type { DriverContext, DriverDevice, ReadRequest } from "../core/driver.js";
import { LinkError, TramError } from "../core/errors.js";
import { SocketLock } from "../core/lock.js";
import { SILENT_LOG } from "../core/log.js";
import type { DataType, Point } from "../core/point.js";
import type { ReadingBatch } from "../core/reading.js";
import { DialInPorts } from "../line/dial-in-ports.js";
import { appendCrc } from "./crc.js";
import type { ModbusAddress } from "./point-schema.js";
import type { ModbusDevice } from "./schema.js";
import { createModbusRtuDriver } from "./serial.js";
import { waitUntil } from "./silence.js";
import { seeded } from "./test-devices.js";

/** Real terminals, in real time. */

const CLOCK = new SystemClock("boot");
const NEVER = new AbortController().signal;

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
  const devices = [1, 2, 3].map((unit) => deviceOf(unit, { timeout: 20, worst_reply: 3000 }));
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
