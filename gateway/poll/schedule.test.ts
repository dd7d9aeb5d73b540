import t from "tap";
import { advance, type Entry, entryOf, nextDue, nextWake } from "./schedule.js";

interface Load {
  readonly periodMs: number;
  readonly costMs: number;
}

interface Outcome extends Load {
  readonly starts: readonly number[];
  /** Completions after the deadline. */
  readonly late: number;
}

const READY = (): number => 0;

/** A bus on which one exchange follows another, by steps. */
function simulate(loads: readonly Load[], untilMs: number): Outcome[] {
  const bus = loads.map((load) => ({ ...load, starts: [] as number[], late: 0 }));
  const entries = bus.map((own) => entryOf(own, "device", own.periodMs, 0));
  let now = 0;
  while (now < untilMs) {
    const entry = nextDue(entries, now, READY);
    if (!entry) {
      now = nextWake(entries, READY);
      continue;
    }
    const { request: own } = entry;
    const deadline = entry.dueMs + own.periodMs;
    own.starts.push(now);
    advance(entry, now);
    now += own.costMs;
    if (own.periodMs > 0 && now > deadline) own.late++;
  }
  return bus;
}

function repeat(times: number, periodMs: number, costMs: number): Load[] {
  return Array.from({ length: times }, () => ({ periodMs, costMs }));
}

const shareOf = (loads: readonly Load[]): number =>
  loads.reduce((sum, { costMs, periodMs }) => sum + (periodMs > 0 ? costMs / periodMs : 0), 0);

const longestOf = (loads: readonly Load[]): number => Math.max(...loads.map(({ costMs }) => costMs));

const rateOf = ({ starts }: Outcome, untilMs: number): number => starts.length / untilMs;

/** As it stands in schedule.ts. */
function longestGap(load: Load, loads: readonly Load[]): number {
  const everyOnce = loads.reduce((sum, { costMs }) => sum + costMs, 0);
  return (load.periodMs === 0 ? 1000 : 2 * load.periodMs) + everyOnce + longestOf(loads);
}

function gapsOf({ starts }: Outcome, untilMs: number): number[] {
  return [...starts, untilMs].map((at, n) => at - (n === 0 ? 0 : (starts[n - 1] ?? 0)));
}

/** Numbers that look random and are the same in each run. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32) * below;
  };
}

/** Requests of usual periods in random mixture that need `share` of the bus. */
function randomLoads(seed: number, share: number): Load[] {
  const random = randomFrom(seed);
  const periods = [500, 1000, 2000, 3000, 5000, 10_000, 60_000];
  const loads: Load[] = [];
  for (;;) {
    const periodMs = periods[Math.floor(random(periods.length))] ?? 1000;
    loads.push({ periodMs, costMs: 5 + Math.floor(random(60)) });
    if (shareOf(loads) > share) break;
  }
  return loads;
}

/** Whoever is due may find the longest exchange just begun: then all must still fit into the shortest period. */
function isFeasible(loads: readonly Load[]): boolean {
  const periods = loads.map(({ periodMs }) => periodMs).filter((periodMs) => periodMs > 0);
  return shareOf(loads) + longestOf(loads) / Math.min(...periods) <= 1;
}

const SEEDS = Array.from({ length: 40 }, (_, n) => n + 1);

t.test("a fast point does not wait behind ninety slow ones of the same beat", async (t) => {
  const loads = [...repeat(90, 10_000, 30), { periodMs: 1000, costMs: 30 }];
  const outcomes = simulate(loads, 60_000);
  const fast = outcomes.at(-1);
  t.equal(fast?.starts.length, 60);
  t.same(
    fast?.starts.map((at, n) => at - n * 1000 <= 30),
    Array(60).fill(true),
    "it waits for what is under way and for nothing else",
  );
  t.same(new Set(outcomes.slice(0, 90).map(({ starts }) => starts.length)), new Set([6]));
});

t.test("what can be done in time is done in time", async (t) => {
  let tried = 0;
  for (const seed of SEEDS) {
    let loads = randomLoads(seed, 0.97);
    while (!isFeasible(loads)) loads = loads.slice(1);
    if (shareOf(loads) < 0.7) continue;
    tried++;
    const outcomes = simulate(loads, 120_000);
    for (const { late, periodMs, starts } of outcomes) {
      if (late > 0 || starts.length !== Math.ceil(120_000 / periodMs)) {
        t.fail(`seed ${seed}: ${periodMs} ms asked ${starts.length} times, ${late} late`);
      }
    }
  }
  t.ok(tried > 20, `${tried} loads between 70 and 97 %`);
});

t.test("at overload fast points stay faster than slow ones, and nobody starves", async (t) => {
  const untilMs = 240_000;
  for (const share of [1.5, 3]) {
    for (const seed of SEEDS.slice(0, 10)) {
      const loads = randomLoads(seed, share);
      const outcomes = simulate(loads, untilMs);
      // The worst of each class, so that one cannot hide behind its class.
      for (const a of outcomes) {
        for (const b of outcomes) {
          if (a.periodMs * 2 <= b.periodMs && a.starts.length + 1 < b.starts.length) {
            t.fail(`seed ${seed}: ${a.periodMs} ms ${a.starts.length}, ${b.periodMs} ms ${b.starts.length}`);
          }
        }
        const gap = Math.max(...gapsOf(a, untilMs));
        if (gap > longestGap(a, loads)) t.fail(`seed ${seed}: ${a.periodMs} ms not asked for ${gap} ms`);
        if (rateOf(a, untilMs) > 1 / a.periodMs + 1e-5) t.fail(`seed ${seed}: more often than its period`);
      }
      const busyMs = outcomes.reduce((sum, { costMs, starts }) => sum + costMs * starts.length, 0);
      t.ok(busyMs >= untilMs, "no time is wasted");
    }
  }
});

t.test("as fast as possible: gets what is left, in turn, and takes nothing from the others", async (t) => {
  const periodic = repeat(10, 1000, 60);
  const outcomes = simulate([...repeat(4, 0, 10), ...periodic], 100_000);
  const eager = outcomes.slice(0, 4).map(({ starts }) => starts.length);
  t.ok(outcomes.slice(4).every(({ late, starts }) => late === 0 && starts.length === 100));
  t.ok(Math.max(...eager) - Math.min(...eager) <= 1, `${eager}: in turn`);
  const left = (100_000 - 60_000) / 10;
  t.ok(
    Math.abs(eager.reduce((sum, n) => sum + n, 0) - left) <= 100,
    `${eager}: all that is left, ${left} in total`,
  );
});

t.test("as fast as possible on a bus that has no time left", async (t) => {
  const loads = [...repeat(3, 0, 20), ...repeat(30, 1000, 50), ...repeat(30, 10_000, 50)];
  const untilMs = 100_000;
  const outcomes = simulate(loads, untilMs);
  for (const periodMs of [0, 1000, 10_000]) {
    const own = outcomes.filter((outcome) => outcome.periodMs === periodMs);
    const gap = Math.max(...own.flatMap((outcome) => gapsOf(outcome, untilMs)));
    t.ok(gap <= longestGap({ periodMs, costMs: 50 }, loads), `${periodMs} ms: at most ${gap} ms not asked`);
  }
  const eager = Math.max(...outcomes.slice(0, 3).map(({ starts }) => starts.length));
  t.ok(eager <= untilMs / 1000, `${eager}: not more than the second at which it competes`);
});

t.test("an exchange that begins before the beat and ends after it does not cost the beat", async (t) => {
  const [fast] = simulate([...repeat(1, 1000, 900), ...repeat(1, 10_000, 300)], 50_000);
  t.ok(fast?.starts.includes(11_200), "from 11.2 to 12.1 s");
  t.equal(fast?.starts.length, 50);
});

t.test("what the driver holds back lets others pass, and is asked when it may be", async (t) => {
  const held: Entry<string> = entryOf("held", "a", 1000, 0);
  const other = entryOf("other", "b", 10_000, 0);
  const readyAt = (entry: Entry<string>): number => (entry === held ? 400 : 0);
  t.equal(nextDue([held, other], 0, readyAt), other);
  advance(other, 0);
  t.equal(nextWake([held, other], readyAt), 400);
  t.equal(nextDue([held, other], 399, readyAt), undefined);
  t.equal(nextDue([held, other], 400, readyAt), held);
});
