import t from "tap";
import type { ReadRequest } from "../core/driver.js";
import { ConfigurationError } from "../core/errors.js";
import type { DataType, Point } from "../core/point.js";
import { planReads, type Span, splitRead, type WireCost } from "./planner.js";
import type { ModbusAddress } from "./point-schema.js";
import type { ModbusDevice } from "./schema.js";
import { seeded } from "./test-devices.js";

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

/** 9600 baud, a turnaround of 5 ms: a request costs as much as 13 registers. */
const COST = { requestMs: 27, byteMs: 1.04 };

/** `table address+count: ids` for each request. */
function plan(points: readonly Point[], more: Partial<ModbusDevice> = {}): string[] {
  return planReads({ id: "d", settings: { ...SETTINGS, ...more } }, points, COST).map(
    ({ layout, detail }) => {
      const { table, address, count } = detail as Span;
      return `${table} ${address}+${count}: ${layout.points.map(({ id }) => id).join(" ")}`;
    },
  );
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
    planReads({ id: "d", settings: SETTINGS }, points, COST).map(({ detail }) => (detail as Span).function),
    [1, 2, 4, 3],
  );
});

t.test("no request is larger than allowed, no value is split", async (t) => {
  const wide = Array.from({ length: 100 }, (_, i) => pointOf(`w${i}`, "u64", { address: 4 * i }));
  for (const max of [4, 5, 16, 61, 125]) {
    const requests = planReads({ id: "d", settings: { ...SETTINGS, max_registers: max } }, wide, COST);
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
    planReads({ id: "d", settings: SETTINGS }, bits, COST).map(({ detail }) => (detail as Span).count),
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
  const [request] = planReads({ id: "d", settings: SETTINGS }, points, COST);
  t.same(request?.layout, {
    device: "d",
    points: [
      { id: "p2", type: "u16", decimals: 0 },
      { id: "p5", type: "u16", decimals: 0 },
    ],
  });
  t.match(request?.detail, { unit: 7, replyLength: 13, function: 3 });
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

t.test("a hole is read across as far as that costs less than another request", async (t) => {
  const free = { ...SETTINGS, max_gap: undefined };
  const gaps = (cost: WireCost): number => {
    let most = 0;
    for (let gap = 0; gap <= 123; gap++) {
      const device = { id: "d", settings: free };
      if (planReads(device, [u16(0), u16(1 + gap)], cost).length === 1) most = gap;
    }
    return most;
  };
  t.equal(gaps({ requestMs: 27, byteMs: 1.04 }), 12, "9600 baud, 5 ms: 27 / 2.08");
  t.equal(gaps({ requestMs: 122, byteMs: 1.04 }), 58, "9600 baud, 100 ms");
  t.equal(gaps({ requestMs: 5, byteMs: 0.095 }), 26, "115200 baud");
  t.equal(gaps({ requestMs: 2, byteMs: 0.001 }), 123, "a network: never beyond what a request may ask for");

  const near = planReads({ id: "d", settings: SETTINGS }, [u16(0), u16(12)], { requestMs: 500, byteMs: 1 });
  t.equal(near.length, 2, "max_gap is a limit, whatever it would save");
});

t.test("the division is the cheapest one, not the first that fits", async (t) => {
  // 0-4, 100-124 and 126-225: filling the first request to 125 would tear the third part.
  const cost = { requestMs: 300, byteMs: 1 };
  const points = [0, 4, 100, 124, 126, 225].map((address) => u16(address));
  const device = { id: "d", settings: { ...SETTINGS, max_gap: undefined } };
  const spans = planReads(device, points, cost).map(({ detail }) => {
    const { address, count } = detail as Span;
    return [address, count];
  });
  t.equal(spans.length, 3);
  const time = (found: readonly (readonly number[])[]): number =>
    found.reduce((sum, [, count = 0]) => sum + cost.requestMs + 2 * count * cost.byteMs, 0);
  t.equal(
    time(spans as number[][]),
    bruteForce(
      points.map(({ address }) => (address as ModbusAddress).address),
      cost,
    ),
  );
});

/** The least time over all divisions of single registers. */
function bruteForce(addresses: readonly number[], { byteMs, requestMs }: WireCost): number {
  if (addresses.length === 0) return 0;
  let best = Number.POSITIVE_INFINITY;
  const first = addresses[0] as number;
  for (let end = 1; end <= addresses.length; end++) {
    const count = (addresses[end - 1] as number) - first + 1;
    if (count > 125) break;
    best = Math.min(
      best,
      requestMs + 2 * count * byteMs + bruteForce(addresses.slice(end), { byteMs, requestMs }),
    );
  }
  return best;
}

t.test("random plans cost no more than the cheapest division", async (t) => {
  const random = seeded(7);
  for (let round = 0; round < 300; round++) {
    const addresses = [
      ...new Set(Array.from({ length: 1 + Math.floor(random() * 9) }, () => Math.floor(random() * 300))),
    ];
    addresses.sort((a, b) => a - b);
    const cost = { requestMs: 1 + random() * 400, byteMs: 0.01 + random() };
    const device = { id: "d", settings: { ...SETTINGS, max_gap: undefined } };
    const total = planReads(
      device,
      addresses.map((address) => u16(address)),
      cost,
    ).reduce((sum, { detail }) => sum + cost.requestMs + 2 * (detail as Span).count * cost.byteMs, 0);
    t.ok(Math.abs(total - bruteForce(addresses, cost)) < 1e-6, `round ${round}: ${addresses.join(" ")}`);
  }
});

t.test(
  "a refused request is split: first the holes go, then it is halved, values that share a register stay",
  async (t) => {
    const device = { id: "d", settings: SETTINGS };
    const parts = (points: readonly Point[]): string[] => {
      const [request] = planReads(device, points, COST);
      return splitRead(device, request as ReadRequest).map(({ layout }) =>
        layout.points.map(({ id }) => id).join(" "),
      );
    };
    t.same(parts([u16(0), u16(1), u16(4), u16(9)]), ["p0 p1", "p4", "p9"]);
    t.same(parts([u16(0), u16(1), u16(2), u16(3), u16(4)]), ["p0 p1", "p2 p3 p4"]);
    t.same(parts([u16(0)]), []);
    const bits = [0, 1, 2].map((bit) => pointOf(`b${bit}`, "bool", { address: 5, bit }));
    t.same(parts(bits), [], "one register");
    t.same(parts([...bits, u16(6)]), ["b0 b1 b2", "p6"]);
    t.same(parts([pointOf("long", "u32", { address: 0 }), u16(1)]), [], "they lie over each other");
  },
);
