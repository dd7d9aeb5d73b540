import { fileURLToPath } from "node:url";
import t from "tap";
import { NO_PLANT, PLANTS, prove } from "./independence.js";

/** The short form of scripts/prove-independence.ts: one plant on each side, and the tests that are quick. */

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const QUICK = ["simulators/modbus/modbus.test.js", "simulators/modbus/drivers.test.js"];

t.test("a byte order that is swapped on one side is noticed where both meet", async (t) => {
  const found: Record<string, readonly string[]> = {};
  const plants = ["codec 64-bit ABCD <-> CDAB", "simulator ABCD <-> BADC"];
  await prove(ROOT, plants, QUICK, (name, failed, isRight) => {
    found[name] = failed;
    t.ok(isRight, name);
  });
  t.same(found, {
    [NO_PLANT]: [],
    "codec 64-bit ABCD <-> CDAB": ["simulators/modbus/drivers.test.js"],
    "simulator ABCD <-> BADC": QUICK,
  });
});

t.test("tests that cannot notice are found out", async (t) => {
  const seen: boolean[] = [];
  await prove(ROOT, ["codec ABCD <-> CDAB"], ["simulators/modbus/modbus.test.js"], (_, __, isRight) => {
    seen.push(isRight);
  });
  t.same(seen, [true, false]);
  t.ok(Object.keys(PLANTS).length >= 10);
  await t.rejects(
    prove(ROOT, ["no such plant"], [], () => {}),
    RangeError,
  );
});
