import t from "tap";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import { type DeviceOptions, SimulatedDevice } from "./device.js";
import { ReadLedger } from "./ledger.js";
import { answerPdu } from "./pdu.js";
import { numberToRegisters, registersToNumber, textToRegisters } from "./registers.js";
import { crc16, crcHolds, rtuFrame } from "./rtu-frame.js";
import { RtuServer } from "./rtu-server.js";

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

function device(changes: Partial<DeviceOptions> = {}): SimulatedDevice {
  let coil = true;
  let setpoint = 12.5;
  return new SimulatedDevice({
    id: "d",
    unit: 5,
    turnaroundMs: [20, 20],
    spans: [{ table: "input", from: 10, to: 300 }],
    points: [
      {
        id: "on",
        table: "coil",
        address: 3,
        type: "bool",
        read: () => coil,
        write: (value) => (coil = value === 1),
      },
      { id: "door", table: "discrete", address: 9, type: "bool", read: () => true },
      { id: "level", table: "input", address: 0, type: "s16", scale: 0.001, read: () => -1.234 },
      {
        id: "set",
        table: "holding",
        address: 0,
        type: "u16",
        scale: 0.1,
        read: () => setpoint,
        write: (value) => (setpoint = value),
      },
      { id: "total", table: "holding", address: 1, type: "u32", order: "CDAB", read: () => 305_419_896 },
      { id: "auto", table: "holding", address: 8, type: "bool", bit: 3, read: () => true },
      { id: "far", table: "holding", address: 8, type: "bool", bit: 0, read: () => true },
    ],
    ...changes,
  });
}

t.test("a server answers as the specification says", async (t) => {
  const cases: readonly [string, string, string][] = [
    ["coil that is on", "01 0003 0001", "010101"],
    ["discrete input", "02 0009 0001", "020101"],
    ["holding registers, low word first", "03 0001 0002", "030456781234"],
    ["bits of one register", "03 0008 0001", "03020009"],
    ["input register, negative", "04 0000 0001", "0402fb2e"],
    ["125 registers are the most", "04 000a 007d", `04fa${"0000".repeat(125)}`],
    ["126 registers: illegal value", "04 000a 007e", "8403"],
    ["no register: illegal value", "03 0000 0000", "8303"],
    ["2001 bits: illegal value", "01 0003 07d1", "8103"],
    ["an address outside the map: illegal address", "03 0003 0001", "8302"],
    ["a range that leaves the map: illegal address", "03 0001 0003", "8302"],
    ["a range beyond 65535: illegal address", "04 ffff 0002", "8402"],
    ["too many and outside: the quantity is checked first", "03 f000 007e", "8303"],
    ["unknown function", "2b 0e 01 00", "ab01"],
    ["a request cut short", "03 0000", "8303"],
    ["a coil value that is neither FF00 nor 0000", "05 0003 0001", "8503"],
    ["a write to a register that is read only", "06 0001 0001", "8602"],
    ["half of a 32-bit value", "06 0002 0001", "8602"],
    ["a byte count that does not fit the quantity", "10 0000 0002 02 0001", "9003"],
    ["no bytes at all", "", "8001"],
  ];
  for (const [what, request, reply] of cases) {
    t.equal(text(answerPdu(device(), hex(request)).reply), reply, what);
  }
});

t.test("writes reach the signal, all of a request or nothing", async (t) => {
  const own = device();
  t.equal(text(answerPdu(own, hex("05 0003 0000")).reply), "0500030000");
  t.equal(text(answerPdu(own, hex("01 0003 0001")).reply), "010100");
  t.equal(text(answerPdu(own, hex("0f 0003 0001 01 01")).reply), "0f00030001");
  t.equal(text(answerPdu(own, hex("01 0003 0001")).reply), "010101");
  t.equal(text(answerPdu(own, hex("06 0000 0064")).reply), "0600000064");
  t.equal(text(answerPdu(own, hex("10 0000 0001 02 00c8")).reply), "1000000001");
  t.equal(text(answerPdu(own, hex("03 0000 0001")).reply), "030200c8");
  t.equal(text(answerPdu(own, hex("10 0000 0002 04 0001 0002")).reply), "9002", "the second is read only");
  t.equal(text(answerPdu(own, hex("03 0000 0001")).reply), "030200c8", "and the first was not touched");
});

t.test("a device may take fewer registers than the protocol", async (t) => {
  const own = device({ mostRegisters: 16 });
  t.equal(text(answerPdu(own, hex("04 000a 0010")).reply).length, 2 * (2 + 32));
  t.equal(text(answerPdu(own, hex("04 000a 0011")).reply), "8403");
});

t.test("two points on one register are refused", async (t) => {
  const point = { table: "holding", address: 0, type: "u16", read: () => 1 } as const;
  t.throws(
    () =>
      device({
        points: [
          { ...point, id: "a" },
          { ...point, id: "b" },
        ],
      }),
    /overlaps/,
  );
});

t.test("numbers, registers and back, in four orders", async (t) => {
  // 230.2 as f32 is 43663333: Eastron's printed example.
  t.same(numberToRegisters(230.2, "f32", "ABCD"), [0x4366, 0x3333]);
  t.same(numberToRegisters(230.2, "f32", "CDAB"), [0x3333, 0x4366]);
  t.same(numberToRegisters(230.2, "f32", "BADC"), [0x6643, 0x3333]);
  t.same(numberToRegisters(230.2, "f32", "DCBA"), [0x3333, 0x6643]);
  for (const order of ["ABCD", "BADC", "CDAB", "DCBA"] as const) {
    t.equal(registersToNumber(numberToRegisters(-123_456n, "s64", order), "s64", order), -123_456n);
    t.equal(registersToNumber(numberToRegisters(2 ** 53 + 2, "u64", order), "u64", order), 2n ** 53n + 2n);
    t.equal(registersToNumber(numberToRegisters(-1.5e300, "f64", order), "f64", order), -1.5e300);
    t.equal(registersToNumber(numberToRegisters(-70_000, "s32", order), "s32", order), -70_000);
  }
  t.same(numberToRegisters(70_000, "u16", "ABCD"), [0xffff], "held within the type");
  t.same(numberToRegisters(-1, "u16", "ABCD"), [0]);
  t.same(textToRegisters("ABC", 3), [0x4142, 0x4300, 0]);
  t.same(textToRegisters("ABC", 3, "CDAB"), [0x4142, 0x4300, 0], "registers of a text keep their places");
  t.same(textToRegisters("ABC", 3, "DCBA"), [0x4241, 0x0043, 0]);
});

t.test("checksums", async (t) => {
  t.ok(
    crcHolds(hex("01 04 14 08D1 006C 0000 00F4 0000 0026 0000 01F4 0064 0000 51 34")),
    "PZEM-016's manual",
  );
  t.equal(text(rtuFrame(1, hex("03 0004 0002"))), "01030004000285ca", "INVT's manual");
  t.not(crc16(hex("01 03 00 04 00 03")), 0xca85);
});

interface Bench {
  readonly clock: ManualClock;
  readonly server: RtuServer;
  readonly ledger: ReadLedger;
  readonly sent: { readonly byte: number; readonly mono: number }[];
  hear(bytes: Uint8Array): void;
}

function bench(baud: number, devices = [device()]): Bench {
  const clock = new ManualClock();
  const ledger = new ReadLedger();
  const sent: { byte: number; mono: number }[] = [];
  let hear: (bytes: Uint8Array) => void = () => {};
  const wire = {
    onData: (listener: (bytes: Uint8Array) => void): void => {
      hear = listener;
    },
    write: (bytes: Uint8Array): void => {
      for (const byte of bytes) sent.push({ byte, mono: clock.mono() });
    },
  };
  const server = new RtuServer({ wire, devices, clock, ledger, baud });
  return { clock, server, ledger, sent, hear: (bytes) => hear(bytes) };
}

const READ_LEVEL = rtuFrame(5, hex("04 0000 0001"));

t.test("an answer takes its time on the wire", async (t) => {
  const { clock, sent, hear, ledger } = bench(9600);
  const character = 11_000 / 9600;
  hear(READ_LEVEL);
  await clock.advance(1_000);
  t.equal(text(Uint8Array.from(sent, ({ byte }) => byte)), text(rtuFrame(5, hex("0402fb2e"))));
  // The request's own 8 characters, 20 ms of turnaround, then character after character.
  const start = 8 * character + 20;
  for (const [at, { mono }] of sent.entries()) {
    t.ok(mono >= start + (at + 1) * character - 1e-6, `byte ${at} not before its time`);
    t.ok(mono <= start + (at + 1) * character + 1, `byte ${at} not long after it`);
  }
  const [entry] = [...ledger.entries()];
  t.match(entry, { device: "d", unit: 5, table: "input", address: 0, count: 1, raw: [0xfb2e] });
  t.equal(entry?.mono, sent.at(-1)?.mono, "recorded when the last byte was handed over");
});

t.test("requests come in pieces, damaged, for others, or too early", async (t) => {
  const { clock, sent, hear, server } = bench(9600);
  hear(READ_LEVEL.subarray(0, 3));
  hear(READ_LEVEL.subarray(3));
  await clock.advance(100);
  t.equal(sent.length, 7, "two pieces without a silence between them are one request");

  hear(READ_LEVEL.subarray(0, 5));
  await clock.advance(100);
  hear(READ_LEVEL.subarray(5));
  await clock.advance(100);
  t.equal(sent.length, 7, "a silence between them: two pieces of nothing");
  t.equal(server.stats.damagedBytes, 8);

  const wrong = Uint8Array.from(READ_LEVEL);
  wrong[7] = (wrong[7] ?? 0) ^ 1;
  hear(wrong);
  hear(rtuFrame(6, hex("04 0000 0001")));
  await clock.advance(100);
  t.equal(sent.length, 7, "a wrong checksum and what follows without a pause");
  hear(rtuFrame(6, hex("04 0000 0001")));
  await clock.advance(100);
  t.equal(sent.length, 7, "another unit's request is not answered");
  t.equal(server.stats.foreign, 1);

  hear(rtuFrame(5, hex("2b 0e 01 00")));
  await clock.advance(100);
  t.equal(text(Uint8Array.from(sent.slice(7), ({ byte }) => byte)), text(rtuFrame(5, hex("ab01"))));
  t.equal(server.stats.exceptions, 1);

  hear(READ_LEVEL);
  await clock.advance(30);
  hear(READ_LEVEL);
  await clock.advance(200);
  t.equal(server.stats.collidedBytes, 8, "a second request into the first one's answer is lost");
  t.equal(sent.length, 7 + 5 + 7);
});

t.test("a silence of less than 3.5 characters after an answer is counted", async (t) => {
  const { clock, sent, hear, server } = bench(19_200);
  hear(READ_LEVEL);
  while (sent.length < 7) await clock.advance(0.25);
  await clock.advance(1);
  hear(READ_LEVEL);
  while (sent.length < 14) await clock.advance(0.25);
  await clock.advance(3);
  hear(READ_LEVEL);
  while (sent.length < 21) await clock.advance(0.25);
  t.equal(server.stats.silenceBroken, 1);
});

t.test("a broadcast is carried out and not answered; after stop there is silence", async (t) => {
  const own = device();
  const { clock, sent, hear, server } = bench(9600, [own]);
  hear(rtuFrame(0, hex("06 0000 0064")));
  await clock.advance(100);
  t.equal(sent.length, 0);
  t.same(own.read("holding", 0, 1), [100]);
  hear(READ_LEVEL);
  await clock.advance(31);
  server.stop();
  const before = sent.length;
  t.ok(before > 0 && before < 7, "stopped in the middle of an answer");
  hear(READ_LEVEL);
  await clock.advance(1_000);
  t.equal(sent.length, before);
  t.equal(clock.pending, 0, "no timer is left");
});

t.test("the same seed answers at the same times, another at others", async (t) => {
  const run = async (seed: number): Promise<number[]> => {
    const own = device({ turnaroundMs: [5, 50] });
    const clock = new ManualClock();
    const times: number[] = [];
    let hear: (bytes: Uint8Array) => void = () => {};
    const wire = {
      onData: (listener: (bytes: Uint8Array) => void): void => {
        hear = listener;
      },
      write: (): void => {
        times.push(clock.mono());
      },
    };
    new RtuServer({ wire, devices: [own], clock, ledger: new ReadLedger(), seed });
    for (let at = 0; at < 5; at++) {
      hear(READ_LEVEL);
      await clock.advance(200);
    }
    return times;
  };
  t.same(await run(7), await run(7));
  t.notSame(await run(7), await run(8));
});

t.test("the ledger is bounded and says what fell out", async (t) => {
  const ledger = new ReadLedger(3);
  for (let at = 0; at < 5; at++) {
    ledger.record({
      device: at % 2 ? "odd" : "even",
      unit: 1,
      table: "input",
      address: 0,
      count: 3,
      raw: [at, 10 + at, 20 + at],
      t: at,
      mono: at,
    });
  }
  t.equal(ledger.total, 5);
  t.equal(ledger.dropped, 2);
  t.same(
    [...ledger.entries()].map(({ t }) => t),
    [2, 3, 4],
  );
  t.same(
    [...ledger.values("even", "input", 1, 2)].map(({ words }) => words),
    [
      [12, 22],
      [14, 24],
    ],
  );
  t.same([...ledger.values("even", "input", 2, 2)], [], "not wholly inside");
  t.same([...ledger.values("even", "holding", 0, 1)], []);
});
