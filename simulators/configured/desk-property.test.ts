import t from "tap";
import { type Random, seededRandom } from "../random.js";
import { type DeskBench, deskBench } from "./desk-fixture.js";
import type { OrderForm } from "./order-form.js";
import { allVerbs, ORDERS } from "./order-table.js";
import { isPlaceLast } from "./order-usage.js";

/* Whatever is ordered, the desk never throws; and when all is healed, all answers are as before. */

const IDS = [
  "meter",
  "drive",
  "well",
  "quick",
  "pump",
  "far",
  "rs485",
  "fast",
  "plc",
  "server",
  "nobody",
  "3",
];
const POINTS = [
  "level",
  "total",
  "course",
  "run",
  "flow",
  "name",
  "power",
  "set",
  "kept",
  "start",
  "a",
  "none",
];
const WORDS = [
  ...["of", "on", "for", "every", "by", "to", "per", "after", "h", "ms", "%", "-1", "0", "5", "800ms", "2s"],
  ...[
    "20%",
    "1e400",
    "NaN",
    "0.05",
    "9",
    "after-reply",
    "deaf",
    "instead",
    "sent",
    "\u0000",
    "ệ",
    "[",
    "{line}",
  ],
];

function pick<T>(from: readonly T[], random: Random): T {
  return from[Math.floor(random() * from.length)] as T;
}

/** Where an order of this form often makes sense. */
function placeFor({ needs, place, verb }: OrderForm, random: Random): string {
  if (random() < 0.2)
    return `${pick(["of ", "on ", ""], random)}${pick(IDS, random)} ${random() < 0.3 ? "a" : ""}`;
  const isTcp = needs === "TCP" || needs === "transaction ids";
  const connections = isTcp ? ["plc"] : ["rs485", "rs485", "fast", "server"];
  const devices = isTcp ? ["pump"] : ["meter", "meter", "drive", "well", "far"];
  if (place === "connection") return pick(connections, random);
  if (place === "bus" && random() < 0.3) return `on ${pick(connections, random)}`;
  if (place !== "point") return `of ${pick(devices, random)}`;
  if (verb === "rollover" || verb === "reset") return `meter ${pick(["total", "power", "level"], random)}`;
  return pick(["meter level", "meter total", "meter flow", "meter name", "drive set", "pump run"], random);
}

/** Often an order that can be carried out, sometimes a heap of words. */
function randomLine(random: Random): string {
  if (random() < 0.1) return pick(["heal", "faults", "help", `heal ${pick(IDS, random)}`, "heal 7"], random);
  if (random() < 0.2) {
    const heap = Array.from({ length: Math.floor(random() * 8) }, () =>
      pick([...WORDS, ...IDS, ...POINTS, ...allVerbs()], random),
    );
    return [pick(allVerbs(), random), ...heap].join(" ");
  }
  const form = pick(ORDERS, random);
  const chosen = form.oneOf && pick(form.oneOf, random);
  const told = form.takes
    .filter(({ name, optional }) => (form.oneOf ? name === chosen : !optional || random() < 0.3))
    .map(({ after = "", example, words }) => `${after} ${words ? pick(words, random) : example}`);
  const odds = form.odds && (form.odds === "must" || random() < 0.5) ? pick(["20%", "every 3"], random) : "";
  const time = random() < 0.3 ? `for ${pick(["10s", "1 min", "5 ms"], random)}` : "";
  const place = placeFor(form, random);
  const parts = isPlaceLast(form) ? [...told, odds, place] : [place, ...told, odds];
  return [form.verb, ...parts, time].join(" ");
}

/** Everything that stands still, on each transport. */
async function answers({ ask }: DeskBench): Promise<readonly string[]> {
  return [
    await ask("rs485", 1, 0),
    await ask("rs485", 1, 5, 4),
    await ask("rs485", 3, 0, 2),
    await ask("rs485", 7),
    await ask("fast", 1),
    await ask("plc", 1),
    await ask("server", 1),
  ];
}

t.test("random orders", async (t) => {
  let made = 0;
  const verbs = new Set<string>();
  for (const seed of [1, 2, 3, 4]) {
    const random = seededRandom(seed);
    const bench = deskBench(t, seed);
    const before = await answers(bench);
    for (let round = 0; round < 6; round++) {
      for (let n = 0; n < 40; n++) {
        const line = randomLine(random);
        const problem = bench.desk.check(line);
        const said = bench.desk.do(line);
        const isFull = said[0]?.message.code === "control.too_many";
        if (problem && !isFull) t.same(said[0], problem, line);
      }
      for (const { line } of bench.desk.list()) verbs.add(line.split(" ")[0] ?? "");
      made += bench.desk.list().length;
      t.ok(bench.desk.list().length <= 100);
      await answers(bench);
      bench.say("heal");
      t.same(bench.desk.list(), []);
      t.equal(bench.say("faults"), "There are no faults.");
      // What is late by a minute is still under way.
      await bench.clock.advance(70_000);
      t.same(await answers(bench), before, `seed ${seed}, round ${round}`);
    }
  }
  t.ok(made > 200, `${made} faults were made`);
  t.same(
    ORDERS.map(({ verb }) => verb).filter((verb) => !verbs.has(verb)),
    [],
    "each order was carried out",
  );
});
