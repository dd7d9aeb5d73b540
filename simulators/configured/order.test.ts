import t from "tap";
import { type Language, render } from "../../drivers/core/message.js";
import { type FaultOrder, readOrder } from "./order.js";
import { OrderArguments, timeText } from "./order-arguments.js";
import { ORDER_HELP, ORDER_ROWS } from "./order-help.js";
import { ORDERS } from "./order-table.js";
import { sampleOf, usageOf } from "./order-usage.js";

/** The order without what its form says of itself. */
function told(line: string): object {
  const order = readOrder(line);
  if (order.kind !== "fault") return order.kind === "problem" ? { problem: render(order.said, "en") } : order;
  const { form, odds, target, forMs } = order;
  const values = form.takes.flatMap(({ name }) => {
    const value = order.told.number(name) ?? order.told.word(name);
    return value === undefined ? [] : [[name, value]];
  });
  return {
    verb: form.verb,
    ...Object.fromEntries(values),
    ...odds,
    ...target,
    ...(forMs !== undefined && { forMs }),
  };
}

t.test("orders as people write them", async (t) => {
  const meter = { id: "meter" };
  const of = { marker: "of", id: "meter" } as const;
  const level = { id: "meter", point: "level" };
  for (const [line, order] of [
    ["", { kind: "nothing" }],
    ["  \t ", { kind: "nothing" }],
    ["help", { kind: "help" }],
    ["faults", { kind: "faults" }],
    ["silent meter", { verb: "silent", ...meter }],
    ["Silent of meter", { verb: "silent", ...of }],
    ["silent on rs485", { verb: "silent", marker: "on", id: "rs485" }],
    ["drop 20 % of meter for 60 s", { verb: "drop", probability: 0.2, ...of, forMs: 60_000 }],
    ["drop 20% meter for 2min", { verb: "drop", probability: 0.2, ...meter, forMs: 120_000 }],
    ["drop every 5 of meter", { verb: "drop", every: 5, ...of }],
    ["garble 5.5 % of meter", { verb: "garble", probability: 0.055, ...of }],
    ["late 800 ms of meter", { verb: "late", after: 800, ...of }],
    ["late of meter 800ms", { verb: "late", after: 800, ...of }],
    ["exception 4 of meter", { verb: "exception", code: 4, ...of }],
    ["exception 4 4", { verb: "exception", code: 4, id: "4" }],
    ["noise meter", { verb: "noise", ...meter }],
    ["noise instead 20 of meter", { verb: "noise", where: "instead", bytes: 20, ...of }],
    ["noise 20 instead of meter", { verb: "noise", where: "instead", bytes: 20, ...of }],
    ["trickle 20ms 2 of meter", { verb: "trickle", pause: 20, bytes: 2, ...of }],
    ["wrong-length -2 of meter", { verb: "wrong-length", by: -2, ...of }],
    [
      "wrong-baud 4800 sent on rs485",
      { verb: "wrong-baud", baud: 4800, direction: "sent", marker: "on", id: "rs485" },
    ],
    ["unplug rs485 for 10 s", { verb: "unplug", id: "rs485", forMs: 10_000 }],
    ["unplug rs485", { verb: "unplug", id: "rs485" }],
    ["loose 2 s 1 % on rs485", { verb: "loose", out: 2000, probability: 0.01, marker: "on", id: "rs485" }],
    ["break rs485 after drive", { verb: "break", id: "rs485", after: "drive" }],
    ["weak rs485 5 %", { verb: "weak", id: "rs485", share: 0.05 }],
    ["weak 5% on rs485", { verb: "weak", marker: "on", id: "rs485", share: 0.05 }],
    ["power-cycle drive for 5s", { verb: "power-cycle", id: "drive", forMs: 5000 }],
    ["address meter 9", { verb: "address", ...meter, unit: 9 }],
    ["stuck meter level", { verb: "stuck", ...level }],
    ["stuck of meter level", { verb: "stuck", marker: "of", ...level }],
    ["sentinel meter level for 1 h", { verb: "sentinel", ...level, forMs: 3_600_000 }],
    ["sentinel meter level open_circuit", { verb: "sentinel", ...level, reason: "open_circuit" }],
    ["spike meter level by 300", { verb: "spike", ...level, by: 300 }],
    [
      "spike meter level to -9999 10 % for 2 d",
      { verb: "spike", ...level, to: -9999, probability: 0.1, forMs: 172_800_000 },
    ],
    ["drift meter level 0.05 per h", { verb: "drift", ...level, by: 0.05, per: "h" }],
    ["drift meter level -5e-3 per min", { verb: "drift", ...level, by: -0.005, per: "min" }],
    ["scale meter level .5", { verb: "scale", ...level, factor: 0.5 }],
    ["heal", { kind: "heal" }],
    ["heal 3", { kind: "heal", target: { id: "3" } }],
    ["heal of 3", { kind: "heal", target: { marker: "of", id: "3" } }],
    ["heal meter level", { kind: "heal", target: level }],
  ] as const) {
    t.same(told(line), order, line);
  }
});

t.test("what is no order says what is wrong, and how it is written", async (t) => {
  for (const [line, problem] of [
    ["explode", 'Not understood: explode Type "help" for the orders.'],
    ["dorp meter", 'There is no order "dorp". Similar: drop.'],
    ["help drfit", 'There is no order "drfit". Similar: drift.'],
    ["silent", "silent: something is missing. Write: silent of meter | on rs485 [for 60s]"],
    ["silent 20 % of meter", /silent is no matter of single requests: leave out "20%"/],
    ["silent every 2 of meter", /leave out "every 2"/],
    ["drop 120 % of meter", '"120%" says not how often: write for example 20% or every 5.'],
    ["drop every 0 of meter", /"every 0" says not how often/],
    ["drop every of", /something is missing|says not how often/],
    ["drop meter for", /something is missing/],
    ["drop meter for ever", '"for" wants a time up to 7d, for example for 60s.'],
    ["silent meter for 999999 h", /wants a time up to 7d/],
    ["drop meter for 60 s please", /drop: "meter" is not understood/],
    ["drop 20 of meter", /drop: "20" is not understood/],
    ["late meter", /late: something is missing/],
    ["late 2 h of meter", "late: 2h must lie between 1ms and 1min."],
    ["exception 0 of meter", "exception: 0 must lie between 1 and 255."],
    ["exception 4.5 of meter", /"4.5" is not understood/],
    [
      "noise behind of meter",
      /noise: "behind" is not understood. Write: noise \[before\|after\|instead\] \[8\]/,
    ],
    ["stuck meter", /stuck: something is missing/],
    ["spike meter level", /spike: something is missing. Write: .* by 300 \| to 9999/],
    ["spike meter level by 3 to 4", /spike: something is missing/],
    ["drift meter level 0.05", /something is missing/],
    ["drift meter level 0.05 per year", /"year" is not understood/],
    ["drift meter level 1e99 per h", /must lie between -1000000000000 and 1000000000000/],
    ["offset meter level NaN", /"NaN" is not understood/],
    ["offset meter level 0x10", /"0x10" is not understood/],
    ["loose 2s on rs485", /loose: something is missing/],
    ["break rs485 after", /something is missing/],
    ["heal meter for 3 s", /Not understood/],
    ["faults please", /Not understood/],
    ["x".repeat(1000), "The order is longer than 200 characters."],
  ] as const) {
    const { problem: said } = told(line) as { problem?: string };
    if (typeof problem === "string") t.equal(said, problem, line);
    else t.match(said, problem, line);
  }
});

t.test("each form is understood as help writes it, and fits 80 columns", async (t) => {
  for (const form of ORDERS) {
    for (const line of [sampleOf(form), `${sampleOf(form)} for 60 s`]) {
      t.equal((readOrder(line) as FaultOrder).form, form, line);
    }
    t.ok(usageOf(form).startsWith(`${form.verb} `));
  }
  for (const language of ["vi", "en"] satisfies Language[]) {
    for (const line of ORDER_HELP.text[language].normalize("NFC").split("\n")) {
      t.ok(line.length <= 80, `${line.length}: ${line}`);
    }
  }
  t.equal(new Set(ORDER_ROWS.map(({ written }) => written)).size, ORDERS.length + 3);
});

t.test("times and arguments", async (t) => {
  t.same([500, 1000, 90_000, 604_800_000, 61_000].map(timeText), ["500ms", "1s", "1.5min", "7d", "61s"]);
  const given = new OrderArguments(
    new Map<string, number | string>([
      ["a", 1],
      ["b", "x"],
    ]),
  );
  t.same(
    [given.number("a"), given.number("b"), given.word("b"), given.word("c")],
    [1, undefined, "x", undefined],
  );
});
