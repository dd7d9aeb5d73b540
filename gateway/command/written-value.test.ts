import t from "tap";
import { ConfigurationError } from "../../drivers/core/errors.js";
import type { Point } from "../../drivers/core/point.js";
import { boundsText, checkBounds, writtenValue } from "./written-value.js";

const MODES = {
  1: { key: "run", vi: "Chạy", en: "Run" },
  5: { key: "stop", vi: "Dừng", en: "Stop" },
  6: { key: "lock", vi: "Đóng khóa", en: "Lock" },
};

function point(more: Partial<Point>): Point {
  return {
    id: "frequency.set",
    device: "drive",
    type: "u16",
    kind: "instant",
    scale: 1,
    offset: 0,
    decimals: 0,
    access: "read-write",
    periodMs: 1000,
    deadband: 0,
    heartbeatMs: 0,
    priority: "normal",
    address: {},
    ...more,
  };
}

const refusal = (make: () => unknown): string => {
  try {
    return String(make());
  } catch (error) {
    if (error instanceof ConfigurationError) return error.code;
    throw error;
  }
};

t.test("what people write becomes a value of the point", (t) => {
  const hertz = point({ unit: "Hz", ucum: "Hz", scale: 0.01, decimals: 2 });
  const flow = point({ unit: "m³/h", ucum: "m3/h", type: "f32" });
  const mode = point({ enum: MODES });
  const wide = point({ type: "u64", decimals: 3, scale: 0.001 });
  const cases: readonly [Point, string | number | boolean, unknown][] = [
    [hertz, "40", 40],
    [hertz, 40.5, 40.5],
    [hertz, " 40.5 Hz ", 40.5],
    [hertz, "40hz", 40],
    [hertz, "4e1", 40],
    [hertz, "-1", -1],
    [hertz, ".5", 0.5],
    [hertz, "40,5", "write.decimal_comma"],
    [hertz, "40 V", "write.other_unit"],
    [hertz, "40%", "write.other_unit"],
    [hertz, "fast", "write.not_a_number"],
    [hertz, "", "write.not_a_number"],
    [hertz, "0x10", "write.other_unit"],
    [hertz, true, "write.not_a_number"],
    [hertz, "NaN", "write.not_a_number"],
    [hertz, "Infinity", "write.not_a_number"],
    [point({}), "5 Hz", "write.other_unit"],
    [flow, "12.5 m3/h", 12.5],
    [mode, "stop", 5],
    [mode, "STOP", 5],
    [mode, "dung", 5],
    [mode, "Dừng", 5],
    [mode, "đóng khoá", 6],
    [mode, "1", 1],
    [mode, "halt", "write.not_a_word"],
    [point({ type: "bool" }), "on", true],
    [point({ type: "bool" }), "BẬT", true],
    [point({ type: "bool" }), "tắt", false],
    [point({ type: "bool" }), "off", false],
    [point({ type: "bool" }), true, true],
    [point({ type: "bool" }), 0, false],
    [point({ type: "bool" }), "2", "write.not_a_state"],
    [point({ type: "bool" }), "open", "write.not_a_state"],
    [point({ type: "string" }), "GD20 1,5", "GD20 1,5"],
    [wide, "18446744073709551.615", 18_446_744_073_709_551_615n],
    [wide, "1.5", 1500n],
    [wide, "-0.001", -1n],
    [wide, "1.5000", 1500n],
    [wide, "1e3", 1_000_000n],
    [wide, "0.0001", "write.too_fine"],
  ];
  for (const [of, written, expected] of cases) {
    const name = `${of.type} ${String(written)}`;
    if (typeof expected === "string" && expected.startsWith("write.")) {
      t.equal(
        refusal(() => writtenValue(of, written)),
        expected,
        name,
      );
    } else t.equal(writtenValue(of, written), expected, name);
  }
  t.end();
});

t.test("only what the point's bounds allow may be written", (t) => {
  const range = { range: { min: 0, max: 50 } };
  const cases: readonly [string, Partial<Point>, number | boolean | bigint | string, string][] = [
    ["least", { write: range }, 0, "undefined"],
    ["most", { write: range }, 50, "undefined"],
    ["below", { write: range }, -1, "write.out_of_bounds"],
    ["above", { write: range }, 51, "write.out_of_bounds"],
    ["one of the values", { write: { values: [1, 5] } }, 5, "undefined"],
    ["another value", { write: { values: [1, 5] } }, 2, "write.out_of_bounds"],
    ["a state", { type: "bool", write: { values: [false] } }, true, "write.out_of_bounds"],
    ["forbidden", { write: range, writeRules: { forbid: [7] } }, 7, "write.forbidden"],
    ["on a step", { write: { range: { min: 1, max: 50 } }, writeRules: { step: 5 } }, 11, "undefined"],
    [
      "between steps",
      { write: { range: { min: 1, max: 50 } }, writeRules: { step: 5 } },
      10,
      "write.between_steps",
    ],
    ["to the last place", { write: range, scale: 0.01, decimals: 2 }, 40.01, "undefined"],
    ["beyond it", { write: range, scale: 0.01, decimals: 2 }, 40.015, "write.too_fine"],
    ["a scale above one", { write: range, scale: 5 }, 7, "write.too_fine"],
    ["a float", { type: "f32", write: range }, 40.015, "undefined"],
    ["64 bits inside", { type: "u64", decimals: 3, write: range }, 50_000n, "undefined"],
    ["64 bits outside", { type: "u64", decimals: 3, write: range }, 50_001n, "write.out_of_bounds"],
  ];
  for (const [name, more, value, expected] of cases) {
    t.equal(
      refusal(() => checkBounds(point(more), value, "en")),
      expected,
      name,
    );
  }
  t.equal(boundsText(point({ unit: "Hz", write: range }), "vi"), "0 … 50 Hz");
  t.equal(boundsText(point({ enum: MODES, write: { values: [1, 5] } }), "vi"), "1 run (Chạy), 5 stop (Dừng)");
  t.equal(boundsText(point({ type: "bool", write: { values: [false, true] } }), "en"), "off, on");
  t.end();
});
