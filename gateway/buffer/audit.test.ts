import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t, { type Test } from "tap";
import { SystemClock } from "../../drivers/core/clock.js";
import { SocketLock } from "../../drivers/core/lock.js";
import { SILENT_LOG } from "../../drivers/core/log.js";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import { renderText, say } from "../../drivers/core/message.js";
import type { Audit } from "../core/audit.js";
import { AUDIT_MESSAGES as A } from "../core/messages.js";
import { type AuditEntry, encodeLine, NO_HASH } from "./audit-line.js";
import { AuditLog, type AuditOptions } from "./audit-log.js";
import { auditReader, auditSentence } from "./audit-reader.js";
import { BUFFER_MESSAGES } from "./messages.js";

const DAY_MS = 86_400_000;

function optionsAt(path: string, rest: Partial<AuditOptions> = {}, maxBytes = 1e6): AuditOptions {
  return {
    config: { path, keepMs: 365 * DAY_MS, maxBytes },
    gatewayId: "gw",
    clock: new SystemClock("boot-1"),
    clockTrusted: () => true,
    log: SILENT_LOG,
    lock: new SocketLock(),
    ...rest,
  };
}

async function openAt(
  t: Test,
  path: string,
  rest?: Partial<AuditOptions>,
  maxBytes?: number,
): Promise<Audit> {
  const audit = new AuditLog(optionsAt(path, rest, maxBytes));
  await audit.open();
  t.teardown(() => audit.close());
  return audit;
}

const note = (audit: Audit, to: number): void =>
  audit.note("buffer", "gateway", say(A.void, { from: 1, to, reason: "crash" }));

async function entriesOf(path: string, from?: number, to?: number): Promise<AuditEntry[]> {
  const all: AuditEntry[] = [];
  for await (const entry of auditReader(path).entries(from, to)) all.push(entry);
  return all;
}

const codesOf = async (path: string): Promise<string[]> => (await entriesOf(path)).map(({ code }) => code);

/** Waits for what the thread pool does; `step` lets a manual clock go on meanwhile. */
async function until(holds: () => boolean, step: () => Promise<void> = async () => {}): Promise<void> {
  const end = performance.now() + 10_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error("it did not come");
    await step();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A chain written here by hand, as the page says. */
function chain(times: readonly string[], from = 1): string {
  const head = { audit: 1, gateway: "gw", after: from - 1, prev: NO_HASH };
  let text = encodeLine(head).line;
  let prev = NO_HASH;
  for (const [at, t] of times.entries()) {
    const entry = {
      n: from + at,
      t,
      mono_ms: at,
      boot: "b",
      clock: "trusted" as const,
      kind: "gateway" as const,
    };
    const encoded = encodeLine({ ...entry, who: "gateway", code: "audit.stopped", params: {}, prev });
    text += encoded.line;
    prev = encoded.hash;
  }
  return text;
}

t.test("entries are numbered, chained, and go on after a restart", async (t) => {
  const path = join(t.testdir(), "data", "a.audit.jsonl");
  const first = await openAt(t, path);
  note(first, 10);
  first.note("clock", "gateway", say(A.clock_trusted));
  await first.close();
  t.same(await auditReader(path).verify(), {
    after: 0,
    prev: NO_HASH,
    last: 2,
    hash: first.stats().hash,
  });
  const second = await openAt(t, path);
  note(second, 11);
  await second.close();
  const entries = await entriesOf(path);
  t.match(entries, [
    { n: 1, prev: NO_HASH, kind: "buffer", who: "gateway", boot: "boot-1", clock: "trusted" },
    { n: 2, prev: entries[0]?.hash, kind: "clock", code: "audit.clock_trusted" },
    { n: 3, prev: entries[1]?.hash, code: "audit.void", params: { from: 1, to: 11, reason: "crash" } },
  ]);
  t.same(
    (await entriesOf(path, 2, 2)).map(({ n }) => n),
    [2],
  );
  const said = entries[2] && auditSentence(entries[2]);
  t.equal(said && renderText(said, "en"), "The numbers 1 to 11 are void (crash).");
  t.equal(auditSentence({ code: "audit.of_a_later_version", params: {} }), undefined);
});

t.test("what a run says of the one before", async (t) => {
  const path = join(t.testdir(), "a.jsonl");
  const facts = { version: "1", config: "c1", epoch: "e1", rev: 1 };
  const runs: [typeof facts, stopped: boolean, told: string[]][] = [
    [facts, true, []],
    [facts, false, []],
    [facts, true, ["audit.cut_off"]],
    [{ ...facts, config: "c2", rev: 2 }, true, ["audit.configuration_changed"]],
    [{ ...facts, config: "c2", rev: 2, version: "2" }, true, ["audit.version_changed"]],
    [{ ...facts, config: "c2", version: "2", epoch: "-", rev: 2 }, true, []],
    [{ ...facts, config: "c2", version: "2", rev: 2 }, true, []],
    [{ ...facts, config: "c2", version: "2", epoch: "e2", rev: 1 }, true, ["audit.epoch_changed"]],
  ];
  let known = 0;
  for (const [run, stopped, told] of runs) {
    const audit = await openAt(t, path);
    audit.note("gateway", "gateway", say(A.started, run));
    if (stopped) audit.note("gateway", "gateway", say(A.stopped));
    await audit.close();
    const codes = (await codesOf(path)).slice(known);
    known += codes.length;
    t.same(codes, [...told, "audit.started", ...(stopped ? ["audit.stopped"] : [])]);
  }
  const changed = (await entriesOf(path)).find(({ code }) => code === "audit.configuration_changed");
  t.same(changed?.params, { old: "c1", new: "c2", old_rev: 1, rev: 2 });
});

t.test("another language verifies the chain and finds the first broken number", async (t) => {
  const path = join(t.testdir(), "a.jsonl");
  const audit = await openAt(t, path);
  for (let n = 1; n <= 20; n++) note(audit, n);
  audit.note("buffer", "gateway", say(A.buffer_damaged, { set_aside: 'bộ đệm "cũ"\n\u2028', saved: 1 }));
  await audit.close();
  const script = join(t.testdirName, "verify.py");
  // The page's own program, on the standard library; nothing of ours.
  const page = readFileSync(new URL("../../../docs/buffer-format.md", import.meta.url), "utf8");
  writeFileSync(script, /```python\n([\s\S]*?)```/.exec(page)?.[1] ?? "");
  const python = (): string => execFileSync("python3", [script, path], { encoding: "utf8" }).trim();
  t.equal(python(), `whole 21 ${audit.stats().hash}`);
  const text = readFileSync(path, "utf8");
  for (const [what, damaged, broken] of [
    ["one letter", text.replace('"to":7,', '"to":8,'), 7],
    ["an entry taken out", text.split("\n").toSpliced(9, 1).join("\n"), 9],
    [
      "two swapped",
      text
        .split("\n")
        .toSpliced(4, 2, ...text.split("\n").slice(4, 6).reverse())
        .join("\n"),
      4,
    ],
    [
      "an entry written anew, with a hash of its own",
      text
        .split("\n")
        .map((line) => {
          if (!line.includes('"n":5,')) return line;
          const { hash: _, ...entry } = JSON.parse(line) as AuditEntry;
          return encodeLine({ ...entry, who: "nobody" }).line.trim();
        })
        .join("\n"),
      6,
    ],
  ] as const) {
    t.not(damaged, text);
    writeFileSync(path, damaged);
    t.equal(python(), `broken ${broken}`, what);
    t.equal((await auditReader(path).verify()).broken, broken, what);
  }
});

t.test("a power cut in the middle of a write takes nothing that was on the disk", async (t) => {
  const path = join(t.testdir(), "a.jsonl");
  const audit = await openAt(t, path);
  note(audit, 1);
  note(audit, 2);
  await audit.close();
  const whole = readFileSync(path);
  const next = encodeLine({ ...(await entriesOf(path, 2))[0], n: 3 } as AuditEntry).line.slice(0, -1);
  for (const tail of [
    "{",
    next.slice(0, 100),
    next,
    "\0".repeat(4096),
    `${next.slice(0, 50)}${"\0".repeat(99)}`,
  ]) {
    writeFileSync(path, Buffer.concat([whole, Buffer.from(tail)]));
    t.match(await auditReader(path).verify(), { last: 2, broken: undefined }, "a reader waits for the rest");
    const again = await openAt(t, path);
    note(again, 3);
    await again.close();
    t.same((await codesOf(path)).slice(2), ["audit.audit_torn", "audit.void"]);
    t.match((await entriesOf(path))[2], { n: 3, params: { bytes: Buffer.byteLength(tail) } });
    t.equal((await auditReader(path).verify()).broken, undefined);
  }
});

t.test("a damaged file is set aside and the new one names it and what is known of it", async (t) => {
  const path = join(t.testdir(), "a.jsonl");
  const audit = await openAt(t, path);
  for (let n = 1; n <= 9; n++) note(audit, n);
  await audit.close();
  const text = readFileSync(path, "utf8");
  const { hash } = audit.stats();
  for (const [what, damaged, last, known] of [
    ["overwritten in the middle", text.replace('"to":5,', '"to":6,'), 9, hash],
    ["overwritten head", `x${text.slice(1)}`, 9, hash],
    ["zero length", "", 0, NO_HASH],
    ["something else", "SQLite format 3\0 and more\n".repeat(9000), 0, NO_HASH],
    ["one line that never ends", "a".repeat(300_000), 0, NO_HASH],
    ["of a later format", encodeLine({ audit: 2, gateway: "gw", after: 0, prev: NO_HASH }).line, 0, NO_HASH],
  ] as const) {
    for (const name of readdirSync(t.testdirName)) rmSync(join(t.testdirName, name));
    writeFileSync(path, damaged);
    const again = await openAt(t, path);
    note(again, 10);
    await again.close();
    const [entry, ...rest] = await entriesOf(path);
    t.match(
      entry,
      { n: last + 1, prev: known, code: "audit.audit_set_aside", params: { last, hash: known } },
      what,
    );
    t.same(readFileSync(String(entry?.params["path"]), "utf8"), damaged, "and it is still there");
    t.match(rest, [{ code: "audit.void", params: { to: 10 } }]);
    t.equal((await auditReader(path).verify()).broken, undefined);
  }
});

t.test("removed, cut off or replaced under way: the chain goes on and says so", async (t) => {
  const clock = new ManualClock();
  const path = join(t.testdir(), "a.jsonl");
  const audit = await openAt(t, path, { clock });
  const written = (last: number): Promise<void> =>
    until(
      () => audit.stats().last === last && audit.stats().waiting === 0,
      () => clock.advance(500),
    );
  note(audit, 1);
  await written(1);
  rmSync(path);
  note(audit, 2);
  await written(3);
  t.match(await entriesOf(path), [
    { n: 2, code: "audit.audit_set_aside", params: { last: 1, problem: "gone" } },
    { n: 3, params: { to: 2 } },
  ]);
  renameSync(path, `${path}.old`);
  writeFileSync(path, chain(["2026-01-01T00:00:00.000Z"]));
  note(audit, 3);
  await written(5);
  t.match(await entriesOf(path), [
    { n: 4, code: "audit.audit_set_aside", params: { last: 3, problem: "damaged" } },
    { n: 5, params: { to: 3 } },
  ]);
  t.equal((await auditReader(path).verify()).broken, undefined);
  await audit.close();
});

t.test("the file may not grow: entries wait, a bounded number; what found no room is told", async (t) => {
  const clock = new ManualClock();
  const said: string[] = [];
  const log = { ...SILENT_LOG, error: (one: { message: { code: string } }) => said.push(one.message.code) };
  // The limit of the file stands for the end of the disk: it fails the same way, at the write.
  const path = join(t.testdir(), "a.jsonl");
  const audit = await openAt(t, path, { clock, log }, 600);
  note(audit, 1);
  await until(() => audit.stats().last === 1);
  for (let n = 2; n <= 1_100; n++) note(audit, n);
  await until(
    () => audit.stats().problem !== undefined,
    () => clock.advance(100),
  );
  t.match(audit.stats(), { last: 1, waiting: 1_000, missing: 99 });
  t.same(said, [BUFFER_MESSAGES.audit_unwritable.code], "said once");
  await clock.advance(600_000);
  t.match(audit.stats(), { last: 1, waiting: 1_000 });
  await audit.close();
  t.equal(said.at(-1), BUFFER_MESSAGES.audit_unwritten.code);
  t.match(await auditReader(path).verify(), { last: 1, broken: undefined });
});

t.test("what could not be written for a while is written when the disk is back", async (t) => {
  const clock = new ManualClock();
  const folder = t.testdir({ there: {} });
  const path = join(folder, "there", "a.jsonl");
  // A folder in the place of the file: it can be opened neither as a file nor be replaced by one.
  execFileSync("mkdir", ["-p", join(path, "in the way")]);
  const audit = await openAt(t, path, { clock });
  for (let n = 1; n <= 1_005; n++) note(audit, n);
  await until(() => audit.stats().problem !== undefined);
  t.match(audit.stats(), { waiting: 1_000, missing: 5, last: 0 });
  rmSync(path, { recursive: true });
  await until(
    () => audit.stats().waiting === 0 && audit.stats().last > 1_000,
    () => clock.advance(1_000),
  );
  const entries = await entriesOf(path);
  t.same(
    entries.slice(0, 1_000).map(({ params }) => params["to"]),
    Array.from({ length: 1_000 }, (_, n) => n + 1),
  );
  t.match(entries.slice(1_000), [{ code: "audit.audit_missing", params: { count: 5 } }]);
  t.equal(audit.stats().problem, undefined);
  await audit.close();
});

t.test("a full disk in the middle of a write, and then room again", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tram-audit-full-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=128k", "tmpfs", folder], { stdio: "ignore" });
  } catch {
    rmSync(folder, { recursive: true });
    t.comment("skipped: only root can mount a small disk");
    return;
  }
  t.teardown(() => {
    execFileSync("umount", ["-l", folder]);
    rmSync(folder, { recursive: true });
  });
  const clock = new ManualClock();
  const path = join(folder, "a.jsonl");
  const audit = await openAt(t, path, { clock });
  note(audit, 1);
  await until(() => audit.stats().last === 1);
  writeFileSync(join(folder, "ballast"), "x".repeat(100_000));
  for (let n = 2; n <= 300; n++) note(audit, n);
  await until(() => audit.stats().problem !== undefined);
  const { last } = audit.stats();
  t.ok(last > 0 && last < 300, `${last} fit`);
  t.ok(statSync(path).size > audit.stats().bytes, "a part of the next write is in the file");
  await clock.advance(20_000);
  t.match(audit.stats(), { last, waiting: 300 - last });
  rmSync(join(folder, "ballast"));
  await until(
    () => audit.stats().last === 300,
    () => clock.advance(1_000),
  );
  t.match(await auditReader(path).verify(), { last: 300, broken: undefined });
  t.same(
    (await entriesOf(path)).map(({ params }) => params["to"]),
    Array.from({ length: 300 }, (_, n) => n + 1),
    "each once, in order",
  );
  await audit.close();
});

t.test("old entries leave by keep alone, and the chain is anchored behind them", async (t) => {
  const now = Date.UTC(2027, 5, 1);
  const clock = new ManualClock(now);
  const path = join(t.testdir(), "a.jsonl");
  const ago = (days: number): string => new Date(now - days * DAY_MS).toISOString();
  const old = chain([ago(500), ago(400), ago(366), ago(300), ago(1)]);
  writeFileSync(path, old);
  const [, , third] = await entriesOf(path);
  const audit = await openAt(t, path, { clock });
  note(audit, 1);
  await until(() => audit.stats().last === 6);
  t.equal((await entriesOf(path))[0]?.n, 1, "not at once: the clock may just have been set wrong");
  const before = readFileSync(path, "utf8");
  await clock.advance(3_600_000);
  await until(() => audit.stats().last === 7);
  t.match(await auditReader(path).verify(), { after: 3, prev: third?.hash, last: 7, broken: undefined });
  const entries = await entriesOf(path);
  t.same(
    entries.map(({ n }) => n),
    [4, 5, 6, 7],
  );
  t.match(entries[3], { code: "audit.audit_trimmed", params: { count: 3, to: 3, hash: third?.hash } });
  t.ok(before.includes(readFileSync(path, "utf8").split("\n")[1] ?? "?"), "those that stay are as they were");
  note(audit, 2);
  await until(() => audit.stats().last === 8);
  t.equal((await auditReader(path).verify()).broken, undefined);
  await audit.close();
  const again = await openAt(t, path);
  note(again, 3);
  await again.close();
  t.match(await auditReader(path).verify(), { after: 3, last: 9, broken: undefined });
});

t.test("a clock that is wrong removes nothing", async (t) => {
  for (const [what, trusted, stepped, aheadMs] of [
    ["not trusted", false, false, 0],
    ["stepped less than an hour ago", true, true, 0],
    ["ten years ahead for days", true, false, 3_650 * DAY_MS],
  ] as const) {
    const now = Date.UTC(2027, 5, 1);
    const clock = new ManualClock(now);
    const path = join(t.testdir(), "a.jsonl");
    const oldest = now - (aheadMs > 0 ? 300 : 400) * DAY_MS;
    writeFileSync(path, chain([new Date(oldest).toISOString(), new Date(now).toISOString()]));
    const audit = await openAt(t, path, { clock, clockTrusted: () => trusted });
    await clock.advance(3_000_000);
    if (stepped) audit.note("clock", "gateway", say(A.clock_stepped, { by: 1, steps: 1, from: "", to: "" }));
    clock.stepWall(aheadMs);
    await clock.advance(aheadMs > 0 ? 3 * DAY_MS : 1_800_000);
    note(audit, 1);
    await until(() => audit.stats().waiting === 0);
    t.equal((await entriesOf(path))[0]?.n, 1, what);
    await audit.close();
  }
});

t.test("one file has one gateway; two files have two", async (t) => {
  const folder = t.testdir();
  const one = await openAt(t, join(folder, "one.jsonl"));
  const other = new AuditLog(optionsAt(join(folder, "one.jsonl")));
  note(other, 7);
  await t.rejects(other.open(), { code: "core.held_by_process" });
  await other.close();
  const two = await openAt(t, join(folder, "two.jsonl"));
  note(one, 1);
  note(two, 2);
  await one.close();
  await two.close();
  t.match(await entriesOf(join(folder, "one.jsonl")), [{ n: 1, params: { to: 1 } }]);
  t.match(await entriesOf(join(folder, "two.jsonl")), [{ n: 1, params: { to: 2 } }]);
  const again = await openAt(t, join(folder, "one.jsonl"));
  await again.close();
});

t.test("parameters are bounded, and numbers beyond 53 bits are text", async (t) => {
  const path = join(t.testdir(), "a.jsonl");
  const audit = await openAt(t, path);
  const params = { set_aside: "x".repeat(100_000), saved: 2n ** 60n };
  audit.note("buffer", "y".repeat(10_000), say(A.buffer_damaged, params));
  await audit.close();
  const [entry] = await entriesOf(path);
  t.equal(String(entry?.params["set_aside"]).length, 500);
  t.equal(entry?.params["saved"], String(2n ** 60n));
  t.equal(entry?.who.length, 500);
});

t.test("an audit can be read while it is written, and an unfinished rewriting is cleared away", async (t) => {
  const path = join(t.testdir({ "a.jsonl.new": "half" }), "a.jsonl");
  const audit = await openAt(t, path);
  let seen = 0;
  for (let n = 1; n <= 300; n++) {
    note(audit, n);
    if (n % 30 !== 0) continue;
    await new Promise(setImmediate);
    const verdict = existsSync(path) ? await auditReader(path).verify() : { last: 0, broken: undefined };
    t.equal(verdict.broken, undefined);
    t.ok(verdict.last >= seen);
    seen = verdict.last;
  }
  await audit.close();
  t.equal((await auditReader(path).verify()).last, 300);
  t.notOk(existsSync(`${path}.new`));
  appendFileSync(path, "junk\n");
  t.equal((await auditReader(path).verify()).broken, 301);
  truncateSync(path, 10);
  t.equal((await auditReader(path).verify()).broken, 0, "no head");
});
