import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import t from "tap";
import { deviceAt, deviceOf } from "./block-device.js";
import { CardAccount } from "./card-account.js";
import { add, addDevice, bytesADay, type CardTotals, NOTHING_WRITTEN, projectLife } from "./card-life.js";
import { openBuffer } from "./open-buffer.js";
import { batchOf, openIn, optionsIn } from "./testbed.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

t.test("bytes a day are those of the last day of running", (t) => {
  let tally = NOTHING_WRITTEN;
  t.equal(bytesADay(tally), undefined);
  tally = add(tally, 5e6, 300_000);
  t.equal(bytesADay(tally), undefined, "five minutes tell nothing about a day");
  tally = add(tally, 5e6, 300_000);
  t.equal(bytesADay(tally), 1e7 * 144);
  // Two days at 1 GB a day, then one and a bit at 2 GB.
  tally = NOTHING_WRITTEN;
  for (let n = 0; n < 48 * 60; n++) tally = add(tally, 1e9 / 1440, 60_000);
  t.equal(Math.round((bytesADay(tally) ?? 0) / 1e6), 1000);
  for (let n = 0; n < 26 * 60; n++) tally = add(tally, 2e9 / 1440, 60_000);
  t.equal(Math.round((bytesADay(tally) ?? 0) / 1e6), 2000);
  t.ok(tally.hours.length <= 26);
  t.equal(Math.round(tally.bytes / 1e6), 2000 + Math.round((26 / 24) * 2000));
  t.end();
});

t.test("a run that follows another goes on with its count", (t) => {
  const first = add(NOTHING_WRITTEN, 1e9, DAY_MS);
  const second = add(JSON.parse(JSON.stringify(first)) as typeof first, 1e9, DAY_MS);
  t.match(second, { bytes: 2e9, ms: 2 * DAY_MS });
  t.equal(add(second, -5, -5).bytes, 2e9, "nothing is ever taken back");
  t.end();
});

t.test("what the disk counts since boot becomes a total over boots", (t) => {
  const at = { id: "card-1", boot: "b1", bytes: 1e9, ms: HOUR_MS };
  const first = addDevice(undefined, at);
  t.match(first, { bytes: 0 }, "what was written before is not known for the whole life: it begins here");
  const later = addDevice(first, { ...at, bytes: 3e9, ms: 2 * HOUR_MS });
  t.match(later, { bytes: 2e9, ms: HOUR_MS });
  const afterBoot = addDevice(later, { ...at, boot: "b2", bytes: 5e8, ms: 600_000 });
  t.match(afterBoot, { bytes: 2.5e9, ms: HOUR_MS + 600_000 });
  t.match(addDevice(afterBoot, { ...at, id: "card-2", boot: "b2", bytes: 6e8 }), { bytes: 0, ms: 0 });
  t.end();
});

t.test("the life of a card, from its endurance, what was written and the present rate", (t) => {
  const own = add(NOTHING_WRITTEN, 1e9, DAY_MS);
  t.same(projectLife({ own }, undefined), { ownBytes: 1e9, ownBytesADay: 1e9 }, "no endurance: no years");
  t.same(projectLife({ own: NOTHING_WRITTEN }, 30e12), { ownBytes: 0, enduranceBytes: 30e12 });
  const years = (totals: CardTotals, endurance: number): number | undefined => {
    const { yearsLeft } = projectLife(totals, endurance);
    return yearsLeft === undefined ? undefined : Math.round(yearsLeft * 10) / 10;
  };
  t.equal(years({ own }, 30e12), 82.1, "by its own account");
  const at = { id: "c", boot: "b", bytes: 0, ms: 0 };
  const device = { ...add(NOTHING_WRITTEN, 4e9, DAY_MS), at };
  t.equal(years({ own, device }, 30e12), 20.5, "others write too: by the disk's count where there is one");
  t.equal(
    years({ own, device: { ...NOTHING_WRITTEN, at } }, 30e12),
    82.1,
    "which must have counted long enough",
  );
  t.equal(years({ own: { ...own, bytes: 20e12 } }, 30e12), 0, "rate of a day that wrote 20 TB");
  const worn = add({ bytes: 29e12, ms: 0, hours: [[0, 29e12]] }, 1e9, DAY_MS);
  t.equal(years({ own: worn }, 30e12), 2.7, "what was written before counts");
  t.equal(years({ own: add({ ...worn, bytes: 31e12 }, 0, 0) }, 30e12), 0, "worn out is worn out");
  t.end();
});

t.test("the disk that holds a file, as the kernel tells of it", (t) => {
  const folder = t.testdir({
    sys: {
      dev: { block: {} },
      devices: {
        mmcblk0: {
          stat: "  10 0 80 5   200 0   4000 9 0 1 2\n",
          device: { cid: "1b534d4542315154\n" },
          mmcblk0p2: { partition: "2\n", stat: "1 0 8 5 20 0 400 9 0 1 2\n" },
        },
        zram0: { stat: "broken" },
      },
    },
    proc: { uptime: "3600.50 7000.00\n", sys: { kernel: { random: { boot_id: "boot-7\n" } } } },
  });
  const link = (name: string, to: string): void =>
    symlinkSync(join(folder, "sys/devices", to), join(folder, "sys/dev/block", name));
  link("179:2", "mmcblk0/mmcblk0p2");
  link("253:0", "zram0");
  const card = deviceAt("179:2", folder);
  t.same(
    card?.(),
    { id: "1b534d4542315154", boot: "boot-7", bytes: 4000 * 512, ms: 3_600_500 },
    "the whole card",
  );
  writeFileSync(join(folder, "sys/devices/mmcblk0/stat"), "10 0 80 5 200 0 5000 9 0 1 2\n");
  t.equal(card?.()?.bytes, 5000 * 512);
  t.equal(deviceAt("253:0", folder)?.(), undefined, "a count that is none");
  t.equal(deviceAt("0:40", folder), undefined, "a file system without a disk");
  t.equal(deviceOf(join(folder, "missing")), undefined);
  t.end();
});

t.test("the account looks rarely, keeps rarely, and takes nonsense for nothing", (t) => {
  let now = 0;
  const folder = t.testdir();
  const account = new CardAccount(join(folder, "missing"), "{", () => now);
  t.same(account.totals, { own: NOTHING_WRITTEN });
  now = 5_000;
  account.written(100);
  t.equal(account.totals.own.bytes, 0, "not yet");
  t.equal(account.due(100, false), undefined);
  now = 10_000;
  account.written(150);
  t.match(account.totals.own, { bytes: 150, ms: 10_000 });
  now = 600_000;
  const text = account.due(400, false);
  t.match(JSON.parse(text ?? "{}"), { own: { bytes: 400, ms: 600_000 } });
  now = 700_000;
  t.equal(account.due(500, false), undefined);
  t.match(
    JSON.parse(account.due(500, true) ?? "{}"),
    { own: { bytes: 500, ms: 700_000 } },
    "the last commit",
  );
  const next = new CardAccount(join(folder, "missing"), text, () => now);
  now += 10_000;
  next.written(50);
  t.match(next.totals.own, { bytes: 450, ms: 610_000 });
  for (const stored of [undefined, null, 7, "null", "{}", '{"own":{"bytes":"x"}}']) {
    t.same(new CardAccount(join(folder, "missing"), stored, () => now).totals, { own: NOTHING_WRITTEN });
  }
  t.end();
});

t.test("totals survive a restart of the buffer", async (t) => {
  const folder = t.testdir();
  mkdirSync(join(folder, "data"));
  const base = optionsIn(folder);
  const options = { ...base, config: { ...base.config, cardEnduranceBytes: 30e12 } };
  const totals: number[] = [];
  for (let run = 0; run < 3; run++) {
    const buffer = run < 2 ? await openBuffer(options) : await openIn(t, options);
    t.match(buffer.stats().card, { ownBytes: totals.at(-1) ?? 0, enduranceBytes: 30e12 });
    if (run === 2) break;
    for (let n = 0; n < 50; n++) buffer.append(batchOf(n), "normal");
    await buffer.durable(buffer.stats().last);
    const { bytesWritten } = buffer.stats();
    t.ok(bytesWritten > 0);
    await buffer.close();
    const db = new Database(options.config.path, { readonly: true });
    const { value } = db.prepare("SELECT value FROM state WHERE key = 'card'").get() as { value: string };
    db.close();
    const { own } = JSON.parse(value) as CardTotals;
    t.ok(own.bytes >= (totals.at(-1) ?? 0) + bytesWritten, `${own.bytes}`);
    totals.push(own.bytes);
  }
});
