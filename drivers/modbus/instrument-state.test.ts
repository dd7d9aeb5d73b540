import t from "tap";
import type { DriverDevice } from "../core/driver.js";
import { TramError } from "../core/errors.js";
import type { Point } from "../core/point.js";
import { type Bench, bench, frame } from "./rtu-bench.js";
import type { ModbusDevice } from "./schema.js";
import { deviceOf, pointOf } from "./test-devices.js";

type States = NonNullable<ModbusDevice["states"]>;

const WORDS: States = [
  { state: "fault", address: 10, bit: 15, is: 1 },
  { state: "calibrating", address: 10, byte: "low", is: [1, 2] },
  { state: "maintenance", address: 10, byte: "low", is: 3 },
];

/** Holding registers and coils; an address that is not there is refused. */
function answer({ line }: Bench, registers: Record<number, number>, coils: Record<number, boolean> = {}) {
  line.script = (bytes) => {
    const [unit = 0, code = 0, high = 0, low = 0] = bytes;
    const address = 256 * high + low;
    const count = bytes[5] ?? 0;
    const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, "0");
    const refused = `${hex(unit, 2)}${hex(code | 0x80, 2)}02`;
    if (code === 1) {
      const coil = coils[address];
      const data = coil === undefined ? refused : `${hex(unit, 2)}0101${coil ? "01" : "00"}`;
      line.after(20, frame(data));
      return;
    }
    const values = Array.from({ length: count }, (_, i) => registers[address + i]);
    const data = values.map((value) => hex(value ?? 0, 4)).join("");
    const body = values.includes(undefined)
      ? refused
      : `${hex(unit, 2)}${hex(code, 2)}${hex(2 * count, 2)}${data}`;
    line.after(20, frame(body));
  };
}

function asked({ tapped }: Bench): string[] {
  return tapped
    .filter((line) => line.startsWith("request"))
    .map((line) => `${Number.parseInt(line.slice(12, 16), 16)}+${Number.parseInt(line.slice(16, 20), 16)}`);
}

/** State, value, and what is said of its quality. */
async function read(on: Bench, device: DriverDevice, point: Point): Promise<unknown> {
  const [request] = on.driver.plan(device, [point]);
  if (!request) throw new Error("nothing to read");
  const outcome = await on.read(request);
  if (outcome instanceof TramError) return outcome.code;
  const { flags, state, values } = outcome;
  return flags ? [state, values[0], flags[0]?.quality, flags[0]?.reason] : [state, values[0]];
}

t.test("a state beside the reading is of the same reply; the first that holds counts", async (t) => {
  const device = deviceOf(1, { states: WORDS });
  const on = await bench([device]);
  const registers: Record<number, number> = Object.fromEntries([...Array(11).keys()].map((n) => [n, 0]));
  registers[0] = 62;
  answer(on, registers);
  const says = async (word: number): Promise<unknown> => {
    registers[10] = word;
    return read(on, device, pointOf("unit1", 0));
  };
  t.same(await says(0x0100), ["measuring", 62], "the other byte means something else");
  t.same(await says(1), ["calibrating", 62]);
  t.same(await says(2), ["calibrating", 62]);
  t.same(await says(3), ["maintenance", 62]);
  t.same(await says(0x8003), ["fault", 62]);
  t.same(await says(4), ["measuring", 62], "a number without a meaning");
  t.same([...new Set(asked(on))], ["0+11"], "one request for both");
});

t.test("a state far away is asked by itself, and not again within a second", async (t) => {
  const device = deviceOf(1, {
    states: [{ state: "calibrating", address: 900, is: 1 }],
    settings_age: 60_000,
  });
  const on = await bench([device]);
  const registers: Record<number, number> = { 0: 62, 1: 7, 900: 0 };
  answer(on, registers);
  t.same(await read(on, device, pointOf("unit1", 0)), ["measuring", 62]);
  t.same(await read(on, device, pointOf("unit1", 1)), ["measuring", 7]);
  t.same(asked(on), ["900+1", "0+1", "1+1"]);
  registers[900] = 1;
  await on.clock.advance(1_000);
  t.same(await read(on, device, pointOf("unit1", 0)), ["calibrating", 62], "not as old as a setting may be");
});

t.test("a coil says it too, and what is asked alone stays alone", async (t) => {
  const states: States = [{ state: "maintenance", table: "coil", address: 3, is: 1 }];
  const device = deviceOf(1, { states });
  const on = await bench([device]);
  answer(on, { 0: 62 }, { 3: true });
  t.same(await read(on, device, pointOf("unit1", 0)), ["maintenance", 62]);
  const alone = deviceOf(1, { states: [{ state: "fault", address: 1, is: 1 }] });
  const other = await bench([alone]);
  answer(other, { 0: 62, 1: 1 });
  t.same(await read(other, alone, pointOf("unit1", 0, { alone: true })), ["fault", 62]);
  t.same(asked(other), ["1+1", "0+1"]);
});

t.test("an instrument that does not say what it is doing is in doubt", async (t) => {
  const states: States = [{ state: "calibrating", address: 900, is: 1 }];
  const device = deviceOf(1, { states });
  const on = await bench([device]);
  answer(on, { 0: 62 });
  t.same(await read(on, device, pointOf("unit1", 0)), ["measuring", 62, "uncertain", "unsupported"]);
  const silent = await bench([device]);
  silent.line.script = () => {};
  t.equal(await read(silent, device, pointOf("unit1", 0)), "modbus.no_answer_serial");
});
