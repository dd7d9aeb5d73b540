import { mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import t from "tap";
import { FORMAT } from "./file-format.js";
import { keepOldFormat } from "./keep-old-format.js";
import { openBuffer } from "./open-buffer.js";
import { openBufferReader } from "./reader.js";
import { batchOf, drain, openIn, optionsIn } from "./testbed.js";

/** The tables of format 1 as they were published: never changed, whatever the program becomes. */
const FORMAT_1 = `
  CREATE TABLE state (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE revision (
    epoch TEXT, rev INTEGER, description TEXT NOT NULL, PRIMARY KEY (epoch, rev)
  ) WITHOUT ROWID;
  CREATE TABLE layout (id INTEGER PRIMARY KEY, layout TEXT NOT NULL);
  CREATE TABLE run (id INTEGER PRIMARY KEY, epoch TEXT NOT NULL, boot TEXT NOT NULL);
  CREATE TABLE uplink (slot INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, births INTEGER NOT NULL);
  ${["data_low", "data_normal", "data_high", "data_alarm", "event"]
    .map(
      (name) => `CREATE TABLE ${name} (
    first INTEGER PRIMARY KEY, span INTEGER NOT NULL, back INTEGER NOT NULL, count INTEGER NOT NULL,
    rev INTEGER NOT NULL, t INTEGER, marks BLOB, body BLOB NOT NULL
  );`,
    )
    .join("\n")}
  INSERT INTO layout VALUES (1, '{"device":"well","points":[{"id":"level","type":"u16","decimals":3},
    {"id":"temp","type":"f32"},{"id":"total","type":"u64","decimals":0},{"id":"run","type":"bool"},
    {"id":"name","type":"string"}]}');
  INSERT INTO run VALUES (1, '3lso16cqgpbsr', 'boot-1');
  INSERT INTO uplink VALUES (0, 'centre', 1);
  INSERT INTO revision VALUES ('3lso16cqgpbsr', 1, '{"rev":1}');
  INSERT INTO state VALUES ('epoch', '3lso16cqgpbsr'), ('machine', 'm1'), ('marks', x'0401000200'),
    ('readings', 'r1'), ('reserved', 2), ('rev', 1);
  INSERT INTO data_normal VALUES (1, 0, 0, 1, 1, 1700000000001, x'0201000100',
    x'00cb2c6d3101010100010182a0abfef962ff9fabfef9620100010002cdcca0410200010161');
  INSERT INTO data_normal VALUES (2, 0, 1, 1, 1, 1700000000002, x'0301000200',
    x'010588abe06364646460646a59b0fadfcfa4fff34124930c1333589091919181898991310900');
  PRAGMA user_version = 1;
  PRAGMA application_id = 0x7472616d;
`;

t.test("a file of format 1 is read and gone on with", async (t) => {
  const options = optionsIn(t.testdir());
  mkdirSync(dirname(options.config.path));
  const old = new Database(options.config.path);
  old.exec(FORMAT_1);
  old.close();
  const buffer = await openIn(t, options);
  t.match(buffer, { epoch: "3lso16cqgpbsr", rev: 1 });
  t.equal(buffer.birthsAcknowledged("centre"), 1);
  const next = buffer.append(batchOf(3), "normal");
  await buffer.durable(3);
  const head = {
    epoch: "3lso16cqgpbsr",
    rev: 1,
    priority: "normal",
    clock: "trusted",
    kind: "data",
  };
  t.same(await drain(buffer), [
    { ...head, seq: 1, prevs: [0], batch: batchOf(1) },
    {
      ...head,
      seq: 2,
      prevs: [1],
      batch: batchOf(2, {
        state: "maintenance",
        sourceT: 1.7e12,
        values: [0.002, null, 2n, undefined, "b"],
        flags: [{ at: 1, quality: "bad", reason: "no_answer" }],
      }),
    },
    next,
  ]);
  const reader = openBufferReader(options.config.path);
  t.equal(reader.format, FORMAT);
  reader.close();
});

t.test("before a migration the old file is kept, where it is small and the disk has room", async (t) => {
  const options = optionsIn(t.testdir());
  const { path } = options.config;
  mkdirSync(dirname(path));
  const old = new Database(path);
  old.exec(FORMAT_1);
  t.equal(keepOldFormat(old, path), undefined, "today's format needs none");
  t.equal(keepOldFormat(old, path, FORMAT + 1), `${path}.format-${FORMAT}`);
  old.exec("DELETE FROM data_normal");
  t.ok(keepOldFormat(old, path, FORMAT + 1), "an older copy gives way");
  old.exec(`PRAGMA user_version = ${FORMAT + 1}`);
  old.close();
  // The way back: the program of today refuses the newer file, and goes on with the copy.
  await t.rejects(openBuffer(options), { code: "buffer.newer_format" });
  rmSync(path);
  renameSync(`${path}.format-${FORMAT}`, path);
  const buffer = await openIn(t, options);
  t.equal(buffer.epoch, "3lso16cqgpbsr");
  t.same(await drain(buffer), []);
});

t.test("an empty database, as a crash leaves it behind during the first start, is a new file", async (t) => {
  const options = optionsIn(t.testdir());
  mkdirSync(dirname(options.config.path));
  const old = new Database(options.config.path);
  old.pragma("journal_mode = WAL");
  old.close();
  const buffer = await openIn(t, options);
  t.equal(buffer.append(batchOf(1), "normal").seq, 1);
  await buffer.durable(1);
});

t.test("a database of another program is set aside untouched", async (t) => {
  const options = optionsIn(t.testdir());
  mkdirSync(dirname(options.config.path));
  const old = new Database(options.config.path);
  old.exec("CREATE TABLE theirs (x); PRAGMA user_version = 1; PRAGMA application_id = 7");
  old.close();
  const buffer = await openBuffer(options);
  await buffer.durable(1);
  const [told] = await drain(buffer);
  const aside = told?.kind === "event" && told.event.event === "buffer_damaged" ? told.event.set_aside : "";
  await buffer.close();
  const theirs = new Database(aside, { readonly: true });
  t.equal(theirs.prepare("SELECT count(*) AS n FROM theirs").pluck().get(), 0);
  theirs.close();
});
