import t from "tap";
import { seededRandom } from "../../random.js";
import { written } from "../exact.js";
import { driftOf, jitterOf, offsetBy, scaledBy } from "./instrument-faults.js";
import { type PointFault, standingStill } from "./point-faults.js";
import { type Bench, benchOf } from "./profile-fixture.js";

function disturb({ device }: Bench, id: string, fault: PointFault): () => void {
  return device.bank.faults.add(device.bank.point(id), fault);
}

t.test("a fault lies over the memory, and is gone at once", async (t) => {
  const bench = benchOf([{ id: "a", address: 0, simulate: { start: 5 } }]);
  const { ask, device } = bench;
  const end = disturb(bench, "a", offsetBy(3));
  t.equal(ask("03 0000 0001"), "03020008");
  t.equal(device.bank.memory.get("holding", 0), 5, "beneath it everything is as it was");
  t.same(device.bank.truth("a"), { quality: "good", value: written(8) });
  end();
  t.equal(device.bank.faults.shown, device.bank.memory);
  t.same(device.bank.truth("a"), { quality: "good", value: written(5) });
  end();
  t.equal(ask("03 0000 0001"), "03020005");
});

t.test("who depends on a register that is wrong is wrong too, also when it is read alone", async (t) => {
  const bench = benchOf([
    { id: "power", address: 0, scale_by: { address: 10, times: 1 }, simulate: { start: 40 } },
    { id: "ratio", address: 10, simulate: { start: 2 } },
  ]);
  const { ask, device } = bench;
  ask("03 000A 0001");
  const end = disturb(bench, "ratio", offsetBy(1));
  t.equal(ask("03 000A 0001"), "03020003");
  t.equal(ask("03 0000 0001"), "03020014", "the register of the other is what it was");
  t.same(device.bank.truth("power"), { quality: "good", value: written(60) });
  end();
  t.same(device.bank.truth("power"), { quality: "good", value: written(40) });
});

t.test("a write beside a fault: what the writer gives back of it is not meant", async (t) => {
  const bench = benchOf([
    { id: "high", address: 0, byte: "high", simulate: { start: 5 } },
    {
      id: "low",
      address: 0,
      byte: "low",
      access: "read-write",
      write: { range: [0, 255] },
      simulate: { start: 1 },
    },
  ]);
  const { ask, device } = bench;
  const end = disturb(bench, "high", offsetBy(4));
  t.equal(ask("03 0000 0001"), "03020901");
  t.equal(ask("06 0000 0901"), "0600000901");
  t.equal(ask("06 0000 0902"), "0600000902", "as it was read, but for what is written");
  t.equal(ask("06 0000 0502"), "8602", "it would change what it may not");
  end();
  t.equal(device.bank.memory.get("holding", 0), 0x0502);
  t.equal(ask("03 0000 0001"), "03020502");
});

t.test(
  "a write beside a fault of what may be written too, within bounds that the fault leaves",
  async (t) => {
    const both = { address: 0, access: "read-write" } as const;
    const bench = benchOf([
      { ...both, id: "high", byte: "high", write: { range: [0, 6] }, simulate: { start: 5 } },
      { ...both, id: "low", byte: "low", write: { range: [0, 255] }, simulate: { start: 1 } },
    ]);
    const end = disturb(bench, "high", offsetBy(1));
    t.equal(bench.ask("03 0000 0001"), "03020601");
    t.equal(bench.ask("06 0000 0602"), "0600000602");
    end();
    t.equal(bench.ask("03 0000 0001"), "03020502");
  },
);

t.test("a value that is written while a fault shows another one", async (t) => {
  const bench = benchOf([
    { id: "a", address: 0, access: "read-write", write: { range: [0, 99] }, simulate: { start: 5 } },
  ]);
  const { ask, device } = bench;
  ask("03 0000 0001");
  const end = disturb(bench, "a", standingStill(device.bank.point("a")));
  ask("03 0000 0001");
  ask("06 0000 0007");
  t.equal(ask("03 0000 0001"), "03020005");
  t.equal(ask("06 0000 0005"), "0600000005", "what is shown already is meant all the same");
  end();
  t.equal(ask("03 0000 0001"), "03020005");
});

t.test("a point that says that it has no value stays so, whatever else is wrong", async (t) => {
  const bench = benchOf([{ id: "a", address: 0, type: "s16", sentinels: [0x7fff], simulate: { start: 5 } }]);
  const { device } = bench;
  const point = device.bank.point("a");
  disturb(bench, "a", { kind: "words", put: (memory) => point.say(memory, point.sentinels[0] as never) });
  disturb(bench, "a", offsetBy(1));
  t.equal(bench.ask("03 0000 0001"), "03027fff");
});

t.test(
  "what stands still is what was read next, with what was wrong before it, and is off by what comes after",
  async (t) => {
    const bench = benchOf([{ id: "a", address: 0, simulate: { start: 5 } }]);
    const { ask, device } = bench;
    let model = 5n;
    device.bank.follow("a", () => ({ n: model, d: 1n }));
    const before = disturb(bench, "a", offsetBy(10));
    disturb(bench, "a", standingStill(device.bank.point("a")));
    disturb(bench, "a", offsetBy(100));
    model = 7n;
    t.equal(ask("03 0000 0001"), "03020075", "7 and 10 and 100");
    model = 9n;
    t.equal(ask("03 0000 0001"), "03020075");
    before();
    t.equal(ask("03 0000 0001"), "03020075", "it stands as it stood");
  },
);

t.test("what the faults make of a value", async (t) => {
  const of = (fault: PointFault, value: string): unknown =>
    fault.kind === "value" && fault.change(written(value));
  t.same(of(offsetBy(0.1), "0.2"), written("0.3"), "exactly");
  t.same(of(scaledBy(-0.5), "3"), written("-1.5"));
  t.same(
    of(
      driftOf(0.05, 3_600_000, () => 5_400_000),
      "1",
    ),
    written("1.075"),
  );
  const jitter = jitterOf(2, seededRandom(1));
  const all = Array.from({ length: 50 }, () => of(jitter, "10") as { n: bigint; d: bigint });
  t.ok(all.every(({ n, d }) => n >= 8n * d && n <= 12n * d));
});

t.test(
  "power on: a watchdog counts from then, and what shows a written value shows it no more",
  async (t) => {
    const { ask, clock, device } = benchOf(
      [
        { id: "timeout", address: 0, simulate: { start: 10 } },
        {
          id: "run",
          address: 1,
          access: "read-write",
          write: { values: [0, 1], rest: 0, verify: { at: "shown" } },
        },
        { id: "shown", address: 2, simulate: { start: 0 } },
        {
          id: "own",
          address: 3,
          access: "read-write",
          write: { range: [0, 9], verify: { at: "seen" } },
          simulate: { start: 4 },
        },
        { id: "seen", address: 4, simulate: { start: 3 } },
      ],
      { watchdog: { point: "timeout" } },
      { pace: "by-time" },
    );
    ask("06 0001 0001");
    ask("06 0003 0008");
    t.equal(ask("03 0001 0004"), "03080001000100080008");
    await clock.advance(60_000);
    device.powerCycle();
    t.equal(ask("03 0001 0004"), "03080000000000040003");
    t.equal(device.fallbacks, 0, "it was off: nobody failed to ask");
  },
);
