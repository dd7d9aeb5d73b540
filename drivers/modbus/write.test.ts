import t from "tap";
import type { DriverDevice } from "../core/driver.js";
import { ConfigurationError, LinkError } from "../core/errors.js";
import type { DataType, Point } from "../core/point.js";
import type { Value } from "../core/reading.js";
import type { WriteOutcome } from "../core/writer.js";
import { LINE_MESSAGES } from "../line/messages.js";
import type { ModbusAddress } from "./point-schema.js";
import { type Bench, bench, frame } from "./rtu-bench.js";
import { deviceOf, NEVER, pointOf } from "./test-devices.js";

const DEVICE = deviceOf(1, { worst_reply: 2000 });

function writable(type: DataType, address: Partial<ModbusAddress>, more: Partial<Point> = {}): Point {
  return {
    ...pointOf("unit1", 0),
    type,
    access: "read-write",
    ...more,
    address: { table: "holding", address: 0, order: "ABCD", ...address },
  };
}

async function write({ clock, driver }: Bench, point: Point, value: Value): Promise<WriteOutcome> {
  const pending = driver.write(driver.planWrite(DEVICE, point, value), NEVER);
  let outcome: WriteOutcome | undefined;
  const settled = pending.then((found) => {
    outcome = found;
  });
  for (let n = 0; n < 20_000 && !outcome; n++) await clock.advance(1);
  await settled;
  return pending;
}

const hex = (bytes: Uint8Array | undefined): string =>
  Buffer.from(bytes ?? [])
    .subarray(0, -2)
    .toString("hex");

t.test("a write is sent once, confirmed, and read back", async (t) => {
  const cases: readonly [
    name: string,
    point: Point,
    value: Value,
    sent: string,
    confirm: string,
    read: string,
  ][] = [
    [
      "coil on",
      writable("bool", { table: "coil", address: 3 }),
      true,
      "01050003ff00",
      "01 05 00 03 FF 00",
      "01 01 01 01",
    ],
    [
      "coil off",
      writable("bool", { table: "coil", address: 3 }),
      false,
      "010500030000",
      "01 05 00 03 00 00",
      "01 01 01 00",
    ],
    ["register", writable("u16", { address: 7 }), 258, "010600070102", "01 06 00 07 01 02", "01 03 02 01 02"],
    [
      "scaled",
      writable("s16", { address: 7 }, { scale: 0.1, decimals: 1 }),
      -1.5,
      "01060007fff1",
      "01 06 00 07 FF F1",
      "01 03 02 FF F1",
    ],
    [
      "two registers",
      writable("u32", { address: 8, order: "CDAB" }),
      0x01020304,
      "0110000800020403040102",
      "01 10 00 08 00 02",
      "01 03 04 03 04 01 02",
    ],
  ];
  for (const [name, point, value, sent, confirm, read] of cases) {
    const rig = await bench([DEVICE]);
    rig.line.script = (_, line) => line.after(20, frame(line.sent.length === 1 ? confirm : read));
    const words = read
      .split(" ")
      .slice(3)
      .map((byte) => Number.parseInt(byte, 16));
    const readBackWords =
      words.length === 1
        ? words
        : words.flatMap((high, at) => (at % 2 ? [] : [high * 256 + (words[at + 1] ?? 0)]));
    const outcome = { state: "verified", confirmed: true, readBack: value, readBackWords };
    t.same(await write(rig, point, value), outcome, name);
    t.equal(hex(rig.line.sent[0]), sent);
    t.equal(rig.line.sent.length, 2);
    await rig.driver.close();
  }
});

t.test(
  "whatever the device does, a write is never repeated, and what it holds is what was read",
  async (t) => {
    const point = writable("u16", { address: 7 });
    const confirm = "01 06 00 07 00 05";
    const same = "01 03 02 00 05";
    type Answer = string | undefined;
    const cases: readonly [
      name: string,
      answers: readonly [Answer, Answer],
      outcome: Partial<WriteOutcome>,
      sent: number,
    ][] = [
      [
        "holds another value",
        [confirm, "01 03 02 00 04"],
        { state: "different", confirmed: true, readBack: 4 },
        2,
      ],
      ["confirms another value", ["01 06 00 07 00 06", same], { state: "verified", confirmed: false }, 2],
      ["confirms another address", ["01 06 00 08 00 05", same], { state: "verified", confirmed: false }, 2],
      [
        "does not confirm, did it",
        [undefined, same],
        { state: "verified", confirmed: false, readBack: 5 },
        2,
      ],
      [
        "does not confirm, did not do it",
        [undefined, "01 03 02 00 00"],
        { state: "different", confirmed: false },
        2,
      ],
      ["is silent", [undefined, undefined], { state: "unknown", confirmed: false }, 2],
      ["confirms, then is silent", [confirm, undefined], { state: "unknown", confirmed: true }, 2],
      ["refuses", ["01 86 03", same], { state: "refused", confirmed: false, exception: 3 }, 1],
      ["is busy and did it", ["01 86 05", same], { state: "verified", confirmed: false }, 2],
      [
        "behind a converter that heard nothing",
        ["01 86 0B", same],
        { state: "verified", confirmed: false },
        2,
      ],
    ];
    for (const [name, answers, outcome, sent] of cases) {
      const rig = await bench([DEVICE]);
      rig.line.script = (_, line) => {
        const answer = answers[line.sent.length - 1];
        if (answer !== undefined) line.after(20, frame(answer));
      };
      t.match(await write(rig, point, 5), outcome, name);
      t.equal(rig.line.sent.length, sent, `${name}: so many frames`);
      t.equal(rig.line.sent.filter((bytes) => bytes[1] === 6).length, 1, `${name}: one write`);
      await rig.driver.close();
    }
  },
);

t.test("without a confirmation the read back waits until a late one can no longer come", async (t) => {
  const rig = await bench([DEVICE]);
  const point = writable("u16", { address: 7 });
  const at: number[] = [];
  rig.line.script = (_, line) => {
    at.push(rig.clock.mono());
    if (line.sent.length === 2) line.after(20, frame("01 03 02 00 05"));
  };
  t.match(await write(rig, point, 5), { state: "verified", confirmed: false });
  t.ok((at[1] as number) - (at[0] as number) >= 500 + 2000, "timeout and worst_reply");
  await rig.driver.close();
});

t.test("where the adapter hears itself, the echo of a write is not its confirmation", async (t) => {
  const rig = await bench([DEVICE]);
  rig.line.script = (sent, line) => {
    line.after(1, Buffer.from(sent));
    if (sent[1] === 3) line.after(20, frame("01 03 02 00 00"));
  };
  await rig.read(rig.request(1, 7));
  t.match(await write(rig, writable("u16", { address: 7 }), 5), {
    state: "different",
    confirmed: false,
    readBack: 0,
  });
  await rig.driver.close();
});

t.test("a link that breaks after the write leaves it unknown", async (t) => {
  const rig = await bench([DEVICE]);
  rig.line.script = (_, line) => line.lose(new LinkError(LINE_MESSAGES.not_open, { name: "fake" }));
  t.match(await write(rig, writable("u16", { address: 7 }), 5), { state: "unknown", confirmed: false });
  t.equal(rig.line.sent.length, 1);
  await t.rejects(
    rig.driver.write(rig.driver.planWrite(DEVICE, writable("u16", { address: 7 }), 5), NEVER),
    { name: "LinkError" },
    "nothing was sent",
  );
});

t.test("a write that was asked for before the adapter was unplugged is not sent after", async (t) => {
  const device = deviceOf(1, { min_gap: 5000 });
  const { clock, driver, line, read, request } = await bench([device]);
  line.script = (_, far) => far.after(20, frame("01 03 02 00 00"));
  await read(request(1, 7));
  const asked = driver.planWrite(device, writable("u16", { address: 7 }), 5);
  const waiting = [1, 2].map(() => driver.write(asked, NEVER).catch((error: unknown) => error));
  await clock.advance(100);
  line.lose(new LinkError(LINE_MESSAGES.not_open, { name: "fake" }));
  await driver.connect(NEVER);
  await clock.advance(20_000);
  for (const refused of await Promise.all(waiting)) t.ok(refused instanceof LinkError);
  t.equal(line.sent.length, 1, "the read of before alone");
  const later = driver.write(asked, NEVER);
  await clock.advance(20_000);
  await later;
  t.equal(line.sent[1]?.[1], 6, "what is asked for now is sent");
  await driver.close();
});

t.test("what cannot be written is refused before anything is sent", async (t) => {
  const { driver, line } = await bench([DEVICE]);
  const refused = (point: Point, value: Value, device: DriverDevice = DEVICE): void => {
    t.throws(() => driver.planWrite(device, point, value), ConfigurationError);
  };
  refused(writable("u16", { table: "input" }), 1);
  refused(writable("bool", { table: "discrete" }), true);
  refused(writable("bool", { bit: 3 }), true);
  refused({ ...writable("u16", {}), access: "read" }, 1);
  refused(writable("u16", {}), 65_536);
  refused(writable("u16", {}), -1);
  refused(writable("u16", {}), "1");
  refused(writable("bool", { table: "coil" }), 1);
  refused(writable("u32", {}), Number.NaN);
  refused(writable("u16", {}), 1, deviceOf(0));
  t.equal(line.sent.length, 0);
  await driver.close();
});
