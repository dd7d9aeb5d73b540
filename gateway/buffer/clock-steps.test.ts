import t from "tap";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import { AgeClock } from "./age-clock.js";
import { readBuffer } from "./reader.js";
import { batchOf, drain, lostRuns, numbers, openIn, optionsIn } from "./testbed.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const KEEP = 3 * HOUR;
const YEARS = 3_650 * DAY;

/** What the wall clock does, one after the other; each stays for an hour. */
const STEPS = [
  { name: "-2 h", byMs: -2 * HOUR },
  { name: "+30 days", byMs: 30 * DAY },
  { name: "-30 days", byMs: -30 * DAY },
  { name: "+10 years", byMs: YEARS },
  { name: "-10 years", byMs: -YEARS },
  { name: "to 1970", byMs: -20_000 * DAY },
  { name: "from 1970 to now", byMs: 20_000 * DAY },
  { name: "+2 h", byMs: 2 * HOUR },
] as const;

t.test("a clock that steps makes nothing old before its time", async (t) => {
  const clock = new ManualClock();
  const uplinks = [
    { id: "centre", carries: () => true },
    { id: "second", carries: () => true, required: false, keepForMs: KEEP },
  ];
  const options = optionsIn(t.testdir(), { clock, uplinks });
  const buffer = await openIn(t, { ...options, config: { ...options.config, keepAtLeastMs: KEEP } });
  buffer.setLive("centre", true);
  const commit = async (): Promise<void> => {
    const n = buffer.stats().last;
    const { seq } = buffer.append(batchOf(n, { t: clock.now(), mono: clock.mono() }), "normal");
    while (buffer.durableSeq < seq) {
      await clock.advance(50);
      await buffer.revision(0);
    }
    buffer.settle("centre", numbers(buffer.takeLive("centre", 1_000)), "acknowledged");
  };
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 60_000) {
      await clock.advance(60_000);
      await buffer.revision(0);
    }
  };
  // Two groups that are whole: what is acknowledged by one and not waited for by the other goes when it is due.
  for (let n = 0; n < 130; n++) await commit();
  const timers = clock.pending;
  let passed = 0;
  for (const { byMs, name } of STEPS) {
    clock.stepWall(byMs);
    await commit();
    const { commits } = buffer.stats();
    await pass(passed < 2 * HOUR ? HOUR : HOUR / 12);
    passed += passed < 2 * HOUR ? HOUR : HOUR / 12;
    t.equal(buffer.stats().keptFrom, 1, `${name}: ${passed / HOUR} of 3 h have passed`);
    t.ok(buffer.stats().commits - commits <= 2, `${name}: nothing is written for it`);
    t.ok(clock.pending <= timers + 1, `${name}: no more timers than before`);
    t.equal(buffer.stats().belowKeepAtLeastUntil, 0);
  }
  const stored = [...readBuffer(options.config.path)];
  t.same(
    numbers(stored),
    Array.from({ length: stored.length }, (_, n) => n + 1),
    "in the order in which they were taken",
  );
  for (let n = 0; n < 70; n++) await commit();
  await pass(2 * HOUR);
  t.ok(buffer.stats().keptFrom > 100, "and what is due goes, once it is");
  t.same(lostRuns(await drain(buffer, "second"), "full"), []);
});

t.test(
  "ages: from the newest record on, at twice the pace at most, never from a clock that nobody set",
  (t) => {
    const now = Date.UTC(2026, 10, 26);
    const ages = new AgeClock(now - 10 * DAY);
    t.equal(ages.at(undefined, 0), undefined);
    t.equal(ages.at(0, 0), undefined, "1970");
    t.equal(ages.at(now, 1_000), now - 10 * DAY, "switched off for ten days");
    t.equal(ages.at(now + DAY, 1_000 + DAY), now - 8 * DAY);
    t.equal(ages.at(now + 9 * DAY, 1_000 + 9 * DAY), now + 8 * DAY);
    t.equal(ages.at(now + 11 * DAY, 1_000 + 11 * DAY), now + 11 * DAY, "caught up");
    t.equal(ages.at(now + 11 * DAY + YEARS, 1_000 + 11 * DAY), now + 11 * DAY, "a step is no age");
    t.equal(ages.at(now + 10 * DAY, 1_000 + 11 * DAY), now + 10 * DAY, "back: at once");
    const fresh = new AgeClock();
    t.equal(fresh.at(now, 0), now);
    t.equal(fresh.at(now + HOUR, HOUR), now + HOUR);
    t.end();
  },
);
