import { execFile } from "node:child_process";
import t from "tap";
import type { DataType } from "../../../drivers/core/point.js";
import type { ByteOrder } from "../../../drivers/modbus/point-schema.js";
import { seededRandom } from "../../random.js";
import { decimalText, toNumber, written } from "../exact.js";
import { fieldOf, numberOf, patternOf, putPattern, take } from "./field.js";
import type { PointKeys, ProfileKeys } from "./keys.js";
import { WordMemory } from "./memory.js";
import { ProfilePoint } from "./point.js";

/** A profile with one point, at address 10 of the holding registers. */
function pointOf(keys: Partial<PointKeys>, more: Partial<ProfileKeys> = {}): ProfilePoint {
  const point = { id: "p", address: 10, ...keys } as PointKeys;
  return new ProfilePoint("p", {
    id: "a/b",
    device: {},
    defaults: {},
    points: new Map([["p", point]]),
    ...more,
  });
}

function memoryOf(words: Readonly<Record<number, number>>): WordMemory {
  const memory = new WordMemory();
  for (const [address, word] of Object.entries(words)) memory.set("holding", Number(address), word);
  return memory;
}

/** What the point says: its value to some places, or why there is none. */
function says(point: ProfilePoint, words: Readonly<Record<number, number>>, places = 3): unknown {
  const truth = point.truth(memoryOf(words));
  if (truth.quality === "bad") return truth.reason;
  const value = typeof truth.value === "object" ? decimalText(truth.value, places) : truth.value;
  return truth.quality === "good" ? value : [truth.reason, value];
}

/** The registers from 10 on after the value was put. */
function put(
  point: ProfilePoint,
  value: number | boolean | string,
  words: Readonly<Record<number, number>> = {},
) {
  const memory = memoryOf(words);
  point.put(memory, typeof value === "number" ? written(value) : value);
  const { count } = point.stretch;
  return memory
    .words("holding", 10, count)
    .map((word) => word.toString(16).padStart(4, "0"))
    .join(" ");
}

const PACK = `
import json, struct, sys
letters = {"u16": "H", "s16": "h", "u32": "I", "s32": "i", "u64": "Q", "s64": "q", "f32": "f", "f64": "d"}
out = []
for kind, order, text in json.load(sys.stdin):
    value = float(text) if kind[0] == "f" else int(text)
    packed = struct.pack(">" + letters[kind], value)
    words = [packed[i:i + 2] for i in range(0, len(packed), 2)]
    if order in ("CDAB", "DCBA"): words.reverse()
    if order in ("BADC", "DCBA"): words = [word[::-1] for word in words]
    out.append(b"".join(words).hex())
print(json.dumps(out))
`;

function packedByPython(asked: unknown): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      "python3",
      ["-c", PACK],
      { timeout: 60_000, maxBuffer: 16_000_000 },
      (error, out) => (error ? reject(error) : resolve(JSON.parse(out))),
    );
    child.stdin?.end(JSON.stringify(asked));
  });
}

t.test("every type in every order lies as Python packs it, and is found again", async (t) => {
  const random = seededRandom(7);
  const types: readonly DataType[] = ["u16", "s16", "u32", "s32", "u64", "s64", "f32", "f64"];
  const orders: readonly ByteOrder[] = ["ABCD", "BADC", "CDAB", "DCBA"];
  const asked = types.flatMap((type) =>
    orders.flatMap((order) =>
      Array.from({ length: 20 }, (): readonly [DataType, ByteOrder, string] => {
        const bits = Number(type.slice(1));
        const whole = Array.from({ length: bits / 16 }).reduce<bigint>(
          (sum) => (sum << 16n) | BigInt(Math.floor(random() * 65_536)),
          0n,
        );
        if (type[0] !== "f")
          return [type, order, String(type[0] === "s" ? whole - (1n << BigInt(bits - 1)) : whole)];
        const value = (random() - 0.5) * 10 ** (random() * 20 - 10);
        return [type, order, String(bits === 32 ? Math.fround(value) : value)];
      }),
    ),
  );
  const packed = await packedByPython(asked);
  t.equal(packed.length, 640);
  for (const [at, [type, order, text]] of asked.entries()) {
    const field = fieldOf({ address: 10, type, order }, "holding");
    const memory = new WordMemory();
    putPattern(memory, field, patternOf(type[0] === "f" ? Number(text) : BigInt(text), field));
    const words = memory.words("holding", 10, field.count).map((word) => word.toString(16).padStart(4, "0"));
    if (words.join("") !== packed[at]) t.equal(words.join(""), packed[at], `${type} ${order} ${text}`);
    const { number } = take(memory, field);
    const back = number && (type === "f32" ? Math.fround : Number)(toNumber(number));
    if (back !== Number(text)) t.equal(back, Number(text), `${type} ${order} ${text} read back`);
  }
});

t.test("parts of a register", async (t) => {
  const high = pointOf({ byte: "high", type: "s16" });
  t.equal(put(high, -2, { 10: 0x1234 }), "fe34", "the other byte stays");
  t.equal(says(high, { 10: 0xfe34 }, 0), "-2");
  t.equal(says(pointOf({ byte: "low" }), { 10: 0xfe34 }, 0), "52");
  const stage = pointOf({ bits: [2, 3] });
  t.equal(put(stage, 2, { 10: 0xffff }), "fffb");
  t.equal(says(stage, { 10: 0xfffb }, 0), "2");
  const across = pointOf({ type: "u32", bits: [12, 19] });
  t.equal(put(across, 0xab), "000a b000");
  t.equal(put(pointOf({ type: "u32", bits: [12, 19], order: "CDAB" }), 0xab), "b000 000a");
  t.equal(put(pointOf({ bit: 9 }), true, { 10: 1 }), "0201");
  t.equal(
    put(pointOf({ bit: 9, order: "DCBA" }), true),
    "0002",
    "bit 9 of the register whose bytes are swapped",
  );
  t.equal(says(pointOf({ type: "bool" }), { 10: 0x0400 }), true, "any bit");
});

t.test("BCD and sign and magnitude", async (t) => {
  t.equal(put(pointOf({ coding: "bcd" }), 2359), "2359");
  t.equal(put(pointOf({ coding: "bcd", type: "u32", scale: 0.01 }), 123_456.78), "1234 5678");
  t.equal(put(pointOf({ coding: "bcd", type: "u32", order: "CDAB" }), 12_345_678), "5678 1234");
  t.equal(put(pointOf({ coding: "bcd", byte: "high" }), 59), "5900");
  t.equal(says(pointOf({ coding: "bcd" }), { 10: 0x12a4 }), "not_a_number");
  const soil = pointOf({ type: "s16", coding: "sign-magnitude", scale: 0.1 });
  t.equal(put(soil, -10.1), "8065", "101 with the highest bit set");
  t.equal(says(soil, { 10: 0x8065 }, 1), "-10.1");
  t.equal(says(soil, { 10: 0x0065 }, 1), "10.1");
  t.equal(put(pointOf({ type: "s32", coding: "sign-magnitude" }), -5), "8000 0005");
});

t.test("texts", async (t) => {
  t.equal(put(pointOf({ type: "string", length: 3 }), "TRAM"), "5452 414d 0000");
  t.equal(put(pointOf({ type: "string", length: 2, order: "BADC" }), "TRAM"), "5254 4d41");
  t.equal(put(pointOf({ type: "string", length: 4, chars: "low" }), "SOCO"), "0053 004f 0043 004f");
  t.equal(put(pointOf({ type: "string", length: 2, chars: "high" }), "OK"), "4f00 4b00");
  t.equal(says(pointOf({ type: "string", length: 3 }), { 10: 0x2054, 11: 0x5200, 12: 0x4141 }), "TR");
});

t.test("dates", async (t) => {
  const at = Date.UTC(2026, 10, 26, 13, 5, 59);
  const shown = (date: PointKeys["date"], length = 3): string => {
    const point = pointOf({ type: "string", ...(date && { date }) });
    const memory = new WordMemory();
    point.put(memory, "", at);
    t.same(point.truth(memory), { quality: "good", value: "2026-11-26T13:05:59" });
    return memory
      .words("holding", 10, length)
      .map((word) => word.toString(16).padStart(4, "0"))
      .join(" ");
  };
  const bytes = ["year", "month", "day", "hour", "minute", "second"] as const;
  t.equal(shown({ bytes, coding: "bcd", century: 2000 }), "2611 2613 0559");
  t.equal(shown({ bytes, century: 2000 }), "1a0b 1a0d 053b");
  t.equal(shown({ words: bytes }, 6), "07ea 000b 001a 000d 0005 003b");
  t.equal(shown({ seconds_since: "1970-01-01" }, 2), "6b08 2eb7");
  const masked = { words: [{ field: "year", bits: [0, 6] }, ...bytes.slice(1)], century: 2000 } as const;
  t.equal(shown(masked, 2), "001a 000b");
  const impossible = pointOf({ type: "string", date: { bytes, coding: "bcd", century: 2000 } });
  t.equal(says(impossible, { 10: 0x2602, 11: 0x3013, 12: 0x0559 }), "not_a_number", "30 February");
  t.equal(says(impossible, { 10: 0x2602, 11: 0x1025, 12: 0x0559 }), "not_a_number", "25 o'clock");
});

t.test("scales, ratios, curves", async (t) => {
  t.equal(says(pointOf({ scale: "300/51200" }), { 10: 1000 }, 9), "5.859375000");
  t.equal(says(pointOf({ scale: 0.1, offset: -40 }), { 10: 651 }, 1), "25.1");
  t.equal(put(pointOf({ scale: 0.1, offset: -40 }), 25.1), "028b");
  const curve = pointOf({
    curve: [
      [800, 0],
      [4000, 10],
      [4095, 10],
    ],
  });
  t.equal(says(curve, { 10: 2400 }), "5.000");
  t.equal(says(curve, { 10: 100 }), "0.000", "held below");
  t.equal(says(curve, { 10: 60_000 }), "10.000", "and above");
  t.equal(put(curve, 2.5), "0640");
});

t.test("whole and fraction, high and low, and factors of ten beside them", async (t) => {
  const total = pointOf({
    type: "s32",
    order: "CDAB",
    add: [{ address: 12, type: "f32", order: "CDAB" }],
    scale_by: { address: 20, power_of_ten: 1, plus: -4 },
  });
  const words = { 10: 0x3039, 11: 0, 12: 0, 13: 0x3f00, 20: 3 };
  t.equal(says(total, words, 4), "1234.5500", "(12345 + 0.5) * 10^(3 - 4)");
  const memory = memoryOf({ 20: 3 });
  total.put(memory, written(1234.55));
  t.same(memory.words("holding", 10, 4), [0x3039, 0, 0, 0x3f00]);
  const split = pointOf({ add: [{ address: 11, scale: 65_536 }] });
  t.equal(says(split, { 10: 2, 11: 1 }, 0), "65538");
  const halves = new WordMemory();
  split.put(halves, written(200_000));
  t.same(halves.words("holding", 10, 2), [3392, 3]);
  t.equal(
    says(pointOf({ scale_by: { address: 11, byte: "low", power_of_ten: -1 } }), { 10: 712, 11: 0x0502 }, 2),
    "7.12",
  );
  t.equal(
    says(
      pointOf({
        scale_by: [
          { address: 11, times: 0.5 },
          { address: 12, map: { 1: 10 } },
        ],
      }),
      { 10: 7, 11: 3, 12: 1 },
    ),
    "105.000",
  );
  t.equal(says(pointOf({ scale_by: { address: 12, map: { 1: 10 } } }), { 10: 7, 12: 2 }), "wrong_setting");
});

t.test("units and byte orders by a setting", async (t) => {
  const level = pointOf({
    type: "f32",
    unit: "m",
    unit_from: { address: 20, map: { 44: "ft", 45: "m", 47: { scale: 0.0254 } } },
    order_from: { address: 21, map: { 0: "ABCD", 1: "CDAB" } },
  });
  t.equal(says(level, { 10: 0x4120, 20: 44, 21: 0 }, 4), "3.0480", "10 ft");
  t.equal(says(level, { 11: 0x4120, 20: 45, 21: 1 }, 4), "10.0000");
  t.equal(says(level, { 10: 0x4120, 20: 47, 21: 0 }, 4), "0.2540");
  t.equal(says(level, { 10: 0x4120, 20: 99, 21: 0 }), "wrong_setting");
  const warm = pointOf({ unit: "°C", unit_from: { address: 20, map: { 1: "°F", 2: "K" } } });
  t.equal(says(warm, { 10: 212, 20: 1 }, 2), "100.00");
  t.equal(says(warm, { 10: 300, 20: 2 }, 2), "26.85");
  t.equal(put(warm, 100, { 20: 1 }), "00d4");
});

t.test("sentinels and gates", async (t) => {
  const probe = pointOf({
    type: "s16",
    scale: 0.1,
    sentinels: [0x8000, { raw: 32_767, reason: "open_circuit" }],
  });
  t.equal(says(probe, { 10: 0x8000 }), "unavailable");
  t.equal(says(probe, { 10: 0x7fff }), "open_circuit");
  t.equal(says(probe, { 10: 0x7ffe }, 1), "3276.6");
  const float = pointOf({ type: "f32", sentinels: ["0x7FC00000", { raw: -9999, reason: "sensor_fault" }] });
  t.equal(says(float, { 10: 0x7fc0 }), "unavailable", "listed, so with its own reason");
  t.equal(says(float, { 10: 0x7f80 }), "not_a_number", "an infinity needs no list");
  t.equal(says(float, { 10: 0xc61c, 11: 0x3c00 }), "sensor_fault", "-9999");
  const byType = pointOf({ type: "u32" }, { sentinels: { u32: [0xffff_ffff] } });
  t.equal(says(byType, { 10: 0xffff, 11: 0xffff }), "unavailable");
  t.equal(says(pointOf({ type: "u32", sentinels: "none" }, { sentinels: { u32: [1] } }), { 11: 1 }, 0), "1");
  const kept = pointOf({ sentinels: [{ from: { address: 30 }, reason: "device_error" }] });
  t.equal(says(kept, { 10: 5, 30: 5 }), "device_error");
  t.equal(says(kept, { 10: 5, 30: 6 }, 0), "5");
  const gated = pointOf({
    valid_when: [
      { address: 20, bit: 0, is: 0, reason: "sensor_fault" },
      { address: 21, at_least: 2, at_most: 5, reason: "device_error", quality: "uncertain" },
    ],
  });
  t.equal(says(gated, { 10: 7, 20: 2, 21: 3 }, 0), "7");
  t.equal(says(gated, { 10: 7, 20: 1, 21: 9 }), "sensor_fault", "bad before uncertain");
  t.same(says(gated, { 10: 7, 21: 6 }, 0), ["device_error", "7"]);
});

t.test("numbers that no field can hold become the nearest", async (t) => {
  t.equal(put(pointOf({}), 70_000), "ffff");
  t.equal(put(pointOf({ type: "s16" }), -40_000), "8000");
  const field = fieldOf({ address: 0, type: "f32" }, "holding");
  t.equal(numberOf(0x7fc0_0000n, field), undefined);
});
