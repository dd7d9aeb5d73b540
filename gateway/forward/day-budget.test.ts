import t from "tap";
import type { Log } from "../../drivers/core/log.js";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import { openBuffer } from "../buffer/open-buffer.js";
import { batchOf, optionsIn } from "../buffer/testbed.js";
import type { DaySent } from "../core/buffer.js";
import { DayBudget, OVERHEAD_BYTES } from "./day-budget.js";
import { Bench, describe } from "./testing/uplink-bench.js";

const NOON = Date.UTC(2026, 10, 23, 5);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A budget of ten messages of 850 bytes, where the file is a list. */
function budgetAt(wall: number, kept: { days: readonly DaySent[] } = { days: [] }) {
  const clock = new ManualClock(wall);
  const trust = { is: true };
  const budget = new DayBudget({
    dayBytes: 10 * (850 + OVERHEAD_BYTES),
    timezone: "Asia/Ho_Chi_Minh",
    clock,
    clockTrusted: () => trust.is,
    stored: kept.days,
    keep: (days) => {
      kept.days = days;
    },
  });
  const send = (messages: number): void => {
    for (let n = 0; n < messages; n++) budget.count(850);
  };
  return { budget, clock, kept, send, trust };
}

t.test("it counts everything, and is new at midnight where the gateway stands", (t) => {
  const { budget, clock, send } = budgetAt(NOON);
  send(9);
  t.notOk(budget.isSpent);
  send(1);
  t.ok(budget.isSpent);
  clock.stepWall(11.9 * HOUR_MS);
  t.ok(budget.isSpent, "12:00 UTC+7 is 5:00 UTC; midnight is 17:00 UTC");
  clock.stepWall(0.1 * HOUR_MS);
  t.notOk(budget.isSpent);
  t.equal(budget.sentToday, 0);
  t.end();
});

t.test("a restart begins no new budget, the next day does", (t) => {
  const first = budgetAt(NOON);
  first.send(10);
  const again = budgetAt(NOON + HOUR_MS, first.kept);
  t.ok(again.budget.isSpent);
  again.clock.stepWall(11 * HOUR_MS);
  t.notOk(again.budget.isSpent);
  t.equal(budgetAt(NOON + DAY_MS, first.kept).budget.sentToday, 0, "also where it was off at midnight");
  t.end();
});

t.test("a clock that steps opens no second budget for a day", (t) => {
  const { budget, clock, send } = budgetAt(NOON + 13 * HOUR_MS);
  send(10);
  clock.stepWall(-2 * HOUR_MS);
  t.notOk(budget.isSpent, "the day before has its own");
  clock.stepWall(2 * HOUR_MS);
  t.ok(budget.isSpent, "and this one is spent as it was");
  clock.stepWall(30 * DAY_MS);
  t.notOk(budget.isSpent);
  clock.stepWall(-30 * DAY_MS);
  t.ok(budget.isSpent);
  t.end();
});

t.test("without a trusted clock the last day goes on for 24 hours", async (t) => {
  const before = budgetAt(NOON);
  before.send(10);
  const { budget, clock, trust } = budgetAt(0, before.kept);
  trust.is = false;
  t.ok(budget.isSpent, "1970 is no new day");
  await clock.advance(DAY_MS - 1);
  t.ok(budget.isSpent);
  await clock.advance(1);
  t.notOk(budget.isSpent);

  const fresh = budgetAt(0);
  fresh.trust.is = false;
  fresh.send(10);
  fresh.trust.is = true;
  fresh.clock.stepWall(NOON);
  t.ok(fresh.budget.isSpent, "what was sent before the first day had a name belongs to it");
  fresh.clock.stepWall(DAY_MS);
  t.notOk(fresh.budget.isSpent);
});

t.test("at the end of the day's budget the backlog waits, live goes on, tomorrow it goes on", async (t) => {
  const codes: string[] = [];
  const note: Log["info"] = ({ message: { code } }) => {
    if (code.includes(".day_")) codes.push(code);
  };
  const log: Log = { debug() {}, info: note, warn: note, error() {}, with: () => log };
  const bench = new Bench({ window: 4, backlog: { share: 1, dayBytes: 5_000 } }, { log });
  const { clock, forwarder } = bench;
  forwarder.limits = { window: 1_000, maxPayload: 200 };
  bench.append(40);
  bench.acknowledgeAll();
  await bench.up();
  const backlog = (): number => forwarder.seqs("data", ({ historical }) => historical === true).length;
  const before = backlog();
  t.ok(before > 0 && before < 40, `${before} of 40`);
  bench.append(3);
  await clock.advance(600_000);
  t.equal(backlog(), before);
  t.same(forwarder.seqs("data").slice(-3), [41, 42, 43]);
  const status = bench.uplink.status("en");
  t.match(status, { state: "up", backlogWaits: "day", problem: undefined });
  t.ok(status.sentTodayBytes > 5_000 && status.sentBytes < status.sentTodayBytes);
  t.equal(forwarder.connects, 1, "and it is no fault of the link");
  const statuses = (): { readonly backlog_waits?: string }[] =>
    forwarder.sent.filter(({ message: { topic } }) => topic === "status").map(({ text }) => JSON.parse(text));
  t.equal(statuses().at(-1)?.backlog_waits, "day", "the centre knows why nothing more comes");
  t.same(codes, ["forward.day_spent"], "told once");
  for (let day = 0; day < 40 && bench.buffer.progress("centre").pending > 0; day++) {
    clock.stepWall(24 * HOUR_MS);
    await clock.advance(2_000);
  }
  t.equal(bench.buffer.progress("centre").pending, 0);
  t.equal(statuses().at(-1)?.backlog_waits, undefined);
  t.ok(codes.includes("forward.day_begins"));
  t.ok(bench.buffer.days.length > 0, "and the buffer remembers what was sent");
  await bench.stop();
});

t.test("a gateway that restarts on a day that is spent waits for the next one", async (t) => {
  const clock = new ManualClock(NOON);
  const options = optionsIn(t.testdir(), { clock, description: describe(["well"]) });
  const run = async (act: (bench: Bench, until: (done: () => boolean) => Promise<void>) => Promise<void>) => {
    const buffer = await openBuffer(options);
    const config = { window: 4, backlog: { share: 1, dayBytes: 8_000 } };
    const bench = new Bench(config, { buffer, clock });
    bench.forwarder.limits = { window: 1_000, maxPayload: 1_500 };
    bench.acknowledgeAll();
    const until = async (done: () => boolean): Promise<void> => {
      for (let n = 0; n < 400 && !done(); n++) {
        await clock.advance(50);
        await buffer.revision(0);
      }
      if (!done()) throw new Error("never");
    };
    if (buffer.stats().last === 0) {
      for (let n = 1; n <= 100; n++) buffer.append(batchOf(n), "normal");
      await until(() => buffer.durableSeq >= 100);
    }
    await bench.up();
    await act(bench, until);
    const stopping = bench.uplink.stop(100);
    await clock.advance(100);
    await stopping;
    await buffer.close();
  };
  const late = ({ forwarder }: Bench): number =>
    forwarder.seqs("data", (one) => one.historical === true).length;
  let sent = 0;
  await run(async (bench, until) => {
    await until(() => bench.uplink.status("en").backlogWaits === "day");
    sent = late(bench);
    t.ok(sent > 0 && sent < 100, `${sent} of 100 on the first day`);
  });
  await run(async (bench, until) => {
    await clock.advance(60_000);
    t.match(bench.uplink.status("en"), { state: "up", backlogWaits: "day" });
    t.equal(late(bench), 0, "the same day after a restart: nothing of the backlog");
    clock.stepWall(DAY_MS);
    await until(() => late(bench) > 0);
    t.ok(late(bench) < 100 - sent + 1, "the next day has its own budget");
  });
});
