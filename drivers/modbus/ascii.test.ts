import t from "tap";
import { ASCII, AsciiScanner, asciiLine, lrc } from "./ascii-frames.js";
import { frame, REPLY } from "./rtu-bench.js";
import { seeded } from "./test-devices.js";

/** The line of a frame that is given without its CRC. */
const line = (hex: string): Buffer => asciiLine(frame(hex));

t.test("a line by the specification", async (t) => {
  // pymodbus 3.0 (ModbusAsciiFramer) and minimalmodbus's manual give the same lines for these requests.
  t.equal(line("01 03 00 00 00 0A").toString("latin1"), ":01030000000AF2\r\n");
  t.equal(line("11 03 00 6B 00 03").toString("latin1"), ":1103006B00037E\r\n");
  t.equal(lrc(Uint8Array.of(0xff, 0x01)), 0);
  t.equal(ASCII.wireLength(8), ":01030000000AF2\r\n".length);
});

t.test("lines are found in whatever portions they come, and nothing else is", async (t) => {
  const found = (...chunks: readonly (string | Buffer)[]): string[] => {
    const scanner = new AsciiScanner();
    const frames: string[] = [];
    for (const chunk of chunks) {
      scanner.push(Buffer.from(chunk));
      for (let next = scanner.take(); next; next = scanner.take())
        frames.push(next.subarray(0, -2).toString("hex"));
    }
    return frames;
  };
  const good = ":010302002AD0\r\n";
  t.same(found(good), ["010302002a"]);
  t.same(found(...good), ["010302002a"], "a character at a time");
  t.same(found(good.toLowerCase()), ["010302002a"], "small letters");
  t.same(found(good + good), ["010302002a", "010302002a"]);
  t.same(found(`:0103${good}`), ["010302002a"], "a colon begins anew");
  t.same(found(`\u0000\u00ff!${good}`), ["010302002a"], "noise before");
  t.same(found(":010302002AD1\r\n"), [], "wrong check");
  t.same(found(":010302002AD\r\n"), [], "half a byte");
  t.same(found(":0103G2002AD0\r\n"), [], "no hex");
  t.same(found(":010302002AD0\n"), [], "no CR");
  t.same(found("010302002AD0\r\n"), [], "no colon");
  t.same(found(`:${"00".repeat(300)}\r\n`, good), ["010302002a"], "longer than a frame may be");
  t.same(found(":".repeat(10_000), good), ["010302002a"]);
  t.same(found(Buffer.alloc(100_000, 0x41), good), ["010302002a"], "bounded");
});

t.test("random damage gives no value", async (t) => {
  const random = seeded(3);
  const reply = asciiLine(REPLY);
  for (let round = 0; round < 400; round++) {
    const bytes = Buffer.from(reply);
    const at = 1 + Math.floor(random() * (bytes.length - 3));
    const before = bytes[at] as number;
    bytes[at] = Math.floor(random() * 256);
    // The same character in the other case is the same digit.
    if ((bytes[at] as number | 0x20) === (before | 0x20)) continue;
    const scanner = new AsciiScanner();
    scanner.push(bytes);
    const frame = scanner.take();
    t.not(frame?.equals(REPLY), true, bytes.toString("hex"));
  }
});
