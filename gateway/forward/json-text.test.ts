import t from "tap";
import { numberText } from "./json-text.js";

t.test("a number is written as JavaScript writes it, whatever its places", async (t) => {
  let state = 7;
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const wrong: unknown[] = [];
  const check = (value: number, decimals: number): void => {
    if (numberText(value, decimals) !== `${value}`) wrong.push([value, decimals]);
  };
  for (let decimals = 0; decimals <= 15; decimals++) {
    for (let n = 0; n < 2000; n++) {
      const units = Math.round((random() - 0.5) * 10 ** Math.ceil(random() * 12));
      check(units / 10 ** decimals, decimals);
      check((random() - 0.5) * 10 ** Math.round(random() * 40 - 20), decimals);
    }
    for (const value of [0, -0, 0.1, -0.05, 100, 2147483.647, -2147483.648, 1e21, 5e-324, 2 ** 53]) {
      check(value, decimals);
    }
  }
  t.same(wrong, []);
  t.same(
    [Number.NaN, Number.POSITIVE_INFINITY].map((value) => numberText(value, 2)),
    [undefined, undefined],
  );
});
