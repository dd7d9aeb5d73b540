import { rmSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { append, fillDisk, onSmallDisk } from "./small-disk-fixture.js";
import { drain, lostRuns, numbers, numbersIn } from "./testbed.js";

t.test(
  "a disk that stays full: new records take the place of old ones, and each is there or told",
  async (t) => {
    await onSmallDisk(t, "15m", async (folder, said, open) => {
      const buffer = await open();
      for (let n = 0; n < 30; n++) await append(buffer, n, 5_000);
      fillDisk(join(folder, "filler"));
      let last = 0;
      for (let n = 100; buffer.stats().disk === "writable" && n < 600; n++)
        last = await append(buffer, n, 50);
      let stored = Number.POSITIVE_INFINITY;
      for (let n = 600; buffer.durableSeq <= stored && n < 900; n++) {
        last = await append(buffer, n, 100);
        // What was given back is taken by others, to the last byte.
        fillDisk(join(folder, "filler"));
        if (said.includes("buffer.evicted")) stored = Math.min(stored, last);
      }
      t.equal(buffer.stats().disk, "full");
      t.equal(buffer.stats().durable, true);
      t.ok(buffer.durableSeq > stored, "new records are stored on a disk without space");
      t.ok(said.includes("buffer.evicted"), "old ones made room");
      rmSync(join(folder, "filler"));
      await buffer.durable(last);
      const commits = buffer.stats().commits;
      await append(buffer, 0, 5_000);
      t.ok(buffer.stats().commits > commits);
      await buffer.close();
      t.ok(said.includes("buffer.below_keep_at_least"));

      const again = await open();
      await again.durable(again.stats().last);
      const records = await drain(again);
      const there = new Set(numbers(records));
      const told = new Set([
        ...numbersIn(lostRuns(records, "full")),
        ...numbersIn(lostRuns(records, "disk_stalled")),
      ]);
      // A disk that is slow at the end leaves numbers that were not stored: they are told as well.
      for (const { event } of records.filter((record) => record.kind === "event")) {
        if (event.event !== "void") continue;
        for (let seq = event.from; seq <= event.to; seq++) told.add(seq);
      }
      for (let seq = 1; seq <= again.stats().last; seq++) {
        if (there.has(seq) === told.has(seq)) t.fail(`${seq} is missing, or told and there`);
      }
      t.ok(told.size > 0);
      await again.close();
    });
  },
);
