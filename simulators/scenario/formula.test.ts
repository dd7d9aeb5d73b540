import t from "tap";
import { parseFormula } from "./formula.js";

const WORLD: Readonly<Record<string, number>> = {
  "pump.1.flow": 0.5,
  "pump.2.flow": 0.25,
  "well.level": 3.5,
  a: 2,
};

function value(text: string): number | string {
  const formula = parseFormula(text);
  return typeof formula === "string" ? `at ${formula}` : formula.compute((name) => WORLD[name] ?? Number.NaN);
}

t.test("what a wire may carry", async (t) => {
  for (const [text, expected] of [
    ["3", 3],
    ["-2.5e1", -25],
    ["well.level", 3.5],
    ["(pump.1.flow + pump.2.flow) * 3600", 2700],
    ["1 - 2 - 3", -4],
    ["8 / 2 / 2", 2],
    ["2 + 3 * 4", 14],
    ["-a * -a", 4],
    ["well.level > 3.4", 1],
    ["well.level <= 3.4", 0],
    ["10 * (a >= 2)", 10],
    ["min(a, 1) + max(a, well.level, 3)", 4.5],
    ["round(100 * sqrt(3)) / 100", 1.73],
    ["floor(-0.5) + abs(-3)", 2],
  ] as const) {
    t.equal(value(text), expected, text);
  }
});

t.test("what is no number counts as nothing: a device shows something", async (t) => {
  t.equal(value("1 / (a - 2)"), 0);
  t.equal(value("not.there"), 0);
  t.equal(value("sqrt(-1)"), 0);
});

t.test("what cannot be understood is pointed at", async (t) => {
  for (const [text, at] of [
    ["", '""'],
    ["1 +", "+"],
    ["(1", "("],
    ["1)", ")"],
    ["a b", "b"],
    ["2 ** 3", "*"],
    ["sin(a)", "sin"],
    ["min(a", "min("],
    ["a & 3", "& 3"],
    ["constructor(1)", "constructor"],
    ["1.", "."],
    ["1 < 2 < 3", "<"],
  ] as const) {
    t.equal(value(text), `at ${at}`, text);
  }
  t.match(value(`1${" + 1".repeat(100)}`), /^at 1 \+ 1/, "bounded");
});

t.test("the name that it is, and all that are in it", async (t) => {
  t.match(parseFormula("well.level"), { name: "well.level", names: ["well.level"] });
  t.match(parseFormula("a + well.level + a"), { name: undefined, names: ["a", "well.level"] });
  t.match(parseFormula("3"), { name: undefined, names: [] });
});
