import t from "tap";
import { PermanentPointError } from "../core/errors.js";
import type { ReadingBatch } from "../core/reading.js";
import { bench, frame, REPLY, SILENCE_MS } from "./rtu-bench.js";
import { frameAt, INCOMPLETE, NONE } from "./rtu-frames.js";
import { deviceOf, shown } from "./test-devices.js";

t.test("one exchange, byte by byte", async (t) => {
  const { line, driver, read, request, tapped, clock } = await bench([deviceOf(1)]);
  line.script = (_, line) => line.after(30, REPLY);
  const outcome = await read(request(1, 4));
  t.equal(shown(outcome), 42);
  t.equal(line.sent[0]?.toString("hex"), "010300040001c5cb", "the request of the level transmitter's vector");
  t.same(tapped, ["request 010300040001c5cb", `answer ${REPLY.toString("hex")}`]);
  t.ok((line.silences[0] ?? 0) >= SILENCE_MS);
  t.match(outcome, {
    t: clock.now() - (clock.mono() - (outcome as ReadingBatch).mono),
    state: "measuring",
    boot: "boot-0",
  });
  t.match(driver.stats(), {
    requests: 1,
    good: 1,
    timeouts: 0,
    damaged: 0,
    foreign: 0,
    late: 0,
    exceptions: 0,
  });
  await driver.close();
});

t.test("what a bus can do to one request", async (t) => {
  const cut = REPLY.subarray(0, 4);
  const spoilt = Buffer.from(REPLY);
  spoilt[4] = 0x2b;
  const echo = frame("01 03 00 00 00 01");
  const cases: readonly {
    readonly name: string;
    readonly chunks: readonly Uint8Array[];
    readonly expect: unknown;
    /** When the unit may be asked again, from when it was given up. */
    readonly held?: boolean;
    readonly stats: Readonly<Record<string, number>>;
  }[] = [
    {
      name: "nothing",
      chunks: [],
      expect: "transient modbus.no_answer_serial",
      held: true,
      stats: { timeouts: 1 },
    },
    {
      name: "a byte at a time",
      chunks: [...REPLY].map((byte) => Uint8Array.of(byte)),
      expect: 42,
      stats: { good: 1 },
    },
    {
      name: "noise before",
      chunks: [Uint8Array.of(0x00, 0xff, 0x37), REPLY],
      expect: 42,
      stats: { good: 1 },
    },
    {
      name: "noise that looks like a beginning",
      chunks: [Uint8Array.of(0x07, 0x03, 0xc8), REPLY],
      expect: 42,
      stats: { good: 1 },
    },
    { name: "echo", chunks: [echo, REPLY], expect: 42, stats: { good: 1, foreign: 0 } },
    {
      name: "echo in one piece with the reply",
      chunks: [Buffer.concat([echo, REPLY])],
      expect: 42,
      stats: { good: 1, foreign: 0 },
    },
    { name: "doubled", chunks: [Buffer.concat([REPLY, REPLY])], expect: 42, stats: { good: 1, foreign: 1 } },
    {
      name: "another unit, then the reply",
      chunks: [frame("02 03 02 00 63"), REPLY],
      expect: 42,
      stats: { good: 1, foreign: 1 },
    },
    {
      name: "another unit only",
      chunks: [frame("02 03 02 00 63")],
      expect: "transient modbus.no_answer_serial",
      held: true,
      stats: { timeouts: 1, foreign: 1 },
    },
    {
      name: "another function",
      chunks: [frame("01 04 02 00 63")],
      expect: "transient modbus.wrong_answer",
      held: true,
      stats: { timeouts: 1, foreign: 1 },
    },
    {
      name: "another length",
      chunks: [frame("01 03 04 00 63 00 64")],
      expect: "transient modbus.wrong_answer",
      held: true,
      stats: { timeouts: 1, foreign: 1 },
    },
    {
      name: "another length, then the reply",
      chunks: [frame("01 03 04 00 63 00 64"), REPLY],
      expect: 42,
      stats: { good: 1, foreign: 1 },
    },
    {
      name: "wrong checksum",
      chunks: [spoilt],
      expect: "transient modbus.checksum",
      held: false,
      stats: { damaged: 1, timeouts: 0 },
    },
    {
      name: "cut short",
      chunks: [cut],
      expect: "transient modbus.truncated",
      held: true,
      stats: { damaged: 1, timeouts: 0 },
    },
    {
      name: "a frame inside a foreign one",
      chunks: [frame(`02 03 07 ${REPLY.toString("hex")}`)],
      expect: "transient modbus.no_answer_serial",
      held: true,
      stats: { foreign: 1 },
    },
    {
      name: "a broadcast of another client",
      chunks: [frame("00 06 00 01 00 05"), REPLY],
      expect: 42,
      stats: { foreign: 1 },
    },
    {
      name: "a long broadcast",
      chunks: [frame("00 10 00 00 00 02 04 00 01 00 02"), REPLY],
      expect: 42,
      stats: { foreign: 1 },
    },
    {
      name: "another client asks the same unit alike",
      chunks: [frame("01 03 00 63 00 01"), REPLY],
      expect: "transient modbus.wrong_answer",
      held: true,
      stats: { foreign: 1 },
    },
    {
      name: "exception 1",
      chunks: [frame("01 83 01")],
      expect: "permanent_point modbus.exception_function",
      stats: { exceptions: 1 },
    },
    {
      name: "exception 2",
      chunks: [frame("01 83 02")],
      expect: "permanent_point modbus.exception_address",
      stats: { exceptions: 1 },
    },
    {
      name: "exception 3",
      chunks: [frame("01 83 03")],
      expect: "permanent_point modbus.exception_value",
      stats: { exceptions: 1 },
    },
    {
      name: "exception 4",
      chunks: [frame("01 83 04")],
      expect: "transient modbus.exception_failure",
      stats: { exceptions: 1 },
    },
    {
      name: "exception 5",
      chunks: [frame("01 83 05")],
      expect: "transient modbus.exception_busy",
      stats: { exceptions: 1 },
    },
    {
      name: "exception 6",
      chunks: [frame("01 83 06")],
      expect: "transient modbus.exception_busy",
      stats: { exceptions: 1 },
    },
    {
      name: "exception 11",
      chunks: [frame("01 83 0B")],
      expect: "transient modbus.exception_gateway",
      stats: { exceptions: 1 },
    },
    {
      name: "exception of another unit",
      chunks: [frame("02 83 02"), REPLY],
      expect: 42,
      stats: { good: 1, foreign: 1 },
    },
    {
      name: "exception to another function",
      chunks: [frame("01 84 02"), REPLY],
      expect: 42,
      stats: { good: 1, foreign: 1 },
    },
  ];
  for (const { name, chunks, expect, held, stats } of cases) {
    await t.test(name, async (t) => {
      const { line, driver, read, request, clock } = await bench([deviceOf(1)]);
      line.script = (_, line) => {
        for (const [i, chunk] of chunks.entries()) line.after(30 + i, chunk);
      };
      const outcome = await read(request(1, 0));
      t.equal(shown(outcome), expect);
      t.match(driver.stats(), stats);
      if (outcome instanceof PermanentPointError) t.equal(outcome.reason, "unsupported");
      const readyAt = driver.readyAt(request(1, 0));
      if (held) t.ok(readyAt > clock.mono() + 4000, "the unit is held");
      else t.ok(readyAt <= clock.mono(), "the unit is not held");

      // Whatever it was, it does not spoil what comes next.
      if (held) {
        t.equal(shown(await read(request(1, 0))), "transient modbus.held", "refused at once while held");
        t.equal(line.sent.length, 1);
        await clock.advance(readyAt - clock.mono());
      }
      line.script = (_, line) => line.after(20, frame("01 03 02 00 07"));
      t.equal(shown(await read(request(1, 1))), 7);
      t.ok(
        line.silences.every((ms) => ms >= SILENCE_MS - 1e-9),
        "the silence was kept",
      );
      await driver.close();
    });
  }
});

t.test("frames are told by their form", async (t) => {
  const whole = (hex: string): number => {
    const bytes = frame(hex);
    return frameAt(bytes, 0, bytes.length);
  };
  t.equal(whole("01 01 01 05"), 6);
  t.equal(whole("01 03 00 00 00 0A"), 8);
  t.equal(whole("01 05 00 00 FF 00"), 8);
  t.equal(whole("01 10 00 00 00 01 02 00 05"), 11);
  t.equal(whole("01 16 00 04 00 F2 00 25"), 10);
  t.equal(whole("01 90 02"), 5);
  t.equal(whole("01 00 00 00 00 00"), NONE, "function 0 is none");
  t.equal(frameAt(Uint8Array.of(1), 0, 1), INCOMPLETE);
  t.equal(frameAt(Uint8Array.of(1, 3, 4, 0), 0, 4), INCOMPLETE);
  t.equal(frameAt(Uint8Array.of(1, 0x42, 1, 2), 0, 4), NONE);
});
