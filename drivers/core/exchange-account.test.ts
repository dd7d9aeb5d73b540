import t from "tap";
import { ExchangeAccount } from "./exchange-account.js";
import { WINDOW_MS } from "./exchange-tally.js";
import { ManualClock } from "./manual-clock.js";

const NOTHING = {
  requests: 0,
  good: 0,
  timeouts: 0,
  damaged: 0,
  foreign: 0,
  late: 0,
  exceptions: 0,
  exceptionCodes: {},
  busyShare: 0,
};

t.test("a new account is empty, with each device", async (t) => {
  const account = new ExchangeAccount(new ManualClock(), ["a", "b"]);
  t.strictSame(account.stats(), { ...NOTHING, devices: { a: NOTHING, b: NOTHING } });
});

t.test("each event counts for its device and for the connection", async (t) => {
  const clock = new ManualClock();
  const account = new ExchangeAccount(clock, ["a", "b"], { busyCodes: [5, 6] });
  await clock.advance(1_000);
  const goodT = clock.now();
  for (const device of ["a", "b"]) account.requested(device);
  account.answered("a", 20, 30, 9);
  await clock.advance(9_000);
  account.exception("b", 6, 40, 50);
  account.requested("b");
  account.exception("b", 2, 40, 50);
  account.requested("b");
  account.timedOut("b", 1_000);
  account.requested("b");
  account.damaged("b", 870, 100);
  account.damaged(undefined);
  account.late("b", 1_200);
  account.late("b", 1_100);
  account.foreign("a");
  account.foreign("a stranger");
  account.echoed();
  account.heard(7);

  const stats = account.stats();
  t.strictSame(stats.devices["a"], {
    ...NOTHING,
    requests: 1,
    good: 1,
    foreign: 1,
    busyShare: 0.003,
    roundTrip: { medianMs: 20, p99Ms: 20 },
    lastGoodT: goodT,
  });
  t.strictSame(stats.devices["b"], {
    ...NOTHING,
    requests: 4,
    timeouts: 1,
    damaged: 1,
    late: 2,
    exceptions: 2,
    exceptionCodes: { 2: 1, 6: 1 },
    busyShare: 0.197,
    roundTrip: { medianMs: 40, p99Ms: 40 },
  });
  t.match(stats, { requests: 5, good: 1, damaged: 2, foreign: 2, late: 2, busyShare: 0.2 });

  const window = account.window();
  t.equal(window.coversMs, 10_000);
  t.match(window.devices["b"], {
    busy: 1,
    exceptions: 2,
    longDamaged: 1,
    shortDamaged: 0,
    worstLateMs: 1_200,
  });
  t.match(window.devices["a"], { shortGood: 1, longGood: 0, foreign: 1 });
  t.match(window.bus, { damaged: 2, longDamaged: 1, echoes: 1, heardBytes: 7 });
});

t.test("the window forgets, the counters do not", async (t) => {
  const clock = new ManualClock();
  const account = new ExchangeAccount(clock, ["a"]);
  for (let second = 0; second < 400; second++) {
    account.requested("a");
    account.answered("a", second, 500, 20);
    await clock.advance(1_000);
  }
  t.equal(account.stats().requests, 400);
  const { coversMs, devices } = account.window();
  t.ok(coversMs > WINDOW_MS - 10_001 && coversMs <= WINDOW_MS, `covers ${coversMs} ms`);
  t.equal(devices["a"]?.requests, coversMs / 1_000, "one request a second of the time that is covered");
  t.equal(account.stats().busyShare, 0.5);

  await clock.advance(WINDOW_MS + 1);
  t.match(account.window().devices["a"], { requests: 0, good: 0, longGood: 0 });
  t.match(account.stats(), { requests: 400, good: 400, busyShare: 0 });
  account.requested("a");
  t.equal(account.window().bus.requests, 1, "counts go on after a pause that emptied all");
});

t.test("median and 99th are of the last 512 round trips, by nearest rank", async (t) => {
  const account = new ExchangeAccount(new ManualClock(), ["a"]);
  for (let ms = 1; ms <= 100; ms++) account.answered("a", ms, ms, 8);
  t.strictSame(account.stats().roundTrip, { medianMs: 50, p99Ms: 99 });
  for (let i = 0; i < 511; i++) account.answered("a", 12.345, 1, 8);
  t.strictSame(account.stats().roundTrip, { medianMs: 12.35, p99Ms: 12.35 }, "one of 100 ms is the 0.2 %");
});

t.test("a wire cannot be busy more than always, even where exchanges run side by side", async (t) => {
  const clock = new ManualClock();
  const account = new ExchangeAccount(clock, ["a", "b"]);
  t.equal(account.stats().busyShare, 0, "no time has passed yet");
  await clock.advance(1_000);
  account.timedOut("a", 900);
  account.timedOut("b", 900);
  t.equal(account.stats().busyShare, 1);
  t.equal(account.stats().devices["a"]?.busyShare, 0.9);
});
