import t from "tap";
import { decimalText, divide, multiply, rounded, toNumber, written, writtenFloat } from "./exact.js";

t.test("what was written is exact", async (t) => {
  t.equal(decimalText(multiply(written(0.1), written(3)), 20), "0.30000000000000000000");
  t.equal(decimalText(written("300/51200"), 9), "0.005859375");
  t.equal(decimalText(written(1e-7), 8), "0.00000010");
  t.equal(decimalText(written("1.5e3"), 0), "1500");
  t.equal(decimalText(divide(written(1), written(3)), 5), "0.33333");
  t.throws(() => written("mười"), RangeError);
  t.throws(() => written("1/0"), RangeError);
});

t.test("halves go away from zero, and zero has no sign", async (t) => {
  t.equal(decimalText(written(-0.25), 1), "-0.3");
  t.equal(decimalText(written(0.25), 1), "0.3");
  t.equal(decimalText(written(-0.04), 1), "0.0");
  t.equal(rounded(written(-2.5)), -3n);
  t.equal(rounded(written("2.4999")), 2n);
});

t.test("a float says the shortest decimal that gives it", async (t) => {
  t.equal(decimalText(writtenFloat(Math.fround(230.1)), 9), "230.100000000");
  t.equal(decimalText(writtenFloat(Math.fround(0.1)), 12), "0.100000000000");
  t.equal(decimalText(writtenFloat(16_777_216), 0), "16777216");
  t.equal(toNumber(written("2/4")), 0.5);
  t.equal(toNumber({ n: 10n ** 400n, d: 10n ** 399n }), 10);
});
