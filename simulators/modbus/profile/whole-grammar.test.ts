import t, { type Test } from "tap";
import { render } from "../../../drivers/core/message.js";
import { parseProfile } from "../../../drivers/profiles/parse-profile.js";
import type { Profile } from "../../../drivers/profiles/profile.js";
import { DRIVER_FAMILIES } from "../../../drivers/registry.js";
import { seededRandom } from "../../random.js";
import { putPattern } from "./field.js";
import { type GatewayBench, gatewayBench } from "./gateway-bench-fixture.js";

/** What the real profiles may not happen to use: every way to code a value, in every order. */

const ORDERS = ["ABCD", "BADC", "CDAB", "DCBA"] as const;

function profileOf(body: string): Profile {
  const head = `
profile: test/grammar
version: 1
title: {vi: Thử, en: Test}
driver: modbus
confidence: B
sources: [none]
no_vectors: {vi: Chỉ để thử, en: Only a test}
`;
  const { profile, problems } = parseProfile("grammar.yaml", head + body, { families: DRIVER_FAMILIES });
  const errors = problems.filter(({ severity }) => severity === "error");
  if (!profile) throw new Error(errors.map(({ line, said }) => `${line}: ${render(said, "en")}`).join("\n"));
  return profile;
}

/** One point of each line, with an address of its own and a hole before the next one. */
function pointsAt(lines: readonly string[], from = 0, room = 6): string {
  return lines.map((keys, at) => `  - {id: p${at}, address: ${from + at * room}, ${keys}}`).join("\n");
}

/** Fills everything with noise, again and again, and lets the gateway's driver read it. */
async function noise(t: Test, bench: GatewayBench, rounds: number, seed: number): Promise<void> {
  const random = seededRandom(seed);
  const { bank } = bench.device;
  for (const { id } of bench.points) bank.keep(id);
  let good = 0;
  for (let round = 0; round < rounds; round++) {
    for (const { id } of bench.points) {
      const { table, address, count } = bank.point(id).stretch;
      const few = random() < 0.3;
      const words = Array.from({ length: count }, () => Math.floor(random() * (few ? 10 : 65_536)));
      bank.memory.put(table, address, words);
    }
    t.same(await bench.round(), [], `round ${round}`);
    good += bench.points.filter(({ id }) => bank.truth(id).quality === "good").length;
  }
  t.ok(good > (rounds * bench.points.length) / 4, `${good} readings were good`);
  t.same(bench.device.breaches.all, []);
  await bench.close();
}

t.test("every type in every order, whatever the registers hold", async (t) => {
  const types = ["u16", "s16", "u32", "s32", "u64", "s64", "f32", "f64"];
  const lines = types.flatMap((type) =>
    ORDERS.flatMap((order) => [
      `type: ${type}, order: ${order}, sentinels: none`,
      `type: ${type}, order: ${order}, scale: 0.01, offset: -40, sentinels: none`,
    ]),
  );
  const ratios = ["u16", "s16", "u32", "s32"].map((type) => `type: ${type}, scale: "1/512", sentinels: none`);
  await noise(t, await gatewayBench(profileOf(`points:\n${pointsAt([...lines, ...ratios])}`), 1), 6, 11);
});

t.test("parts of registers and codings, whatever the registers hold", async (t) => {
  const lines = ORDERS.flatMap((order) => [
    `byte: high, order: ${order}`,
    `byte: low, type: s16, order: ${order}`,
    `bits: [3, 9], order: ${order}`,
    `bits: [0, 0], order: ${order}`,
    `type: u32, bits: [10, 20], order: ${order}`,
    `coding: bcd, order: ${order}`,
    `type: u32, coding: bcd, order: ${order}, scale: 0.01`,
    `type: s16, coding: sign-magnitude, order: ${order}`,
    `type: s32, coding: sign-magnitude, order: ${order}, scale: 0.1`,
    `type: bool, bit: 11, order: ${order}`,
    `type: string, length: 4, order: ${order}`,
    `type: string, length: 4, chars: low, order: ${order}`,
    `type: string, length: 4, chars: high, order: ${order}`,
  ]);
  const more = [
    "byte: low, coding: bcd",
    "curve: [[0, 4], [1000, 20], [65000, -5]]",
    "curve: [[800, 0], [4000, 10]], decimals: 2, type: s16",
  ];
  await noise(t, await gatewayBench(profileOf(`points:\n${pointsAt([...lines, ...more])}`), 1), 6, 12);
});

t.test("sentinels among the numbers that registers hold", async (t) => {
  const lines = [
    "type: u16, sentinels: [0, 1, 2]",
    "type: s16, sentinels: [0x8000, {raw: -1, reason: open_circuit}, 3]",
    "type: s16, sentinels: [{raw: 4, reason: overrange}]",
    "type: u32, sentinels: [0xFFFFFFFF, 65536]",
    "type: s32, sentinels: [{raw: 0x80000000, reason: sensor_fault}]",
    'type: u64, sentinels: ["0xFFFFFFFFFFFFFFFF", 7]',
    'type: f32, sentinels: ["0x7FC00000", {raw: -9999, reason: device_error}, 0]',
    "type: f64, sentinels: [{raw: -9999, reason: underrange}]",
    "bits: [0, 3], sentinels: [{raw: 15, reason: unavailable}]",
    "byte: low, type: s16, sentinels: [0x80]",
    "coding: bcd, sentinels: [9999, 3]",
  ];
  const bench = await gatewayBench(profileOf(`points:\n${pointsAt(lines)}`), 1);
  const { bank } = bench.device;
  for (const { id } of bench.points) {
    for (const nth of bank.point(id).sentinels.keys()) {
      bank.say(id, nth);
      t.equal(bank.truth(id).quality, "bad", `${id} says its sentinel ${nth}`);
      t.same(await bench.round(), []);
    }
    bank.release(id);
  }
  await noise(t, bench, 6, 13);
});

t.test("dates of every form, and moments that there are not", async (t) => {
  const all = "[year, month, day, hour, minute, second]";
  const lines = [
    `date: {bytes: ${all}, coding: bcd}`,
    `date: {bytes: ${all}}`,
    `date: {bytes: [skip, second, minute, hour, day, month, year, skip], century: 1900}`,
    `date: {words: ${all}}`,
    `date: {words: [year, month, day]}`,
    `date: {words: [hour, minute, second, millisecond]}`,
    `date: {seconds_since: "1970-01-01"}`,
    `date: {seconds_since: "2000-01-01"}, order: ABCD`,
    `date: {bytes: [{field: minute, bits: [0, 5]}, {field: hour, bits: [0, 4]}, {field: day, bits: [0, 4]}, {field: month, bits: [0, 3]}, {field: year, bits: [0, 6]}, skip]}`,
  ].map((date) => `type: string, ${date}`);
  const bench = await gatewayBench(profileOf(`points:\n${pointsAt(lines, 0, 10)}`), 1);
  t.same(await bench.round(), []);
  for (const { id } of bench.points) t.equal(bench.device.bank.truth(id).quality, "good", id);
  const random = seededRandom(14);
  for (const { id } of bench.points) bench.device.bank.keep(id);
  for (let round = 0; round < 20; round++) {
    for (const { id } of bench.points) {
      const { table, address, count } = bench.device.bank.point(id).stretch;
      const most = round % 2 === 0 ? 13 : 32;
      const byte = (): number => Math.floor(random() * most);
      bench.device.bank.memory.put(
        table,
        address,
        Array.from({ length: count }, () => byte() * 256 + byte()),
      );
    }
    t.same(await bench.round(), [], `round ${round}`);
  }
  await bench.close();
});

t.test("neighbours, near and far: fractions, high words, factors, units, orders, gates", async (t) => {
  const body = `
device: {max_gap: 4, max_registers: 40}
points:
  - {id: total, address: 0, type: s32, order: CDAB, add: [{address: 2, type: f32, order: CDAB}], scale_by: [{address: 4, power_of_ten: 1, plus: -4}], decimals: 4}
  - {id: far.factor, address: 6, type: u16, scale_by: [{address: 200, byte: low, power_of_ten: -1}, {address: 201, map: {0: 1, 1: 0.1, 2: 1000}}], decimals: 5}
  - {id: times, address: 8, type: u32, scale_by: [{table: input, address: 5, times: 0.5}], scale: 0.1, decimals: 2}
  - {id: split, address: 10, decimals: 0, add: [{address: 11, scale: 65536}]}
  - {id: wide, address: 12, type: u64, add: [{address: 16, scale: 0.001}], decimals: 3}
  - {id: far.part, address: 20, decimals: 0, add: [{address: 300, scale: 1000}]}
  - {id: level, address: 22, type: f32, unit: m, unit_from: {address: 202, map: {44: ft, 45: m, 47: in, 49: mm, 50: {scale: 2, offset: 1}}}, decimals: 4}
  - {id: heat, address: 24, type: s16, scale: 0.1, unit: °C, unit_from: {table: input, address: 6, map: {1: °C, 2: °F, 3: K}}, decimals: 2}
  - {id: ordered, address: 26, type: s32, order_from: {address: 203, map: {0: ABCD, 1: CDAB, 2: DCBA, 3: BADC}}, scale: 0.01}
  - {id: ordered.wide, address: 28, type: f64, order_from: {address: 33, map: {0: ABCD, 1: CDAB, 2: DCBA, 3: BADC}}}
  - {id: gated, address: 34, type: s16, valid_when: [{address: 35, bit: 3, is: 0, reason: sensor_fault}, {address: 36, not: [3, 4], reason: device_error}, {address: 204, at_least: 2, at_most: 9, reason: overrange, quality: uncertain}]}
  - {id: own.sentinel, address: 38, type: s16, sentinels: [{from: {address: 39, type: s16}, reason: open_circuit}]}
  - {id: lamp, table: coil, address: 9, valid_when: [{table: discrete, address: 3, is: 1, reason: unavailable}]}
`;
  const bench = await gatewayBench(profileOf(body), 1);
  const { bank } = bench.device;
  t.same(await bench.round(), []);
  for (const { id } of bench.points) t.equal(bank.truth(id).quality, "good", id);
  const random = seededRandom(15);
  const fields = bench.points.flatMap(({ id }) => [...bank.operands(id), ...bank.point(id).parts]);
  let bad = 0;
  for (let round = 0; round < 30; round++) {
    for (const field of fields) {
      if (random() < 0.6) continue;
      const isSmall = random() < 0.8 && field.type !== "f32";
      putPattern(
        bank.memory,
        field,
        BigInt(Math.floor(random() * (isSmall ? 5 : 2 ** Math.min(field.width, 32)))),
      );
    }
    const unit = bank.operands("level")[0];
    if (unit) putPattern(bank.memory, unit, [44n, 45n, 47n, 49n, 50n, 51n][round % 6] ?? 0n);
    await bench.clock.advance(61_000);
    t.same(await bench.round(), [], `round ${round}`);
    bad += bench.points.filter(({ id }) => bank.truth(id).quality !== "good").length;
  }
  t.ok(bad > 25, `${bad} readings were not good`);
  t.same(bench.device.breaches.all, []);
  await bench.close();
});

t.test("a device that is not as the profile says is found out", async (t) => {
  const body = (order: string, scale: string, more = ""): Profile =>
    profileOf(`
${more}points:
  - {id: p, address: 10, type: u32, order: ${order}, scale: ${scale}, simulate: {start: 123, swing: 20}}
  - {id: q, address: 20}
`);
  const gateway = body("CDAB", "0.1");
  const found = async (made: Profile): Promise<readonly [differs: boolean, breaches: readonly string[]]> => {
    const bench = await gatewayBench(gateway, 1, made);
    const differs = (await bench.round()).length > 0;
    await bench.close();
    return [differs, [...new Set(bench.device.breaches.all.map(({ fault }) => fault))]];
  };
  t.same(await found(gateway), [false, []]);
  t.same(await found(body("ABCD", "0.1")), [true, []], "another byte order");
  t.same(await found(body("CDAB", "0.2")), [true, []], "another scale");
  t.same(await found(body("CDAB", "0.1", "device: {max_registers: 4}\n")), [true, ["too_long"]]);
  t.same(await found(body("CDAB", "0.1", "device: {max_gap: 0}\n")), [true, ["hole", "unknown"]]);
});

t.test("rules of reading together: windows, blocks, even starts, groups, singles", async (t) => {
  const body = `
device:
  max_registers: 10
  even_start: true
  windows: [{table: holding, from: 0, to: 59}, {table: holding, from: 60, to: 119}]
  blocks: [{table: holding, address: 40, count: 6}]
  setup: [{address: 100, is: 5, text: {vi: a, en: a}}]
  min_gap: 30ms
  after_connect: 1s
points:
${pointsAt(Array(8).fill("type: u32"), 1, 3)}
  - {id: g1, address: 30, group: g}
  - {id: g2, address: 35, type: u32, group: g}
  - {id: b1, address: 41}
  - {id: b2, address: 44, type: f32}
  - {id: single, address: 50, alone: true}
  - {id: beside, address: 52}
  - {id: edge, address: 58}
  - {id: next, address: 60}
`.replace(/ {2}setup: .*\n/, "");
  const bench = await gatewayBench(
    profileOf(`setup: [{address: 100, is: 5, text: {vi: a, en: a}}]${body}`),
    1,
  );
  t.same(await bench.round(), []);
  t.same(bench.device.breaches.all, []);
  const [setup] = bench.device.bank.settings;
  if (setup) bench.device.set(setup.field, 6);
  await bench.clock.advance(61_000);
  t.same(await bench.round(), []);
  t.ok(
    bench.points.every(({ id }) => {
      const truth = bench.device.bank.truth(id);
      return truth.quality === "bad" && truth.reason === "wrong_setting";
    }),
    "one register that is set wrong takes all readings",
  );
  await bench.close();
});
