import t from "tap";
import type { ReadRequest } from "../core/driver.js";
import { ConfigurationError } from "../core/errors.js";
import type { Point } from "../core/point.js";
import { planReads, type Span, splitRead } from "./planner.js";
import type { ModbusAddress } from "./point-schema.js";
import type { ModbusDevice } from "./schema.js";
import { deviceOf, pointOf } from "./test-devices.js";

const COST = { requestMs: 27, byteMs: 1.04 };

/** `table address+count: ids (far: what is asked by itself)` for each request. */
function show(requests: readonly ReadRequest[]): string[] {
  return requests.map(({ layout, detail }) => {
    const { table, address, count, needs } = detail as Span;
    const far = needs.map(({ ask }) => `${ask.table} ${ask.address}+${ask.count}`);
    const ids = layout.points.map(({ id }) => id).join(" ");
    return `${table} ${address}+${count}: ${ids}${far.length > 0 ? ` (far: ${far.join(", ")})` : ""}`;
  });
}

const plan = (points: readonly Point[], settings: Partial<ModbusDevice> = {}): string[] =>
  show(planReads(deviceOf(1, settings), points, COST));

const at = (address: number, more: Partial<ModbusAddress> = {}): Point => pointOf("unit1", address, more);
const f32 = (address: number, more: Partial<ModbusAddress> = {}): Point => ({
  ...at(address, more),
  type: "f32",
});

t.test("even starts and counts", async (t) => {
  t.same(plan([f32(1), f32(4)], { even_start: true }), ["holding 0+6: p1 p4"]);
  t.same(plan([at(3)], { even_start: true }), ["holding 2+2: p3"]);
  t.same(plan([at(0), at(3)], { even_start: true, max_registers: 3 }), [
    "holding 0+2: p0",
    "holding 2+2: p3",
  ]);
  t.same(
    plan(
      [at(0, { table: "coil" })].map((point) => ({ ...point, type: "bool" })),
      { even_start: true },
    ),
    ["coil 0+1: p0"],
  );
});

t.test("windows are not left and not crossed", async (t) => {
  const windows = [
    { table: "holding", from: 0, to: 4 },
    { table: "holding", from: 5, to: 9 },
  ] as const;
  t.same(plan([at(3), at(4), at(5), at(6)], { windows: [...windows] }), [
    "holding 3+2: p3 p4",
    "holding 5+2: p5 p6",
  ]);
  t.same(plan([at(3, { table: "input" })], { windows: [...windows] }), ["input 3+1: p3"], "another table");
  t.throws(() => plan([at(10)], { windows: [...windows] }), { code: "modbus_plan.outside_zones" });
  t.throws(() => plan([f32(4)], { windows: [...windows] }), ConfigurationError);
});

t.test("a block is read whole", async (t) => {
  const blocks = [{ table: "holding", address: 4, count: 4 }] as const;
  t.same(plan([at(3), at(5), at(6), at(8)], { blocks: [...blocks] }), [
    "holding 3+1: p3",
    "holding 4+4: p5 p6",
    "holding 8+1: p8",
  ]);
  t.throws(() => plan([f32(3)], { blocks: [...blocks] }), ConfigurationError, "partly in it");
  const device = deviceOf(1, { blocks: [...blocks] });
  const [request] = planReads(device, [at(5), at(7)], COST);
  t.same(splitRead(device, request as ReadRequest), [], "no part of it can be asked");
});

t.test("what is read alone, and what is read together", async (t) => {
  t.same(plan([at(0), at(1, { alone: true }), at(2)]), ["holding 0+3: p0 p2", "holding 1+1: p1"]);
  t.same(plan([at(0, { group: "g" }), at(40, { group: "g" }), at(2)]), ["holding 0+41: p0 p40 p2"].sort());
  t.same(plan([at(0, { group: "g" }), at(40, { group: "g" })], { max_gap: 0 }), ["holding 0+41: p0 p40"]);
  t.throws(() => plan([at(0, { group: "g" }), at(200, { group: "g" })]), {
    code: "modbus_plan.group_too_wide",
  });
});

t.test("a refused request is never divided within a group", async (t) => {
  const device = deviceOf(1);
  const points = [at(0, { group: "a" }), at(2, { group: "a" }), at(5, { group: "b" }), at(6, { group: "b" })];
  const [request] = planReads(device, points, COST);
  t.same(show(splitRead(device, request as ReadRequest)), ["holding 0+3: p0 p2", "holding 5+2: p5 p6"]);
});

t.test("operands near by come with the value, others are asked by themselves", async (t) => {
  const scaled = (more: object) =>
    at(10, { scale_by: [{ power_of_ten: -1, ...more }] } as Partial<ModbusAddress>);
  t.same(plan([scaled({ address: 11 })]), ["holding 10+2: p10"]);
  t.same(plan([scaled({ address: 8 })]), ["holding 8+3: p10"]);
  t.same(plan([scaled({ address: 11, table: "input" })]), ["holding 10+1: p10 (far: input 11+1)"]);
  t.same(plan([scaled({ address: 400 })]), ["holding 10+1: p10 (far: holding 400+1)"]);
  t.same(plan([scaled({ address: 19 })], { max_registers: 8 }), ["holding 10+1: p10 (far: holding 19+1)"]);
  t.same(plan([scaled({ address: 14 })], { max_gap: 2 }), ["holding 10+1: p10 (far: holding 14+1)"]);
  t.same(plan([scaled({ address: 12 })], { max_gap: 2 }), ["holding 10+3: p10"]);
  const shared = [at(0), at(1)].map((point) => ({
    ...point,
    address: { ...(point.address as ModbusAddress), valid_when: [{ address: 900, bit: 3, is: 1 }] },
  }));
  t.same(plan(shared), ["holding 0+2: p0 p1 (far: holding 900+1)"], "once for both");
  const odd = { even_start: true };
  t.same(plan([scaled({ address: 401 })], odd), ["holding 10+2: p10 (far: holding 400+2)"]);
});

t.test("registers of the setup are asked by themselves, even when they are near", async (t) => {
  const setup = [{ address: 12, is: 2 }];
  const settings = { setup } as unknown as Partial<ModbusDevice>;
  t.same(plan([at(10), at(11)], settings), ["holding 10+2: p10 p11 (far: holding 12+1)"]);
});
