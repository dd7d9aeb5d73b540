import t from "tap";
import type { Field } from "./field.js";
import { type Stretch, WordMemory } from "./memory.js";
import { benchOf } from "./profile-fixture.js";
import { StretchMemo } from "./stretch-memo.js";

t.test("a sheet leaves the memory as it is; what it was at a moment does not change", async (t) => {
  const memory = new WordMemory();
  memory.put("holding", 62, [1, 2, 3, 4]);
  memory.set("coil", 65_535, 1);
  const sheet = memory.overlay();
  const kept = memory.kept();
  const restore = memory.snapshot();
  t.equal(memory.kept(), kept, "the same while nothing changes");
  memory.set("holding", 63, 2);
  t.equal(memory.kept(), kept, "what was there already is no change");
  sheet.set("holding", 62, 9);
  memory.set("holding", 63, 7);
  memory.set("coil", 65_535, 0);
  t.same(memory.words("holding", 61, 6), [0, 1, 7, 3, 4, 0]);
  t.same(sheet.words("holding", 61, 6), [0, 9, 7, 3, 4, 0]);
  t.same(kept.words("holding", 61, 6), [0, 1, 2, 3, 4, 0]);
  t.equal(kept.get("coil", 65_535), 1);
  t.not(memory.kept(), kept);
  memory.set("holding", 63, 8);
  t.equal(memory.overlay().get("holding", 63), 8);
  restore();
  t.same(memory.words("holding", 62, 2), [1, 2]);
  t.same(memory.kept().words("holding", 62, 2), [1, 2]);
  memory.set("holding", 62, 5);
  restore();
  t.equal(memory.get("holding", 62), 1, "as often as somebody wants");
});

t.test("what was found out of a stretch is found out once, and not kept without end", async (t) => {
  const asked: Stretch[] = [];
  const memo = new StretchMemo((stretch) => {
    asked.push(stretch);
    return asked.length;
  });
  const read = { table: "input", address: 1, count: 2 } as const;
  t.same([memo.of(read), memo.of({ ...read })], [1, 1]);
  t.same(
    [
      memo.of({ ...read, table: "holding" }),
      memo.of({ ...read, count: 3 }),
      memo.of({ ...read, address: 2 }),
    ],
    [2, 3, 4],
  );
  memo.forget();
  t.equal(memo.of(read), 5);
  for (let address = 10; address < 2010; address++) memo.of({ ...read, address });
  const before = asked.length;
  t.equal(memo.of(read), before + 1, "it fell out");
});

const FLOW = {
  id: "flow",
  address: 0,
  type: "f32",
  quantity: "flow.volume",
  unit: "m³/h",
  valid_when: [{ address: 9, bit: 0, is: 1, reason: "sensor_fault" }],
} as const;
const READ = "03 0000 0002";

t.test("a device measures in its own time, however often it is asked", async (t) => {
  const { ask, clock, device } = benchOf([FLOW], {}, { pace: "by-time" });
  const first = ask(READ);
  t.equal(ask(READ), first);
  await clock.advance(19);
  t.equal(ask(READ), first);
  await clock.advance(1);
  const second = ask(READ);
  t.not(second, first);
  device.bank.hold("flow", { n: 5n, d: 1n });
  t.equal(ask(READ), "030440a00000", "what is put there is seen at once");
  device.bank.release("flow");
  t.not(ask(READ), "030440a00000", "and goes on at once");
});

t.test("the truth of an answer is that of its moment, whenever somebody asks for it", async (t) => {
  const { device, whole } = benchOf([FLOW], {}, { pace: "by-time" });
  const [gate] = device.bank.operands("flow") as readonly [Field];
  device.set(gate, 0);
  const shut = whole(READ)?.read;
  device.set(gate, 1);
  const open = whole(READ)?.read;
  device.set(gate, 0);
  t.same(open?.truths?.get("flow")?.quality, "good");
  t.same(shut?.truths?.get("flow"), { quality: "bad", reason: "sensor_fault" });
  t.equal(open?.truths, open?.truths, "worked out once");
});

t.test("what is judged of a read follows who asks", async (t) => {
  const points = [
    { id: "whole", address: 0, group: "total" },
    { id: "fraction", address: 1, group: "total" },
  ];
  const { ask, breaches, device } = benchOf(points, {}, { pace: "by-time" });
  const counts = [undefined, new Set(["whole"]), undefined].map((asked) => {
    device.asked = asked;
    ask("03 0000 0001");
    ask("03 0000 0001");
    return breaches().length;
  });
  t.same(counts, [2, 2, 4]);
});

t.test("a sheet shows what becomes of the memory beneath, and can be kept as it is", async (t) => {
  const memory = new WordMemory();
  memory.set("holding", 1, 1);
  const sheet = memory.overlay();
  sheet.set("holding", 2, 9);
  const kept = sheet.kept();
  memory.put("holding", 1, [5, 6]);
  sheet.set("holding", 2, 8);
  t.same(sheet.words("holding", 1, 2), [5, 8]);
  t.same(kept.words("holding", 1, 2), [1, 9]);
  t.same(memory.words("holding", 1, 2), [5, 6]);
});
