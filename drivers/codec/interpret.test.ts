import { execFile } from "node:child_process";
import t from "tap";
import { fits, type Interpretation, interpretations, ORDERS, textsIn } from "./interpret.js";

const SEED = 20_261_126;

/** Every interpretation by python's struct, which knows nothing of ours. */
const SCRIPT = `
import json, random, struct
random.seed(${SEED})
words = [random.getrandbits(16) for _ in range(40)] + [0x4366, 0x199A, 0, 1, 0xFFFF, 0xFF00, 0x7F80, 0]
codes = {"u16": "H", "s16": "h", "u32": "I", "s32": "i", "f32": "f", "u64": "Q", "s64": "q", "f64": "d"}
def swap(b): return b"".join(b[i:i+2][::-1] for i in range(0, len(b), 2))
def turn(b): return b"".join(b[i:i+2] for i in range(len(b) - 2, -1, -2))
orders = {"ABCD": lambda b: b, "BADC": swap, "CDAB": turn, "DCBA": lambda b: b[::-1]}
out = {}
for kind, code in codes.items():
    size = struct.calcsize(">" + code)
    for at in range(len(words) - size // 2 + 1):
        raw = b"".join(struct.pack(">H", w) for w in words[at:at + size // 2])
        for order, change in orders.items():
            value = struct.unpack(">" + code, change(raw))[0]
            ok = value == value and abs(value) != float("inf")
            out[f"{at} {kind} {order}"] = repr(value) if ok else None
print(json.dumps({"words": words, "values": out}))
`;

interface FromPython {
  readonly words: readonly number[];
  readonly values: Readonly<Record<string, string | null>>;
}

function python(): Promise<FromPython> {
  return new Promise((resolve, reject) => {
    const most = { timeout: 60_000, maxBuffer: 16_000_000 };
    execFile("/usr/bin/python3", ["-c", SCRIPT], most, (error, out) =>
      error ? reject(error) : resolve(JSON.parse(out) as FromPython),
    );
  });
}

t.test(`python's struct finds the same values in the same registers, seed ${SEED}`, async (t) => {
  const { values, words } = await python();
  const all = interpretations(words);
  const wrong: string[] = [];
  for (const { at, order, type, value } of all) {
    const expected = values[`${at} ${type} ${order}`] ?? null;
    const same =
      expected === null || value === null
        ? value === expected
        : type === "f32"
          ? Math.fround(Number(value)) === Number(expected)
          : typeof value === "bigint"
            ? value === BigInt(expected)
            : value === Number(expected);
    if (!same) wrong.push(`${at} ${type} ${order}: ${value} for ${expected}`);
  }
  t.same(wrong, []);
  const short = words.length * 2 * 2;
  const pairs = (words.length - 1) * ORDERS.length * 3;
  const fours = (words.length - 3) * ORDERS.length * 3;
  t.equal(all.length, short + pairs + fours, "every type in every order at every register");
});

const marked = (all: readonly Interpretation[], type: string): readonly string[] =>
  all
    .filter((one) => one.type === type && one.sensible)
    .map(({ at, moved, order, value }) => `${at} ${order} ${value}${moved ? ` ${moved}` : ""}`);

t.test("a float of sensible size speaks for itself", (t) => {
  t.same(marked(interpretations([0x4366, 0x199a]), "f32"), ["0 ABCD 230.1"]);
  t.same(marked(interpretations([0x199a, 0x4366]), "f32"), ["0 CDAB 230.1"]);
  t.same(marked(interpretations([0x6643, 0x9a19]), "f32"), ["0 BADC 230.1"]);
  t.same(marked(interpretations([0x9a19, 0x6643]), "f32"), ["0 DCBA 230.1"]);
  t.same(marked(interpretations([0, 0]), "f32"), [], "nothing speaks for zeros");
  const nan = interpretations([0x7fc0, 0]).find(({ order, type }) => type === "f32" && order === "ABCD");
  t.match(nan, { value: null, sensible: false }, "nor for NaN");
  t.end();
});

t.test("a counter that went on between two reads shows in one order only", (t) => {
  for (const [order, before, after] of [
    ["ABCD", [0x0001, 0xfffe], [0x0002, 0x0003]],
    ["CDAB", [0xfffe, 0x0001], [0x0003, 0x0002]],
    ["BADC", [0x0100, 0xfeff], [0x0200, 0x0300]],
    ["DCBA", [0xfeff, 0x0100], [0x0300, 0x0200]],
  ] as const) {
    t.same(marked(interpretations(before, after), "u32"), [`0 ${order} 131070 up`]);
  }
  t.same(marked(interpretations([5, 6], [5, 6]), "u32"), [], "nothing moved");
  t.same(marked(interpretations([100], [98]), "u16"), ["0 ABCD 100 down"]);
  t.same(marked(interpretations([100], [0xc3ff]), "u16"), [], "a leap is no movement");
  t.end();
});

t.test("what is expected is found, by way of the usual scales, simplest first", (t) => {
  const found = (words: readonly number[], least: number, most: number): readonly string[] =>
    fits(interpretations(words), least, most).map(
      ({ at, order, scale, type, value }) => `${at} ${type} ${order} ${scale} ${value}`,
    );
  t.equal(found([0x4366, 0x199a], 220, 240)[0], "0 f32 ABCD 1 230.1");
  t.equal(found([7, 2301], 220, 240)[0], "1 u16 ABCD 0.1 230.1");
  t.equal(found([0xffce], -6, -4)[0], "0 s16 ABCD 0.1 -5");
  t.equal(found([0x0003, 0x82da], 229, 231)[0], "0 u32 ABCD 0.001 230.106");
  t.same(found([0, 0, 0, 0], -1, 1), [], "zeros fit nothing");
  t.same(found([1, 2], 220, 240), []);
  t.end();
});

t.test("characters are found in either order", (t) => {
  const words = (text: string): number[] =>
    Array.from(
      { length: text.length / 2 },
      (_, at) => (text.charCodeAt(2 * at) << 8) | text.charCodeAt(2 * at + 1),
    );
  t.same(textsIn([7, ...words("GD20-EU "), 0]), [
    { at: 1, registers: 4, order: "ABCD", text: "GD20-EU" },
    { at: 1, registers: 4, order: "BADC", text: "DG02E- U" },
  ]);
  t.same(textsIn([0x4366, 0x199a]), [], "two letters are chance");
  t.same(textsIn(words("........")), [], "so are signs");
  t.end();
});
