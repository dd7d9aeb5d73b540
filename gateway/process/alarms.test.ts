import t from "tap";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import type { Alarm, Point } from "../../drivers/core/point.js";
import type { Flag, Layout, ReadingBatch, Value } from "../../drivers/core/reading.js";
import type { AlarmEvent, GatewayEvent } from "../core/event.js";
import { AlarmBoard } from "./alarm-board.js";
import { firstAlarmState, judgeAlarms, tickAlarms } from "./alarms.js";

const LAYOUT: Layout = {
  device: "well",
  points: [
    { id: "other", type: "u16" },
    { id: "level", type: "f32" },
  ],
};

function alarm(kind: Alarm["kind"], limit: number, rest: Partial<Alarm> = {}): Alarm {
  return { id: kind, kind, limit, delayMs: 0, hysteresis: 0, severity: "warning", ...rest };
}

function pointWith(alarms: readonly Alarm[], rest: Partial<Point> = {}): Point {
  return {
    id: "level",
    device: "well",
    type: "f32",
    kind: "instant",
    scale: 1,
    offset: 0,
    access: "read",
    periodMs: 1000,
    deadband: 0,
    heartbeatMs: 60_000,
    priority: "normal",
    alarms,
    address: undefined,
    ...rest,
  };
}

function batch(value: Value, mono: number, quality?: Flag["quality"]): ReadingBatch {
  const rest = quality ? { flags: [{ at: 1, quality, reason: "no_answer" as const }] } : {};
  return { layout: LAYOUT, state: "measuring", t: 0, mono, boot: "b", values: [1, value], ...rest };
}

/** Raised (+) and cleared (-) in the order in which it happens. */
function setUp(alarms: readonly Alarm[], rest: Partial<Point> = {}) {
  const state = firstAlarmState("well", [pointWith(alarms, rest)], 0);
  if (!state) throw new TypeError("no alarms");
  const short = (events: readonly AlarmEvent[]) =>
    events.map(({ alarm: id, state: word, value }) => `${word === "raised" ? "+" : "-"}${id} ${value}`);
  return {
    read: (value: Value, seconds: number, quality?: Flag["quality"]) =>
      short(judgeAlarms(state, batch(value, seconds * 1_000, quality), true)),
    aside: (value: Value, seconds: number) => short(judgeAlarms(state, batch(value, seconds * 1_000), false)),
    tick: (seconds: number) => short(tickAlarms(state, seconds * 1_000)),
  };
}

t.test("high and low with hysteresis: raised beyond the limit, cleared on the good side", async (t) => {
  const { read } = setUp([alarm("high", 4, { hysteresis: 0.5 }), alarm("low", 1, { hysteresis: 0.5 })]);
  t.same(read(4, 0), [], "the limit itself is good");
  t.same(read(4.1, 1), ["+high 4.1"]);
  t.same(read(3.6, 2), [], "within the hysteresis");
  t.same(read(9, 3), [], "told once");
  t.same(read(3.5, 4), ["-high 3.5"]);
  t.same(read(0.9, 5), ["+low 0.9"]);
  t.same(read(1.4, 6), []);
  t.same(read(5, 7), ["+high 5", "-low 5"]);
});

t.test("a delay counts on the monotonic clock and begins anew when the limit is not passed", async (t) => {
  const { read } = setUp([alarm("high", 4, { delayMs: 30_000 })]);
  t.same(read(5, 0), []);
  t.same(read(5, 29), []);
  t.same(read(4, 29.5), []);
  t.same(read(5, 30), []);
  t.same(read(5, 59.9), []);
  t.same(read(5, 60), ["+high 5"]);
  t.same(read(4, 60.1), ["-high 4"], "the end of it waits for nothing");
});

t.test("an instrument that does not measure raises and clears no limit, and is not silent", async (t) => {
  const { aside, read, tick } = setUp([
    alarm("high", 4),
    alarm("rate", 10, { id: "jump" }),
    alarm("stale", 60, { id: "silent" }),
  ]);
  t.same(read(3, 0), []);
  t.same(aside(0, 30), [], "its zero solution");
  t.same(aside(40, 50), [], "its span solution");
  t.same(tick(100), [], "it answers");
  t.same(read(3.2, 105), [], "and the solutions are no change of the water");
  t.same(read(5, 110), ["+high 5"]);
  t.same(aside(0, 115), [], "nor do they end anything");
  t.same(read(3, 120), ["-high 3"]);
});

t.test(
  "a bad reading neither raises nor clears nor ends a delay; an uncertain one is compared",
  async (t) => {
    const { read } = setUp([alarm("high", 4, { delayMs: 10_000 })]);
    t.same(read(5, 0), []);
    t.same(read(null, 5, "bad"), []);
    t.same(read(9, 11, "bad"), []);
    t.same(read(5, 12), ["+high 5"]);
    t.same(read(null, 13, "bad"), []);
    t.same(read(1, 14, "bad"), []);
    t.same(read(1, 15, "uncertain"), ["-high 1"]);
  },
);

t.test(
  "64-bit values are compared as engineering values, and a report without the point says nothing",
  async (t) => {
    const { read } = setUp([alarm("high", 4)], { type: "u64", decimals: 2 });
    t.same(read(400n, 0), []);
    t.same(read(401n, 1), ["+high 4.01"]);
    t.same(read(null, 2), [], "no value, no judgement");
  },
);

t.test("the change a minute, in either direction; the noise of two readings is none", async (t) => {
  const { read } = setUp([alarm("rate", 2)]);
  t.same(read(0, 0), []);
  t.same(read(5, 1), []);
  t.same(read(5, 9), []);
  t.same(read(5, 10), ["+rate 30"]);
  t.same(read(5, 60), [], "0 a minute ago");
  t.same(read(5, 70), ["-rate 0"], "against the reading of a minute ago");
  t.same(read(2, 130), ["+rate 3"]);
});

t.test("stale: no good reading for so long, noticed without any reading", async (t) => {
  const { read, tick } = setUp([alarm("stale", 60)]);
  t.same(tick(59), []);
  t.same(tick(60), ["+stale 60"], "one that never came is stale too");
  t.same(read(null, 61, "bad"), []);
  t.same(read(3, 62, "uncertain"), []);
  t.same(read(3, 63), ["-stale 0"]);
  t.same(tick(122), []);
  t.same(tick(123), ["+stale 60"]);
});

/** mulberry32: a failing case can be run again. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Seen {
  readonly at: number;
  /** What was compared with the limit. */
  readonly value: number;
}

/** The same by looking at the whole history each time: whether the alarm is raised after its last entry. */
function naive({ delayMs, hysteresis, kind, limit }: Alarm, history: readonly Seen[]): boolean {
  const passes = (value: number): boolean =>
    kind === "low" ? value < limit : kind === "stale" ? value >= limit : value > limit;
  const over = (value: number): boolean =>
    kind === "low"
      ? value >= limit + hysteresis
      : kind === "stale"
        ? value < limit
        : value <= limit - hysteresis;
  let raised = false;
  let begin = 0;
  for (let n = 0; n < history.length; n++) {
    const seen = history[n] as Seen;
    if (raised) {
      if (over(seen.value)) {
        raised = false;
        begin = n + 1;
      }
      continue;
    }
    let first = n + 1;
    while (first > begin && passes((history[first - 1] as Seen).value)) first--;
    raised = first <= n && seen.at - (history[first] as Seen).at >= delayMs;
  }
  return raised;
}

/** The change a minute from the whole history of values. */
function naiveChange(values: readonly Seen[]): number | undefined {
  const now = values.at(-1) as Seen;
  const kept: Seen[] = [];
  for (const seen of values.slice(0, -1)) {
    if (kept.length === 0 || seen.at - (kept.at(-1) as Seen).at >= 5_000) kept.push(seen);
  }
  const base = kept.findLast(({ at }) => at <= now.at - 60_000) ?? kept[0];
  if (!base || now.at - base.at < 10_000) return undefined;
  return (Math.abs(now.value - base.value) / (now.at - base.at)) * 60_000;
}

t.test("300 random histories: the same as a naive look at the whole of each", async (t) => {
  const random = seeded(7);
  let told = 0;
  for (let round = 0; round < 300; round++) {
    const pick = (most: number): number => Math.floor(random() * most);
    const kind = (["high", "low", "rate", "stale"] as const)[round % 4] ?? "high";
    const limit = kind === "stale" ? 5 + pick(60) : 2 + pick(6);
    const hysteresis = kind === "stale" ? 0 : Math.min(limit, pick(3));
    const tested = alarm(kind, limit, { delayMs: pick(4) * 5_000, hysteresis });
    const state = firstAlarmState("well", [pointWith([tested])], 0);
    if (!state) throw new TypeError("no alarms");
    let raised = false;
    let at = 0;
    let lastGood = 0;
    const history: Seen[] = [];
    const values: Seen[] = [];
    for (let step = 0; step < 120; step++) {
      at += 1 + pick(9_000);
      const value = pick(11);
      const quality = (["bad", "uncertain", undefined, undefined, undefined] as const)[pick(5)];
      const isTick = random() < 0.3;
      const events = isTick ? tickAlarms(state, at) : judgeAlarms(state, batch(value, at, quality), true);
      if (kind === "stale") {
        if (!isTick && quality === undefined) lastGood = at;
        if (isTick || quality === undefined) history.push({ at, value: (at - lastGood) / 1_000 });
      } else if (!isTick && quality !== "bad") {
        values.push({ at, value });
        const compared = kind === "rate" ? naiveChange(values) : value;
        if (compared !== undefined) history.push({ at, value: compared });
      }
      const expected = naive(tested, history);
      for (const event of events) raised = event.state === "raised";
      told += events.length;
      if (raised !== expected || events.length > 1) {
        t.fail(
          `round ${round}, step ${step}: ${JSON.stringify({ tested, expected, history: history.slice(-8) })}`,
        );
        return;
      }
    }
  }
  t.ok(told > 2_000, `${told} events`);
});

t.test("the board: begins by saying that nothing is raised, ticks, and shows what is", async (t) => {
  const clock = new ManualClock();
  const events: GatewayEvent[] = [];
  const text = { vi: "Mất tín hiệu", en: "No signal" };
  const board = new AlarmBoard({
    clock,
    devices: [
      { id: "well", points: [pointWith([alarm("stale", 60, { text }), alarm("high", 4)])] },
      { id: "quiet", points: [pointWith([])] },
    ],
    tell: (event) => events.push(event),
  });
  let changes = 0;
  const leave = board.subscribe(() => changes++);
  board.start();
  t.same(events, [{ event: "alarms", active: [] }]);
  t.equal(clock.pending, 1, "one timer for all");
  const since = clock.now();
  await clock.advance(59_999);
  t.equal(events.length, 1);
  // A wall clock that steps changes nothing about the time that passed.
  clock.stepWall(86_400_000);
  clock.stepWall(-86_400_000);
  await clock.advance(1_001);
  t.same(events[1], {
    event: "alarm",
    device: "well",
    point: "level",
    alarm: "stale",
    kind: "stale",
    severity: "warning",
    state: "raised",
    value: 60,
    limit: 60,
    text,
  });
  t.match(board.active(), [{ alarm: "stale", since: since + 60_000 }]);
  board.judge(batch(5, clock.mono()), true);
  t.match(board.active(), [{ alarm: "high", value: 5 }]);
  t.equal(changes, 2);
  leave();
  board.judge(batch(1, clock.mono()), true);
  t.same([board.active(), changes], [[], 2]);
  board.stop();
  t.equal(clock.pending, 0);
  const none = new AlarmBoard({
    clock,
    devices: [{ id: "quiet", points: [] }],
    tell: (event) => events.push(event),
  });
  const before = events.length;
  none.start();
  t.same([events.length, clock.pending], [before, 0], "without alarms nothing is said and nothing ticks");
});
