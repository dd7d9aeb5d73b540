import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import t from "tap";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import type { Layout } from "../../drivers/core/reading.js";
import { batchOf, drain, openIn, optionsIn } from "./testbed.js";

/* A crash between the removal that breaks keep_at_least and the record that tells of it. */

const POINTS = Array.from({ length: 200 }, (_, at) => ({ id: `p${at}`, type: "f64" as const }));
const NOISE: Layout = { device: "noise", points: POINTS };

function owedIn(path: string): unknown {
  const db = new Database(path, { readonly: true });
  try {
    return db.prepare("SELECT value FROM state WHERE key = 'owed'").pluck().get();
  } finally {
    db.close();
  }
}

t.test("the alarm that a crash cut off is told at the next start, and once", async (t) => {
  const folder = t.testdir();
  const clock = new ManualClock();
  const own = optionsIn(join(folder, "own"), { clock });
  const options = { ...own, config: { ...own.config, maxBytes: 900_000 } };
  const { identity, path } = options.config;
  const buffer = await openIn(t, options);
  let n = 0;
  const append = (): void => {
    const values = POINTS.map((_, at) => Math.sin(n * 1000 + at) * 1e9);
    const times = { t: clock.now(), mono: clock.mono(), boot: clock.boot };
    buffer.append(batchOf(n++, { layout: NOISE, values, ...times }), "normal");
  };
  // Nothing happens between two steps: what is on the disk now is what a power cut would leave.
  let owed: unknown;
  for (let step = 0; step < 2_000 && !owed; step++) {
    if (step % 10 === 0 && n < 1_500) for (let more = 0; more < 40; more++) append();
    await clock.advance(20);
    await buffer.revision(0);
    owed = owedIn(path);
  }
  t.equal(owed, "max_size", "removed, and not told");

  const left = optionsIn(join(folder, "left"), { clock });
  mkdirSync(dirname(left.config.path), { recursive: true });
  copyFileSync(identity, left.config.identity);
  for (const suffix of ["", "-wal"]) {
    if (existsSync(path + suffix)) copyFileSync(path + suffix, left.config.path + suffix);
  }
  for (const times of [1, 1]) {
    const again = await openIn(t, { ...left, config: { ...left.config, maxBytes: 2_000_000 } });
    const { seq } = again.append(batchOf(1), "normal");
    while (again.durableSeq < seq) {
      await clock.advance(20);
      await again.revision(0);
    }
    const told = (await drain(again)).filter(
      (record) => record.kind === "event" && record.event.event === "below_keep_at_least",
    );
    t.equal(told.length, times, "told once in all");
    t.equal(owedIn(left.config.path), "", "and no more is owed");
    await again.close();
  }
});
