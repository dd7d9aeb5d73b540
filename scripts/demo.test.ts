import t from "tap";
import type { Point } from "../drivers/core/point.js";
import type { ModbusAddress } from "../drivers/modbus/point-schema.js";
import { written } from "../simulators/modbus/exact.js";
import type { LedgerEntry } from "../simulators/modbus/ledger.js";
import type { TruthValue } from "../simulators/modbus/truth.js";
import { type Account, type AccountInput, account, chainOf } from "./demo-account.js";
import { type Answer, AnswerBook, holds, type JsonValue } from "./demo-answers.js";
import type { ReceivedRecord } from "./demo-centre.js";
import { parseDemoOptions } from "./demo-options.js";
import { type DemoView, displayWidth, renderScreen, sparkline } from "./demo-screen.js";

type Form = Partial<Omit<Point<ModbusAddress>, "decimals">> & {
  readonly decimals?: number | undefined;
  readonly at?: Partial<ModbusAddress>;
};

function point({ at, decimals = 0, ...form }: Form): Point<ModbusAddress> {
  return {
    id: "p",
    device: "d",
    type: "u16",
    kind: "instant",
    scale: 1,
    offset: 0,
    decimals,
    access: "read",
    periodMs: 1_000,
    deadband: 0,
    heartbeatMs: 300_000,
    priority: "normal",
    address: { table: "holding", address: 0, order: "ABCD", ...at },
    ...form,
  };
}

t.test("a delivered value is held against what the device truly said", async (t) => {
  const answer = (value: TruthValue): Answer => ({
    t: 0,
    truth: { quality: "good", value },
    isSpoiled: false,
    isBeside: false,
    matched: false,
  });
  const cases: readonly [string, Form, TruthValue, JsonValue, boolean][] = [
    ["a decimal", { scale: 0.001, decimals: 3 }, written("2.315"), 2.315, true],
    ["another one", { scale: 0.001, decimals: 3 }, written("2.315"), 2.316, false],
    ["u64 beyond 2^53 is a text", { type: "u64" }, written(9007199254740993n), "9007199254740993", true],
    ["one less", { type: "u64" }, written(9007199254740993n), "9007199254740992", false],
    ["a float of 32 bits", { type: "f32", decimals: 2 }, written("230.126"), 230.13, true],
    ["a float that lies between", { type: "f32", decimals: 1 }, written("0.25"), 0.2, true],
    ["a float beside it", { type: "f32", decimals: 1 }, written("0.25"), 0.4, false],
    ["a coil", { type: "bool" }, true, true, true],
    ["a text", { type: "string" }, "ABC", "ABD", false],
    ["no value", {}, written(3), null, false],
  ];
  for (const [what, form, truth, value, expected] of cases) {
    t.equal(holds(value, answer(truth), point(form)), expected, what);
  }
  const bad: Answer = { ...answer(written(1)), truth: { quality: "bad", reason: "not_a_number" } };
  t.notOk(holds(1, bad, point({})), "where there is none, none is right");
});

const T0 = Date.UTC(2026, 10, 23, 3);

function entry(
  seconds: number,
  raw: readonly number[],
  { ids = ["p"], ...changes }: Partial<LedgerEntry> & { readonly ids?: readonly string[] } = {},
): LedgerEntry {
  const t = T0 + seconds * 1_000;
  return {
    device: "d",
    unit: 1,
    table: "holding",
    address: 0,
    count: raw.length,
    raw,
    t,
    mono: t,
    truths: new Map(ids.map((id, at) => [id, { quality: "good", value: written(raw[at] ?? 0) }])),
    ...changes,
  };
}

function told(seconds: number, seq: number, changes: Partial<ReceivedRecord>): ReceivedRecord {
  return {
    seq,
    prev: seq === 1 ? null : seq - 1,
    t: new Date(T0 + seconds * 1_000 + 4).toISOString(),
    device: "d",
    ...changes,
  };
}

type Case = Partial<AccountInput> & { readonly ledger: readonly LedgerEntry[] };

function settle({ ledger, ...changes }: Case, points = [point({})]): Account {
  const devices = [{ id: "d", connection: "c", points }];
  const answers = new AnswerBook(devices);
  answers.take(ledger);
  return account({
    devices,
    answers,
    records: [],
    stoppedAt: T0 + 1e6,
    toleranceMs: 750,
    ...changes,
  });
}

const LEDGER = [entry(0, [10]), entry(1, [11]), entry(2, [11]), entry(3, [12])];

t.test("all delivered", async (t) => {
  const records = [10, 11, 11, 12].map((value, at) => told(at, at + 1, { v: { p: value } }));
  t.match(settle({ ledger: LEDGER, records }), {
    sampled: 4,
    delivered: 4,
    missing: 0,
    wrong: 0,
    after_stop: 0,
  });
});

t.test(
  "a hole, an invented value, a stale one, a late reply taken for the next, a foreign point",
  async (t) => {
    const good = [10, 11, 11, 12].map((value, at) => told(at, at + 1, { v: { p: value } }));
    const without = good.filter(({ seq }) => seq !== 2);
    t.match(settle({ ledger: LEDGER, records: without }), { sampled: 4, delivered: 3, missing: 1, wrong: 0 });
    const invented = good.map((record) => (record.seq === 2 ? { ...record, v: { p: 99 } } : record));
    t.match(settle({ ledger: LEDGER, records: invented }), { delivered: 3, missing: 1, wrong: 1 });
    const late = [10, 10, 11, 11].map((value, at) => told(at, at + 1, { v: { p: value } }));
    t.match(
      settle({ ledger: LEDGER, records: late }),
      { delivered: 2, missing: 2, wrong: 2 },
      "always one behind",
    );
    const twice = [...good, told(3.2, 5, { v: { p: 12 } })];
    t.match(
      settle({ ledger: LEDGER, records: twice }),
      { delivered: 4, wrong: 1 },
      "one answer, two readings",
    );
    const old = [told(9, 1, { v: { p: 12 } })];
    t.match(
      settle({ ledger: LEDGER, records: old }),
      { delivered: 0, missing: 4, wrong: 1 },
      "an answer of long ago",
    );
    const foreign = [...good, told(3.2, 5, { v: { q: 1 } })];
    t.match(settle({ ledger: LEDGER, records: foreign }), { delivered: 4, wrong: 1 });
  },
);

t.test("report by exception: what must be told, and what may be kept back", async (t) => {
  const points = [point({ deadband: 2 })];
  const ledger = [10, 11, 12, 13, 14].map((value, at) => entry(at, [value]));
  const due = [told(0, 1, { v: { p: 10 } }), told(2, 2, { v: { p: 12 } }), told(4, 3, { v: { p: 14 } })];
  t.match(settle({ ledger, records: due }, points), { sampled: 5, delivered: 3, unchanged: 2, missing: 0 });
  t.match(settle({ ledger, records: due.slice(0, 2) }, points), { delivered: 2, unchanged: 2, missing: 1 });
  t.match(settle({ ledger, records: due.slice(1) }, points), { missing: 2 }, "the first must always be told");
  const heartbeat = [point({ deadband: 2, heartbeatMs: 2_000 })];
  const steady = [0, 1, 2, 3, 4].map((at) => entry(at, [10]));
  t.match(settle({ ledger: steady, records: [due[0] as ReceivedRecord] }, heartbeat), {
    missing: 2,
    unchanged: 2,
  });
});

t.test(
  "an answer that was given up is told as bad, not missing; the tail of the stop does not count",
  async (t) => {
    const records = [
      told(0, 1, { v: { p: 10 } }),
      told(1.5, 2, { v: {}, bad: { p: "no_answer" } }),
      told(3, 3, { v: { p: 12 } }),
    ];
    t.match(settle({ ledger: LEDGER, records }), {
      sampled: 4,
      delivered: 2,
      told_bad: 2,
      missing: 0,
      wrong: 0,
    });
    const first = records.slice(0, 1);
    const short = settle({ ledger: LEDGER, records: first, stoppedAt: T0 + 2_900 });
    t.match(short, { sampled: 3, delivered: 1, missing: 2, after_stop: 1 });
    const later = [told(0, 1, { v: { p: 10 } }), told(3, 2, { v: { p: 12 } })];
    const stopped = settle({ ledger: LEDGER, records: later, stoppedAt: T0 + 900 });
    t.match(stopped, { missing: 2, after_stop: 0 }, "before an answer that was delivered nothing is excused");
    const looking = settle({ ledger: LEDGER, records: later, stoppedAt: T0 + 900, running: true });
    t.match(looking, { missing: 0, after_stop: 2 }, "while it runs, order may still change");
  },
);

t.test("an answer that the wire spoiled need not have arrived, and may have", async (t) => {
  const ledger = [
    entry(0, [10]),
    entry(1, [11], { faults: ["bad_checksum"] }),
    entry(1.2, [12]),
    entry(2, [13]),
  ];
  const records = [10, 12, 13].map((value, at) => told([0, 1.2, 2][at] ?? 0, at + 1, { v: { p: value } }));
  t.match(settle({ ledger, records }), { sampled: 3, delivered: 3, spoiled: 1, missing: 0, wrong: 0 });
  const without = records.slice(0, 2);
  t.match(settle({ ledger, records: without }), { sampled: 3, spoiled: 1, missing: 1 });
});

t.test(
  "an answer that came just after it was given up was told as bad, though the next one came at once",
  async (t) => {
    const ledger = [entry(0, [10]), entry(1, [11]), entry(1.4, [12]), entry(1.6, [13])];
    const records = [
      told(0, 1, { v: { p: 10 } }),
      told(0.9, 2, { v: {}, bad: { p: "no_answer" } }),
      told(1.6, 3, { v: { p: 13 } }),
    ];
    t.match(
      settle({ ledger, records }),
      { delivered: 2, told_bad: 1, missing: 1 },
      "one word for one answer",
    );
  },
);

t.test("a unit that was asked for another point's sake is nobody's reading", async (t) => {
  const points = [
    point({ id: "unit" }),
    point({ id: "level", at: { address: 9, unit_from: { address: 0, map: { 0: "m" } } as never } }),
  ];
  const ledger = [entry(0, [7], { ids: ["unit"] })];
  t.match(settle({ ledger }, points), { sampled: 0, beside: 1, missing: 0 });
  const delivered = [told(0, 1, { v: { unit: 7 } })];
  t.match(settle({ ledger, records: delivered }, points), { sampled: 1, delivered: 1, beside: 0 });
  t.match(
    settle({ ledger }, points.slice(0, 1)),
    { sampled: 1, missing: 1 },
    "without the other it is missed",
  );
});

t.test("a point that only lies between those that were asked was not asked", async (t) => {
  const points = [
    point({ id: "a" }),
    point({ id: "slow", periodMs: 600_000, at: { address: 1 } }),
    point({ id: "b", at: { address: 2 } }),
  ];
  const records = [told(0, 1, { v: { a: 1, b: 3 } })];
  t.match(settle({ ledger: [entry(0, [1, 2, 3], { ids: ["a", "slow", "b"] })], records }, points), {
    sampled: 2,
    delivered: 2,
    missing: 0,
  });
});

t.test("the chain", async (t) => {
  const chain = (...pairs: readonly (readonly [number, number | null])[]): string =>
    chainOf(pairs.map(([seq, prev]) => told(0, seq, { prev })));
  t.equal(chain([1, null], [2, 1], [5, 2]), "complete");
  t.equal(chain(), "complete");
  t.equal(chain([1, null], [3, 2]), "broken", "2 is missing");
  t.equal(chain([1, null], [2, 1], [3, 1]), "broken", "two after one");
  t.equal(chain([1, null], [2, null]), "broken", "two beginnings");
  t.equal(chain([4, 5], [5, null]), "broken", "backwards");
});

function view(changes: Partial<DemoView> = {}): DemoView {
  const points = Array.from({ length: 9 }, (_, at) => ({
    id: `p${at}`,
    name: { vi: `Điện áp dây pha L${at} đo tại tủ phân phối chính`, en: `Voltage ${at}` },
    unit: "V",
  }));
  return {
    station: "Trạm bơm Mỹ Xuyên 01",
    language: "vi",
    colours: false,
    columns: 80,
    rows: 24,
    now: T0 + 2_500,
    seconds: 7,
    links: {
      connections: [
        ["rs485", "up"],
        ["plc", "up"],
      ],
      centre: "waiting",
    },
    world: { now: T0, speed: 60 },
    news: "Kịch bản, at 30s: drop 20 % of meter for 60s",
    births: new Map([
      ["meter", { name: "Đồng hồ điện", points }],
      ["well", { points }],
    ]),
    shown: new Map([
      ["meter/p0", { value: 230.126, quality: "good", t: T0, trail: [0, 2, 7] }],
      ["meter/p1", { value: null, quality: "bad", reason: "no_answer", t: T0, trail: [] }],
      ["meter/p2", { value: "9007199254741017", quality: "uncertain", t: T0 - 60_000, trail: [] }],
      ["meter/p3", { value: true, quality: "good", t: T0, trail: [] }],
    ]),
    counters: {
      sampled: 99,
      stored: 98,
      delivered: 97,
      unchanged: 1,
      missing: 0,
      wrong: 0,
      rate: 58,
      backlog: 0,
    },
    ...changes,
  };
}

t.test("the screen fits, in both languages, by display width", async (t) => {
  for (const language of ["vi", "en"] as const) {
    for (const [columns, rows] of [
      [80, 24],
      [80, 60],
      [100, 12],
    ] as const) {
      const lines = renderScreen(view({ language, columns, rows }));
      t.ok(lines.length <= rows, `${lines.length} lines of ${rows}`);
      for (const line of lines)
        if (displayWidth(line) > columns) t.fail(`${displayWidth(line)} columns: ${line}`);
    }
  }
  const screen = renderScreen(view({ seconds: 0 })).join("\n");
  t.match(screen, /230,126 V +Tốt +2,5 s ▁▃█/);
  t.match(screen, /Nghi ngờ/);
  t.match(screen, /– V.* Lỗi/);
  t.notOk(screen.includes("\x1b"), "no colours unless wanted");
  t.ok(
    renderScreen(view({ colours: true }))
      .join("")
      .includes("\x1b[32m"),
  );
  const second = renderScreen(view({ seconds: 4 })).join("\n");
  t.not(second, renderScreen(view({ seconds: 0 })).join("\n"), "pages take turns");
});

t.test("widths and sparklines", async (t) => {
  t.equal(displayWidth("Mỹ Xuyên"), 8);
  t.equal(displayWidth("Mỹ Xuyên".normalize("NFD")), 8);
  t.equal(displayWidth("水位"), 4);
  t.equal(sparkline([0, 7, 14]), "▁▅█");
  t.equal(sparkline([5, 5]), "▁▁");
  t.equal(sparkline([]), "");
});

t.test("options", async (t) => {
  t.match(parseDemoOptions([], { LANG: "vi_VN.UTF-8" }), { seconds: 30, json: false, language: "vi" });
  t.match(parseDemoOptions(["--seconds", "5", "--json", "--lang=en"], { LANG: "vi" }), {
    seconds: 5,
    json: true,
    language: "en",
  });
  t.equal(parseDemoOptions(["--seconds", "soon"], {}).wrong, "--seconds soon");
  t.equal(parseDemoOptions(["--fast"], {}).wrong, "--fast");
  t.match(parseDemoOptions([], {}), { site: "pump-station" });
  t.match(parseDemoOptions(["shrimp-pond", "--speed", "60"], {}), { site: "shrimp-pond", speed: 60 });
  t.equal(parseDemoOptions(["--speed", "4000"], {}).wrong, "--speed 4000");
  t.equal(parseDemoOptions(["a", "b"], {}).wrong, "b");
});
