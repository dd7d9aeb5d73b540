import t from "tap";
import { hexPairs } from "../../drivers/core/bus-text.js";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import { ASCII_FRAMING } from "./ascii-framing.js";
import { EchoFilter } from "./echo-filter.js";
import type { Framing } from "./framing.js";
import { isRequest } from "./is-request.js";
import { rtuFrame } from "./rtu-frame.js";
import { RTU_FRAMING } from "./rtu-framing.js";

const frame = (...pdu: readonly number[]): Uint8Array => rtuFrame(1, Uint8Array.from(pdu));
const READ = frame(3, 0, 0, 0, 1);
/** Begins as the request does. */
const ANSWER = frame(3, 2, 0, 42);
/** Answered with the very same bytes. */
const WRITE = frame(6, 0, 5, 0, 1);
const OTHER = frame(4, 0, 0, 0, 1);

function filtering(framing: Framing = RTU_FRAMING) {
  const clock = new ManualClock();
  const passed: string[] = [];
  const filter = new EchoFilter({
    clock,
    characterMs: 1,
    isRequest: (bytes) => isRequest(framing, bytes),
    pass: (bytes) => passed.push(hexPairs(bytes)),
  });
  /** What passed since it was asked last. */
  const heard = (): string => passed.splice(0).join(" ");
  return { clock, filter, heard };
}

const both = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

t.test("its own answer is dropped, whole, in pieces and before a request, and counted", async (t) => {
  const { clock, filter, heard } = filtering();
  filter.hear(READ);
  t.equal(heard(), hexPairs(READ));
  filter.sent(ANSWER);
  filter.hear(ANSWER);
  t.equal(heard(), "");
  t.ok(filter.hearsItself);
  t.equal(filter.dropped, ANSWER.length);
  filter.sent(ANSWER);
  for (const byte of ANSWER) {
    await clock.advance(1);
    filter.hear(Uint8Array.of(byte));
  }
  t.equal(heard(), "");
  filter.sent(ANSWER);
  filter.hear(ANSWER.subarray(0, 3));
  filter.hear(both(ANSWER.subarray(3), OTHER));
  t.equal(heard(), hexPairs(OTHER), "what a client says right after it is heard");
  filter.sent(ANSWER);
  filter.hear(both(Uint8Array.of(0xff, 1), ANSWER));
  t.equal(heard(), "FF 01", "noise before it");
  t.equal(filter.dropped, 4 * ANSWER.length);
});

t.test("what only begins like it is heard, as soon as it differs", async (t) => {
  const { clock, filter, heard } = filtering();
  filter.sent(ANSWER);
  filter.hear(READ.subarray(0, 2));
  t.equal(heard(), "", "it may still be the echo");
  filter.hear(READ.subarray(2));
  t.equal(heard(), hexPairs(READ));
  await clock.advance(200);
  filter.sent(ANSWER);
  filter.hear(ANSWER.subarray(0, 5));
  await clock.advance(ANSWER.length + 199);
  t.equal(heard(), "");
  await clock.advance(2);
  t.equal(heard(), hexPairs(ANSWER.subarray(0, 5)), "and when the rest does not come in time");
  filter.hear(ANSWER.subarray(5));
  t.equal(heard(), hexPairs(ANSWER.subarray(5)));
  t.equal(filter.dropped, 0);
  t.equal(clock.pending, 0);
});

t.test("an echo has its time: later it is a frame like others", async (t) => {
  const { clock, filter, heard } = filtering();
  filter.sent(ANSWER);
  await clock.advance(ANSWER.length + 201);
  filter.hear(ANSWER);
  t.equal(heard(), hexPairs(ANSWER));
  filter.sent(ANSWER);
  filter.hear(ANSWER);
  t.equal(heard(), "");
  filter.sent(ANSWER);
  await clock.advance(ANSWER.length + 999);
  filter.hear(ANSWER);
  t.equal(heard(), "", "on a busy machine, where it is known to come");
  filter.sent(ANSWER);
  await clock.advance(ANSWER.length + 1001);
  filter.hear(ANSWER);
  t.equal(heard(), hexPairs(ANSWER));
});

t.test("a write that is repeated is no echo where the adapter does not hear itself", async (t) => {
  const { clock, filter, heard } = filtering();
  filter.sent(WRITE);
  filter.hear(WRITE);
  t.equal(heard(), "", "unknown yet: or it would be answered for ever");
  for (let n = 0; n < 3; n++) {
    filter.sent(ANSWER);
    await clock.advance(100);
    filter.hear(OTHER);
    t.equal(heard(), hexPairs(OTHER));
  }
  for (let n = 0; n < 3; n++) {
    filter.sent(WRITE);
    filter.hear(WRITE);
    t.equal(heard(), hexPairs(WRITE), "asked again");
  }
  filter.sent(ANSWER);
  filter.hear(Uint8Array.of(1));
  t.equal(heard(), "01", "nothing waits for an echo any more");
  await clock.advance(100);
  filter.sent(ANSWER);
  filter.hear(both(ANSWER, WRITE));
  t.equal(heard(), hexPairs(WRITE), "another adapter, which does");
  filter.sent(WRITE);
  filter.hear(WRITE);
  t.equal(heard(), "");
});

t.test("answers under way together, and what is not heard again without end", async (t) => {
  const { filter, heard } = filtering();
  filter.sent(ANSWER);
  filter.sent(OTHER);
  filter.hear(both(ANSWER, OTHER, READ));
  t.equal(heard(), hexPairs(READ));
  for (let n = 0; n < 200; n++) filter.sent(ANSWER);
  filter.hear(READ);
  t.equal(heard(), hexPairs(READ));
});

t.test("a client that asks without a pause: the wire keeps the order", async (t) => {
  const { clock, filter, heard } = filtering();
  for (let n = 0; n < 10; n++) {
    filter.sent(ANSWER);
    await clock.advance(10);
    filter.hear(READ);
    t.equal(heard(), hexPairs(READ));
  }
  filter.sent(WRITE);
  filter.hear(WRITE);
  t.equal(heard(), hexPairs(WRITE), "known by then, though no echo had the time to be late");
  const other = filtering();
  for (let n = 0; n < 10; n++) {
    other.filter.sent(ANSWER);
    await other.clock.advance(10);
    other.filter.hear(both(ANSWER, READ));
    t.equal(other.heard(), hexPairs(READ));
  }
  t.equal(other.filter.dropped, 10 * ANSWER.length);
});

t.test("stopped, it says nothing more", async (t) => {
  const { clock, filter, heard } = filtering();
  filter.sent(ANSWER);
  filter.hear(ANSWER.subarray(0, 2));
  filter.stop();
  await clock.advance(1000);
  t.equal(heard(), "");
  t.equal(clock.pending, 0);
});

t.test("which frames could be requests", async (t) => {
  t.ok(isRequest(RTU_FRAMING, READ));
  t.ok(isRequest(RTU_FRAMING, WRITE));
  t.notOk(isRequest(RTU_FRAMING, ANSWER));
  t.ok(isRequest(RTU_FRAMING, frame(1, 3, 1, 2, 3)), "an answer of three bytes of coils looks like one");
  t.notOk(isRequest(RTU_FRAMING, frame(16, 0, 5, 0, 1)));
  t.ok(isRequest(ASCII_FRAMING, ASCII_FRAMING.encode(1, WRITE.subarray(1, -2), 0)));
  t.notOk(isRequest(ASCII_FRAMING, ASCII_FRAMING.encode(1, ANSWER.subarray(1, -2), 0)));
});
