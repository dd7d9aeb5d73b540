import t from "tap";
import { unitText, withUnit } from "./table.js";

t.test("a value with its unit; a ratio has none that anybody says", (t) => {
  t.equal(withUnit("230,1", "V"), "230,1 V");
  t.equal(withUnit("0,89", "1"), "0,89");
  t.equal(withUnit("7", undefined), "7");
  t.same(["m", "1", undefined].map(unitText), ["m", "", ""]);
  t.end();
});
