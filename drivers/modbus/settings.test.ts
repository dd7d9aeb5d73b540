import t from "tap";
import type { DriverDevice } from "../core/driver.js";
import { TramError } from "../core/errors.js";
import type { Point } from "../core/point.js";
import type { ReadingBatch } from "../core/reading.js";
import type { ModbusAddress } from "./point-schema.js";
import { type Bench, bench, frame } from "./rtu-bench.js";
import type { ModbusDevice } from "./schema.js";
import { deviceOf, NEVER, pointOf } from "./test-devices.js";

/** A device with registers that are answered one request after the other; an address that is not there is refused. */
function answer({ line }: Bench, registers: Record<number, number>): void {
  line.script = (bytes) => {
    const [unit = 0, code = 0, high = 0, low = 0] = bytes;
    const address = 256 * high + low;
    const count = bytes[5] ?? 0;
    const values = Array.from({ length: count }, (_, i) => registers[address + i]);
    const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, "0");
    const data = values.map((value) => hex(value ?? 0, 4)).join("");
    const body = values.includes(undefined)
      ? `${hex(unit, 2)}${hex(code | 0x80, 2)}02`
      : `${hex(unit, 2)}${hex(code, 2)}${hex(2 * count, 2)}${data}`;
    line.after(20, frame(body));
  };
}

function asked({ tapped }: Bench): string[] {
  return tapped
    .filter((line) => line.startsWith("request"))
    .map((line) => `${Number.parseInt(line.slice(12, 16), 16)}+${Number.parseInt(line.slice(16, 20), 16)}`);
}

async function read(on: Bench, device: DriverDevice, point: Point): Promise<unknown> {
  const [request] = on.driver.plan(device, [point]);
  if (!request) throw new Error("nothing to read");
  const outcome: ReadingBatch | TramError = await on.read(request);
  if (outcome instanceof TramError) return outcome.code;
  return outcome.flags
    ? [outcome.values[0], outcome.flags[0]?.quality, outcome.flags[0]?.reason]
    : outcome.values[0];
}

const scaled = (more: Partial<ModbusAddress> = {}): Point => ({
  ...pointOf("unit1", 0, {
    scale_by: [{ address: 900, power_of_ten: -1 }],
    ...more,
  }),
  decimals: 4,
});

t.test("a setting is asked once, then again when it is old, and after a reconnect", async (t) => {
  const device = deviceOf(1, { settings_age: 10_000 });
  const on = await bench([device]);
  const registers: Record<number, number> = { 0: 1234, 900: 2 };
  answer(on, registers);
  t.equal(await read(on, device, scaled()), 12.34);
  t.same(asked(on), ["900+1", "0+1"]);
  registers[900] = 3;
  t.equal(await read(on, device, scaled()), 12.34, "not yet noticed");
  await on.clock.advance(10_000);
  t.equal(await read(on, device, scaled()), 1.234);
  t.same(asked(on).slice(2), ["0+1", "900+1", "0+1"]);
  registers[900] = 0;
  await on.driver.connect(NEVER);
  t.equal(await read(on, device, scaled()), 1234, "what was said on another connection counts no more");
});

t.test("a setting that the device has not, or that is senseless, leaves no value", async (t) => {
  const device = deviceOf(1);
  const on = await bench([device]);
  answer(on, { 0: 1234 });
  t.same(await read(on, device, scaled()), [null, "bad", "unsupported"]);
  const strange = await bench([device]);
  answer(strange, { 0: 1234, 900: 0xffff });
  t.same(await read(strange, device, scaled()), [null, "bad", "wrong_setting"]);
});

t.test("a device that does not answer for its setting does not answer", async (t) => {
  const device = deviceOf(1);
  const on = await bench([device]);
  t.equal(await read(on, device, scaled()), "modbus.no_answer_serial");
  t.same(asked(on), ["900+1"]);
});

t.test("a device that is not set up as it must be gives no readings", async (t) => {
  const device = deviceOf(1, { setup: [{ address: 50, is: 1 }] } as unknown as Partial<ModbusDevice>);
  const on = await bench([device]);
  const registers: Record<number, number> = { 0: 7, 50: 0 };
  answer(on, registers);
  t.same(await read(on, device, pointOf("unit1", 0)), [null, "bad", "wrong_setting"]);
  t.match(on.driver.diagnose(), [
    { message: { code: "modbus_plan.setup_differs" }, params: { device: "unit1", address: 50, found: 0 } },
  ]);
  registers[50] = 1;
  await on.clock.advance(60_000);
  t.equal(await read(on, device, pointOf("unit1", 0)), 7);
  t.same(on.driver.diagnose(), []);
});

t.test("a device that sleeps is woken by a request whose answer does not count", async (t) => {
  const device = deviceOf(1, { wake: { after: 5000, pause: 200 }, worst_reply: 0 });
  const on = await bench([device]);
  const registers = { 0: 7 };
  answer(on, registers);
  const { script } = on.line;
  let isAwake = false;
  on.line.script = (bytes, line) => {
    if (isAwake) script(bytes, line);
    isAwake = true;
  };
  t.equal(await read(on, device, pointOf("unit1", 0)), 7);
  t.same(asked(on), ["0+1", "0+1"]);
  t.equal(await read(on, device, pointOf("unit1", 0)), 7);
  t.equal(asked(on).length, 3, "awake");
  await on.clock.advance(6000);
  isAwake = false;
  t.equal(await read(on, device, pointOf("unit1", 0)), 7);
  t.equal(asked(on).length, 5);
});

t.test("pauses after connecting and after a write", async (t) => {
  const device = deviceOf(1, { after_connect: 1000, after_write: 300 });
  const on = await bench([device]);
  answer(on, { 0: 7 });
  const begun = on.clock.mono();
  await read(on, device, pointOf("unit1", 0));
  t.ok(on.clock.mono() - begun >= 1000, "not before a second");
  const again = on.clock.mono();
  await read(on, device, pointOf("unit1", 0));
  t.ok(on.clock.mono() - again < 300, "only once");
  const point: Point = { ...pointOf("unit1", 0), access: "write", write: { range: { min: 0, max: 9 } } };
  const { script } = on.line;
  on.line.script = (bytes, line) => line.after(20, Buffer.from(bytes));
  const written = on.driver.write(on.driver.planWrite(device, point, 3), NEVER);
  await on.clock.advance(100);
  await written;
  on.line.script = script;
  const after = on.clock.mono();
  await read(on, device, pointOf("unit1", 0));
  t.ok(on.clock.mono() - after >= 200, "and after a write");
});
