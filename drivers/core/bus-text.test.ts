import t from "tap";
import {
  BusTextParser,
  BusTextWriter,
  hexPairs,
  MAX_BUS_BYTES,
  MAX_BUS_LINE,
  MAX_BUS_TEXT,
  parseBusText,
} from "./bus-text.js";
import { TramError } from "./errors.js";
import type { FrameKind } from "./wire-frame.js";

/** A seeded sequence of integers below `below`: Lehmer's generator. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

const RECEIVED: readonly FrameKind[] = ["answer", "late", "foreign", "echo", "damaged"];

t.test("what is written comes back: 2,000 random frames of every kind", async (t) => {
  const next = seeded(20261123);
  const head = {
    connection: "rs485",
    driver: "modbus-rtu",
    line: "/dev/ttyUSB0 9600 8N1",
    start: Date.UTC(2026, 10, 23, 2, 51, 20, 123),
    zone: "Asia/Ho_Chi_Minh",
  };
  const startMono = 5_000_000.25;
  const writer = new BusTextWriter(startMono);
  let text = writer.head(head);
  let us = 0;
  const written = Array.from({ length: 2_000 }, () => {
    us += next(3) === 0 ? 0 : next(5_000_000);
    const sent = next(2) === 0;
    const kind = sent ? ("request" as const) : (RECEIVED[next(RECEIVED.length)] as FrameKind);
    const bytes = Uint8Array.from({ length: 1 + next(next(20) === 0 ? 4_000 : 40) }, () => next(256));
    const meaning = ["", "unit 1: read holding 0-9", "đọc thanh ghi Holding 0 # [late] >> 01"][
      next(3)
    ] as string;
    const direction = sent ? ("sent" as const) : ("received" as const);
    text += writer.frame({ bytes, direction, kind, mono: startMono + us / 1000 }, meaning);
    return { bytes, direction, kind, ms: us / 1000, ...(meaning === "" ? {} : { meaning }) };
  });
  text += writer.skipped(12) + writer.skipped(3);
  const read = parseBusText(text, "bus.txt");
  t.same(read.head, head);
  t.equal(read.skipped, 15);
  const plain = ({ bytes, line: _, ...rest }: (typeof read.frames)[number]): unknown => ({
    ...rest,
    hex: hexPairs(bytes),
  });
  t.same(
    read.frames.map(plain),
    written.map((frame) => plain({ ...frame, line: 0 })),
  );
  t.equal(read.frames[0]?.line, 8, "six lines of head and an empty one stand before");
});

t.test("the writer keeps to the format, whatever it is given", async (t) => {
  const writer = new BusTextWriter(100);
  t.equal(
    writer.frame({ bytes: Uint8Array.of(1, 0xab), direction: "received", kind: "late", mono: 1_600.5 }, "x"),
    "1.500500 << 01 AB  [late]  # x\n",
  );
  const back = { bytes: Uint8Array.of(2), direction: "sent", kind: "request", mono: 50 } as const;
  t.equal(writer.frame(back), "1.500500 >> 02\n", "time does not go back");
  t.equal(
    writer.frame(back, "a\n>> 03\r\u2028b\u0000"),
    "1.500500 >> 02  # a >> 03 b\n",
    "one line remains one",
  );
  t.match(writer.head({ connection: "a\n>> 01" }), "# connection: a >> 01\n");
  t.equal(writer.frame({ ...back, bytes: new Uint8Array(0) }), "", "no bytes, no line");
  const long = writer.frame({ ...back, bytes: new Uint8Array(MAX_BUS_BYTES + 1).fill(7) }, "m".repeat(9_999));
  t.same(
    parseBusText(long, "f").frames.map(({ bytes }) => bytes.length),
    [MAX_BUS_BYTES, 1],
    "what is too long for a line is two lines",
  );
  t.equal(hexPairs(Buffer.from("xx\u0001\u00ff", "latin1").subarray(2)), "01 FF");
});

t.test("a file written by hand: pauses, no times, comments, any line ends", async (t) => {
  const text =
    "\uFEFF# a case from a site\r\n\r\n>> 01 03\t00 2a\r\n+20 << 01 83 02 # refused\r\n   << ff [damaged]\n" +
    "+0.5 <<0a\n2 >> 01\n# start: this is a comment now\n#tram-bus 9\n+1 << 02";
  const { frames, head, skipped } = parseBusText(text, "case.txt");
  t.same(head, {});
  t.equal(skipped, 0);
  t.same(
    frames.map(({ bytes, ms, kind, line, meaning }) => [line, ms, kind, hexPairs(bytes), meaning]),
    [
      [3, 0, "request", "01 03 00 2A", undefined],
      [4, 20, "answer", "01 83 02", "refused"],
      [5, 20, "damaged", "FF", undefined],
      [6, 20.5, "answer", "0A", undefined],
      [7, 2000, "request", "01", undefined],
      [10, 2001, "answer", "02", undefined],
    ],
  );
});

t.test("each fault is told with its file and line", async (t) => {
  const faults: readonly (readonly [string, string, string?])[] = [
    ["hello", "line", "hello"],
    ["1.0 01 03", "line"],
    ["-1 >> 01", "line"],
    ["1,5 >> 01", "line"],
    ["1.1234567 >> 01", "line"],
    ["99999999999 >> 01", "line"],
    ["1e9 >> 01", "line"],
    ["0.1 >>", "byte", ""],
    ["0.1 >> 0103", "byte", "0103"],
    ["0.1 >> 01 3", "byte", "3"],
    ["0.1 >> 01 0x03", "byte", "0x03"],
    [`0.1 >> 01 ${"g".repeat(99)}`, "byte", `${"g".repeat(40)}…`],
    ["0.1 << 01 [late", "line"],
    ["0.1 << 01 [broken]", "kind", "broken"],
    ["0.1 << 01 [late] 02", "line"],
    ["0.1 >> 01 [echo]", "kind", "echo"],
    ["0.1 << 01 [answer]", "kind", "answer"],
    [`0.1 >> ${"01 ".repeat(MAX_BUS_BYTES + 1)}`, "long"],
    [`# ${"x".repeat(MAX_BUS_LINE)}`, "long"],
  ];
  for (const [line, code, quoted] of faults) {
    const error = failure(() => parseBusText(`# tram-bus 1\n\n0 >> 01\n${line}\n0.2 >> 02\n`, "bus.txt"));
    t.match(
      error,
      { code: `core.bus_text_${code}`, params: { file: "bus.txt", line: 4 } },
      line.slice(0, 40),
    );
    if (quoted !== undefined) t.equal(error.params["text"], quoted);
    t.match(error.message, /^bus\.txt, line 4: /);
  }
  const early = (text: string) => failure(() => parseBusText(text, "f"));
  t.match(early("# tram-bus 2\n"), { code: "core.bus_text_version", params: { line: 1, version: "2" } });
  t.match(early("# start: gestern\n"), { code: "core.bus_text_start", params: { line: 1, text: "gestern" } });
  t.match(early("1 >> 01\n0.5 << 02"), { code: "core.bus_text_time", params: { line: 2, before: 1 } });
  t.match(early("\n".repeat(MAX_BUS_TEXT + 1)), { code: "core.bus_text_big" });
});

t.test("line by line, for files of any size", async (t) => {
  const parser = new BusTextParser("big.txt");
  let frames = 0;
  for (let n = 0; n < 5_000; n++) if (parser.push("+1 >> 01 02")) frames++;
  t.equal(frames, 5_000);
  t.equal(parser.push("<< 03")?.ms, 5_000);
  t.match(
    failure(() => parser.push("x")),
    { params: { line: 5_002 } },
  );
});

function failure(run: () => unknown): TramError {
  try {
    run();
  } catch (error) {
    if (error instanceof TramError) return error;
    throw error;
  }
  throw new TypeError("nothing was thrown");
}

t.test("a frame says how many are missing before it", async (t) => {
  const { frames, skipped } = parseBusText(
    "# skipped 1\n>> 01\n<< 02\n# skipped 3\n# skipped 4\n>> 03\n# skipped 5\n",
    "x",
  );
  t.same(
    frames.map(({ missing }) => missing),
    [1, undefined, 7],
  );
  t.equal(skipped, 13);
});
