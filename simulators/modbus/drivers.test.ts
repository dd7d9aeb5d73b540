import t from "tap";
import type { DriverDevice } from "../../drivers/core/driver.js";
import { TramError } from "../../drivers/core/errors.js";
import type { DataType, Point } from "../../drivers/core/point.js";
import type { Value } from "../../drivers/core/reading.js";
import { BYTE_ORDERS } from "../../drivers/modbus/point-schema.js";
import { deviceOf, pointOf } from "../../drivers/modbus/test-devices.js";
import { seededRandom } from "../random.js";
import { driverAtBus, FRAMINGS, type FramingName, NEVER } from "./bus-line-fixture.js";
import { type Signal, SimulatedDevice, type SimulatedPoint } from "./device.js";
import { numberToRegisters, registerCount } from "./registers.js";

/**
 * Our drivers at our simulated devices: every type in every byte order, random values, read and written. The two sides
 * share no arithmetic, so a byte order that is wrong on one of them shows here.
 */

const SEED = 20_261_125;
const ROUNDS = 3;
const random = seededRandom(SEED);
const bits = (count: number): bigint => {
  let value = 0n;
  for (let bit = 0; bit < count; bit++) value = (value << 1n) | (random() < 0.5 ? 0n : 1n);
  return value;
};

const DRAWN: Readonly<Record<DataType, () => Signal>> = {
  bool: () => random() < 0.5,
  u16: () => Number(bits(16)),
  s16: () => Number(BigInt.asIntN(16, bits(16))),
  u32: () => Number(bits(32)),
  s32: () => Number(BigInt.asIntN(32, bits(32))),
  u64: () => bits(64),
  s64: () => BigInt.asIntN(64, bits(64)),
  // Short decimals, which a float of four bytes gives back as they are.
  f32: () => Math.round((random() - 0.5) * 1e6) / 1000,
  f64: () => (random() - 0.5) * 10 ** Math.round(random() * 200 - 100),
  string: () => String.fromCharCode(...Array.from({ length: 8 }, () => 65 + Math.floor(random() * 26))),
};
const TYPES = Object.keys(DRAWN) as DataType[];
const STRING_REGISTERS = 4;
/** The simulator takes writes as numbers. */
const WRITTEN: ReadonlySet<DataType> = new Set(["u16", "s16", "u32", "s32", "f32", "f64"]);

interface Cell {
  readonly simulated: SimulatedPoint;
  readonly point: Point;
  readonly type: DataType;
  value: Signal;
}

function cells(): Cell[] {
  let address = 0;
  return BYTE_ORDERS.flatMap((order) =>
    TYPES.map((type) => {
      const id = `${type}.${order}`;
      const at = address;
      const length = type === "string" ? { length: STRING_REGISTERS } : {};
      // A hole after each, so that a value never lies right where its neighbour's should.
      address += registerCount(type, STRING_REGISTERS) + 1;
      const { decimals: _, ...base } = pointOf("unit5", at, { order, ...length });
      const exact = type === "f32" || type === "f64" ? base : { ...base, decimals: 0 };
      const bit = type === "bool" ? { bit: at % 16 } : {};
      const cell: Cell = {
        type,
        value: DRAWN[type](),
        point: { ...exact, id, type, access: "read-write", address: { ...base.address, ...bit } },
        simulated: {
          id,
          table: "holding",
          address: at,
          type,
          order,
          ...length,
          ...bit,
          read: () => cell.value,
          ...(WRITTEN.has(type) && {
            write: (value: number) => {
              cell.value = value;
            },
          }),
        },
      };
      return cell;
    }),
  );
}

async function play(t: typeof import("tap").t, framing: FramingName): Promise<void> {
  const all = cells();
  const last = all.at(-1)?.simulated.address ?? 0;
  const simulated = new SimulatedDevice({
    id: "d",
    unit: 5,
    points: all.map((cell) => cell.simulated),
    spans: [{ table: "holding", from: 0, to: last + STRING_REGISTERS }],
  });
  const device: DriverDevice = deviceOf(5);
  const { driver, settle } = await driverAtBus(framing, [simulated], [device]);
  const requests = driver.plan(
    device,
    all.map(({ point }) => point),
  );
  for (let round = 0; round < ROUNDS; round++) {
    for (const cell of all) cell.value = DRAWN[cell.type]();
    const found: Record<string, Value | undefined> = {};
    for (const request of requests) {
      const batch = await settle(driver.read(request, NEVER));
      if (batch instanceof TramError) throw batch;
      for (const [at, { id }] of batch.layout.points.entries()) found[id] = batch.values[at];
    }
    t.same(found, Object.fromEntries(all.map(({ point, value }) => [point.id, value])));
  }
  for (const cell of all.filter(({ type }) => WRITTEN.has(type))) {
    const value = DRAWN[cell.type]() as number;
    const written = await settle(driver.write(driver.planWrite(device, cell.point, value), NEVER));
    const { address, order = "ABCD" } = cell.simulated;
    const readBackWords = numberToRegisters(value, cell.type, order);
    t.same(written, { state: "verified", confirmed: true, readBack: value, readBackWords }, cell.point.id);
    t.same(
      simulated.read("holding", address, readBackWords.length),
      readBackWords,
      `${cell.point.id}: its words`,
    );
    // What the simulator has of four bytes is the number next to it.
    t.equal(cell.type === "f32" ? Math.fround(value) : value, cell.value, `${cell.point.id} at the device`);
  }
  await driver.close();
}

for (const framing of FRAMINGS) {
  t.test(`every type in every order, ${framing}, seed ${SEED}`, (t) => play(t as never, framing));
}
