import t from "tap";
import { backoffMs, lostMs, startMs } from "./backoff.js";
import { Bench, LOST, REFUSED } from "./testing/uplink-bench.js";

/** The same numbers in each run (Lehmer, Park and Miller 1988). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function most(times: readonly number[], binMs: number): number {
  const bins = new Map<number, number>();
  for (const time of times) {
    const bin = Math.floor(time / binMs);
    bins.set(bin, (bins.get(bin) ?? 0) + 1);
  }
  return Math.max(...bins.values());
}

t.test("a thousand uplinks return after a cut spread evenly, not together", (t) => {
  const random = seeded(2026);
  const times = Array.from({ length: 1_000 }, () => lostMs(LOST(), 10_000, random));
  for (let second = 0; second < 10; second++) {
    const count = times.filter((ms) => Math.floor(ms / 1_000) === second).length;
    t.ok(count > 60 && count < 140, `${count} in second ${second}`);
  }
  t.ok(times.every((ms) => ms >= 0 && ms < 10_000));

  const boots = Array.from({ length: 1_000 }, () => startMs(30_000, 10_000, random));
  t.ok(most(boots, 1_000) < 140, "and so they do after a power cut");
  t.equal(startMs(121_000, 10_000, random), 0, "a box that has been running connects at once");
  t.ok(lostMs(REFUSED(), 10_000, random) >= 30_000, "a refusal is no reason to hurry");
  t.end();
});

t.test("a broker that was away for a minute is not run over when it comes back", (t) => {
  const random = seeded(7);
  const awayMs = 60_000;
  const returns = Array.from({ length: 1_000 }, () => {
    let at = lostMs(LOST(), 10_000, random);
    for (let failures = 2; at < awayMs; failures++) at += backoffMs(failures, LOST(), random);
    return at - awayMs;
  });
  t.ok(most(returns, 1_000) < 80, `at most ${most(returns, 1_000)} in one second`);
  t.ok(Math.max(...returns) <= 60_000, "and the last one is back within a minute");
  t.end();
});

t.test("an uplink waits its turn after a loss, and on a box that was just switched on", async (t) => {
  const bench = new Bench({ reconnectSpreadMs: 10_000 }, { sinceBootMs: () => 40_000 });
  await bench.up();
  t.equal(bench.forwarder.connects, 0);
  await bench.clock.advance(5_000);
  t.equal(bench.forwarder.connects, 1, "half of the spread: random is 0.5 here");
  await bench.clock.advance(20_000);
  bench.forwarder.lose(LOST());
  await bench.clock.advance(4_900);
  t.equal(bench.forwarder.connects, 1);
  await bench.clock.advance(200);
  t.equal(bench.forwarder.connects, 2);
  bench.forwarder.lose(LOST());
  await bench.clock.advance(1_100);
  t.equal(bench.forwarder.connects, 3, "one that did not stand is no loss of everybody");
  await bench.stop();

  const running = new Bench({ reconnectSpreadMs: 10_000 }, { sinceBootMs: () => 3_600_000 });
  await running.up();
  t.equal(running.forwarder.connects, 1, "at once");
  await running.stop();

  const stopped = new Bench({ reconnectSpreadMs: 10_000 }, { sinceBootMs: () => 0 });
  await stopped.up();
  await stopped.stop();
  await stopped.clock.advance(60_000);
  t.equal(stopped.forwarder.connects, 0, "a stop while it waits");
  t.equal(stopped.clock.pending, 0);
});
