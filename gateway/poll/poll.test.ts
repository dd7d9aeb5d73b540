import t from "tap";
import { LinkError, PermanentPointError, TransientError } from "../../drivers/core/errors.js";
import { afterFailure, NO_BACKOFF, reconnectPauseMs } from "./backoff.js";
import { advance, entryOf, nextDue, nextWake } from "./schedule.js";
import { points, SAID, setUp, transient } from "./testing/scripted-driver.js";

t.test("the schedule", async (t) => {
  const entries = [
    entryOf("fast", "a", 1000, 0),
    entryOf("slow", "b", 10_000, 0),
    entryOf("asap", "c", 0, 0),
  ];
  const ready = () => 0;
  t.equal(nextDue(entries, 0, ready)?.request, "fast", "in order at the start");
  for (const entry of entries) advance(entry, 1);
  t.equal(entries[0]?.dueMs, 1000);
  t.equal(entries[1]?.dueMs, 10_000);
  t.equal(nextDue(entries, 2, ready)?.request, "asap");
  t.equal(
    nextDue(entries, 2, () => 5),
    undefined,
    "held back by the driver",
  );
  t.equal(
    nextWake(entries, () => 5),
    5,
  );
  t.equal(nextDue(entries, 1500, ready)?.request, "asap", "waiting since 1 ms");
  entries[2] && advance(entries[2], 1400);
  t.equal(nextDue(entries, 1500, ready)?.request, "fast", "an overdue point goes before the eager one");
  const fast = entries[0];
  if (!fast) throw new Error("no entry");
  t.equal(advance(fast, 5200), 4, "beats that passed are skipped and counted");
  t.equal(fast.dueMs, 6000, "and the beat is kept");
});

t.test("pauses", async (t) => {
  let backoff = NO_BACKOFF;
  const pauses: number[] = [];
  for (let n = 0; n < 10; n++) {
    backoff = afterFailure(backoff, 100);
    pauses.push(backoff.untilMs && backoff.untilMs - 100);
  }
  t.same(pauses, [0, 0, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  t.equal(reconnectPauseMs(1, 0), 250);
  t.equal(reconnectPauseMs(20, 0.999) < 30_000, true);
});

t.test("a wall clock that steps, by seconds or by years, changes no rate and no order", async (t) => {
  const { batches, clock, driver, poller } = setUp(t, { meter: points("meter", ["v"], 1000) });
  poller.start();
  await clock.advance(60_000);
  const usual = driver.asked.length;
  const day = 86_400_000;
  for (const byMs of [-7_200_000, 30 * day, 3_650 * day, -23_700 * day, 20_000 * day]) {
    const before = driver.asked.length;
    clock.stepWall(byMs);
    await clock.advance(60_000);
    t.ok(Math.abs(driver.asked.length - before - usual) <= 1, `${byMs / day} days: no storm, no pause`);
  }
  const times = batches.map(({ mono }) => mono);
  t.same(
    times,
    [...times].sort((a, b) => a - b),
  );
});

t.test("each point at its rate, on its beat", async (t) => {
  const { clock, driver, poller } = setUp(t, {
    meter: points("meter", ["v"], 1000),
    well: [...points("well", ["level"], 500), ...points("well", ["temp"], 5000)],
  });
  poller.start();
  await clock.advance(10_000);
  const count = (key: string) => driver.asked.filter((asked) => asked.points === key).length;
  t.ok(Math.abs(count("v") - 11) <= 1, `${count("v")} of 10 to 12`);
  t.ok(Math.abs(count("level") - 21) <= 1);
  t.ok(Math.abs(count("temp") - 3) <= 1);
  t.ok(
    driver.asked.slice(0, 3).every(({ mono }) => mono === 0),
    "everything is read at once at the start",
  );
});

t.test("a silent device is asked rarely, its neighbour keeps its rate, and it is found again", async (t) => {
  const { clock, driver, poller, reasons } = setUp(t, {
    dead: points("dead", ["x"], 1000),
    well: points("well", ["level"], 1000),
  });
  let silent = true;
  driver.answer = ({ device }) => {
    if (device === "dead" && silent) transient();
  };
  poller.start();
  await clock.advance(120_000);
  const asked = (device: string) => driver.asked.filter((entry) => entry.device === device).length;
  t.ok(asked("dead") < 14, `asked ${asked("dead")} times in two minutes`);
  t.ok(asked("well") >= 119);
  t.ok(reasons("dead").length >= 119, "its readings are still told as bad at their rate");
  t.ok(reasons("dead").every((reason) => reason === "no_answer"));
  silent = false;
  await clock.advance(60_000);
  t.equal(reasons("dead").at(-1), "good", "within 60 s");
  t.equal(poller.device("dead").failures, 0);
});

t.test("what the driver holds back is asked when it says so, or earlier when it calls", async (t) => {
  const { clock, driver, poller } = setUp(t, { a: points("a", ["x"], 1000), b: points("b", ["x"], 1000) });
  driver.held.set("a", 700);
  poller.start();
  await clock.advance(699);
  t.ok(driver.asked.every(({ device }) => device === "b"));
  await clock.advance(1);
  t.match(driver.asked.at(-1), { device: "a", mono: 700 });
  driver.held.set("a", 1e9);
  await clock.advance(5000);
  const before = driver.asked.filter(({ device }) => device === "a").length;
  driver.held.delete("a");
  poller.wake();
  await clock.advance(0);
  t.equal(driver.asked.filter(({ device }) => device === "a").length, before + 1);
});

t.test(
  "a lost link: every reading says so, and the connection is made anew with growing pauses",
  async (t) => {
    const { clock, driver, poller, reasons } = setUp(t, {
      a: points("a", ["x"], 1000),
      b: points("b", ["x"], 0),
    });
    driver.tookMs = 10;
    poller.start();
    await clock.advance(100);
    const down = () => {
      throw new LinkError(SAID.failed);
    };
    driver.answer = down;
    driver.onConnect = down;
    await clock.advance(100_000);
    t.equal(poller.state.state, "down");
    t.ok(driver.connects > 4 && driver.connects < 16, `${driver.connects} attempts in 100 s`);
    t.equal(driver.closes, driver.connects, "closed each time");
    t.equal(reasons("a").at(-1), "link_down");
    t.equal(reasons("b").at(-1), "link_down");
    driver.answer = () => {};
    driver.onConnect = () => {};
    await clock.advance(31_000);
    t.equal(poller.state.state, "up");
    t.equal(reasons("a").at(-1), "good");
  },
);

t.test("a refused span is split until only the points that are not there are left out", async (t) => {
  const ids = ["a", "b", "c", "d", "e"];
  const { clock, driver, poller, batches } = setUp(t, { dev: points("dev", ids, 1000) });
  driver.answer = (request) => {
    if (request.points.some(({ id }) => id === "d")) throw new PermanentPointError(SAID.failed);
  };
  poller.start();
  await clock.advance(5000);
  const last = new Map<string, string>();
  for (const { layout, flags } of batches) {
    for (const { id } of layout.points) last.set(id, flags?.[0]?.reason ?? "good");
  }
  t.same(Object.fromEntries(last), { a: "good", b: "good", c: "good", d: "unsupported", e: "good" });
  const asked = driver.asked.filter(({ points: own }) => own === "d").length;
  await clock.advance(60_000);
  t.equal(driver.asked.filter(({ points: own }) => own === "d").length, asked, "it is not asked again");
  driver.answer = () => {
    throw new LinkError(SAID.failed);
  };
  await clock.advance(1000);
  driver.answer = () => {};
  await clock.advance(5000);
  t.ok(driver.asked.filter(({ points: own }) => own === "d").length > asked, "after a reconnect it is");
  t.equal(
    driver.asked.filter(({ points: own }) => own === ids.join()).length,
    1,
    "by itself: splits are kept",
  );
});

t.test("an exception that may pass does not slow the device down", async (t) => {
  const { clock, driver, poller, reasons } = setUp(t, { a: points("a", ["x"], 1000) });
  driver.answer = () => {
    throw new TransientError("device_error", SAID.failed);
  };
  poller.start();
  await clock.advance(20_000);
  t.ok(driver.asked.length >= 20);
  t.ok(reasons("a").every((reason) => reason === "device_error"));
});

t.test("as fast as possible stops for a silent device instead of spinning", async (t) => {
  const { clock, driver, poller, turns } = setUp(t, { a: points("a", ["x"], 0) });
  driver.tookMs = 10;
  driver.answer = transient;
  poller.start();
  await clock.advance(60_000);
  t.ok(driver.asked.length < 12);
  t.ok(turns() < 200, `${turns()} turns`);
  t.ok(turns() > 25, "the loop shows that it is alive");
});

t.test("a fault of ours ends the gateway instead of being polled over", async (t) => {
  const { clock, driver, poller, fatal } = setUp(t, { a: points("a", ["x"], 1000) });
  driver.answer = () => {
    throw new TypeError("broken");
  };
  poller.start();
  await clock.advance(1000);
  t.equal(fatal[0]?.message, "broken");
});

t.test("stopping in the middle of an exchange gives no reading for it", async (t) => {
  const { clock, driver, poller, batches } = setUp(t, { a: points("a", ["x"], 1000) });
  driver.tookMs = 100;
  driver.answer = transient;
  poller.start();
  await clock.advance(50);
  await poller.stop();
  t.equal(batches.length, 0);
  t.equal(clock.pending, 0, "no timer is left");
});
