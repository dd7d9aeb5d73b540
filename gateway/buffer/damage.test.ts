import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import t from "tap";
import type { Layout } from "../../drivers/core/reading.js";
import type { Buffer } from "../core/buffer.js";
import type { GatewayEvent } from "../core/event.js";
import type { GatewayRecord } from "../core/record.js";
import { prevInSlot } from "../core/record.js";
import type { BufferOptions } from "./buffer-options.js";
import { openBuffer } from "./sqlite-buffer.js";
import { batchOf, drain, lostRuns, numbersIn, openIn, optionsIn } from "./testbed.js";

/*
 * Each kind of damage, on the files as a kill leaves them. Whatever it is: the buffer opens, numbers go on above all
 * that were given or under another epoch, what comes is what was appended, and what does not come is told.
 */

const RECORDS = 60;
const POINTS = Array.from({ length: 900 }, (_, at) => ({ id: `p${at}`, type: "f64" as const }));
/** Does not compress. */
const NOISE: Layout = { device: "noise", points: POINTS };
const batch = (n: number) =>
  batchOf(n, { layout: NOISE, values: POINTS.map((_, at) => Math.sin(n * 7919 + at * 31) * 1e9) });

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

function overwrite(path: string, from: number, bytes: number): void {
  const content = readFileSync(path);
  content.fill(0xee, from, from + bytes);
  writeFileSync(path, content);
}

const half = (path: string): number => Math.floor(statSync(path).size / 1024) * 512;

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

/** Everything that comes to an uplink that has nothing, with what is told of what does not. */
async function whole(buffer: Buffer): Promise<GatewayRecord[]> {
  await buffer.durable(buffer.stats().last);
  const records = await drain(buffer);
  for (let last = -1; last !== buffer.stats().last; ) {
    ({ last } = buffer.stats());
    await buffer.durable(last);
    records.push(...(await drain(buffer)));
  }
  return records;
}

const events = (records: readonly GatewayRecord[]): GatewayEvent[] =>
  records.flatMap((record) => (record.kind === "event" ? [record.event] : []));

/** Every number of `epoch` up to `last` came as it was given, or is told. */
function judge(
  t: { same(found: unknown, wanted: unknown, message: string): unknown },
  records: readonly GatewayRecord[],
  given: ReadonlyMap<number, unknown>,
  epoch: string,
  told: ReadonlySet<number>,
): void {
  const came = new Map(
    records.filter((record) => record.epoch === epoch).map((record) => [record.seq, record]),
  );
  const wrong: number[] = [];
  const silent: number[] = [];
  for (const [seq, batch] of given) {
    const record = came.get(seq);
    if (record?.kind === "data") {
      if (JSON.stringify(plain(record.batch)) !== JSON.stringify(plain(batch))) wrong.push(seq);
    } else if (!told.has(seq)) silent.push(seq);
  }
  t.same(wrong, [], "what comes is what was given");
  t.same(silent, [], "what does not come is told");
}

const plain = (batch: unknown): unknown =>
  JSON.parse(
    JSON.stringify(batch, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)),
  );

const toldOf = (all: readonly GatewayRecord[]): Set<number> => {
  const told = numbersIn(lostRuns(all, "damaged"));
  for (const event of events(all)) {
    if (event.event === "void") for (let seq = event.from; seq <= event.to; seq++) told.add(seq);
    if (event.event === "epoch") for (let seq = 1; seq <= event.old_last; seq++) told.add(seq);
  }
  return told;
};

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

const WHILE_RUNNING: readonly { readonly name: string; make(path: string): void; readonly least: number }[] =
  [
    { name: "every page overwritten", make: (path) => overwrite(path, 0, statSync(path).size), least: 0 },
    { name: "overwritten in the middle", make: (path) => overwrite(path, half(path), 65_536), least: 1 },
    { name: "cut off in the middle", make: (path) => truncateSync(path, half(path)), least: 1 },
    { name: "no bytes at all", make: (path) => truncateSync(path, 0), least: 0 },
  ];

for (const { least, make, name } of WHILE_RUNNING) {
  t.test(`damage while running: ${name}`, async (t) => {
    const folder = t.testdir();
    const first = optionsIn(folder);
    const options = { ...first, config: { ...first.config, commitEveryMs: 1 } };
    const buffer = await openIn(t, options);
    const given = new Map<number, unknown>();
    const add = async (n: number) => {
      const record = buffer.append(batch(n), "normal");
      if (record.kind === "data") given.set(record.seq, record.batch);
      await buffer.durable(record.seq);
    };
    // More than the memory that SQLite keeps pages in, so that the file is read again.
    for (let n = 1; n <= 400; n++) await add(n);
    make(options.config.path);
    const { epoch } = buffer;
    const records: GatewayRecord[] = [];
    for (let n = 401; n <= 460; n++) {
      await add(n);
      // Reading finds what writing does not touch.
      records.push(...(await buffer.takeBacklog("centre", 7).catch(() => [])));
    }
    t.equal(buffer.epoch, epoch, "the epoch stays");
    records.push(...(await whole(buffer)));
    t.match(
      events(records).find(({ event }) => event === "buffer_damaged"),
      { saved: Number },
      "it is told",
    );
    t.ok(
      readdirSync(dirname(options.config.path)).some((file) => file.includes(".damaged-")),
      "and set aside",
    );
    judge(t, records, given, epoch, toldOf(records));
    t.ok(records.filter(({ kind }) => kind === "data").length >= least);
    const last = records.at(-1);
    t.ok(last && prevInSlot(last, 0) !== undefined);
    await buffer.close();
    const again = await openIn(t, first);
    t.equal(again.epoch, epoch);
    t.ok(again.append(batchOf(1), "normal").seq > (last?.seq ?? 0));
  });
}

t.test("the folder is moved away while it runs and comes back", async (t) => {
  const options = optionsIn(t.testdir());
  const buffer = await openIn(t, options);
  await buffer.durable(buffer.append(batchOf(1), "normal").seq);
  const folder = dirname(options.config.path);
  renameSync(folder, `${folder}.away`);
  await buffer.durable(buffer.append(batchOf(2), "normal").seq);
  renameSync(`${folder}.away`, folder);
  await buffer.durable(buffer.append(batchOf(3), "normal").seq);
  t.same(
    (await drain(buffer)).map(({ seq }) => seq),
    [1, 2, 3],
  );
});
