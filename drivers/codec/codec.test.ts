import { spawnSync } from "node:child_process";
import t from "tap";
import { shortestF32 } from "../core/float.js";
import type { DataType } from "../core/point.js";
import type { Value } from "../core/reading.js";
import { bitDecoderOf, decoderOf } from "./decode.js";
import { encoderOf } from "./encode.js";
import { type ByteOrder, type Format, registersOf } from "./format.js";

const ORDERS: readonly ByteOrder[] = ["ABCD", "BADC", "CDAB", "DCBA"];

function format(type: DataType, more: Partial<Format> = {}): Format {
  return { type, order: "ABCD", scale: 1, offset: 0, ...more };
}

function decode(hex: string, type: DataType, more: Partial<Format> = {}): Value {
  return decoderOf(format(type, more))(Buffer.from(hex.replaceAll(" ", ""), "hex"), 0);
}

/** A small generator with a seed, so that a failure can be repeated (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

t.test("printed vectors of real devices", async (t) => {
  const cases: readonly [name: string, hex: string, DataType, Partial<Format>, Value][] = [
    ["PZEM-016 voltage", "08D1", "u16", { scale: 0.1, decimals: 1 }, 225.7],
    [
      "PZEM-016 current, low word first",
      "006C0000",
      "u32",
      { order: "CDAB", scale: 0.001, decimals: 3 },
      0.108,
    ],
    ["PZEM-016 power", "00F40000", "u32", { order: "CDAB", scale: 0.1, decimals: 1 }, 24.4],
    ["PZEM-016 frequency", "01F4", "u16", { scale: 0.1, decimals: 1 }, 50],
    ["PZEM-016 power factor", "0064", "u16", { scale: 0.01, decimals: 2 }, 1],
    ["SDM630 voltage", "43663334", "f32", {}, 230.20001],
    ["SDM630 voltage, two decimals", "43663334", "f32", { decimals: 2 }, 230.2],
    ["TUF-2000M, real4 with low word first", "806B4212", "f32", { order: "CDAB" }, 36.62541],
    ["Renke soil moisture", "01EF", "u16", { scale: 0.1, decimals: 1 }, 49.5],
    ["Renke soil temperature", "0144", "s16", { scale: 0.1, decimals: 1 }, 32.4],
    ["XY-MD02 temperature", "0131", "s16", { scale: 0.1, decimals: 1 }, 30.5],
    ["XY-MD02 below zero", "FF9B", "s16", { scale: 0.1, decimals: 1 }, -10.1],
    ["EPEVER battery", "04CE", "u16", { scale: 0.01, decimals: 2 }, 12.3],
    ["SunS", "53756E53", "string", { length: 2 }, "SunS"],
    ["schneider NaN", "FFC00000", "f32", {}, null],
  ];
  for (const [name, hex, type, more, expected] of cases) t.equal(decode(hex, type, more), expected, name);
});

t.test("one value in four orders, as a VEGAPULS serves it", async (t) => {
  const hex = { ABCD: "41460000", CDAB: "00004146", DCBA: "00004641", BADC: "46410000" };
  for (const order of ORDERS) t.equal(decode(hex[order], "f32", { order }), 12.375, order);
  const wide = {
    ABCD: "0102030405060708",
    CDAB: "0708050603040102",
    DCBA: "0807060504030201",
    BADC: "0201040306050807",
  };
  for (const order of ORDERS) t.equal(decode(wide[order], "u64", { order }), 0x0102030405060708n, order);
  t.same(
    ORDERS.map((order) => decode("0102", "u16", { order })),
    [0x0102, 0x0201, 0x0102, 0x0201],
    "one register has two orders",
  );
});

t.test("integers are exact decimals", async (t) => {
  const scales: readonly [scale: number, offset: number, places: number, s: bigint, o: bigint][] = [
    [0.1, 0, 1, 1n, 0n],
    [0.01, -40, 2, 1n, -4000n],
    [0.001, 0.5, 3, 1n, 500n],
    [0.25, 0, 2, 25n, 0n],
    [5, 3, 0, 5n, 3n],
    [-0.1, 273.15, 2, -10n, 27315n],
    [1e-7, 0, 7, 1n, 0n],
  ];
  const bytes = Buffer.alloc(4);
  const random = randomOf(1);
  for (const [scale, offset, decimals, s, o] of scales) {
    for (const type of ["u16", "s16", "u32", "s32"] as const) {
      const decoded = decoderOf(format(type, { scale, offset, decimals }));
      for (let i = 0; i < 500; i++) {
        bytes.writeUInt32BE(Math.floor(random() * 2 ** 32));
        const raw = {
          u16: () => bytes.readUInt16BE(0),
          s16: () => bytes.readInt16BE(0),
          u32: () => bytes.readUInt32BE(0),
          s32: () => bytes.readInt32BE(0),
        }[type]();
        const expected = Number(decimalText(BigInt(raw) * s + o, decimals));
        if (decoded(bytes, 0) !== expected)
          t.equal(decoded(bytes, 0), expected, `${type} ${raw} * ${scale} + ${offset}`);
      }
    }
  }
  t.equal(decode("08FD", "u16", { scale: 0.1, decimals: 1 }), 230.1);
  t.equal(decode("08FD", "u16", { scale: 0.001, decimals: 1 }), 2.3, "fewer decimals than the scale has");
  t.equal(decode("FFFB", "s16", { scale: 0.1, decimals: 0 }), -1, "halves go away from zero");
  t.equal(decode("0003", "u16", { scale: 1 / 3, decimals: 3 }), 1, "a scale that is no short decimal");
  t.equal(decode("FFFFFFFF", "u32", { scale: 1 / 3, decimals: 2 }), 1431655765);
  t.ok(Object.is(decode("0000", "s16", { scale: -0.1, decimals: 1 }), 0), "no negative zero");
});

/** Decimal text of units / 10^places, from whole numbers only: independent of the arithmetic under test. */
function decimalText(units: bigint, places: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(places + 1, "0");
  const text = `${digits.slice(0, digits.length - places)}.${digits.slice(digits.length - places)}0`;
  return units < 0n ? `-${text}` : text;
}

t.test("64 bits are fixed point", async (t) => {
  t.equal(decode("FFFFFFFFFFFFFFFF", "u64"), 2n ** 64n - 1n);
  t.equal(decode("FFFFFFFFFFFFFFFF", "s64"), -1n);
  t.equal(decode("00000000000F4241", "u64", { scale: 0.01, decimals: 2 }), 1000001n, "n is raw");
  t.equal(
    decode("00000000000F4241", "u64", { scale: 0.001, decimals: 1 }),
    10000n,
    "rounded to the point's decimals",
  );
  t.equal(decode("FFFFFFFFFFFFFFFB", "s64", { scale: 0.1, decimals: 0 }), -1n, "halves go away from zero");
  t.equal(decode("0000000000000005", "u64", { scale: 10, offset: 0.5, decimals: 2 }), 5050n);
});

t.test("f32 is the shortest decimal that gives it", async (t) => {
  t.equal(shortestF32(Math.fround(230.1)), 230.1);
  t.equal(shortestF32(Math.fround(0.1)), 0.1);
  t.equal(shortestF32(Math.fround(-1e-10)), -1e-10);
  t.equal(shortestF32(Math.fround(1e30)), 1e30);
  t.equal(shortestF32(2 ** -149), 1e-45);
  const bits = new DataView(new ArrayBuffer(4));
  const random = randomOf(2);
  let wrong = 0;
  const check = (pattern: number): void => {
    bits.setUint32(0, pattern);
    const x = bits.getFloat32(0);
    if (!Number.isFinite(x) || x === 0) return;
    const got = shortestF32(x);
    const expected = shortestByTrial(x);
    if (got !== expected && wrong++ < 5) t.equal(got, expected, `0x${pattern.toString(16)}`);
  };
  for (let i = 0; i < 60_000; i++) check(Math.floor(random() * 2 ** 32));
  for (let exponent = 1; exponent < 255; exponent++) {
    for (const low of [0, 1, 2, 0x7fffff]) check((exponent << 23) | low);
  }
  for (let i = 0; i < 20_000; i++) {
    bits.setFloat32(0, Math.round(random() * 1e6) / 10 ** Math.floor(random() * 5));
    check(bits.getUint32(0));
  }
  t.equal(wrong, 0, "no f32 differs from the search over texts");
});

/** By text: the fewest digits for which some decimal comes back; the nearest such one. */
function shortestByTrial(x: number): number {
  for (let digits = 1; digits <= 9; digits++) {
    const [mantissa = "", exponent = "0"] = x.toExponential(digits - 1).split("e");
    const units = BigInt(mantissa.replace(".", ""));
    const power = Number(exponent) - (digits - 1);
    const hits = [units, units - 1n, units + 1n]
      .map((u) => Number(`${u}e${power}`))
      .filter((decimal) => Math.fround(decimal) === x);
    if (hits[0] !== undefined) return hits[0];
  }
  throw new Error("nine digits always do");
}

t.test("scaled and rounded floats", async (t) => {
  const f32 = (x: number): string => {
    const bytes = Buffer.alloc(4);
    bytes.writeFloatBE(x);
    return bytes.toString("hex");
  };
  t.equal(decode(f32(2301), "f32", { scale: 0.1 }), 230.1, "the DTSU666's tenths of a volt");
  t.equal(decode(f32(50.03), "f32", { scale: 0.01 }), 0.5003);
  t.equal(decode(f32(230.1), "f32", { decimals: 6 }), 230.1, "no digits that an f32 does not have");
  t.equal(decode(f32(1e38), "f32", { scale: 1e10 }), 1e48);
  t.equal(decode(f32(300), "f32", { offset: -273.15, decimals: 2 }), 26.85);
  t.equal(decode("7F800000", "f32"), null);
  t.equal(decode("FF800000", "f32", { scale: 2 }), null);
  t.equal(decode("7FF8000000000000", "f64"), null);
  t.equal(decode("3FB999999999999A", "f64"), 0.1);
  t.equal(decode("4066CCCCCCCCCCCD", "f64", { scale: 0.1 }), 18.24);
});

t.test("bits and texts", async (t) => {
  const bytes = Buffer.from("8001", "hex");
  const bit = (bit: number, order: ByteOrder): Value => decoderOf(format("bool", { bit, order }))(bytes, 0);
  t.same(
    [0, 1, 7, 8, 15].map((n) => bit(n, "ABCD")),
    [true, false, false, false, true],
  );
  t.same(
    [0, 1, 7, 8, 15].map((n) => bit(n, "BADC")),
    [false, false, true, true, false],
  );
  t.equal(decode("0000", "bool"), false);
  t.equal(decode("0100", "bool"), true);
  t.equal(bitDecoderOf(3)(Buffer.from([8]), 0), true);
  t.equal(bitDecoderOf(2)(Buffer.from([8]), 0), false);
  t.equal(decode("414243202020", "string", { length: 3 }), "ABC");
  t.equal(decode("424100430000", "string", { length: 3, order: "BADC" }), "ABC");
  t.equal(decode("41001B5B3242", "string", { length: 3 }), "A", "what stands behind a NUL is no text");
  t.equal(decode("1B5B324A", "string", { length: 2 }), "\ufffd[2J", "no control characters");
});

t.test("encode is the inverse of decode", async (t) => {
  const random = randomOf(3);
  const scales = [
    { scale: 1, offset: 0, decimals: 0 },
    { scale: 0.1, offset: -40, decimals: 1 },
    { scale: 0.25, offset: 0.5, decimals: 2 },
  ];
  for (const type of ["u16", "s16", "u32", "s32", "u64", "s64", "f32", "f64", "string"] as const) {
    for (const order of ORDERS) {
      for (const scaled of type.startsWith("f") || type === "string" ? [{ scale: 1, offset: 0 }] : scales) {
        const as = format(type, { order, ...scaled, length: type === "string" ? 3 : undefined });
        const size = 2 * registersOf(as);
        const from = Buffer.alloc(size);
        const to = Buffer.alloc(size);
        let wrong = 0;
        for (let i = 0; i < 300; i++) {
          for (let b = 0; b < size; b++) from[b] = type === "string" ? 65 + random() * 26 : random() * 256;
          const value = decoderOf(as)(from, 0);
          if (value === null) continue;
          if (!encoderOf(as)(value, to, 0) || !from.equals(to)) wrong++;
        }
        t.equal(wrong, 0, `${type} ${order} ${JSON.stringify(scaled)}`);
      }
    }
  }
  const bytes = Buffer.from("ABCD", "hex");
  t.ok(encoderOf(format("bool", { bit: 4 }))(true, bytes, 0));
  t.equal(bytes.toString("hex"), "abdd", "the other bits stay");
  const refused: readonly [DataType, Value, Partial<Format>][] = [
    ["u16", 65536, {}],
    ["u16", -1, {}],
    ["s16", 3276.8, { scale: 0.1 }],
    ["u64", 1, {}],
    ["u16", 1n, {}],
    ["u16", null, {}],
    ["u16", Number.NaN, {}],
    ["f32", 1e39, {}],
    ["f32", true, {}],
    ["bool", 1, {}],
    ["string", "ABCDE", { length: 2 }],
    ["string", "Mỹ", { length: 2 }],
  ];
  for (const [type, value, more] of refused) {
    const untouched = Buffer.alloc(8, 0x55);
    t.notOk(encoderOf(format(type, more))(value, untouched, 0), `${type} has no room for ${String(value)}`);
    t.equal(untouched.toString("hex"), "55".repeat(8));
  }
});

/**
 * Another implementation, run as another process: pymodbus packs random values with its BinaryPayloadBuilder, and
 * unpacks what we encoded with its BinaryPayloadDecoder.
 */
const PEER = `
import sys, json
from pymodbus.payload import BinaryPayloadBuilder, BinaryPayloadDecoder
from pymodbus.constants import Endian
ORDERS = {"ABCD": (Endian.Big, Endian.Big), "CDAB": (Endian.Big, Endian.Little),
          "BADC": (Endian.Little, Endian.Big), "DCBA": (Endian.Little, Endian.Little)}
NAMES = {"u16": "16bit_uint", "s16": "16bit_int", "u32": "32bit_uint", "s32": "32bit_int",
         "u64": "64bit_uint", "s64": "64bit_int", "f32": "32bit_float", "f64": "64bit_float", "string": "string"}
for line in sys.stdin:
    job = json.loads(line)
    byte, word = ORDERS[job["order"]]
    name = NAMES[job["type"]]
    value = job["value"]
    if job["type"] in ("u64", "s64"): value = int(value)
    builder = BinaryPayloadBuilder(byteorder=byte, wordorder=word)
    getattr(builder, "add_" + name)(value)
    decoder = BinaryPayloadDecoder(bytes.fromhex(job["ours"]), byteorder=byte, wordorder=word)
    back = decoder.decode_string(len(value)).decode() if name == "string" else getattr(decoder, "decode_" + name)()
    print(json.dumps({"theirs": b"".join(builder.build()).hex(), "back": str(back) if job["type"] in ("u64", "s64") else back}))
`;

const PYTHON = "/usr/bin/python3";
const noPymodbus = spawnSync(PYTHON, ["-c", "import pymodbus"]).status === 0 ? false : "no pymodbus here";

t.test("pymodbus agrees, both ways", { skip: noPymodbus }, async (t) => {
  const random = randomOf(4);
  const whole = (bits: number): bigint => {
    let n = 0n;
    for (let i = 0; i < bits; i += 16) n = (n << 16n) | BigInt(Math.floor(random() * 65536));
    return n;
  };
  const values: Readonly<Record<string, () => Value>> = {
    u16: () => Number(whole(16)),
    s16: () => Number(BigInt.asIntN(16, whole(16))),
    u32: () => Number(whole(32)),
    s32: () => Number(BigInt.asIntN(32, whole(32))),
    u64: () => whole(64),
    s64: () => BigInt.asIntN(64, whole(64)),
    f32: () => shortestF32(Math.fround((random() - 0.5) * 10 ** Math.floor(random() * 12 - 4))),
    f64: () => (random() - 0.5) * 10 ** Math.floor(random() * 40 - 20),
    // It does not swap the bytes of a text: see the test of texts for that.
    string: () => String.fromCharCode(...Array.from({ length: 6 }, () => 65 + Math.floor(random() * 26))),
  };
  const jobs = Object.keys(values).flatMap((name) =>
    (name === "string" ? (["ABCD", "CDAB"] as const) : ORDERS).flatMap((order) =>
      Array.from({ length: 40 }, () => {
        const as = format(name as DataType, { order, length: name === "string" ? 3 : undefined });
        const value = (values[name] as () => Value)();
        const ours = Buffer.alloc(2 * registersOf(as));
        t.ok(encoderOf(as)(value, ours, 0)) || t.comment(`${name} ${order} ${value}`);
        return { as, value, ours: ours.toString("hex") };
      }),
    ),
  );
  const input = jobs.map(({ as, value, ours }) =>
    JSON.stringify({
      type: as.type,
      order: as.order,
      value: typeof value === "bigint" ? value.toString() : value,
      ours,
    }),
  );
  const peer = spawnSync(PYTHON, ["-c", PEER], {
    input: `${input.join("\n")}\n`,
    encoding: "utf8",
    timeout: 60_000,
  });
  t.equal(peer.stderr, "");
  const answers = peer.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { theirs: string; back: unknown });
  t.equal(answers.length, jobs.length);
  let wrong = 0;
  jobs.forEach(({ as, value, ours }, i) => {
    const { theirs, back } = answers[i] as { theirs: string; back: unknown };
    const decoded = decoderOf(as)(Buffer.from(theirs, "hex"), 0);
    const same =
      typeof value === "bigint" ? String(value) : as.type === "f32" ? Math.fround(value as number) : value;
    if (theirs === ours && decoded === value && back === same) return;
    wrong++;
    t.comment(
      `${as.type} ${as.order} ${value}: ours ${ours}, theirs ${theirs}, decoded ${decoded}, back ${back}`,
    );
  });
  t.equal(wrong, 0);
});
