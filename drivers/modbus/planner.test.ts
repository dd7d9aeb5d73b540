import t from "tap";
import { ConfigurationError } from "../core/errors.js";
import type { DataType, Point } from "../core/point.js";
import { planReads, type Span } from "./planner.js";
import type { ModbusAddress, ModbusDevice } from "./schema.js";

const SETTINGS: ModbusDevice = {
  unit_id: 7,
  worst_reply: 5000,
  max_registers: 125,
  max_bits: 2000,
  max_gap: 10,
  min_gap: 0,
};

function pointOf(id: string, type: DataType, address: Partial<ModbusAddress>): Point<ModbusAddress> {
  return {
    id,
    device: "d",
    type,
    kind: "instant",
    scale: 1,
    offset: 0,
    decimals: 0,
    access: "read",
    periodMs: 0,
    deadband: 0,
    heartbeatMs: 0,
    priority: "normal",
    address: { table: "holding", address: 0, order: "ABCD", ...address },
  };
}

/** `table address+count: ids` for each request. */
function plan(points: readonly Point[], more: Partial<ModbusDevice> = {}): string[] {
  return planReads({ id: "d", settings: { ...SETTINGS, ...more } }, points).map(({ layout, detail }) => {
    const { table, address, count } = detail as Span;
    return `${table} ${address}+${count}: ${layout.points.map(({ id }) => id).join(" ")}`;
  });
}

const u16 = (address: number, more: Partial<ModbusAddress> = {}): Point =>
  pointOf(`p${address}`, "u16", { address, ...more });

t.test("points that are near share a request, in order of address", async (t) => {
  t.same(plan([u16(3), u16(1), u16(0)]), ["holding 0+4: p0 p1 p3"]);
  t.same(plan([u16(0), u16(11), u16(23)]), ["holding 0+12: p0 p11", "holding 23+1: p23"]);
  t.same(plan([u16(0), u16(1), u16(3)], { max_gap: 0 }), ["holding 0+2: p0 p1", "holding 3+1: p3"]);
  t.same(plan([]), []);
});

t.test("tables are never mixed: the same number is another thing", async (t) => {
  const points = [
    u16(1),
    u16(1, { table: "input" }),
    pointOf("c", "bool", { table: "coil", address: 1 }),
    pointOf("d", "bool", { table: "discrete", address: 1 }),
  ];
  t.same(plan(points), ["coil 1+1: c", "discrete 1+1: d", "input 1+1: p1", "holding 1+1: p1"]);
  t.same(
    planReads({ id: "d", settings: SETTINGS }, points).map(({ detail }) => (detail as Span).function),
    [1, 2, 4, 3],
  );
});

t.test("no request is larger than allowed, no value is split", async (t) => {
  const wide = Array.from({ length: 100 }, (_, i) => pointOf(`w${i}`, "u64", { address: 4 * i }));
  for (const max of [4, 5, 16, 61, 125]) {
    const requests = planReads({ id: "d", settings: { ...SETTINGS, max_registers: max } }, wide);
    const seen = requests.flatMap(({ layout }) => layout.points.map(({ id }) => id));
    t.same(
      seen,
      wide.map(({ id }) => id),
      "each point once",
    );
    for (const { detail, points } of requests) {
      const { address, count, offsets } = detail as Span;
      t.ok(count <= max);
      points.forEach((point, i) => {
        const at = (point as Point<ModbusAddress>).address.address;
        if (at < address || at + 4 > address + count || offsets[i] !== 2 * (at - address)) t.fail(point.id);
      });
    }
  }
  const bits = Array.from({ length: 3000 }, (_, i) =>
    pointOf(`b${i}`, "bool", { table: "coil", address: i }),
  );
  t.same(
    planReads({ id: "d", settings: SETTINGS }, bits).map(({ detail }) => (detail as Span).count),
    [2000, 1000],
  );
});

t.test("points may share registers", async (t) => {
  const points = [
    pointOf("b9", "bool", { address: 5, bit: 9 }),
    pointOf("b0", "bool", { address: 5, bit: 0 }),
    pointOf("all", "u16", { address: 5 }),
    pointOf("wide", "u32", { address: 4 }),
    pointOf("text", "string", { address: 3, length: 8 }),
  ];
  t.same(plan(points), ["holding 3+8: text wide b0 all b9"]);
  t.same(plan([...points].reverse()), ["holding 3+8: text wide all b0 b9"], "ties in the order given");
});

t.test("a plan is the same each time, and its layout is one object", async (t) => {
  const points = [u16(5), u16(2), u16(90)];
  t.same(plan(points), plan(points));
  const [request] = planReads({ id: "d", settings: SETTINGS }, points);
  t.same(request?.layout, {
    device: "d",
    points: [
      { id: "p2", type: "u16", decimals: 0 },
      { id: "p5", type: "u16", decimals: 0 },
    ],
  });
  t.match(request?.detail, { unit: 7, byteCount: 8, function: 3 });
});

t.test("what cannot be read is refused", async (t) => {
  const cases: readonly (readonly [string, Point, Partial<ModbusDevice>?])[] = [
    ["modbus.string_length", pointOf("p", "string", {})],
    ["modbus.length_of_other", pointOf("p", "u16", { length: 2 })],
    ["modbus.bit_of_other", pointOf("p", "u16", { bit: 2 })],
    ["modbus.bit_of_other", pointOf("p", "bool", { table: "coil", bit: 2 })],
    ["modbus.bits_are_bool", pointOf("p", "u16", { table: "discrete" })],
    ["modbus.beyond_end", pointOf("p", "u32", { address: 65535 })],
    ["modbus.wider_than_request", pointOf("p", "u64", {}), { max_registers: 2 }],
  ];
  for (const [code, point, more] of cases) {
    try {
      plan([point], more);
      t.fail(code);
    } catch (error) {
      t.ok(error instanceof ConfigurationError);
      t.equal((error as ConfigurationError).code, code);
    }
  }
});
