import t from "tap";
import { written } from "../exact.js";
import { benchOf } from "./profile-fixture.js";

const POINTS = [
  { id: "a", address: 0, simulate: { start: 100 } },
  { id: "b", address: 1, type: "u32", simulate: { start: 70_000 } },
  { id: "c", address: 10, simulate: { start: 7 } },
] as const;

t.test("a device that refuses holes answers only what its profile knows", async (t) => {
  const { ask, breaches } = benchOf(POINTS, { device: { max_gap: 0 } });
  t.equal(ask("03 0000 0003"), "0306006400011170");
  t.equal(ask("03 0000 000B"), "8302", "across a hole");
  t.equal(ask("03 0003 0001"), "8302");
  t.equal(ask("04 0000 0001"), "8402", "another table");
  t.same(breaches(), ["hole", "unknown", "hole", "unknown", "hole", "unknown"]);
});

t.test("others answer nothing for what lies between, and refuse what lies beyond", async (t) => {
  const { ask, breaches } = benchOf(POINTS);
  t.equal(ask("03 0008 0003"), "0306000000000007");
  t.same(breaches(), []);
  t.equal(ask("03 000B 0001"), "8302");
  t.equal(ask("03 0002 0001"), "03021170", "a half value is answered");
  t.same(breaches(), ["unknown", "torn"]);
});

t.test("a gap that is longer than the profile allows is answered and told", async (t) => {
  const { ask, breaches } = benchOf(POINTS, { device: { max_gap: 6 } });
  t.match(ask("03 0000 000B"), /^0316/);
  t.same(breaches(), ["hole"]);
});

t.test("limits of a read: exception 3, and a breach", async (t) => {
  const points = [...POINTS, { id: "d", address: 20, alone: true }, { id: "e", address: 22 }];
  const device = {
    max_registers: 10,
    even_start: true,
    windows: [
      { from: 0, to: 5 },
      { from: 8, to: 40 },
    ],
    blocks: [{ table: "holding", address: 30, count: 4 }],
  } as const;
  const { ask, breaches } = benchOf(points, { device });
  for (const [request, reply, ...faults] of [
    ["03 0000 0004", "0308006400011170", undefined],
    ["03 0000 000C", "8302", "too_long", "window"],
    ["03 0001 0002", "8303", "odd"],
    ["03 0004 0006", "8302", "window"],
    ["03 001E 0002", "8303", "block"],
    ["03 001E 0004", "0308", undefined],
    ["03 0014 0004", "8303", "alone"],
    ["03 0014 0002", "0304", undefined],
  ] as const) {
    const before = breaches().length;
    t.match(ask(request)?.startsWith(reply), true, request);
    t.same(
      breaches().slice(before),
      faults.filter((fault) => fault !== undefined),
      request,
    );
  }
});

t.test("an instrument that says what it does measures, where no point says otherwise", async (t) => {
  const states = [
    { address: 20, is: 0 },
    { address: 20, is: [1, 3] },
    { address: 0, is: 100 },
  ];
  const { ask, breaches } = benchOf(POINTS, { device: { states } });
  t.equal(ask("03 0014 0001"), "03020002", "a number that is none of its words");
  t.match(ask("03 0000 0001"), /^03020064/, "the point that lies there says its own");
  t.same(breaches(), []);
});

t.test("a group that is read in part is told; not what nobody asked for", async (t) => {
  const points = [
    { id: "whole", address: 0, group: "total" },
    { id: "fraction", address: 3, group: "total" },
  ];
  const { ask, breaches, device } = benchOf(points, { device: { max_gap: 0 } });
  t.match(ask("03 0000 0004"), /^0308/, "what lies between in a group can be read");
  t.same(breaches(), []);
  ask("03 0000 0001");
  t.same(breaches(), ["group"]);
  device.asked = new Set(["whole"]);
  ask("03 0000 0001");
  t.same(breaches(), ["group"]);
});

t.test("each answer carries what its points truly said", async (t) => {
  const points = [
    { id: "level", address: 0, type: "s16", scale: 0.001, simulate: { start: 1.5 }, sentinels: [0x8000] },
    { id: "flow", address: 1, type: "f32", quantity: "flow.volume", unit: "m³/h" },
  ] as const;
  const { whole, device } = benchOf(points);
  const first = whole("03 0000 0003")?.read?.truths;
  t.same(first?.get("level"), { quality: "good", value: written(1.5) });
  const second = whole("03 0000 0003")?.read?.truths;
  t.not(JSON.stringify(first?.get("flow"), big), JSON.stringify(second?.get("flow"), big), "no two alike");
  device.bank.say("level", 0);
  t.same(
    whole("03 0000 0001")?.read?.truths,
    new Map([["level", { quality: "bad", reason: "unavailable" }]]),
  );
  device.bank.release("level");
  t.same(whole("03 0000 0001")?.read?.truths?.get("level"), { quality: "good", value: written(1.5) });
});

t.test("counters grow at each read, and roll over at the end of their register", async (t) => {
  const { whole } = benchOf([
    { id: "rain", address: 0, kind: "counter", scale: 0.2, simulate: { start: 13_106.8, rate: 0 } },
  ]);
  const values = [1, 2, 3].map(() => whole("03 0000 0001")?.read?.raw[0]);
  t.same(values, [65_535, 0, 1]);
});

t.test("enums walk through what is known, flags too", async (t) => {
  const words = { 0: {}, 3: {}, 7: {} };
  const { whole } = benchOf([
    { id: "state", address: 0, enum: words },
    { id: "alarms", address: 1, flags: { 2: {}, 5: {} } },
  ]);
  const seen = Array.from({ length: 6 }, () => whole("03 0000 0002")?.read?.raw ?? []);
  t.same(new Set(seen.map(([state]) => state)), new Set([0, 3, 7]));
  t.ok(seen.some(([, alarms]) => (alarms ?? 0) & 4) && seen.some(([, alarms]) => (alarms ?? 0) & 32));
});

t.test("settings hold what the points need, and values follow when one is changed", async (t) => {
  const points = [
    {
      id: "level",
      address: 0,
      type: "f32",
      unit: "m",
      order_from: { address: 20, map: { 0: "ABCD", 1: "CDAB" } },
      unit_from: { address: 21, map: { 45: "m", 44: "ft" } },
      valid_when: [{ address: 22, bit: 3, is: 1, reason: "sensor_fault" }],
      simulate: { start: 3.048 },
    },
    { id: "setting.unit", address: 21 },
  ] as const;
  const { ask, device } = benchOf(points, { device: { setup: [{ address: 25, is: 9 }] } });
  t.equal(ask("03 0014 0006"), "030c0000002d0008000000000009");
  t.equal(ask("03 0000 0002"), "03044043126f", "3.048");
  const [gate, order, unit] = device.bank.operands("level");
  if (!gate || !order || !unit) throw new Error("operands");
  device.set(order, 1);
  t.equal(ask("03 0000 0002"), "0304126f4043");
  device.set(unit, 44);
  t.equal(ask("03 0000 0002"), "030400004120", "10 ft");
  device.set(gate, 0);
  t.same(device.bank.truth("level"), { quality: "bad", reason: "sensor_fault" });
  device.set(gate, 1);
  device.set({ ...unit, address: 25 }, 8);
  t.same(device.bank.truth("level"), { quality: "bad", reason: "wrong_setting" });
});

t.test("points that lie over each other", async (t) => {
  const { whole, device } = benchOf([
    { id: "state", address: 0, enum: { 0: {}, 513: {} } },
    { id: "high", address: 0, byte: "high", alias: true },
    { id: "low", address: 0, bit: 0, alias: true },
  ]);
  for (let at = 0; at < 2; at++) {
    const word = whole("03 0000 0001")?.read?.raw[0] ?? 0;
    t.same(device.bank.truth("high"), { quality: "good", value: written(word >> 8) });
    t.same(device.bank.truth("low"), { quality: "good", value: (word & 1) === 1 });
  }
});

t.test("writes: bounds, functions, read-only and write-only registers, whole groups", async (t) => {
  const { ask, device, clock } = benchOf([
    {
      id: "set",
      address: 0,
      access: "read-write",
      scale: 0.1,
      write: { range: [10, 50], step: 0.5, forbid: [20], function: 6 },
    },
    { id: "mode", address: 1, access: "read-write", write: { values: [0, 3] } },
    { id: "secret", address: 2, access: "write", write: { range: [0, 9999], rest: 7 } },
    { id: "fixed", address: 3 },
    { id: "low", address: 4, byte: "low", access: "read-write", write: { range: [0, 9] } },
    { id: "high", address: 4, byte: "high", simulate: { start: 5, swing: 0 } },
    {
      id: "hour",
      address: 10,
      access: "read-write",
      group: "clock",
      write: { range: [0, 23], whole: "clock" },
    },
    {
      id: "minute",
      address: 11,
      access: "read-write",
      group: "clock",
      write: { range: [0, 59], whole: "clock" },
    },
    { id: "reset", address: 12, access: "write", write: { values: [1], edge: [0, 128, 0] } },
    {
      id: "freq",
      address: 13,
      access: "read-write",
      write: { range: [0, 100], ram_address: 0x800d, verify: { at: "freq.set" } },
    },
    { id: "freq.set", address: 14 },
  ]);
  for (const [request, reply, why] of [
    ["06 0000 00C8", "8603", "forbidden"],
    ["06 0000 012C", "060000012c", "30.0"],
    ["06 0000 0132", "8603", "off the step"],
    ["06 0000 0258", "8603", "60.0 is too much"],
    ["10 0000 0001 02 012C", "9001", "only function 6"],
    ["06 0001 0003", "0600010003", ""],
    ["06 0001 0001", "8603", "not in the list"],
    ["06 0002 04D2", "06000204d2", ""],
    ["06 0003 0001", "8602", "read only"],
    ["06 0004 0509", "0600040509", "the other byte as it was"],
    ["06 0004 0609", "8602", "the other byte is read only"],
    ["06 000A 0001", "8603", "half a group"],
    ["10 000A 0002 04 000D 003B", "10000a0002", ""],
    ["10 000A 0002 04 0018 003B", "9003", "24 o'clock"],
    ["06 000C 0080", "06000c0080", "an edge"],
    ["06 800D 0032", "06800d0032", "in RAM"],
    ["06 0010 0001", "8602", "nothing is there"],
  ] as const) {
    await clock.advance(10);
    t.equal(ask(request)?.slice(0, 10), reply.slice(0, 10), `${request} ${why}`);
  }
  t.equal(ask("03 0002 0001"), "03020000", "write only: reads as nothing");
  t.equal(ask("03 000D 0002"), "030400320032", "and is shown where it can be verified");
  t.same(
    device.writes.map(({ point, inRam }) => (inRam ? `${point} in RAM` : point)),
    ["set", "mode", "secret", "low", "hour", "minute", "reset", "freq in RAM"],
  );
  t.same(device.bank.truth("set"), { quality: "good", value: written(30) }, "it stays as it was written");
});

t.test("pauses: what comes too early is told", async (t) => {
  const { ask, breaches, clock, device } = benchOf(
    [{ id: "a", address: 0, access: "read-write", write: { range: [0, 9] } }],
    { device: { min_gap: 50, after_connect: 1000, after_write: 100, min_every: 250 } },
  );
  device.connected(clock.mono());
  await clock.advance(900);
  ask("03 0000 0001");
  t.same(breaches(), ["after_connect"]);
  await clock.advance(300);
  ask("03 0000 0001");
  t.same(breaches().slice(1), []);
  await clock.advance(100);
  ask("03 0000 0001");
  t.same(breaches().slice(1), ["min_every"]);
  await clock.advance(40);
  ask("06 0000 0005");
  t.same(breaches().slice(2), ["min_gap"]);
  await clock.advance(60);
  ask("06 0000 0006");
  t.same(breaches().slice(3), ["after_write"]);
});

t.test(
  "a sleeper does not answer the first request, and nothing that follows too soon is right",
  async (t) => {
    const { ask, breaches, clock } = benchOf([{ id: "a", address: 0 }], {
      device: { wake: { after: 10_000, pause: 200 } },
    });
    t.equal(ask("03 0000 0001"), undefined);
    await clock.advance(200);
    t.match(ask("03 0000 0001"), /^0302/);
    await clock.advance(12_501);
    t.equal(ask("03 0000 0001"), undefined);
    await clock.advance(100);
    ask("03 0000 0001");
    t.same(breaches(), ["wake"]);
  },
);

t.test("the unit id is changed as the profile says: at once or after a power cycle", async (t) => {
  const point = { id: "address", address: 2, access: "read-write", write: { range: [1, 247] } } as const;
  const set = { point: "address" } as const;
  const old = benchOf([point], {
    addressing: { any: 248, set: { ...set, answers_from: "old", effect: "now" } },
  });
  t.equal(old.ask("03 0002 0001"), "03020001");
  const answer = old.whole("06 0002 0009");
  t.equal(answer?.unit, undefined, "answered from the old one");
  t.equal(old.device.unit, 9);
  t.notOk(old.device.answersTo(1));
  t.ok(old.device.answersTo(248));
  const fresh = benchOf([point], { addressing: { set: { ...set, answers_from: "new" } } });
  t.equal(fresh.whole("06 0002 0009")?.unit, 9);
  t.equal(fresh.whole("03 0002 0001")?.unit, undefined, "only once");
  const late = benchOf([point], { addressing: { set: { ...set, effect: "power-cycle" } } });
  late.ask("06 0002 0009");
  t.equal(late.device.unit, 1);
  late.device.powerCycle();
  t.equal(late.device.unit, 9);
});

t.test("commands of the maker's own, broadcasts and the watchdog", async (t) => {
  const valve = {
    id: "valve",
    table: "coil",
    address: 0,
    access: "read-write",
    write: { values: [false, true], rest: false },
  };
  const { ask, device, clock } = benchOf(
    [
      valve as never,
      { id: "timeout", address: 0, access: "read-write", simulate: { start: 5 }, write: { range: [0, 100] } },
    ],
    {
      commands: {
        reset: { raw: { pdu: "42", reply: "42", error: "C2" } },
        calibrate: { raw: { pdu: "41 37 21", units: [248] } },
      },
      broadcast: { functions: [5], addresses: [255] },
      watchdog: { point: "timeout" },
    },
  );
  t.equal(ask("42"), "42");
  device.commands.refuse("reset");
  t.equal(ask("42"), "c204");
  t.equal(ask("41 37 21"), "c101", "only for another unit id");
  t.equal(ask("41 37 21", 248), "413721");
  t.same(device.commands.carriedOut, ["reset", "calibrate"]);
  t.equal(ask("05 0000 FF00", 255), undefined, "a broadcast is not answered");
  t.same(device.bank.truth("valve"), { quality: "good", value: true });
  ask("06 0000 0009", 255);
  t.same(device.bank.truth("timeout"), { quality: "good", value: written(5) }, "not by this function");
  await clock.advance(4000);
  t.equal(ask("01 0000 0001"), "010101");
  await clock.advance(5001);
  t.equal(ask("01 0000 0001"), "010100", "nobody asked for five seconds");
  t.equal(device.fallbacks, 1);
});

function big(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
