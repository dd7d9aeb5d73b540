import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import Database from "better-sqlite3";
import t from "tap";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import type { Said } from "../../drivers/core/message.js";
import type { Layout } from "../../drivers/core/reading.js";
import type { Audit } from "../core/audit.js";
import type { LostRecords } from "../core/event.js";
import { AuditEvents } from "./audit-events.js";
import { openBuffer } from "./open-buffer.js";
import { batchOf, openIn, optionsIn } from "./testbed.js";

/** Keeps what is noted, as code and parameters. */
class NotedAudit implements Audit {
  readonly noted: [string, Said["params"]][] = [];

  note(_kind: string, _who: string, { message, params }: Said): void {
    this.noted.push([message.code, params]);
  }

  take(): [string, Said["params"]][] {
    return this.noted.splice(0);
  }

  stats() {
    return { path: "", bytes: 0, last: 0, hash: "", waiting: 0, missing: 0 };
  }

  async close(): Promise<void> {}
}

const lost = (from: number, to: number, reason: LostRecords["reason"] = "full"): LostRecords => ({
  event: "lost",
  runs: [
    { from, to, prev: from - 1, count: to - from + 1 },
    { from: to + 5, to: to + 5, prev: to + 2, count: 1 },
  ],
  points: [],
  reason,
});

t.test("the first loss is noted at once, those that follow are one entry each ten minutes", async (t) => {
  const audit = new NotedAudit();
  const clock = new ManualClock();
  const events = new AuditEvents(audit, clock);
  events.note(lost(11, 20), "e", "centre");
  events.note(lost(1, 2, "damaged"), "e", "centre");
  events.note(lost(11, 20), "e", "other");
  const expected = { uplink: "centre", reason: "full", from: 11, to: 25, count: 11 };
  t.same(audit.take(), [
    ["audit.lost", expected],
    ["audit.lost", { uplink: "centre", reason: "damaged", from: 1, to: 7, count: 3 }],
    ["audit.lost", { ...expected, uplink: "other" }],
  ]);
  for (let minute = 1; minute <= 9; minute++) {
    await clock.advance(60_000);
    events.note(lost(100 * minute, 100 * minute + 9), "e", "centre");
  }
  t.same(audit.take(), []);
  await clock.advance(60_000);
  t.same(audit.take(), [["audit.lost", { uplink: "centre", reason: "full", from: 100, to: 914, count: 99 }]]);
  await clock.advance(600_000);
  t.same(audit.take(), [], "nothing was lost since");
  t.equal(clock.pending, 0);
  events.note(lost(1, 1), "e", "centre");
  t.equal(audit.take().length, 1, "then the next one is the first again");
  events.note(lost(2, 2), "e", "centre");
  events.close();
  t.match(audit.take(), [["audit.lost", { from: 2 }]], "what gathers is noted before the end");
  t.equal(clock.pending, 0);
});

t.test("what a buffer finds at its start goes into the audit", async (t) => {
  const audit = new NotedAudit();
  const options = optionsIn(t.testdir(), { audit });
  const first = await openBuffer(options);
  const { epoch } = first;
  for (let n = 0; n < 500; n++) first.append(batchOf(n), "normal");
  await first.close();
  t.same(audit.take(), [], "an orderly run has nothing to tell");

  rmSync(options.config.path);
  const second = await openBuffer(options);
  await second.close();
  t.same(audit.take(), [["audit.void", { from: 1, to: 500, reason: "file_lost" }]]);

  const file = openSync(options.config.path, "r+");
  for (let page = 0; page < 10; page++) writeSync(file, "damage".repeat(60), page * 512 + 100);
  closeSync(file);
  const third = await openBuffer(options);
  await third.close();
  t.match(
    audit.take().find(([code]) => code === "audit.buffer_damaged"),
    ["audit.buffer_damaged", { set_aside: /b.db.damaged-/, saved: Number }],
  );

  const moved = await openBuffer({ ...options, machineId: "m2" });
  await moved.close();
  t.match(audit.take(), [["audit.epoch_began", { new: moved.epoch, old: epoch, reason: "moved" }]]);
});

t.test("records that a stalled disk cost are noted with their range and count", async (t) => {
  const audit = new NotedAudit();
  const options = optionsIn(t.testdir(), { audit });
  const buffer = await openIn(t, options);
  await buffer.durable(buffer.append(batchOf(0), "normal").seq);
  const blocker = new Database(options.config.path);
  blocker.pragma("busy_timeout = 0");
  blocker.exec("BEGIN IMMEDIATE");
  const points = Array.from({ length: 2000 }, (_, n) => ({ id: `p${n}`, type: "u16" as const, decimals: 0 }));
  const wide: Layout = { device: "wide", points };
  const values = new Array(2000).fill(7);
  for (let n = 0; n < 2000; n++) buffer.append(batchOf(n, { layout: wide, values }), "normal");
  blocker.exec("ROLLBACK");
  blocker.close();
  await buffer.durable(2001);
  await buffer.durable(buffer.stats().last);
  await buffer.close();
  const entries = audit.take();
  t.match(entries[0], ["audit.lost", { uplink: "centre", reason: "disk_stalled", from: 2 }]);
  t.equal(
    entries.reduce((sum, [, params]) => sum + Number(params["count"]), 0),
    buffer.stats().dropped,
  );
});
