import t, { type Test } from "tap";
import { toNumber } from "../modbus/exact.js";
import { type DeskBench, deskBench, registersOf } from "./desk-fixture.js";

/* Orders about what a device measures, seen in its registers; and that nothing of them is left. */

const LEVEL = 0;
const TOTAL = 1;
const COURSE = 3;
const FLOW = 5;

async function one({ ask }: DeskBench, address: number): Promise<number> {
  const [word = 0] = registersOf(await ask("rs485", 1, address));
  return word > 0x7fff ? word - 0x1_0000 : word;
}

async function total({ ask }: DeskBench): Promise<number> {
  const [high = 0, low = 0] = registersOf(await ask("rs485", 1, TOTAL, 2));
  return high * 0x1_0000 + low;
}

async function float({ ask }: DeskBench, address = FLOW): Promise<number> {
  const [high = 0, low = 0] = registersOf(await ask("rs485", 1, address, 2));
  return new DataView(Uint16Array.of(low, high).buffer).getFloat32(0, true);
}

t.test("off by so much, by a factor, further and further", async (t) => {
  const bench = deskBench(t);
  const { clock, say } = bench;
  t.equal(await one(bench, LEVEL), 250);
  say("offset meter level 0.3");
  t.equal(await one(bench, LEVEL), 280);
  say("scale meter level 0.5");
  t.equal(await one(bench, LEVEL), 140, "each takes what the one before it gives");
  say("heal 1");
  t.equal(await one(bench, LEVEL), 125);
  say("heal");
  t.equal(await one(bench, LEVEL), 250);
  say("drift meter level 0.6 per min");
  await clock.advance(30_000);
  t.equal(await one(bench, LEVEL), 280);
  await clock.advance(24 * 3_600_000);
  t.equal(await one(bench, LEVEL), 32_766, "as far as the registers go, short of what means no measurement");
  say("drift meter level -6000 per min");
  await clock.advance(60_000);
  t.equal(await one(bench, LEVEL), -32_767);
  say("heal");
  t.equal(await one(bench, LEVEL), 250);
  say("scale meter flow 0.5");
  t.equal(await float(bench), 6.25);
  say("offset meter flow 1e12");
  t.equal(await float(bench), Math.fround(1e12));
});

t.test("a spike: once, or some of many", async (t) => {
  const bench = deskBench(t);
  const { say, desk } = bench;
  say("spike meter level by 3");
  t.equal(await one(bench, LEVEL), 550);
  t.same(desk.list(), [], "it is over by itself");
  t.equal(await one(bench, LEVEL), 250);
  say("spike meter level to 9999");
  t.equal((await one(bench, COURSE)) > -1, true, "who asks for something else sees nothing of it");
  t.equal(await one(bench, LEVEL), 32_766, "as much as fits");
  say("spike meter level to -1 every 3");
  const seen = [];
  for (let n = 0; n < 6; n++) seen.push(await one(bench, LEVEL));
  t.same(seen, [250, 250, -100, 250, 250, -100]);
  say("heal");
  say("spike meter level by 1 30%");
  const struck = [];
  for (let n = 0; n < 60; n++) struck.push(await one(bench, LEVEL));
  t.same([...new Set(struck)].sort(), [250, 350]);
  const share = struck.filter((value) => value === 350).length;
  t.ok(share > 6 && share < 36, `${share} of 60`);
});

t.test("up and down", async (t) => {
  const bench = deskBench(t);
  bench.say("jitter meter level 0.1");
  const seen = [];
  for (let n = 0; n < 50; n++) seen.push(await one(bench, LEVEL));
  t.ok(new Set(seen).size > 8, "it moves");
  t.ok(
    seen.every((value) => value >= 240 && value <= 260),
    "and stays near",
  );
  t.ok(seen.some((value) => value < 248) && seen.some((value) => value > 252));
});

t.test("a counter rolls over as its registers do, begins at nothing, and was never touched", async (t) => {
  const bench = deskBench(t);
  const { say } = bench;
  const before = await total(bench);
  say("rollover meter total");
  t.equal(await total(bench), 0xffff_ffff - 10);
  const seen = [];
  for (let n = 0; n < 12; n++) seen.push(await total(bench));
  t.same(seen.slice(8), [0xffff_fffe, 0xffff_ffff, 0, 1], "over the end of its registers");
  say("reset meter total");
  t.equal(await total(bench), 0);
  t.equal(await total(bench), 1, "and counts");
  say("heal");
  t.equal(await total(bench), before + 16, "as if nobody had done anything");
  say("rollover meter power");
  const floats = [];
  for (let n = 0; n < 12; n++) floats.push(await float(bench, 9));
  t.ok((floats[0] ?? 0) > 999_999 && (floats[11] ?? 1e6) < 1, `${floats}`);
});

t.test("what a fault shows is the truth of the registers", async (t) => {
  const bench = deskBench(t);
  bench.say("offset meter level 1");
  bench.say("sentinel meter level for 5s");
  await one(bench, LEVEL);
  await bench.clock.advance(5000);
  await one(bench, LEVEL);
  const truths = [...bench.ledger.entries("meter")].map(({ faults, truths }) => {
    const truth = truths?.get("level");
    return [truth?.quality === "good" ? toNumber(truth.value as never) : truth?.reason, faults];
  });
  t.same(truths, [
    ["overrange", undefined],
    [3.5, undefined],
  ]);
});

/** The whole memory of the meter, read again and again. */
async function readings(bench: DeskBench, count: number): Promise<readonly string[]> {
  const all = [];
  for (let n = 0; n < count; n++) all.push(await bench.ask("rs485", 1, 0, 11));
  return all;
}

t.test("several at once on one point, healed in any order, leave no trace in the course", async (t) => {
  const orders = [
    "stuck meter course",
    "drift meter course 5 per min",
    "spike meter course by 30 20%",
    "jitter meter course 4",
    "offset meter total 5",
    "reset meter total",
    "sentinel meter level",
    "stuck meter run",
    "stuck meter name",
    "spike meter flow by 1",
  ];
  const plain = deskBench(t);
  const whole = await readings(plain, 40);
  for (const turn of [0, 3, 7]) {
    const bench = deskBench(t);
    await readings(bench, 10);
    for (const order of orders) t.match(bench.say(order), /^Fault/);
    const disturbed = await readings(bench, 10);
    t.notSame(disturbed, whole.slice(10, 20));
    const ids = bench.desk.list().map(({ id }) => id);
    for (const id of [...ids.slice(turn), ...ids.slice(0, turn)]) bench.say(`heal ${id}`);
    t.same(await readings(bench, 20), whole.slice(20), `healed from number ${turn} on`);
  }
});

t.test("a point that is written while it has a fault", async (t) => {
  const { ask, say, send } = deskBench(t);
  const set = async (): Promise<number | undefined> => registersOf(await ask("rs485", 3, 0))[0];
  await send("rs485", 3, "06 0000 000A");
  say("stuck drive set");
  say("offset drive set 1");
  t.equal(await set(), 11);
  t.match(await send("rs485", 3, "06 0000 0014"), /^0306/);
  t.equal(await set(), 11, "it does not show what was written");
  say("heal");
  t.equal(await set(), 20, "what was written is there");
});

t.test("power is off: what was in RAM is at rest, what was in NVRAM stays", async (t) => {
  const bench = deskBench(t);
  const { ask, say, send } = bench;
  const both = async (): Promise<readonly number[]> => registersOf(await ask("rs485", 3, 0, 2));
  const before = await total(bench);
  t.same(await both(), [0, 7]);
  await send("rs485", 3, "06 0000 000A");
  await send("rs485", 3, "06 0064 0014");
  t.same(await both(), [10, 20]);
  say("power-cycle drive for 2s");
  t.equal(await ask("rs485", 3), "", "no power");
  t.same(await both(), [0, 7], "as before all writes");
  await send("rs485", 3, "06 0001 001E");
  await send("rs485", 3, "06 0064 0014");
  t.same(await both(), [0, 20]);
  say("power-cycle drive");
  t.equal(await ask("rs485", 3), "");
  say("heal drive");
  t.same(await both(), [0, 30], "what was written for good");
  say("power-cycle meter for 1s");
  t.equal(await ask("rs485", 1), "");
  t.equal(await total(bench), before + 1, "totals survive");
});

t.test("another address, and the one who has it already", async (t) => {
  const { ask, say } = deskBench(t);
  const alone = await ask("rs485", 1);
  say("address meter 9");
  t.equal(await ask("rs485", 1), "", "nobody has the old one");
  t.match(await ask("rs485", 9), /^09030200fa/);
  say("address meter 7");
  t.equal(await ask("rs485", 9), "");
  t.notMatch(await ask("rs485", 7), /^0703020029f19a$|^07030200fa..$/, "both answer, nobody is understood");
  say("silent of well");
  t.match(await ask("rs485", 7), /^07030200fa/, "one of them alone is understood");
  say("heal well");
  say("silent of meter");
  t.equal(await ask("rs485", 7), "0703020029f19a", "or the other");
  say("silent on rs485");
  t.equal(await ask("rs485", 7), "");
  say("heal rs485");
  say("heal 4");
  say("heal 1");
  t.notMatch(await ask("rs485", 7), /^0703020029f19a$/);
  say("heal 2");
  t.equal(await ask("rs485", 1), alone);
  t.equal(await ask("rs485", 7), "0703020029f19a");
});

const NOISY = [
  "jitter meter course 20",
  "spike meter level by 3 30%",
  "garble 30% of meter",
  "noise 5 20% on rs485",
  "twin 10% of meter",
  "weak 3% on rs485",
  "truncate 20% of meter",
];

async function run(t: Test, seed: number): Promise<readonly string[]> {
  const bench = deskBench(t, seed);
  for (const order of NOISY) t.match(bench.say(order), /^Fault/);
  return readings(bench, 30);
}

t.test("the same seed gives the same bytes, another one others", async (t) => {
  const first = await run(t, 5);
  t.same(await run(t, 5), first);
  t.notSame(await run(t, 6), first);
  t.ok(new Set(first).size > 20);
});
