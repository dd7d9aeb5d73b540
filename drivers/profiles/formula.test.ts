import t from "tap";
import type { Said } from "../core/message.js";
import { expandPoint } from "./expand-point.js";
import { evaluate } from "./formula.js";
import type { WrittenPoint } from "./point-schema.js";

t.test("formulas", async (t) => {
  const value = (text: string) => evaluate(text, { ch: 3, line: 2 });
  t.equal(value("7000*line + 100*ch + 15"), 14_315);
  t.equal(value("143 + (ch-2)*2 + 60*line"), 265);
  t.equal(value("-ch + 10"), 7);
  t.equal(value("ch / 2"), 1, "division drops the rest");
  t.equal(value("-(ch)/2"), -1);
  t.equal(value("2 * (3 + 4)"), 14);
  t.equal(value("0x2E + ch - 1"), 48);
  t.equal(value("ch % 2 + 256 * (line / 2)"), 257);
  for (const wrong of [
    "",
    "ch +",
    "(ch",
    "ch)",
    "x",
    "ch ch",
    "1.5",
    "ch ** 2",
    "ch / 0",
    "ch % 0",
    "0x",
    "0408H",
    "a.b",
    "'",
  ]) {
    t.type(value(wrong), "string", `"${wrong}" is not computed`);
  }
  t.type(evaluate("1+".repeat(200), {}), "string");
  t.type(evaluate("9".repeat(30), {}), "string", "beyond what a number holds");
});

t.test("one entry makes many points", async (t) => {
  const faults: string[] = [];
  const expand = (point: Record<string, unknown>) =>
    expandPoint(point as WrittenPoint, (key: string, { message }: Said) =>
      faults.push(`${key}: ${message.code}`),
    );
  t.same(
    expand({
      id: "lamp.{line}.{n}",
      for: { line: "0..1", n: [3, 5] },
      address: "100*line + n",
      name: { vi: "Đèn {n}" },
    }),
    [
      { id: "lamp.0.3", address: 3, name: { vi: "Đèn 3" } },
      { id: "lamp.0.5", address: 5, name: { vi: "Đèn 5" } },
      { id: "lamp.1.3", address: 103, name: { vi: "Đèn 3" } },
      { id: "lamp.1.5", address: 105, name: { vi: "Đèn 5" } },
    ],
  );
  t.same(expand({ id: "a", address: 7 }), [{ id: "a", address: 7 }]);
  t.same(
    expand({
      id: "c{i}",
      for: { i: "2..2" },
      address: 0,
      valid_when: [{ address: "i", at_least: "i", reason: "unavailable" }],
    }),
    [{ id: "c2", address: 0, valid_when: [{ address: 2, at_least: 2, reason: "unavailable" }] }],
  );
  t.same(faults, []);
  t.same(expand({ id: "a", address: "ch + 1" }), []);
  t.same(expand({ id: "a{i}", for: { i: "1..5000" }, address: 0 }), []);
  t.same(expand({ id: "a {i}", for: { i: "1..2" }, address: 0 }), []);
  t.same(expand({ id: "a", for: { I: "1..2" }, address: 0 }), []);
  t.same(faults, [
    "address: grammar.bad_formula",
    "for: grammar.too_many_points",
    "id: profiles.bad_id",
    "for: grammar.bad_counter",
  ]);
});
