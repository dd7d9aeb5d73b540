import t from "tap";
import type { Value } from "../core/reading.js";
import { composedDecoderOf, gatedDecoderOf, type Parts } from "./compose.js";
import { decoderOf, type Settings } from "./decode.js";
import { bad, Flaw } from "./flaw.js";
import type { Format } from "./format.js";
import { operandAt } from "./operand.js";

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replace(/\s/g, ""), "hex"));
const format = (more: Partial<Format>): Format => ({
  type: "u16",
  order: "ABCD",
  scale: 1,
  offset: 0,
  ...more,
});
const decode = (more: Partial<Format>, hex: string): Value => decoderOf(format(more))(bytes(hex), 0);
const NONE: Parts = { gates: [], sentinels: [], terms: [], factors: [] };
const composed = (more: Partial<Format>, parts: Partial<Parts>, hex: string, settings: Settings = []) =>
  composedDecoderOf(format(more), { ...NONE, ...parts })(bytes(hex), 0, settings);
const near = (more: Partial<Format>, at: number) => operandAt(format(more), { near: at });
const FAR = operandAt(format({}), { far: 0 });

t.test("parts of registers", async (t) => {
  t.equal(decode({ byte: "high" }, "12 34"), 0x12);
  t.equal(decode({ byte: "low" }, "12 34"), 0x34);
  t.equal(decode({ byte: "high", order: "BADC" }, "12 34"), 0x34);
  t.equal(decode({ type: "s16", byte: "low", scale: 0.5, decimals: 1 }, "00 FF"), -0.5);
  // EPEVER 3201h: 0x000D is running, equalising (bits 3-2 are 3).
  t.equal(decode({ bits: [2, 3] }, "00 0D"), 3);
  t.equal(decode({ bits: [8, 15] }, "AB CD"), 0xab);
  t.equal(decode({ type: "u32", bits: [30, 31] }, "C0 00 00 00"), 3);
  t.equal(decode({ type: "s16", bits: [0, 3] }, "00 0F"), -1);
});

t.test("BCD and sign with magnitude", async (t) => {
  t.equal(decode({ coding: "bcd" }, "12 34"), 1234);
  t.equal(decode({ coding: "bcd", scale: 0.01, decimals: 2 }, "12 34"), 12.34);
  t.equal(decode({ type: "u32", coding: "bcd", order: "CDAB" }, "56 78 12 34"), 12345678);
  t.equal(decode({ coding: "bcd" }, "12 3A"), null, "A is no digit");
  t.equal(decode({ coding: "bcd", byte: "low" }, "FF 59"), 59);
  t.equal(decode({ type: "s16", coding: "sign-magnitude" }, "80 05"), -5);
  t.equal(decode({ type: "s16", coding: "sign-magnitude" }, "00 05"), 5);
  t.equal(decode({ type: "s32", coding: "sign-magnitude" }, "80 00 00 01"), -1);
});

t.test("texts of one character a register", async (t) => {
  // Socomec at C350h.
  t.equal(decode({ type: "string", length: 4, chars: "low" }, "0053 004F 0043 004F"), "SOCO");
  t.equal(decode({ type: "string", length: 2, chars: "high" }, "4100 4200"), "AB");
  t.equal(decode({ type: "string", length: 2, chars: "low", order: "BADC" }, "4100 4200"), "AB");
});

t.test("dates in the forms of devices", async (t) => {
  const date = (form: Format["date"], hex: string) => decode({ type: "string", date: form }, hex);
  // EPEVER 9013h: minute and second, day and hour, year and month.
  const epever = { bytes: ["minute", "second", "day", "hour", "year", "month"] } as const;
  t.equal(date(epever, "1E0F 1A07 1A0B"), "2026-11-26T07:30:15");
  // TUF-2000M REG 53: packed BCD, second first.
  const tuf = { bytes: ["minute", "second", "day", "hour", "year", "month"], coding: "bcd" } as const;
  t.equal(date(tuf, "3015 2607 2611"), "2026-11-26T07:30:15");
  t.equal(date(tuf, "3A15 2607 2611"), null, "no digit");
  t.equal(date({ words: ["year", "month", "day"] }, "07EA 0002 001D"), null, "2026 has no 29 February");
  t.equal(date({ words: ["year", "month", "day"] }, "07EA 000B 001A"), "2026-11-26");
  t.equal(
    date({ words: ["hour", "minute", "second", "millisecond"] }, "0007 001E 000F 007B"),
    "07:30:15.123",
  );
  t.equal(date({ seconds_since: "1970-01-01" }, "6926 A2C7"), "2025-11-26T06:48:39");
  t.equal(date({ seconds_since: "2000-01-01" }, "0000 0001"), "2000-01-01T00:00:01");
  // IEC 60870-5-4 in four registers, as Schneider's meters keep it: year, month and day, hour and minute, ms.
  const iec = {
    words: [
      { field: "year", bits: [0, 6] },
      [
        { field: "month", bits: [8, 11] },
        { field: "day", bits: [0, 4] },
      ],
      [
        { field: "hour", bits: [8, 12] },
        { field: "minute", bits: [0, 5] },
      ],
      "millisecond_of_minute",
    ],
  } as const;
  t.equal(date(iec, "001A 0B9A 071E 3B15"), "2026-11-26T07:30:15.125");
  t.equal(date({ bytes: ["year", "month", "day", "skip"], century: 1900 }, "630C 1F00"), "1999-12-31");
});

t.test("a curve is straight between its pairs and stays at its ends", async (t) => {
  const curve = [
    [4000, 0],
    [12_000, 5],
    [20_000, 6],
  ];
  const at = (raw: number) => decode({ curve, decimals: 2 }, raw.toString(16).padStart(4, "0"));
  t.same([0, 4000, 8000, 12_000, 16_000, 20_000, 30_000].map(at), [0, 0, 2.5, 5, 5.5, 6, 6]);
});

t.test("sentinels are no numbers", async (t) => {
  const said = (more: Partial<Format>, raw: number | string, hex: string) =>
    composed(more, { sentinels: [{ raw, reason: "open_circuit" }] }, hex);
  const open = bad("open_circuit");
  t.equal(said({ type: "s16" }, 0x8000, "80 00"), open);
  t.equal(said({ type: "s16" }, -32768, "80 00"), open);
  t.equal(said({ type: "s16" }, 0x8000, "80 01"), -32767);
  t.equal(said({ type: "u32" }, 0xffff_ffff, "FFFF FFFF"), open);
  t.equal(said({ type: "u64" }, "0xFFFFFFFFFFFFFFFF", "FFFF FFFF FFFF FFFF"), open);
  t.equal(said({ type: "u64" }, "0xFFFFFFFFFFFFFFFF", "FFFF FFFF FFFF FFFE"), 2n ** 64n - 2n);
  t.equal(said({ type: "f32" }, "0x7FC00000", "7FC0 0000"), open);
  t.equal(said({ type: "f32", order: "CDAB" }, "0x7FC00000", "0000 7FC0"), open);
  t.equal(said({ type: "f32" }, "0x7FC00000", "7FC0 0001"), null, "another NaN is no number either");
  t.equal(said({ type: "f32" }, 9999, "461C 3C00"), open, "9999.0");
  t.equal(said({ type: "f64" }, -1, "BFF0 0000 0000 0000"), open);
  t.equal(said({ bits: [0, 3] }, 15, "00 1F"), open);
  // In-Situ keeps the number that means "no value" two registers further on.
  const kept = { sentinels: [{ raw: near({ type: "f32" }, 4), reason: "unavailable" as const }] };
  t.equal(composed({ type: "f32" }, kept, "42C8 0000 42C8 0000"), bad("unavailable"));
  t.equal(composed({ type: "f32" }, kept, "42C8 0000 0000 0000"), 100);
});

t.test("gates: no value, or a doubtful one", async (t) => {
  const gate = (quality: "bad" | "uncertain") => ({
    read: near({ type: "bool", bit: 0 }, 2),
    holds: (n: number) => n === 0,
    quality,
    reason: "sensor_fault" as const,
  });
  t.equal(composed({}, { gates: [gate("bad")] }, "0007 0001"), bad("sensor_fault"));
  t.equal(composed({}, { gates: [gate("bad")] }, "0007 0002"), 7);
  t.same(composed({}, { gates: [gate("uncertain")] }, "0007 0001"), new Flaw("uncertain", "sensor_fault", 7));
  const bit = gatedDecoderOf([{ ...gate("bad"), read: FAR }], () => true);
  t.equal(bit(bytes("01"), 0, [1]), bad("sensor_fault"));
  t.equal(bit(bytes("01"), 0, [0]), true);
  t.equal(bit(bytes("01"), 0, [bad("unsupported")]), bad("unsupported"), "why it is not known");
  t.equal(bit(bytes("01"), 0, []), bad("unavailable"));
});

t.test("an integer and its fraction, by a power of ten", async (t) => {
  // TUF-2000M: REG 9-10 LONG, 11-12 REAL4, both low word first; times 10^(n-4), n in REG 1439.
  const tuf: Partial<Parts> = {
    terms: [{ read: near({ type: "f32", order: "CDAB" }, 4), scale: 1 }],
    factors: [
      (...at) => {
        const n = FAR(...at);
        return typeof n === "number" ? Number(`1e${n - 4}`) : n;
      },
    ],
  };
  const total = (n: number) =>
    composed({ type: "s32", order: "CDAB", decimals: 3 }, tuf, "04D2 0000 0000 3F00", [n]);
  t.equal(total(4), 1234.5);
  t.equal(total(3), 123.45);
  t.equal(total(6), 123450);
  t.equal(composed({ type: "s32", decimals: 0 }, tuf, "0000 0001 0000 0000", []), bad("unavailable"));
});

t.test("64 bits stay exact with terms and factors", async (t) => {
  const value = composed(
    { type: "u64", decimals: 3 },
    { terms: [{ read: near({}, 8), scale: 0.001 }], factors: [() => 10] },
    "0020 0000 0000 0001 007B",
  );
  // (2^53 + 1 + 0.123) * 10, in thousandths.
  t.equal(value, (2n ** 53n + 1n) * 10_000n + 1230n);
});

t.test("a unit that the device chooses", async (t) => {
  const map = new Map([
    [44, { scale: 0.3048, offset: 0 }],
    [45, { scale: 1, offset: 0 }],
    [33, { scale: 5 / 9, offset: -160 / 9 }],
  ]);
  const unit = { read: FAR, map };
  const value = (n: number) => composed({ type: "f32", decimals: 3 }, { unit }, "4120 0000", [n]);
  t.equal(value(44), 3.048);
  t.equal(value(45), 10);
  t.equal(value(33), -12.222);
  t.equal(value(99), bad("wrong_setting"), "an unknown unit is no unit");
});

t.test("a byte order that the device chooses", async (t) => {
  const map = new Map([
    [0, "ABCD"],
    [1, "CDAB"],
    [2, "DCBA"],
    [3, "BADC"],
  ] as const);
  const value = (n: number, hex: string) =>
    composed({ type: "f32" }, { order: { read: FAR, map } }, hex, [n]);
  t.equal(value(0, "4212 6B80"), value(1, "6B80 4212"));
  t.equal(value(2, "806B 1242"), value(3, "1242 806B"));
  t.equal(value(0, "4212 6B80"), 36.60498);
  t.equal(value(7, "4212 6B80"), bad("wrong_setting"));
});
