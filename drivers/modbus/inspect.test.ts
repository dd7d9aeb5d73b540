import t from "tap";
import { ConfigurationError, PermanentPointError, TransientError } from "../core/errors.js";
import { type Bench, bench, frame } from "./rtu-bench.js";
import { deviceOf, NEVER, pointOf } from "./test-devices.js";

const DEVICE = deviceOf(1, { worst_reply: 2000, windows: [{ table: "holding", from: 0, to: 9 }] });

async function settled<T>({ clock }: Bench, pending: Promise<T>): Promise<T> {
  let over = false;
  const done = (): void => {
    over = true;
  };
  pending.then(done, done);
  for (let n = 0; n < 20_000 && !over; n++) await clock.advance(1);
  return pending;
}

const hex = (bytes: Uint8Array | undefined): string =>
  Buffer.from(bytes ?? [])
    .subarray(0, -2)
    .toString("hex");

t.test("a read shows the words of which its values were made, and where they lie", async (t) => {
  const rig = await bench([DEVICE]);
  const { driver, line } = rig;
  const points = [pointOf("unit1", 2), { ...pointOf("unit1", 4, { order: "CDAB" }), type: "u32" as const }];
  const [request] = driver.plan(DEVICE, points);
  if (!request) throw new TypeError("no request");
  t.same(driver.placeOf(request), { unit: 1, function: 3, table: "holding", address: 2, count: 4 });
  t.same(driver.pointPlaces(request), [
    { table: "holding", address: 2, count: 1 },
    { table: "holding", address: 4, count: 2 },
  ]);
  line.script = (_, far) => far.after(20, frame("01 03 08 00 07 FF FF 00 02 00 01"));
  const { batch, words } = await settled(rig, driver.inspect(request, NEVER));
  t.same(batch.values, [7, 65_538]);
  t.same(words, [7, 65_535, 2, 1]);
  await driver.close();
});

t.test("raw words are asked for as they are, wherever the device's rules let points lie", async (t) => {
  const rig = await bench([DEVICE]);
  const { driver, line } = rig;
  const cases = [
    [{ table: "input", address: 300, count: 2 }, "0104012c0002", "01 04 04 12 34 56 78", [0x1234, 0x5678]],
    [{ table: "holding", address: 65_535, count: 1 }, "0103ffff0001", "01 03 02 00 01", [1]],
    [
      { table: "coil", address: 3, count: 10 },
      "01010003000a",
      "01 01 02 05 02",
      [1, 0, 1, 0, 0, 0, 0, 0, 0, 1],
    ],
  ] as const;
  for (const [place, sent, reply, words] of cases) {
    line.script = (_, far) => far.after(20, frame(reply));
    const request = driver.planRawRead(DEVICE, place);
    t.same((await settled(rig, driver.inspect(request, NEVER))).words, words);
    t.equal(hex(line.sent.at(-1)), sent);
  }
  line.script = (_, far) => far.after(20, frame("01 83 02"));
  const request = driver.planRawRead(DEVICE, { table: "holding", address: 9, count: 1 });
  await t.rejects(settled(rig, driver.inspect(request, NEVER)), PermanentPointError);
  await driver.close();
});

t.test("a unit that no device of the configuration has is held for late answers too", async (t) => {
  const rig = await bench([DEVICE]);
  const { clock, driver, line } = rig;
  t.equal(driver.deviceAt(1), DEVICE);
  const request = driver.planRawRead(driver.deviceAt(9), { table: "holding", address: 0, count: 1 });
  line.script = () => {};
  await t.rejects(settled(rig, driver.inspect(request, NEVER)), TransientError);
  t.ok(driver.readyAt(request) >= clock.mono() + 4_900, "as long as any device may take");
  line.script = (_, far) => far.after(20, frame("09 03 02 00 07"));
  await t.rejects(settled(rig, driver.inspect(request, NEVER)), { code: "modbus.held" });
  t.equal(line.sent.length, 1);
  await driver.close();
});

t.test("raw writes are sent once and read back", async (t) => {
  const cases = [
    ["holding", [0x0102], "010600070102", "01 06 00 07 01 02", "01 03 02 01 02", [0x0102]],
    ["holding", [1, 2], "0110000700020400010002", "01 10 00 07 00 02", "01 03 04 00 01 00 03", [1, 3]],
    ["coil", [1], "01050007ff00", "01 05 00 07 FF 00", "01 01 01 01", [1]],
  ] as const;
  for (const [table, words, sent, confirm, read, readBackWords] of cases) {
    const rig = await bench([DEVICE]);
    rig.line.script = (_, line) => line.after(20, frame(line.sent.length === 1 ? confirm : read));
    const request = rig.driver.planRawWrite(DEVICE, { table, address: 7 }, words);
    t.same(rig.driver.wordsOf(request), words);
    t.equal(rig.driver.placeOf(request).address, 7);
    const state = String(words) === String(readBackWords) ? "verified" : "different";
    t.match(await settled(rig, rig.driver.write(request, NEVER)), { state, confirmed: true, readBackWords });
    t.equal(hex(rig.line.sent[0]), sent);
    t.equal(rig.line.sent.length, 2);
    await rig.driver.close();
  }
});

t.test("what cannot be asked for is refused before anything is sent", async (t) => {
  const { driver, line } = await bench([DEVICE]);
  const refused = (code: string, make: () => unknown): void => {
    t.throws(make, { class: "configuration", code: `modbus_write.${code}` });
  };
  const read = (table: string, address: number, count: number) => () =>
    driver.planRawRead(DEVICE, { table, address, count });
  const write =
    (table: string, address: number, words: readonly number[], device = DEVICE) =>
    () =>
      driver.planRawWrite(device, { table, address }, words);
  refused("no_table", read("registers", 0, 1));
  for (const [address, count] of [
    [-1, 1],
    [0, 0],
    [0, 126],
    [65_535, 2],
    [0.5, 1],
  ] as const) {
    refused("no_place", read("holding", address, count));
  }
  t.ok(read("coil", 0, 2000)());
  refused("no_place", read("coil", 0, 2001));
  refused("read_only_table", write("input", 0, [1]));
  refused("not_a_word", write("holding", 0, [65_536]));
  refused("not_a_word", write("coil", 0, [2]));
  refused("no_place", write("coil", 0, [1, 1]));
  refused("broadcast", write("holding", 0, [1], deviceOf(0)));
  t.throws(
    () => driver.planWrite(deviceOf(0), { ...pointOf("unit0", 0), access: "read-write" }, 1),
    ConfigurationError,
  );
  t.equal(line.sent.length, 0);
  await driver.close();
});
