import { lstatSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SerialPort } from "serialport";
import t from "tap";
import { BusTextWriter, hexPairs, parseBusText } from "../../drivers/core/bus-text.js";
import { SystemClock } from "../../drivers/core/clock.js";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import { renderText, type Said } from "../../drivers/core/message.js";
import { bench } from "../../drivers/modbus/rtu-bench.js";
import { deviceOf, shown } from "../../drivers/modbus/test-devices.js";
import { Replay, type ReplayOptions, startReplay, type Unmatched } from "./replay.js";

const RECORDED = `# tram-bus 1
# connection: rs485

0.000000 << FF [damaged]
0.010000 << 09 03 00 00 00 01 [foreign]
0.500000 >> 01 03 00 00 00 01 84 0A  # unit 1: read holding 0
0.534000 << 01 03 02 00 2A 39 9B
0.600000 >> 02 03 00 00 00 01 84 39
1.100000 >> 01 03 00 00 00 02 C4 0B
1.105000 << 02 03 02 00 07 BD 86  [late]
1.140000 << 01 03 04 00 2A 00 2B 5B E4
`;

/** The other end of the wire, with the moment at which everything came. */
function play(text: string, more: Partial<ReplayOptions> = {}) {
  const clock = new ManualClock();
  const heard: string[] = [];
  const unmatched: Unmatched[] = [];
  let send: (bytes: Uint8Array) => void = () => {};
  const replay = new Replay({
    frames: parseBusText(text, "bus.txt").frames,
    clock,
    wire: {
      onData: (listener) => {
        send = listener;
      },
      write: (bytes) => heard.push(`${clock.mono()} ${hexPairs(bytes)}`),
    },
    onUnmatched: (other) => unmatched.push(other),
    ...more,
  });
  const ask = (hex: string): void => send(Buffer.from(hex.replaceAll(" ", ""), "hex"));
  return { ask, clock, heard, replay, unmatched };
}

t.test("each request brings what was received after it, at the recorded delays", async (t) => {
  const { ask, clock, heard, replay, unmatched } = play(RECORDED);
  let finished = false;
  void replay.finished.then(() => {
    finished = true;
  });
  await clock.advance(100);
  t.same(heard.splice(0), ["0 FF", "10 09 03 00 00 00 01"], "what was on the wire before the first request");
  ask("01 03 00 00");
  await clock.advance(5);
  ask("00 01 84 0A");
  await clock.advance(33);
  t.same(heard, [], "a request may come in pieces; its answer does not come early");
  await clock.advance(1);
  t.same(heard.splice(0), ["139 01 03 02 00 2A 39 9B"]);
  ask("02 03 00 00 00 01 84 39");
  await clock.advance(1000);
  t.same(heard, [], "what was not answered then is not now");
  ask("01 03 00 00 00 02 C4 0B");
  await clock.advance(39);
  t.equal(finished, false);
  await clock.advance(1);
  t.same(heard, ["1144 02 03 02 00 07 BD 86", "1179 01 03 04 00 2A 00 2B 5B E4"], "the late one too");
  t.equal(finished, true);
  t.same(replay.stats, { matched: 3, unmatched: 0, passed: 0, sent: 5, rounds: 1 });
  t.same(unmatched, []);
  t.equal(clock.pending, 0);
});

t.test("two requests in one piece, each with its answers", async (t) => {
  const { ask, clock, heard, replay } = play(RECORDED);
  ask("01 03 00 00 00 01 84 0A 02 03 00 00 00 01 84 39");
  await clock.advance(40);
  t.equal(replay.stats.matched, 2);
  t.match(heard, ["0 FF", "10 09 03 00 00 00 01", "34 01 03 02 00 2A 39 9B"]);
});

t.test("what differs is counted, shown, and not answered; a later request goes on from there", async (t) => {
  const { ask, clock, heard, replay, unmatched } = play(RECORDED, { quietMs: 20 });
  await clock.advance(100);
  heard.length = 0;
  ask("01 04 00 00 00 01");
  await clock.advance(19);
  ask("31 CA");
  await clock.advance(19);
  t.equal(replay.stats.unmatched, 0, "it may go on");
  await clock.advance(1);
  t.same(
    unmatched.map(({ expected, got }) => [expected?.line, hexPairs(got)]),
    [[6, "01 04 00 00 00 01 31 CA"]],
  );
  ask("01 03 00 00 00 02 C4 0B");
  await clock.advance(100);
  t.equal(heard.length, 2, "the last request of the file, with its answers");
  t.same(replay.stats, { matched: 1, unmatched: 1, passed: 2, sent: 4, rounds: 1 });
  ask("01 03 00 00 00 01 84 0A");
  await clock.advance(100);
  t.equal(unmatched[1]?.expected, undefined, "nothing is expected after the end");
  t.equal(replay.stats.unmatched, 2);
  ask("00".repeat(5_000));
  t.equal(replay.stats.unmatched, 3, "what never pauses is cut off");
});

t.test("in a loop, also across its end", async (t) => {
  const { ask, clock, heard, replay } = play(">> 01\n+5 << 0A\n>> 02\n+5 << 0B", { loop: true, quietMs: 20 });
  for (let round = 0; round < 3; round++) {
    ask("01");
    await clock.advance(10);
    ask("02");
    await clock.advance(10);
  }
  t.equal(replay.stats.rounds, 3);
  t.equal(heard.length, 6);
  ask("01");
  await clock.advance(10);
  ask("01");
  await clock.advance(30);
  t.same(replay.stats, { matched: 8, unmatched: 0, passed: 1, sent: 8, rounds: 3 });
});

t.test("stopped, it plays nothing more and holds nothing", async (t) => {
  const { ask, clock, heard, replay } = play(RECORDED);
  ask("01 03 00 00 00 01 84 0A");
  ask("01");
  replay.stop();
  replay.stop();
  ask("02 03 00 00 00 01 84 39");
  await clock.advance(1_000);
  t.same(heard, []);
  t.equal(clock.pending, 0);
});

t.test("a file at a serial port", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tram-replay-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "bus.txt");
  const link = join(folder, "rs485");
  writeFileSync(file, ">> 01 03 00 00 00 01 84 0A\n+5 << 01 03 02 00 2A 39 9B\n");
  const told: Said[] = [];
  const options = { file, link, clock: new SystemClock("test"), tell: (said: Said) => told.push(said) };
  const running = await startReplay(options);
  t.equal(running.port, link);
  const port = new SerialPort({ path: link, baudRate: 9600, lock: false });
  let heard = "";
  const answered = new Promise<void>((resolve) => {
    port.on("data", (chunk: Buffer) => {
      heard += chunk.toString("hex");
      if (heard.length >= 14) resolve();
    });
  });
  port.write(Buffer.from("010300000001840a", "hex"));
  await answered;
  await running.finished;
  t.equal(heard, "010302002a399b");
  port.write(Buffer.from("0104", "hex"));
  while (running.stats.unmatched === 0) await new Promise(setImmediate);
  await new Promise<void>((resolve) => port.close(() => resolve()));
  await running.stop();
  await running.stop();
  t.throws(() => lstatSync(link), "the port is gone");
  t.same(
    told.map((said) => renderText(said, "en")),
    [
      `${file} is replayed at the port ${link}: 1 requests, 1 received frames. Ctrl-C ends it.`,
      "All was played; one more request came: 01 04",
      "Replay: 1 requests matched, 1 differed, 0 passed over, 1 frames sent, 1 rounds.",
    ],
  );

  await t.rejects(startReplay({ ...options, file: join(folder, "none.txt") }), { code: "replay.no_file" });
  writeFileSync(file, "<< 01\n");
  await t.rejects(startReplay(options), { code: "replay.no_request" });
  writeFileSync(file, "\n>> 1\n");
  await t.rejects(startReplay(options), { code: "core.bus_text_byte", params: { file, line: 2 } });
  writeFileSync(file, ">> 01\n");
  await t.rejects(startReplay({ ...options, link: file }), { code: "replay.link_taken" });
});

t.test(
  "the driver reads from a file what the file says, and its monitor records the same again",
  async (t) => {
    const file = `>> 01 03 00 00 00 01 84 0A
+34 << 01 03 02 00 2A 39 9B
>> 02 03 00 00 00 01 84 39
>> 01 03 00 05 00 01 94 0B
+20 << 02 03 02 00 07 BD 86 [late]
+40 << 01 03 02 00 09 78 42
`;
    const { clock, driver, line, read, request } = await bench([deviceOf(1), deviceOf(2)]);
    let hear: (bytes: Uint8Array) => void = () => {};
    const replay = new Replay({
      frames: parseBusText(file, "bus.txt").frames,
      clock,
      wire: {
        onData: (listener) => {
          hear = listener;
        },
        write: (bytes) => line.give(bytes),
      },
    });
    line.script = (sent) => hear(sent);
    const writer = new BusTextWriter(clock.mono());
    let recorded = writer.head({ connection: "rs485" });
    driver.monitor((frame) => {
      recorded += writer.frame(frame, renderText(driver.describe(frame), "en"));
    });
    t.equal(shown(await read(request(1, 0))), 42);
    t.equal(shown(await read(request(2, 0))), "transient modbus.no_answer_serial");
    t.equal(shown(await read(request(1, 5))), 9);
    t.same(replay.stats, { matched: 3, unmatched: 0, passed: 0, sent: 3, rounds: 1 });
    t.equal(driver.stats().late, 1);
    driver.monitor(undefined);
    await driver.close();
    const of = (text: string) =>
      parseBusText(text, "f").frames.map(({ bytes, kind }) => `${kind} ${hexPairs(bytes)}`);
    t.same(of(recorded), of(file));
    const [ask, answer, , third, late, last] = parseBusText(recorded, "f").frames;
    const pause = (from = ask, to = answer): number => (to?.ms ?? 0) - (from?.ms ?? 0);
    t.same(
      [pause(ask, answer), pause(third, late), pause(third, last)],
      [34, 20, 60],
      "at the same distances",
    );
    t.equal(last?.meaning, "unit 1: 1 registers: 9");
  },
);
