import t from "tap";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import type { Buffer } from "../core/buffer.js";
import { prevInSlot } from "../core/record.js";
import type { BufferOptions } from "./buffer-options.js";
import { epochsOf, spanOf } from "./epochs.js";
import { openBuffer } from "./open-buffer.js";
import { batchOf, drain, lostRuns, numbers, optionsIn } from "./testbed.js";

const DAY = 86_400_000;
const centre = { id: "centre", carries: () => true };
const second = { id: "second", carries: () => true };

/** Opens, does something, and closes. */
async function during<T>(options: BufferOptions, run: (buffer: Buffer) => Promise<T>): Promise<T> {
  const buffer = await openBuffer(options);
  try {
    return await run(buffer);
  } finally {
    await buffer.close();
  }
}

const prevs = (buffer: Buffer, uplink: string, records: Awaited<ReturnType<typeof drain>>) =>
  records.map((record) => [record.seq, prevInSlot(record, buffer.slotOf(uplink))]);

async function append(buffer: Buffer, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await buffer.durable(buffer.append(batchOf(n), "normal").seq);
}

t.test("a renamed uplink goes on where it stood, with its chain", async (t) => {
  const options = optionsIn(t.testdir(), { uplinks: [centre] });
  await during(options, async (buffer) => {
    await append(buffer, 4);
    const [first] = await buffer.takeBacklog("centre", 1);
    buffer.settle("centre", first ? [first.seq] : [], "acknowledged");
    buffer.acknowledgeBirths("centre", 1);
  });
  const renamed = { ...options, uplinks: [{ ...centre, id: "hq", renamedFrom: "centre" }] };
  for (const again of [false, true]) {
    await during(renamed, async (buffer) => {
      t.equal(buffer.birthsAcknowledged("hq"), 1);
      if (!again) await append(buffer, 1);
      t.same(prevs(buffer, "hq", await drain(buffer, "hq")), [
        [2, 1],
        [3, 2],
        [4, 3],
        [5, 4],
      ]);
    });
  }
  // The old name is free: whoever takes it now is new.
  await during({ ...renamed, uplinks: [...renamed.uplinks, centre] }, async (buffer) => {
    t.match(buffer.progress("centre"), { pending: 0, pendingFrom: 6 });
    await append(buffer, 1);
    t.same(prevs(buffer, "centre", await drain(buffer, "centre")), [[6, null]]);
  });
});

t.test(
  "a removed uplink holds nothing; when it is back its chain goes on, and what went is told",
  async (t) => {
    const clock = new ManualClock();
    const options = optionsIn(t.testdir(), { clock, uplinks: [centre, second] });
    const config = { ...options.config, keepAtLeastMs: 0 };
    const both = { ...options, config };
    const step = async (buffer: Buffer, ms: number): Promise<void> => {
      await clock.advance(ms);
      await buffer.revision(0);
    };
    const commits = async (buffer: Buffer, count: number): Promise<void> => {
      for (let n = 0; n < count; n++) {
        const { seq } = buffer.append(batchOf(n, { t: clock.now() }), "normal");
        while (buffer.durableSeq < seq) await step(buffer, 50);
      }
      buffer.settle("centre", numbers(buffer.takeLive("centre", 1e6)), "acknowledged");
    };
    await during(both, async (buffer) => {
      buffer.setLive("centre", true);
      await commits(buffer, 100);
    });
    let keptFrom = 0;
    await during({ ...both, uplinks: [centre] }, async (buffer) => {
      buffer.setLive("centre", true);
      await commits(buffer, 70);
      for (let n = 0; n < 100 && buffer.stats().keptFrom <= 100; n++) await step(buffer, 1000);
      ({ keptFrom } = buffer.stats());
      t.ok(keptFrom > 100, "it holds nothing any more");
    });
    await clock.advance(10 * DAY);
    await during({ ...both, uplinks: [second, centre] }, async (buffer) => {
      buffer.setLive("centre", true);
      await drain(buffer, "second");
      await commits(buffer, 1);
      for (let n = 0; n < 30; n++) await step(buffer, 1000);
      buffer.settle("second", [], "returned");
      const records = await drain(buffer, "second");
      t.same(lostRuns(records, "expired"), [{ from: 1, to: 100, prev: null, count: 100 }]);
      const chain = prevs(buffer, "second", records);
      const [event] = records.filter(({ kind }) => kind === "event");
      t.same(
        chain.find(([seq]) => seq === event?.seq),
        [event?.seq, 171],
        "behind what it was given when it came back",
      );
    });
  },
);

t.test("the epochs of a file and their numbers", async (t) => {
  for (const stored of [undefined, "", "[", "[]", '[["a"]]', '[["a","1"]]', 7]) {
    t.same(epochsOf(stored, "a"), [["a", 1]], `a file that says ${stored} knew one`);
  }
  t.same(epochsOf(undefined, undefined, ["a", 1]), [["a", 1]]);
  const both = epochsOf(JSON.stringify([["a", 1]]), "a", ["b", 100_021]);
  t.same(spanOf(both, "a"), [1, 100_020]);
  t.same(spanOf(both, "b"), [100_021, Number.POSITIVE_INFINITY]);
  t.equal(spanOf(both, "c"), undefined);
});

t.test("what was sent on the last days rides in the commits and outlasts a restart", async (t) => {
  const options = optionsIn(t.testdir(), { uplinks: [centre, second] });
  const days = [
    { day: 20_780, bytes: 123_456_789 },
    { day: 20_779, bytes: 5 },
  ];
  await during(options, async (buffer) => {
    const { commits } = buffer.stats();
    buffer.keepDaysSent("second", days);
    t.equal(buffer.stats().commits, commits, "no reason for a commit");
    await buffer.durable(buffer.append(batchOf(1), "normal").seq);
  });
  await during(options, async (buffer) => {
    t.same(buffer.daysSent("second"), days);
    t.same(buffer.daysSent("centre"), []);
    await buffer.durable(buffer.append(batchOf(2), "normal").seq);
  });
  await during(
    { ...options, uplinks: [centre, { ...second, id: "new", renamedFrom: "second" }] },
    async (buffer) => t.same(buffer.daysSent("new"), days, "under a new name too"),
  );
});

t.test("a removed uplink is forgotten after 90 days: then it is a new one", async (t) => {
  for (const days of [89, 91]) {
    const clock = new ManualClock();
    const options = optionsIn(t.testdir(), { clock, uplinks: [centre, second] });
    const run = (uplinks: BufferOptions["uplinks"], act: (buffer: Buffer) => Promise<void>): Promise<void> =>
      during({ ...options, uplinks }, act);
    const one = async (buffer: Buffer): Promise<void> => {
      const { seq } = buffer.append(batchOf(1, { t: clock.now() }), "normal");
      while (buffer.durableSeq < seq) {
        await clock.advance(50);
        await buffer.revision(0);
      }
    };
    await run([centre, second], one);
    await run([centre], one);
    clock.stepWall(3_650 * DAY);
    await run([centre], async () => {});
    clock.stepWall(-3_650 * DAY);
    await clock.advance(days * DAY);
    await run([centre], one);
    // What was recorded says how much time has passed, not the clock at a start.
    await run([centre], one);
    await run([centre, second], async (buffer) => {
      await one(buffer);
      const records = await drain(buffer, "second");
      const expected =
        days < 90
          ? [
              [1, null],
              [5, 1],
            ]
          : [[5, null]];
      t.same(prevs(buffer, "second", records), expected, `${days} days`);
    });
  }
});
