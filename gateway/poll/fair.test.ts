import t from "tap";
import { BusyError, LinkError, PermanentPointError } from "../../drivers/core/errors.js";
import { points, SAID, setUp, transient } from "./testing/scripted-driver.js";

const EIGHT = ["a", "b", "c", "d", "e", "f", "g", "h"];

const busy = (againMs: number) => (): never => {
  throw new BusyError(againMs, SAID.failed);
};

t.test("one dead device of eight: the others keep their rate", async (t) => {
  const rateOf = async (devices: readonly string[], timeoutMs: number) => {
    const each = devices.map((id) => [id, points(id, ["x", "y"], 0)] as const);
    const { asked, clock, driver, poller, reasons } = setUp(t, Object.fromEntries(each));
    driver.tookMs = 25;
    driver.took.set("dead", timeoutMs);
    driver.answer = ({ device }) => device === "dead" && transient();
    poller.start();
    await clock.advance(3 * timeoutMs + 2000);
    const before = asked("h").length;
    await clock.advance(240_000);
    if (devices.includes("dead")) t.equal(reasons("dead").at(-1), "no_answer");
    if (timeoutMs === 500) t.ok(asked("dead").length > 12, "probes go before what only fills the time");
    await poller.stop();
    return asked("h").length - before;
  };
  const living = EIGHT.slice(1);
  const alone = await rateOf(living, 0);
  t.ok(alone > 1000);
  // 5 s once in 55 s are 9 %: `retry_within` goes before the 5 %.
  for (const [timeoutMs, least] of [
    [500, 0.95],
    [2000, 0.95],
    [5000, 0.9],
  ] as const) {
    const rate = await rateOf(["dead", ...living], timeoutMs);
    t.ok(rate >= alone * least, `timeout ${timeoutMs} ms: ${rate} exchanges instead of ${alone}`);
  }
});

t.test("a dead device on a bus without a free moment is found within retry_within", async (t) => {
  const { asked, clock, driver, poller, reasons } = setUp(
    t,
    { dead: points("dead", ["x"], 1000), ...{ a: points("a", ["x"], 200), b: points("b", ["x"], 200) } },
    { retryWithinMs: 20_000 },
  );
  driver.tookMs = 150;
  driver.took.set("dead", 100);
  let silent = true;
  driver.answer = ({ device }) => device === "dead" && silent && transient();
  poller.start();
  await clock.advance(120_000);
  const at = asked("dead").map(({ mono }) => mono);
  const gaps = at.slice(1).map((mono, n) => mono - (at[n] ?? 0));
  t.ok(Math.max(...gaps) <= 20_000, `asked at ${at}`);
  t.ok(Math.min(...gaps.slice(-3)) > 15_000, "no more often than it must be");
  t.match(poller.device("dead"), { probing: true, problem: Error });
  t.ok(poller.device("dead").failures > 3);
  silent = false;
  const died = reasons("dead").length;
  await clock.advance(20_000);
  t.ok(reasons("dead").slice(died).includes("good"));
  t.match(poller.device("dead"), { failures: 0, probing: false, problem: undefined });
  t.ok(poller.device("a").skipped > 0, "the beats that the bus had no time for are counted");
});

t.test("four dead devices and slow exchanges in between: each is found within retry_within", async (t) => {
  const dead = EIGHT.slice(0, 4);
  const each = EIGHT.map((id) => [id, points(id, ["x"], 1000)] as const);
  const { asked, clock, driver, poller } = setUp(t, Object.fromEntries(each), { retryWithinMs: 20_000 });
  driver.tookMs = 900;
  for (const id of dead) driver.took.set(id, 100);
  driver.answer = ({ device }) => dead.includes(device) && transient();
  poller.start();
  await clock.advance(240_000);
  for (const id of dead) {
    const at = asked(id).map(({ mono }) => mono);
    const gaps = at.slice(1).map((mono, n) => mono - (at[n] ?? 0));
    t.ok(at.length > 10 && Math.max(...gaps) <= 20_000, `asked at ${at}`);
  }
});

t.test("a probe asks the cheapest request; found, all are asked again, slow ones at once", async (t) => {
  const { asked, batches, clock, driver, poller, reasons } = setUp(t, {
    dead: [
      ...points("dead", ["a", "b"], 1000),
      ...points("dead", ["hourly"], 3_600_000),
      ...points("dead", ["e", "f", "g"], 0),
    ],
    well: points("well", ["level"], 1000),
  });
  driver.tookMs = 10;
  let silent = true;
  driver.answer = ({ device }) => device === "dead" && silent && transient();
  poller.start();
  await clock.advance(30_000);
  const before = asked("dead").length;
  await clock.advance(60_000);
  const probes = asked("dead").slice(before);
  t.ok(probes.length >= 2 && probes.length <= 4, `${probes.length} probes`);
  t.ok(probes.every((one) => one.points === "hourly"));
  const given = batches.filter(({ layout }) => layout.points[0]?.id === "hourly");
  t.equal(given.length, 1, "what is asked between two beats gives no reading when it fails");
  silent = false;
  await clock.advance(30_000);
  t.equal(reasons("dead").at(-1), "good");
  const found = asked("dead").find((one, n) => n >= before + probes.length && one.points === "e,f,g");
  const foundMs = asked("dead")[before + probes.length]?.mono ?? 0;
  t.equal(found?.mono, foundMs + 10, "as fast as possible: at once");
  const beat = asked("dead", "a,b").find(({ mono }) => mono > foundMs)?.mono ?? 0;
  t.ok(beat % 1000 <= 20 && beat - foundMs <= 1020, `found at ${foundMs}, at its beat ${beat}`);
});

t.test("an hourly point that was missed is asked when its device is found, and once", async (t) => {
  const { asked, clock, driver, poller } = setUp(t, {
    dead: [...points("dead", ["a"], 1000), ...points("dead", ["x", "y"], 3_600_000)],
    well: points("well", ["level"], 1000),
  });
  let silent = true;
  driver.answer = ({ device }) => device === "dead" && silent && transient();
  poller.start();
  await clock.advance(10_000);
  t.equal(asked("dead", "x,y").length, 1);
  silent = false;
  await clock.advance(60_000);
  t.equal(asked("dead", "x,y").length, 2);
  silent = true;
  await clock.advance(10_000);
  silent = false;
  await clock.advance(600_000);
  t.equal(asked("dead", "x,y").length, 2, "nothing was missed the second time");
});

t.test("what was missed while the link was down is asked when it is up, and once", async (t) => {
  const { asked, clock, driver, poller } = setUp(t, {
    dev: [...points("dev", ["a"], 1000), ...points("dev", ["x", "y"], 3_600_000)],
  });
  let isUp = false;
  const link = (): void => {
    if (!isUp) throw new LinkError(SAID.failed);
  };
  driver.onConnect = link;
  driver.answer = link;
  poller.start();
  for (let n = 0; n < 3; n++) {
    await clock.advance(10_000);
    isUp = true;
    await clock.advance(60_000);
    isUp = false;
  }
  t.equal(asked("dev", "x,y").length, 1);
});

t.test("a probe that ends with the link is not the last one", async (t) => {
  const { asked, clock, driver, poller, reasons } = setUp(t, {
    dead: points("dead", ["x"], 1000),
    well: points("well", ["level"], 1000),
  });
  driver.answer = ({ device }) => {
    if (device !== "dead") return;
    if (asked("dead").length === 5) throw new LinkError(SAID.failed);
    if (asked("dead").length < 7) transient();
  };
  poller.start();
  await clock.advance(60_000);
  t.equal(driver.connects, 2);
  t.equal(reasons("dead").at(-1), "good");
});

t.test("a device that is found and refuses: the parts are asked at once", async (t) => {
  const { asked, clock, driver, poller } = setUp(t, {
    dead: points("dead", ["a", "b"], 0),
    well: points("well", ["level"], 1000),
  });
  driver.took.set("dead", 130);
  driver.answer = ({ device, points: own }) => {
    if (device !== "dead") return;
    if (asked("dead").length < 4) transient();
    if (own.length > 1) throw new PermanentPointError(SAID.failed);
  };
  poller.start();
  await clock.advance(30_000);
  const found = asked("dead", "a,b").at(-1)?.mono ?? 0;
  t.equal(asked("dead", "a")[0]?.mono, found + 130);
  t.equal(asked("dead", "b")[0]?.mono, found + 260);
});

t.test("a probe waits while the driver holds the device back", async (t) => {
  const { asked, clock, driver, poller } = setUp(t, {
    dead: points("dead", ["x"], 1000),
    well: points("well", ["level"], 1000),
  });
  driver.answer = ({ device }) => {
    if (device !== "dead") return;
    driver.held.set("dead", clock.mono() + 5000);
    transient();
  };
  poller.start();
  await clock.advance(100_000);
  const at = asked("dead").map(({ mono }) => mono);
  t.ok(at.length > 4);
  t.ok(
    at.slice(1).every((mono, n) => mono - (at[n] ?? 0) >= 5000),
    `asked at ${at}`,
  );
});

t.test("busy: asked again as the device says, and bad only when that did not help", async (t) => {
  const { asked, clock, driver, poller, reasons } = setUp(t, {
    busy: points("busy", ["x"], 10_000),
    well: points("well", ["level"], 1000),
  });
  let refusals = 2;
  driver.answer = ({ device }) => device === "busy" && refusals-- > 0 && busy(500)();
  poller.start();
  await clock.advance(9999);
  t.same(
    asked("busy").map(({ mono }) => mono),
    [0, 500, 1000],
  );
  t.same(reasons("busy"), ["good"], "a wait is no reading");
  t.equal(asked("well").length, 10, "others go on meanwhile");
  refusals = Number.POSITIVE_INFINITY;
  await clock.advance(10_000);
  t.same(
    asked("busy")
      .slice(3)
      .map(({ mono }) => mono),
    [10_000, 10_500, 11_000, 11_500],
    "three times again",
  );
  t.same(reasons("busy"), ["good", "device_error"]);
  await clock.advance(1);
  t.equal(asked("busy").at(-1)?.mono, 20_000, "then at its beat");
  t.match(poller.device("busy"), { failures: 0, probing: false });
});

t.test("busy for longer than the beat lasts, and as fast as possible", async (t) => {
  const { asked, clock, driver, poller, reasons } = setUp(t, {
    slow: points("slow", ["x"], 1000),
    eager: points("eager", ["x"], 0),
  });
  driver.answer = ({ device }) => busy(device === "slow" ? 2000 : 300)();
  poller.start();
  await clock.advance(10_000);
  t.equal(asked("slow").length, 11, "at its beats");
  t.ok(reasons("slow").every((reason) => reason === "device_error"));
  t.equal(reasons("slow").length, 11);
  const eager = asked("eager").map(({ mono }) => mono);
  t.ok(eager.length > 30 && eager.length < 36, `${eager.length} times in 10 s`);
  t.ok(eager.slice(1).every((mono, n) => mono - (eager[n] ?? 0) >= 300));
  t.ok(reasons("eager").length < eager.length / 3);
});

t.test("the parts of a refused request take its place for the same beat", async (t) => {
  const { asked, batches, clock, driver, poller, warnings } = setUp(t, {
    first: points("first", ["x"], 1000),
    dev: points("dev", ["a", "b", "c", "d"], 1000),
    last: points("last", ["x"], 60_000),
  });
  driver.tookMs = 10;
  driver.answer = (request) => {
    if (request.points.some(({ id }) => id === "b")) throw new PermanentPointError(SAID.failed);
  };
  poller.start();
  await clock.advance(999);
  t.same(
    driver.asked.map((one) => one.points),
    ["x", "a,b,c,d", "a,b", "a", "b", "c,d", "x"],
    "parts go before what has time",
  );
  t.equal(poller.device("dev").unsupported, 1);
  t.equal(warnings.length, 1);
  await clock.advance(5000);
  const unsupported = batches.filter(({ flags }) => flags?.[0]?.reason === "unsupported");
  t.equal(unsupported.length, 6, "at its beats");
  t.equal(asked("dev", "b").length, 1);
  t.equal(asked("dev", "a").length, 6);
  t.equal(warnings.length, 1, "said once");
});

t.test("links that come and go: what was refused is asked again at most once an hour", async (t) => {
  const { asked, clock, driver, poller, warnings } = setUp(t, { dev: points("dev", ["a", "b"], 1000) });
  let isUp = true;
  let isThere = false;
  driver.answer = (request) => {
    if (!isUp) throw new LinkError(SAID.failed);
    if (!isThere && request.points.some(({ id }) => id === "b")) throw new PermanentPointError(SAID.failed);
  };
  const reconnect = async () => {
    isUp = false;
    await clock.advance(2000);
    isUp = true;
    await clock.advance(58_000);
  };
  poller.start();
  await clock.advance(1500);
  t.equal(asked("dev", "b").length, 1);
  await reconnect();
  t.equal(asked("dev", "b").length, 2, "the first reconnect: at once");
  for (let n = 0; n < 59; n++) await reconnect();
  t.equal(asked("dev", "b").length, 2, "within the hour not again");
  for (let n = 0; n < 121; n++) await reconnect();
  t.equal(asked("dev", "b").length, 5, "three hours");
  t.equal(asked("dev", "a,b").length, 1, "the split is remembered");
  t.equal(warnings.filter((code) => code === "poll.points_unsupported").length, 1, "said once");
  isThere = true;
  for (let n = 0; n < 61; n++) await reconnect();
  t.equal(poller.device("dev").unsupported, 0);
  const before = asked("dev", "b").length;
  await clock.advance(10_000);
  t.equal(asked("dev", "b").length, before + 10, "there now: asked at its beats");
});

t.test("a device that falls silent when its refused point is asked again is found", async (t) => {
  const { clock, driver, poller, reasons } = setUp(t, {
    dev: points("dev", ["a"], 1000),
    well: points("well", ["x"], 1000),
  });
  let step: "refuse" | "down" | "silent" | "there" = "refuse";
  driver.answer = ({ device }) => {
    if (step === "down") throw new LinkError(SAID.failed);
    if (device !== "dev") return;
    if (step === "refuse") throw new PermanentPointError(SAID.failed);
    if (step === "silent") transient();
  };
  poller.start();
  await clock.advance(1500);
  step = "down";
  await clock.advance(600);
  step = "silent";
  await clock.advance(20_000);
  t.equal(poller.device("dev").probing, true);
  step = "there";
  await clock.advance(60_000);
  t.equal(reasons("dev").at(-1), "good");
});

t.test(
  "side by side: as many as the driver takes, and one that fails does not disturb the others",
  async (t) => {
    const { asked, clock, driver, poller, reasons } = setUp(
      t,
      Object.fromEntries(EIGHT.map((id) => [id, points(id, ["x"], 1000)])),
    );
    driver.parallel = 4;
    driver.tookMs = 100;
    driver.took.set("a", 700);
    driver.answer = ({ device }) => device === "a" && transient();
    poller.start();
    await clock.advance(1000);
    t.equal(driver.mostUnderWay, 4);
    t.same(
      EIGHT.slice(1).map((id) => asked(id)[0]?.mono),
      [0, 0, 0, 100, 100, 100, 200],
    );
    await clock.advance(60_000);
    for (const id of EIGHT.slice(1)) t.equal(reasons(id).filter((reason) => reason === "good").length, 61);
    t.ok(asked("a").length < 12, "a silent one is probed");
    t.equal(driver.mostUnderWay, 4);
    t.equal(poller.device("a").probing, true);
  },
);

t.test("side by side: a request is never under way twice", async (t) => {
  const { asked, clock, driver, poller } = setUp(t, {
    slow: points("slow", ["x"], 100),
    eager: points("eager", ["x"], 0),
  });
  driver.parallel = 8;
  driver.took.set("slow", 350);
  driver.took.set("eager", 50);
  poller.start();
  await clock.advance(5000);
  t.equal(driver.mostUnderWay, 2);
  t.ok(asked("slow").length <= 15);
  t.ok(asked("eager").length >= 95);
});

t.test("side by side: a lost link ends all, and is made anew when the last has settled", async (t) => {
  const { clock, driver, fatal, poller, reasons } = setUp(
    t,
    Object.fromEntries(EIGHT.slice(0, 3).map((id) => [id, points(id, ["x"], 10_000)])),
  );
  driver.parallel = 4;
  driver.took.set("a", 100);
  driver.took.set("b", 200);
  driver.took.set("c", 5000);
  driver.answer = ({ device }) => {
    if (device !== "c") throw new LinkError(SAID.failed);
  };
  poller.start();
  await clock.advance(4999);
  t.equal(poller.state.state, "up");
  t.equal(driver.closes, 0);
  await clock.advance(1);
  t.equal(poller.state.state, "down");
  t.equal(driver.closes, 1);
  t.same([reasons("a"), reasons("b"), reasons("c")], [["link_down"], ["link_down"], ["good"]]);
  driver.answer = () => {};
  await clock.advance(20_000);
  t.equal(poller.state.state, "up");
  t.equal(reasons("a").at(-1), "good");
  t.equal(fatal.length, 0);
});

t.test("side by side: a fault of ours counts more than a lost link; stopping leaves nothing", async (t) => {
  const faulty = setUp(t, { a: points("a", ["x"], 1000), b: points("b", ["x"], 1000) });
  faulty.driver.parallel = 2;
  faulty.driver.took.set("b", 50);
  faulty.driver.answer = ({ device }) => {
    if (device === "a") throw new LinkError(SAID.failed);
    throw new TypeError("broken");
  };
  faulty.poller.start();
  await faulty.clock.advance(1000);
  t.equal(faulty.fatal[0]?.message, "broken");
  const { batches, clock, driver, poller } = setUp(t, { a: points("a", ["x"], 0), b: points("b", ["x"], 0) });
  driver.parallel = 2;
  driver.tookMs = 100;
  poller.start();
  await clock.advance(50);
  await poller.stop();
  t.equal(batches.length, 0);
  t.equal(driver.underWay, 0);
  t.equal(clock.pending, 0);
});

t.test("new hints: planned anew between two beats, nothing lost and nothing twice", async (t) => {
  const ids = ["a", "b", "c", "d"];
  const { asked, batches, clock, driver, poller } = setUp(t, { dev: points("dev", ids, 1000) });
  driver.tookMs = 10;
  driver.fit = ({ turnaroundMs }) => turnaroundMs;
  poller.start();
  await clock.advance(1500);
  driver.known.set("dev", { turnaroundMs: 2 });
  await clock.advance(3000);
  t.same(
    asked("dev").map((one) => `${one.points} ${one.mono}`),
    ["a,b,c,d 0", "a,b,c,d 1000", "a,b,c,d 2000", "a,b 3000", "c,d 3010", "a,b 4000", "c,d 4010"],
  );
  driver.known.set("dev", { turnaroundMs: 4 });
  await clock.advance(30_000);
  t.equal(asked("dev", "a,b,c,d").length, 3, "at most once a minute");
  await clock.advance(40_000);
  const times = new Map<string, number>();
  for (const { layout } of batches) {
    for (const { id } of layout.points) times.set(id, (times.get(id) ?? 0) + 1);
  }
  t.same([...times.values()], [75, 75, 75, 75], "each point once for each of 75 beats");
  t.equal(asked("dev").at(-1)?.points, "a,b,c,d");
});

t.test("new hints while other requests of the device are under way lose none of them", async (t) => {
  const { batches, clock, driver, poller } = setUp(t, { dev: points("dev", ["a", "b"], 1000) });
  driver.parallel = 2;
  driver.tookMs = 10;
  driver.fit = ({ turnaroundMs }) => turnaroundMs;
  driver.known.set("dev", { turnaroundMs: 1 });
  poller.start();
  await clock.advance(70_500);
  driver.known.set("dev", { turnaroundMs: 2 });
  let isBusy = true;
  driver.answer = ({ points: own }) => {
    if (own.length > 1 || own[0]?.id === "a" || !isBusy) return;
    isBusy = false;
    busy(100)();
  };
  await clock.advance(5000);
  const of = (id: string) => batches.filter(({ layout }) => layout.points.some((point) => point.id === id));
  t.equal(isBusy, false);
  t.equal(of("a").length, 76);
  t.equal(of("b").length, 76);
  t.equal(batches.at(-1)?.layout.points.length, 2);
});

t.test("new hints that change nothing, and hints for a device that refuses", async (t) => {
  const { batches, clock, driver, poller } = setUp(t, {
    dev: points("dev", ["a", "b"], 1000),
    other: points("other", ["a", "b"], 1000),
  });
  driver.fit = ({ turnaroundMs }) => turnaroundMs;
  driver.answer = ({ device, points: own }) => {
    if (device === "other" && own.length > 1) throw new PermanentPointError(SAID.failed);
  };
  poller.start();
  await clock.advance(500);
  driver.known.set("dev", { turnaroundMs: 2 });
  driver.known.set("other", { turnaroundMs: 2 });
  await clock.advance(5000);
  t.same(
    driver.plans.filter(({ hints }) => hints).map(({ device }) => device),
    ["dev"],
    "asked once for the same object, and not for what is split",
  );
  const layouts = new Set(
    batches.filter(({ layout }) => layout.device === "dev").map(({ layout }) => layout),
  );
  t.equal(layouts.size, 1, "the same requests go on");
});

t.test("new hints on a bus that is never between two beats are taken all the same", async (t) => {
  const { asked, clock, driver, poller } = setUp(t, { dev: points("dev", ["a", "b", "c"], 100) });
  driver.tookMs = 90;
  driver.fit = ({ turnaroundMs }) => turnaroundMs;
  driver.known.set("dev", { turnaroundMs: 1 });
  poller.start();
  await clock.advance(10_000);
  t.ok(asked("dev", "a").length > 20, "one request became three");
  driver.known.set("dev", { turnaroundMs: 3 });
  await clock.advance(45_000);
  t.equal(asked("dev").at(-1)?.points.length, 1);
  await clock.advance(70_000);
  t.equal(asked("dev").at(-1)?.points, "a,b,c", "a minute after the last plan and a minute of waiting");
});

t.test("retry_within bounds the pauses of a connection that is down", async (t) => {
  const { clock, driver, poller } = setUp(t, { a: points("a", ["x"], 1000) }, { retryWithinMs: 5000 });
  const tried: number[] = [];
  driver.onConnect = () => {
    tried.push(clock.mono());
    throw new LinkError(SAID.failed);
  };
  poller.start();
  await clock.advance(60_000);
  const gaps = tried.slice(1).map((at, n) => at - (tried[n] ?? 0));
  t.ok(Math.max(...gaps) <= 2500, `pauses ${gaps}`);
  t.equal(poller.state.state, "down");
});
