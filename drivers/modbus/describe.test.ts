import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import t from "tap";
import { parseBusText } from "../core/bus-text.js";
import { renderText } from "../core/message.js";
import type { FrameKind, WireFrame } from "../core/wire-frame.js";
import { asciiLine } from "./ascii-frames.js";
import { appendCrc } from "./crc.js";
import { describeFrame } from "./describe.js";

function rtu(hex: string): Buffer {
  const body = Buffer.from(hex.replaceAll(" ", ""), "hex");
  const frame = Buffer.alloc(body.length + 2);
  body.copy(frame);
  appendCrc(frame, body.length);
  return frame;
}

function tcp(hex: string): Buffer {
  const body = Buffer.from(hex.replaceAll(" ", ""), "hex");
  const header = Buffer.from([0x12, 0x34, 0, 0, 0, body.length]);
  return Buffer.concat([header, body]);
}

type Way = WireFrame["direction"];
const en = (hex: string, direction: Way, kind: FrameKind): string =>
  renderText(describeFrame({ bytes: rtu(hex), direction, kind }, "rtu"), "en");
const sent = (hex: string): string => en(hex, "sent", "request");
const answered = (hex: string): string => en(hex, "received", "answer");

t.test("requests", async (t) => {
  t.equal(sent("01 01 0000 0010"), "unit 1: read coils 0-15");
  t.equal(sent("01 02 0005 0001"), "unit 1: read discrete 5");
  t.equal(sent("01 03 0000 000A"), "unit 1: read holding 0-9");
  t.equal(sent("F7 04 7531 0002"), "unit 247: read input 30001-30002");
  t.equal(sent("01 05 0007 FF00"), "unit 1: write coil 7 = 1");
  t.equal(sent("01 05 0007 0000"), "unit 1: write coil 7 = 0");
  t.equal(sent("01 05 0007 1234"), "unit 1: write coil 7 = 0x1234");
  t.equal(sent("01 06 0009 002A"), "unit 1: write holding 9 = 42");
  t.equal(sent("01 0F 0013 000A 02 CD01"), "unit 1: write coil 19-28 = 1011001110");
  t.equal(sent("01 10 0001 0002 04 000A0102"), "unit 1: write holding 1-2 = 10, 258");
  t.equal(sent("01 16 0004 00F2 0025"), "unit 1: mask holding 4: AND 0x00F2 OR 0x0025");
  t.equal(sent("01 17 0003 0006 000E 0001 02 00FF"), "unit 1: write holding 14 = 255, then read 3-8");
  t.equal(sent("01 11"), "unit 1: function 17, 0 bytes of data");
  t.equal(sent("01 2B 0E 01 00"), "unit 1: function 43, 3 bytes of data");
  t.equal(sent("01 03 0000"), "unit 1: function 3, 2 bytes of data", "a length that does not fit");
});

t.test("answers", async (t) => {
  t.equal(answered("01 03 06 0001 0002 FFFF"), "unit 1: 3 registers: 1, 2, 65535");
  t.equal(
    answered(`01 04 14 ${"0001".repeat(10)}`),
    "unit 1: 10 registers: 1, 1, 1, 1, 1, 1, 1, 1 ...",
    "a few of many",
  );
  t.equal(answered("01 17 02 00FE"), "unit 1: 1 registers: 254");
  t.equal(answered("01 01 01 05"), "unit 1: 8 bits: 10100000");
  t.equal(answered("01 02 03 010000"), "unit 1: 24 bits: 1000000000000000 ...");
  t.equal(answered("01 05 0007 FF00"), "unit 1: coil 7 = 1 written");
  t.equal(answered("01 06 0009 002A"), "unit 1: holding 9 = 42 written");
  t.equal(answered("01 0F 0013 000A"), "unit 1: coil 19-28 written");
  t.equal(answered("01 10 0001 0002"), "unit 1: holding 1-2 written");
  t.equal(answered("01 83 02"), "unit 1: refuses function 3, exception 2 (ILLEGAL DATA ADDRESS)");
  t.equal(
    answered("01 90 0B"),
    "unit 1: refuses function 16, exception 11 (GATEWAY TARGET DEVICE FAILED TO RESPOND)",
  );
  t.equal(answered("01 83 63"), "unit 1: refuses function 3, exception 99 (?)");
  t.equal(answered("01 11 02 0AFF"), "unit 1: function 17, 3 bytes of data");
  t.equal(answered("01 03 06 0001"), "unit 1: function 3, 3 bytes of data", "its byte count is wrong");
  t.equal(en("01 03 02 002A", "received", "late"), "unit 1: 1 registers: 42");
});

t.test("what is not ours, and what is everybody's", async (t) => {
  t.equal(en("05 03 0000 000A", "received", "foreign"), "unit 5: read holding 0-9", "somebody else asks");
  t.equal(en("05 03 02 0007", "received", "foreign"), "unit 5: 1 registers: 7", "and is answered");
  t.equal(en("01 03 0000 0001", "received", "echo"), "unit 1: read holding 0");
  t.equal(sent("00 06 0001 0002"), "all devices: write holding 1 = 2");
  t.equal(sent("00 05 0001 FF00"), "all devices: write coil 1 = 1");
  const zero = describeFrame({ bytes: tcp("00 06 0001 0002"), direction: "sent", kind: "request" }, "tcp");
  t.equal(renderText(zero, "en"), "unit 0: write holding 1 = 2", "on TCP unit 0 is the device itself");
});

t.test("framings, Vietnamese, and bytes that are no frame", async (t) => {
  const request = { direction: "sent", kind: "request" } as const;
  const vi = (bytes: Uint8Array, framing: "rtu" | "ascii" | "tcp"): string =>
    renderText(describeFrame({ ...request, bytes }, framing), "vi");
  const said = "địa chỉ Modbus 1: đọc thanh ghi Holding 0-9";
  const line = asciiLine(rtu("01 03 0000 000A"));
  t.equal(vi(rtu("01 03 0000 000A"), "rtu"), said);
  t.equal(vi(line, "ascii"), said);
  t.equal(vi(Buffer.from(line.toString("latin1").toLowerCase(), "latin1"), "ascii"), said);
  t.equal(vi(tcp("01 03 0000 000A"), "tcp"), said);
  const none = (count: number): string => `không phải khung nguyên vẹn: ${count} byte`;
  const damaged = rtu("01 03 0000 000A");
  damaged[2] = 1;
  t.equal(vi(damaged, "rtu"), none(8));
  t.equal(vi(new Uint8Array(0), "rtu"), none(0));
  t.equal(vi(Buffer.from(":0103\r\n"), "ascii"), none(7));
  t.equal(vi(tcp("01 03 0000 000A").subarray(0, 11), "tcp"), none(11));
  t.equal(
    renderText(
      describeFrame({ bytes: rtu("01 03 02 0000"), direction: "received", kind: "damaged" }, "rtu"),
      "en",
    ),
    "no whole frame: 7 bytes",
    "what the driver took for damaged is not read anyhow",
  );
});

t.test("10,000 strings of bytes, half of them with a right check: always a sentence", async (t) => {
  let state = 7;
  const next = (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  const kinds: readonly FrameKind[] = ["request", "answer", "late", "foreign", "echo", "damaged"];
  const codes = [1, 2, 3, 4, 5, 6, 15, 16, 22, 23, 43, 0x83, 0x80, 0, 255];
  const unfilled: string[] = [];
  for (let n = 0; n < 10_000; n++) {
    const body = Buffer.from(Array.from({ length: 2 + next(24) }, () => next(256)));
    body[1] = codes[next(codes.length)] as number;
    if (next(2) === 0) body[2] = body.length - 3;
    const whole = rtu(body.toString("hex"));
    const framing = (["rtu", "ascii", "tcp"] as const)[next(3)] as "rtu" | "ascii" | "tcp";
    const right = { rtu: whole, ascii: asciiLine(whole), tcp: tcp(body.toString("hex")) }[framing];
    const bytes = next(2) === 0 ? right : right.subarray(0, next(right.length + 1));
    const direction = next(2) === 0 ? "sent" : "received";
    const frame = { bytes, direction, kind: kinds[next(kinds.length)] as FrameKind } as const;
    for (const language of ["vi", "en"] as const) {
      const text = renderText(describeFrame(frame, framing), language);
      if (/[{}]|undefined|NaN/.test(text)) unfilled.push(text);
    }
  }
  t.same(unfilled, []);
});

t.test("the examples of docs/bus-format.md are what they say", async (t) => {
  const page = readFileSync(fileURLToPath(new URL("../../../docs/bus-format.md", import.meta.url)), "utf8");
  const blocks = page.split("```").filter((block) => /^[+\d. ]*>> [0-9A-F]/m.test(block));
  t.equal(blocks.length, 2, "a recording, and a case written by hand");
  const [recording, byHand] = blocks.map((block) => parseBusText(block.trimStart(), "bus-format.md"));
  for (const frame of recording?.frames ?? []) {
    t.equal(renderText(describeFrame(frame, "rtu"), "en"), frame.meaning);
  }
  t.match(recording, { head: { connection: "rs485", start: 1795402280123 }, skipped: 3 });
  for (const frame of byHand?.frames ?? []) {
    t.notMatch(renderText(describeFrame(frame, "rtu"), "en"), /no whole frame|function/);
  }
  t.same(
    byHand?.frames.map(({ ms }) => ms),
    [0, 1000, 1200, 1230],
  );
});
