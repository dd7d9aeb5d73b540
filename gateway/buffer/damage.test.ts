import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import t from "tap";
import type { Buffer } from "../core/buffer.js";
import type { GatewayEvent } from "../core/event.js";
import type { BufferOptions } from "./buffer-options.js";
import { batch, events, half, judge, overwrite, toldOf, whole } from "./damage-fixture.js";
import { openBuffer } from "./open-buffer.js";
import { batchOf, openIn, optionsIn } from "./testbed.js";

/*
 * Each kind of damage, on the files as a kill leaves them. Whatever it is: the buffer opens, numbers go on above all
 * that were given or under another epoch, what comes is what was appended, and what does not come is told.
 */

const RECORDS = 30;

interface Files {
  readonly path: string;
  readonly identity: string;
  /** The files of another buffer, in the same state. */
  readonly other: string;
}

interface Damage {
  readonly name: string;
  make(files: Files): void;
  readonly epoch: "same" | "new";
  /** What the buffer tells first. */
  readonly told: readonly GatewayEvent["event"][];
  /** How many of the records must come. */
  readonly least?: number;
}

const DAMAGES: readonly Damage[] = [
  { name: "none", make: () => {}, epoch: "same", told: ["void"], least: RECORDS },
  {
    name: "overwritten in the middle",
    make: ({ path }) => overwrite(path, half(path), 4096),
    epoch: "same",
    told: ["void", "buffer_damaged"],
    least: 10,
  },
  {
    name: "cut off in the middle, the log lost",
    make: ({ path }) => {
      truncateSync(path, half(path));
      rmSync(`${path}-wal`);
    },
    epoch: "same",
    told: ["void", "buffer_damaged"],
    least: 1,
  },
  {
    name: "a wrong header, the log lost",
    make: ({ path }) => {
      overwrite(path, 0, 100);
      rmSync(`${path}-wal`);
    },
    epoch: "same",
    told: ["void", "buffer_damaged"],
  },
  {
    name: "text instead of a database",
    make: ({ path }) => {
      writeFileSync(path, "not a database\n".repeat(100));
      rmSync(`${path}-wal`);
    },
    epoch: "same",
    told: ["void", "buffer_damaged"],
  },
  {
    name: "no bytes at all",
    make: ({ path }) => {
      truncateSync(path, 0);
      rmSync(`${path}-wal`);
    },
    epoch: "same",
    told: ["void"],
  },
  {
    name: "no bytes at all, with its log",
    make: ({ path }) => truncateSync(path, 0),
    epoch: "same",
    told: ["void"],
  },
  { name: "the log lost", make: ({ path }) => rmSync(`${path}-wal`), epoch: "same", told: ["void"] },
  {
    name: "the log torn in the middle",
    make: ({ path }) => overwrite(`${path}-wal`, half(`${path}-wal`) / 8, 512),
    epoch: "same",
    told: ["void"],
  },
  {
    name: "the folder gone",
    make: ({ path }) => rmSync(dirname(path), { recursive: true }),
    epoch: "same",
    told: ["void"],
  },
  {
    name: "the second place lost",
    make: ({ identity }) => rmSync(identity),
    epoch: "same",
    told: ["void"],
    least: RECORDS,
  },
  {
    name: "the second place overwritten",
    make: ({ identity }) => overwrite(identity, 0, 8192),
    epoch: "same",
    told: ["void"],
    least: RECORDS,
  },
  {
    name: "the second place of another gateway",
    make: ({ identity, other }) => copyFileSync(join(other, "b.identity"), identity),
    epoch: "new",
    told: ["epoch"],
    least: RECORDS,
  },
  {
    name: "both places lost",
    make: ({ identity, path }) => {
      rmSync(dirname(path), { recursive: true });
      rmSync(identity);
    },
    epoch: "new",
    told: [],
  },
];

/** The files of a buffer that was killed, half of it in the log, in `folder`; returns the epoch. */
async function leave(folder: string, first: BufferOptions): Promise<string> {
  const options = { ...first, config: { ...first.config, commitEveryMs: 1 } };
  const half = await openBuffer(options);
  await fill(half, 1);
  await half.close();
  const buffer = await openBuffer(options);
  await fill(buffer, RECORDS * 5 + 1);
  const { path, identity } = options.config;
  mkdirSync(join(folder, "data"), { recursive: true });
  for (const end of ["", "-wal"]) copyFileSync(path + end, join(folder, "data", `b.db${end}`));
  copyFileSync(identity, join(folder, "b.identity"));
  const { epoch } = buffer;
  await buffer.close();
  return epoch;
}

async function fill(buffer: Buffer, from: number): Promise<void> {
  for (let n = from; n < from + RECORDS * 5; n++) {
    const { seq } = buffer.append(n % 10 === 0 ? batch(n) : batchOf(n), "normal");
    if (n % 10 === 0) await buffer.durable(seq);
  }
}

t.test("each kind of damage at start", async (t) => {
  const folder = t.testdir();
  const left = join(folder, "left");
  const other = join(folder, "other");
  const epoch = await leave(left, optionsIn(join(folder, "first")));
  await leave(other, optionsIn(join(folder, "second")));
  const given = new Map(
    Array.from({ length: RECORDS * 10 }, (_, n) => [
      n + 1,
      (n + 1) % 10 === 0 ? batch(n + 1) : batchOf(n + 1),
    ]),
  );
  for (const damage of DAMAGES) {
    await t.test(damage.name, async (t) => {
      const own = t.testdir();
      const options = optionsIn(own);
      const { identity, path } = options.config;
      mkdirSync(dirname(path));
      for (const end of ["", "-wal"]) copyFileSync(join(left, "data", `b.db${end}`), path + end);
      copyFileSync(join(left, "b.identity"), identity);
      damage.make({ path, identity, other });
      const buffer = await openIn(t, options);
      t.equal(buffer.stats().durable, true);
      t.equal(buffer.epoch === epoch ? "same" : "new", damage.epoch);
      const next = buffer.append(batchOf(1), "normal");
      if (damage.epoch === "same") t.ok(next.seq > RECORDS * 10, "numbers go on");
      const records = await whole(buffer);
      const kinds = events(records).map(({ event }) => event);
      t.same(
        kinds.filter((event) => event !== "lost"),
        damage.told,
      );
      const came = records.filter(({ seq, epoch: of }) => of === epoch && given.has(seq)).length;
      t.ok(came >= (damage.least ?? 0), `${came} came`);
      // With both places lost nobody knows that there was anything.
      if (damage.name !== "both places lost") judge(t, records, given, epoch, toldOf(records));
      const isAside =
        existsSync(dirname(path)) && readdirSync(dirname(path)).some((name) => name.includes(".damaged-"));
      t.equal(isAside, damage.told.includes("buffer_damaged"));
      await buffer.close();
      const again = await openIn(t, options);
      t.ok(again.append(batchOf(2), "normal").seq > next.seq);
      t.equal(again.epoch, buffer.epoch);
    });
  }
});

t.test("the log of another buffer does not become this one's records", async (t) => {
  const folder = t.testdir();
  const epoch = await leave(join(folder, "left"), optionsIn(join(folder, "first")));
  await leave(join(folder, "other"), optionsIn(join(folder, "second")));
  const options = optionsIn(join(folder, "left"));
  copyFileSync(join(folder, "other", "data", "b.db-wal"), `${options.config.path}-wal`);
  const buffer = await openIn(t, options);
  const next = buffer.append(batchOf(1), "normal");
  t.ok(buffer.epoch !== epoch || next.seq > RECORDS * 10);
  t.equal(buffer.stats().durable, true);
  const records = await whole(buffer);
  t.ok(records.includes(next) || records.some(({ seq, epoch: of }) => seq === next.seq && of === next.epoch));
});

t.test("a hole that was not told before a second start is told after it", async (t) => {
  const folder = t.testdir();
  const options = optionsIn(join(folder, "left"));
  const epoch = await leave(join(folder, "left"), optionsIn(join(folder, "first")));
  overwrite(options.config.path, half(options.config.path), 4096);
  await (await openBuffer(options)).close();
  const given = new Map(
    Array.from({ length: RECORDS * 10 }, (_, n) => [
      n + 1,
      (n + 1) % 10 === 0 ? batch(n + 1) : batchOf(n + 1),
    ]),
  );
  const records = await whole(await openIn(t, options));
  t.ok(events(records).some(({ event }) => event === "buffer_damaged"));
  judge(t, records, given, epoch, toldOf(records));
});
