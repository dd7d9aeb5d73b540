import t from "tap";
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
