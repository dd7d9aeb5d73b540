import { readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import t, { type Test } from "tap";
import type { BufferOptions } from "./buffer-options.js";
import { batch, events, judge, overwrite, toldOf, whole } from "./damage-fixture.js";
import { openBuffer } from "./open-buffer.js";
import { openIn, optionsIn } from "./testbed.js";

/* The file, or both places, are gone while the buffer runs: what is still open of the file is written down anew. */

const FILES = ["", "-wal", "-shm", ".ballast"];

const GONE: readonly {
  readonly name: string;
  make(options: BufferOptions): void;
  readonly keeps: boolean;
}[] = [
  {
    name: "the file is removed",
    make: ({ config }) => remove(config.path),
    keeps: true,
  },
  {
    name: "the file and the second place are removed",
    make: ({ config }) => {
      remove(config.path);
      rmSync(config.identity);
    },
    keeps: true,
  },
  {
    name: "another file takes its place",
    make: ({ config }) => {
      writeFileSync(`${config.path}.other`, "something else");
      renameSync(`${config.path}.other`, config.path);
    },
    keeps: true,
  },
  {
    name: "the file is overwritten and the second place removed",
    make: ({ config }) => {
      overwrite(config.path, 0, statSync(config.path).size);
      rmSync(config.identity);
    },
    keeps: false,
  },
];

function remove(path: string): void {
  for (const suffix of FILES) rmSync(path + suffix, { force: true });
}

async function lost(t: Test, { keeps, make }: (typeof GONE)[number]): Promise<void> {
  const first = optionsIn(t.testdir());
  const fatal: Error[] = [];
  const options = {
    ...first,
    config: { ...first.config, commitEveryMs: 1 },
    onFatal: (error: Error) => void fatal.push(error),
  };
  const { path } = options.config;
  const buffer = await openBuffer(options);
  const given = new Map<number, unknown>();
  const keep = (n: number): number => {
    const record = buffer.append(batch(n), "normal");
    if (record.kind === "data") given.set(record.seq, record.batch);
    return record.seq;
  };
  const add = (n: number): Promise<void> => buffer.durable(keep(n));
  // Overwritten pages are found when they are read again: more of them than SQLite keeps in memory and in its log.
  const before = keeps ? 30 : 700;
  for (let n = 1; n <= before; n++) await (n % 10 === 0 ? add(n) : keep(n));
  const { epoch } = buffer;
  make(options);
  const until = performance.now() + 1_500;
  for (let n = before + 1; n <= before + 5 || performance.now() < until; n++) {
    await add(n);
    if (!keeps) await buffer.takeBacklog("centre", 7).catch(() => []);
  }
  t.equal(buffer.epoch, epoch);
  await buffer.close();
  t.same(fatal, []);
  // What is there after the end is what counts: the open file would show everything.
  const again = await openIn(t, first);
  t.equal(again.epoch, epoch, "the epoch stays");
  const records = await whole(again);
  t.match(
    events(records).find(({ event }) => event === "buffer_damaged"),
    { saved: Number },
    "it is told",
  );
  judge(t, records, given, epoch, toldOf(records));
  if (keeps) t.equal(records.filter(({ kind }) => kind === "data").length, given.size, "nothing is missing");
  t.ok(again.append(batch(1), "normal").seq > Math.max(...given.keys()));
  t.ok(readdirSync(dirname(path)).includes("b.db"));
}

for (const one of GONE) t.test(one.name, (t) => lost(t, one));
