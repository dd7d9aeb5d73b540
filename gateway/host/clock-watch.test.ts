import t from "tap";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import { type ClockStep, ClockWatch } from "./clock-watch.js";

function watch(): { clock: ManualClock; steps: ClockStep[]; watch: ClockWatch } {
  const clock = new ManualClock(1_000_000_000_000);
  const steps: ClockStep[] = [];
  const made = new ClockWatch(clock, (step) => steps.push(step));
  made.start();
  return { clock, steps, watch: made };
}

t.test("a jump of the wall clock is told with both times, in either direction", async (t) => {
  const { clock, steps, watch: own } = watch();
  await clock.advance(60_000);
  t.same(steps, []);
  clock.stepWall(3 * 365 * 86_400_000);
  await clock.advance(5_000);
  const from = 1_000_000_065_000;
  t.same(steps, [{ byMs: 94_608_000_000, steps: 1, from, to: from + 94_608_000_000 }]);
  await clock.advance(600_000);
  clock.stepWall(-2_000);
  await clock.advance(5_000);
  t.match(steps[1], { byMs: -2_000, steps: 1 });
  own.stop();
  t.equal(clock.pending, 0);
});

t.test("slow corrections are none", async (t) => {
  const { clock, steps } = watch();
  for (let n = 0; n < 200; n++) {
    clock.stepWall(n % 3 === 0 ? 1_400 : 5);
    await clock.advance(5_000);
  }
  t.same(steps, []);
});

t.test("a clock that jumps for ever is told every ten minutes, all of it", async (t) => {
  const { clock, steps } = watch();
  for (let n = 0; n < 720; n++) {
    clock.stepWall(2_000);
    await clock.advance(5_000);
  }
  t.equal(steps.length, 6);
  await clock.advance(600_000);
  t.equal(steps.length, 7);
  t.equal(
    steps.reduce((sum, { byMs }) => sum + byMs, 0),
    720 * 2_000,
  );
  t.equal(
    steps.reduce((sum, one) => sum + one.steps, 0),
    720,
  );
});

t.test("whoever learns that the clock was set need not wait for the next look", (t) => {
  const { clock, steps, watch: own } = watch();
  clock.stepWall(10_000);
  own.look();
  t.match(steps, [{ byMs: 10_000 }]);
  own.look();
  t.equal(steps.length, 1);
  t.end();
});

t.test("a pause while the two clocks are read is no step", (t) => {
  const clock = new ManualClock();
  let calls = 0;
  let pausedMs = 0;
  const slow = {
    boot: "b",
    // The process stands still for three seconds just before the wall clock is read the second time.
    now: () => {
      if (++calls === 2) pausedMs = 3_000;
      return clock.now() + pausedMs;
    },
    mono: () => clock.mono() + pausedMs,
    after: () => () => {},
    sleep: () => Promise.resolve(),
  };
  const steps: ClockStep[] = [];
  const own = new ClockWatch(slow, (step) => steps.push(step));
  own.look();
  t.same(steps, []);
  t.end();
});
