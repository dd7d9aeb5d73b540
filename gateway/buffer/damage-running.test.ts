import { readdirSync, renameSync, statSync, truncateSync } from "node:fs";
import { dirname } from "node:path";
import t from "tap";
import type { GatewayRecord } from "../core/record.js";
import { prevInSlot } from "../core/record.js";
import { batch, events, half, judge, overwrite, toldOf, whole } from "./damage-fixture.js";
import { batchOf, drain, openIn, optionsIn } from "./testbed.js";

/* Damage to the file while the buffer has it open: it is set aside, saved from, told, and numbers go on. */

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
    for (let n = 1; n <= 320; n++) await add(n);
    make(options.config.path);
    const { epoch } = buffer;
    const records: GatewayRecord[] = [];
    for (let n = 321; n <= 360; n++) {
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
