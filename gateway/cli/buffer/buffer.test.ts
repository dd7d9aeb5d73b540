import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import t from "tap";
import type { Language } from "../../../drivers/core/message.js";
import type { Manifest } from "../../buffer/manifest.js";
import { openBuffer } from "../../buffer/open-buffer.js";
import { batchOf, drain, numbers, openIn, optionsIn } from "../../buffer/testbed.js";
import type { Buffer as GatewayBuffer } from "../../core/buffer.js";
import { machineId } from "../../host/machine.js";
import { MOMENT } from "../grammar/moment.js";
import type { Io } from "../io.js";
import { ProgressBar } from "../progress-bar.js";
import { displayWidth } from "../table.js";
import { heldOutput } from "../testing/held-output.js";
import { buffer as verb } from "./buffer.js";
import type { Shown } from "./buffer-show.js";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

class Output extends PassThrough {
  text = "";

  constructor() {
    super();
    this.on("data", (chunk: Buffer) => {
      this.text += chunk.toString("utf8");
    });
  }
}

const YAML = `
gateway: {id: g, name: G}
connections: {plc: {driver: modbus-tcp, host: 127.0.0.1}}
devices:
  well:
    connection: plc
    every: 1s
    points: [{id: level, table: holding, address: 1, type: u16}]
uplinks: {centre: {url: "mqtt://127.0.0.1:1"}}
buffer: {path: data/b.db, identity: b.identity}
`;

function bench(folder: string, more: Partial<Io> = {}) {
  writeFileSync(join(folder, "gateway.yaml"), YAML);
  const abort = new AbortController();
  const run = async (...args: string[]) => {
    const stdout = new Output();
    const stderr = new Output();
    const io: Io = {
      stdout,
      stderr,
      env: {},
      language: "en",
      isTerminal: false,
      colours: false,
      columns: 80,
      signal: abort.signal,
      root: ROOT,
      version: "1.2.3",
      ...more,
    };
    const code = await verb.run(args, io);
    await new Promise(setImmediate);
    return { code, out: stdout.text, err: stderr.text };
  };
  return {
    abort,
    run,
    config: ["-c", join(folder, "gateway.yaml")],
    options: optionsIn(folder, { machineId: machineId() }),
  };
}

/** Appends, every tenth time waiting for the disk; returns the last number. */
async function fill(buffer: GatewayBuffer, count: number, from = 1): Promise<number> {
  let last = 0;
  for (let n = from; n < from + count; n++) {
    const flags =
      n % 50 === 0 ? { flags: [{ at: 0, quality: "bad" as const, reason: "no_answer" as const }] } : {};
    last = buffer.append(batchOf(n, flags), n % 3 === 0 ? "low" : "normal").seq;
    if (n % 10 === 0) await buffer.durable(last);
  }
  last = buffer.appendEvent({ event: "device_found", device: "well" }, "high").seq;
  await buffer.durable(last);
  return last;
}

/** Rows of all tables, and every body's CRC-32, by nothing of ours: SQLite and zlib of another language. */
const PYTHON = `
import sqlite3, sys, json, zlib, struct, hashlib
db = sqlite3.connect("file:%s?mode=ro" % sys.argv[1], uri=True)
out = {}
for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type='table' ORDER BY name").fetchall():
    h = hashlib.sha256(); n = 0
    columns = [c[1] for c in db.execute("PRAGMA table_info(%s)" % name)]
    limit = " WHERE first <= %s" % sys.argv[2] if "first" in columns else ""
    for row in db.execute("SELECT * FROM %s%s ORDER BY 1, 2" % (name, limit)):
        if name == "state" and row[0] in ("marks", "reserved"): continue
        h.update(repr(row).encode()); n += 1
        if "body" in columns:
            body = row[columns.index("body")]
            plain = zlib.decompress(body[5:], -15) if body[0] else body[5:]
            assert zlib.crc32(plain) == struct.unpack("<I", body[1:5])[0]
    out[name] = [n, h.hexdigest()]
print(json.dumps([out, db.execute("PRAGMA integrity_check").fetchall(), db.execute("PRAGMA user_version").fetchone()[0]]))
`;

function python(path: string, last: number): unknown {
  return JSON.parse(execFileSync("python3", ["-c", PYTHON, path, String(last)], { encoding: "utf8" }));
}

t.test("show, with and without a gateway, in both languages and as JSON", async (t) => {
  const folder = t.testdir();
  const { config, options, run } = bench(folder);
  const buffer = await openBuffer(options);
  const last = await fill(buffer, 200);
  buffer.settle("centre", numbers(await buffer.takeBacklog("centre", 50)), "acknowledged");
  await fill(buffer, 1, 999);
  const used = heldOutput("buffer-show", (await run("show", ...config, "--json")).out) as Shown;
  t.match(used, {
    path: options.config.path,
    format: 1,
    epoch: buffer.epoch,
    epochs: [buffer.epoch],
    rev: 1,
    first: 1,
    last: last + 2,
    records: last + 2,
    estimated: false,
    readings: 201 * 5,
    thisMachine: true,
    inUseBy: String(process.pid),
    identity: { state: "agrees" },
    uplinks: [{ name: "centre", pendingFrom: 51, pending: last + 2 - 50, acknowledged: 50 }],
  });
  const low = used.tables.find(({ table }) => table === "low");
  t.match(low, { records: 67, readings: 335, first: 3, from: 1.7e12 + 3 });
  await buffer.close();
  writeFileSync(`${options.config.path}.damaged-20260101T000000Z`, "x".repeat(2000));
  for (const language of ["vi", "en"] as Language[]) {
    const { code, out } = await bench(folder, { language }).run("show", ...config);
    t.equal(code, 0);
    const [path, ...lines] = out.split("\n");
    t.ok(path?.endsWith(options.config.path));
    for (const line of lines) t.ok(displayWidth(line) <= 80, line);
    t.match(out, buffer.epoch);
    t.match(out, "b.db.damaged-20260101T000000Z");
    t.match(out, language === "vi" ? "Không gateway nào đang dùng" : "No gateway uses it");
  }
  t.match((await run("show", options.config.path, "--json")).out, '"inUseBy":null');
  t.same(
    readdirSync(join(folder, "data")).filter(
      (name) => /-wal$|-shm$/.test(name) && statSync(join(folder, "data", name)).size > 40_000,
    ),
    [],
  );
});

t.test(
  "a backup while a writer appends holds what a reader in another language finds in the file",
  async (t) => {
    const folder = t.testdir();
    const { config, options, run } = bench(folder);
    const buffer = await openIn(t, options);
    await fill(buffer, 600);
    let stop = false;
    const writing = (async () => {
      for (let n = 1000; !stop; n += 10) {
        await fill(buffer, 10, n);
      }
    })();
    const file = join(folder, "copy.db");
    const { code, out } = await run("backup", "-o", file, ...config);
    stop = true;
    await writing;
    t.equal(code, 0, out);
    t.match(out, "All is well");
    const manifest = JSON.parse(readFileSync(`${file}.json`, "utf8")) as Manifest;
    t.match(manifest, {
      file: "copy.db",
      tool: "1.2.3",
      epoch: buffer.epoch,
      rev: 1,
      machine: machineId(),
      findings: 0,
      sha256: createHash("sha256").update(readFileSync(file)).digest("hex"),
      identity: { epoch: buffer.epoch },
    });
    t.ok(manifest.last >= 601, "at least what was there when it began");
    t.equal(manifest.records, manifest.last, "every number up to the last");
    t.same(python(file, manifest.last), python(options.config.path, manifest.last), "the same rows");
    t.same(readdirSync(folder).sort(), ["b.identity", "copy.db", "copy.db.json", "data", "gateway.yaml"]);
    await t.rejects(run("backup", "-o", file, ...config), { code: "buffer_care.file_exists" });
    const forced = await run("backup", "-o", file, "--force", ...config, "--json");
    t.equal(forced.code, 0);
    t.match(heldOutput("buffer-backup", forced.out), { file, manifest: `${file}.json` });
    t.ok(statSync(`${options.config.path}-wal`).size < 2_500_000, "the log stayed as long as it is");
    await t.rejects(run("backup", "-o", join(folder, "no/such.db"), ...config), {
      code: "buffer_care.cannot_write",
    });
    await t.rejects(run("backup", ...config), { code: "cli.missing_option" });
  },
);

t.test("what is exported is what was appended, read in another language", async (t) => {
  const folder = t.testdir();
  const { config, options, run } = bench(folder);
  const buffer = await openIn(t, options);
  const last = await fill(buffer, 300);
  const file = join(folder, "out.jsonl");
  const json = await run("export", ...config, "-o", file, "--json");
  t.equal(json.code, 0);
  t.match(heldOutput("buffer-export", json.out), { records: last, readings: 1500, events: 1, damaged: 0 });
  execFileSync("sha256sum", ["-c", "out.jsonl.sha256"], { cwd: folder });
  const csv = join(folder, "out.csv");
  await run("export", ...config, "-o", csv, "--format", "csv");
  const script = `
import json, sys, csv, datetime
epoch, last = sys.argv[3], int(sys.argv[4])
records = [json.loads(line) for line in open(sys.argv[1])]
assert [r["seq"] for r in records] == list(range(1, last + 1))
assert [r["prev"] for r in records] == [None] + list(range(1, last))
def time(n): return (datetime.datetime(2023, 11, 14, 22, 13, 20) + datetime.timedelta(milliseconds=n)).isoformat(timespec="milliseconds") + "Z"
def level(n): return n / 1000
for n, r in enumerate(records[:-1], 1):
    assert r["epoch"] == epoch and r["rev"] == 1 and r["device"] == "well" and r["t"] == time(n), r
    want = {"level": level(n), "temp": 20.1, "total": str(n), "run": n % 2 == 0, "name": "a"}
    if n % 50 == 0:
        del want["level"]
        assert r["bad"] == {"level": "no_answer"}, r
    assert r["v"] == want, r
assert records[-1]["event"] == "device_found"
rows = list(csv.DictReader(open(sys.argv[2], newline="")))
assert len(rows) == 5 * (last - 1) + 1
for at, row in enumerate(rows[:-1]):
    n, point = at // 5 + 1, ["level", "temp", "total", "run", "name"][at % 5]
    want = [str(level(n)), "20.1", str(n), "true" if n % 2 == 0 else "false", "a"][at % 5]
    if point == "level" and n % 50 == 0: assert (row["value"], row["quality"], row["reason"]) == ("", "bad", "no_answer")
    elif point == "level": assert float(row["value"]) == level(n) and row["quality"] == "good"
    else: assert row["value"] == want, row
    assert row["point"] == point and int(row["seq"]) == n and row["t"] == time(n) and row["epoch"] == epoch
assert json.loads(rows[-1]["event"]) == {"event": "device_found", "device": "well"}
`;
  execFileSync("python3", ["-c", script, file, csv, buffer.epoch, String(last)]);
  const at = (n: number): string => new Date(1.7e12 + n).toISOString();
  const some = await run("export", ...config, "--from", at(100), "--to", at(200), "--point", "temp");
  const lines = some.out.trim().split("\n");
  t.equal(lines.length, 100);
  t.match(JSON.parse(lines[0] ?? ""), { seq: 100, v: { temp: 20.1 } });
  t.notMatch(lines[0], "level");
  t.match(some.err, "100 records, 100 readings");
  t.equal((await run("export", ...config, "--device", "other")).out, "");
  await t.rejects(run("export", ...config, "-o", file), { code: "buffer_care.file_exists" });
  await t.rejects(run("export", ...config, "--format", "xls"), { code: "cli.wrong_value" });
  await t.rejects(run("export", ...config, "--uplink", "x"), { code: "cli_buffer.export_uplink" });
  await t.rejects(run("export", ...config, "--from", "2026-02-30"), { code: "cli.wrong_value" });
});

t.test("moved to another box: nothing is lost and no number comes twice", async (t) => {
  const from = join(t.testdir({ old: {}, new: {} }), "old");
  const to = join(from, "../new");
  const old = bench(from);
  const there = { ...old.options, machineId: "the-broken-box" };
  const before = await openBuffer(there);
  const last = await fill(before, 120);
  before.settle("centre", numbers(await before.takeBacklog("centre", 40)), "acknowledged");
  await fill(before, 1, 999);
  const file = join(from, "b.bak");
  t.equal((await old.run("backup", "-o", file, ...old.config)).code, 0);
  await before.close();

  const { config, options, run } = bench(to);
  const restored = await run("restore", file, ...config, "--json");
  t.match(heldOutput("buffer-restore", restored.out), {
    nextEpoch: "new",
    epoch: before.epoch,
    compared: true,
    setAside: null,
  });
  const after = await openIn(t, options);
  t.not(after.epoch, before.epoch);
  const next = after.append(batchOf(1), "normal");
  t.ok(next.seq > last + 2, "beyond every number of the file");
  await after.durable(next.seq);
  const records = await drain(after);
  const ofOld = records.filter(({ epoch }) => epoch === before.epoch);
  const acknowledged = new Set(Array.from({ length: 40 }, (_, n) => n + 1));
  t.same(
    new Set([...acknowledged, ...numbers(ofOld)]),
    new Set(Array.from({ length: last + 2 }, (_, n) => n + 1)),
    "what was not acknowledged comes under the old epoch",
  );
  const [told] = records.filter(({ epoch }) => epoch === after.epoch);
  t.match(told, {
    kind: "event",
    event: { event: "epoch", old: before.epoch, old_last: last + 2, reason: "moved" },
  });
  await t.rejects(run("restore", file, ...config), { code: "core.held_by_process" });
  await after.close();
  // It has numbers that the backup does not have.
  await t.rejects(run("restore", file, ...config), { code: "buffer_care.newer_there" });
  const kept = readFileSync(options.config.path);
  const forced = heldOutput(
    "buffer-restore",
    (await run("restore", file, "--force", ...config, "--json")).out,
  ) as {
    setAside: string;
  };
  t.ok(readFileSync(forced.setAside).equals(kept), "set aside, not deleted");
  const again = await openIn(t, options);
  t.notOk([before.epoch, after.epoch].includes(again.epoch), "an epoch of its own");
  t.ok(again.append(batchOf(1), "normal").seq > next.seq);
});

t.test("restored on its own box: goes on where the second place vouches, else begins anew", async (t) => {
  const folder = t.testdir();
  const { config, options, run } = bench(folder);
  const first = await openBuffer(options);
  await fill(first, 30);
  const file = join(folder, "b.bak");
  await run("backup", "-o", file, ...config);
  const last = await fill(first, 30, 100);
  await first.close();
  for (const suffix of ["", "-wal", "-shm"]) rmSync(options.config.path + suffix, { force: true });
  t.match(heldOutput("buffer-restore", (await run("restore", file, ...config, "--json")).out), {
    nextEpoch: "same",
  });
  const second = await openBuffer(options);
  t.equal(second.epoch, first.epoch);
  const { seq } = second.append(batchOf(1), "normal");
  t.ok(seq > last, "numbers given after the backup are not given again");
  await second.durable(seq);
  const told = (await drain(second)).find((record) => record.kind === "event" && record.seq > last);
  t.match(told, { event: { event: "void", from: 32, reason: "crash" } });
  await second.close();

  rmSync(options.config.path);
  rmSync(options.config.identity);
  t.match(heldOutput("buffer-restore", (await run("restore", file, ...config, "--json")).out), {
    nextEpoch: "new",
  });
  const third = await openIn(t, options);
  t.not(third.epoch, first.epoch, "nobody knows which numbers were given");
});

t.test("the card of a box that lost its power: what lies in the log is carried too", async (t) => {
  const from = join(t.testdir({ old: {}, new: {} }), "old");
  const before = await openIn(t, optionsIn(from, { machineId: "the-broken-box" }));
  const last = await fill(before, 60);
  // As it lies on the card: nobody closed it.
  const card = join(from, "card.db");
  for (const suffix of ["", "-wal"]) copyFileSync(join(from, "data/b.db") + suffix, card + suffix);
  t.notOk(readFileSync(card).includes("boot-1"), "the file alone has nothing of it");
  const { config, options, run } = bench(join(from, "../new"));
  const { code, out } = await run("restore", card, ...config);
  t.equal(code, 0);
  t.match(out, "There is no manifest");
  const after = await openIn(t, options);
  const old = (await drain(after)).filter(({ epoch }) => epoch === before.epoch);
  t.same(
    numbers(old),
    Array.from({ length: last }, (_, n) => n + 1),
  );
});

t.test("a backup that did not come over whole is refused", async (t) => {
  const folder = t.testdir();
  const { config, options, run } = bench(folder);
  const buffer = await openBuffer(options);
  await fill(buffer, 300);
  await buffer.close();
  const file = join(folder, "b.bak");
  await run("backup", "-o", file, ...config);
  const whole = readFileSync(file);
  for (const suffix of ["", "-wal", "-shm"]) rmSync(options.config.path + suffix, { force: true });
  writeFileSync(file, whole.subarray(0, whole.length / 2));
  await t.rejects(run("restore", file, ...config), { code: "buffer_care.wrong_sha256" });
  rmSync(`${file}.json`);
  await t.rejects(run("restore", file, ...config), { code: "buffer_care.unreadable", message: file });
  const flipped = Buffer.from(whole);
  for (let at = 512 * 20; at < 512 * 24; at += 8) flipped.writeUInt8(flipped.readUInt8(at) ^ 1, at);
  writeFileSync(file, flipped);
  await t.rejects(run("restore", file, ...config), { code: "buffer_care.backup_damaged" });
  writeFileSync(file, "rubbish");
  await t.rejects(run("restore", file, ...config), { code: "buffer_care.not_a_buffer" });
  writeFileSync(`${file}.json`, "{}");
  await t.rejects(run("restore", file, ...config), { code: "buffer_care.wrong_manifest" });
  rmSync(file);
  await t.rejects(run("restore", file, ...config), { code: "buffer_care.no_file" });
  await t.rejects(run("restore", ...config), { code: "cli.missing_argument" });
  // The ballast is no part of the buffer.
  const left = readdirSync(join(folder, "data")).filter((name) => !name.endsWith(".ballast"));
  t.same(left, [], "nothing half done is left");
});

t.test("verify tells each kind of damage and what to do", async (t) => {
  const folder = t.testdir();
  const { config, options, run } = bench(folder);
  const buffer = await openBuffer(options);
  await fill(buffer, 300);
  await buffer.close();
  const { path } = options.config;
  const whole = readFileSync(path);
  const identity = readFileSync(options.config.identity);
  const good = await run("verify", ...config);
  t.equal(good.code, 0, good.out);
  t.match(good.out, "All is well");
  const damages: readonly [string, string, readonly string[]][] = [
    [
      "a flipped bit",
      "UPDATE data_normal SET body = substr(body, 1, length(body) - 1) || x'00' WHERE first = (SELECT max(first) FROM data_normal)",
      ["checksum"],
    ],
    ["a lost key chunk", "DELETE FROM data_low WHERE back = 0", ["group_incomplete"]],
    ["a lost layout", "DELETE FROM layout", ["undecodable"]],
    ["a lost run", "DELETE FROM run", ["undecodable"]],
    ["a layout that is none", "UPDATE layout SET layout = 'x'", ["layouts_unreadable", "undecodable"]],
    [
      "a row gone",
      "DELETE FROM data_normal WHERE first = (SELECT max(first) FROM data_normal)",
      ["chain_gap"],
    ],
    [
      "a row twice",
      "INSERT INTO data_alarm SELECT * FROM data_normal WHERE back = 0",
      ["order", "chain_broken"],
    ],
    ["marks", "UPDATE data_normal SET marks = x'ff' WHERE marks IS NOT NULL", ["marks_damaged"]],
    ["a wrong count", "UPDATE data_normal SET count = count + 1 WHERE back = 0", ["row_disagrees"]],
    ["the reservation", "UPDATE state SET value = 3 WHERE key = 'reserved'", ["reserved_behind"]],
    ["another epoch", "UPDATE state SET value = 'e' WHERE key = 'epoch'", ["identity_other"]],
    ["no machine", "DELETE FROM state WHERE key = 'machine'", ["state_incomplete"]],
  ];
  const found = async (): Promise<{ code: number; codes: Set<string> }> => {
    const { code, out } = await run("verify", ...config, "--json");
    const { found: all } = heldOutput("buffer-verify", out) as { found: { code: string; hint?: string }[] };
    for (const { code: own, hint } of all) t.ok(hint, `${own} says what to do`);
    return { code, codes: new Set(all.map((one) => one.code.replace("buffer_care.", ""))) };
  };
  for (const [name, sql, expected] of damages) {
    for (const suffix of ["-wal", "-shm"]) rmSync(path + suffix, { force: true });
    writeFileSync(path, whole);
    const db = new Database(path);
    t.ok(db.prepare(sql).run().changes > 0, name);
    db.close();
    const { code, codes } = await found();
    t.equal(code, 1, name);
    for (const one of expected) t.ok(codes.has(one), `${name}: ${one} of ${[...codes]}`);
  }
  writeFileSync(path, whole);
  writeFileSync(path, Buffer.alloc(4096, 0xee), { flag: "r+" });
  await t.rejects(run("verify", ...config), { code: "buffer_care.not_a_buffer" });
  const torn = Buffer.from(whole);
  torn.fill(0xee, 18 * 512, 20 * 512);
  writeFileSync(path, torn);
  const { code, codes } = await found();
  t.equal(code, 1);
  t.ok(codes.has("structure"), [...codes].join());
  const saved = await run("export", ...config);
  t.equal(saved.code, 1, "what can be read is exported, and it is said that some is not");
  t.ok(saved.out.split("\n").length > 10);
  t.match(saved.err, "could not be read");
  writeFileSync(path, "");
  await t.rejects(run("verify", ...config), { code: "buffer_care.not_a_buffer" });
  rmSync(path);
  await t.rejects(run("verify", ...config), { code: "buffer_care.no_file" });
  writeFileSync(path, whole);
  rmSync(options.config.identity);
  t.same((await found()).codes, new Set(["identity_missing"]));
  writeFileSync(options.config.identity, identity);
  t.same(await found(), { code: 0, codes: new Set() });
  const db = new Database(path);
  db.pragma("user_version = 99");
  db.close();
  for (const part of ["show", "verify", "export"]) {
    await t.rejects(run(part, ...config), { code: "buffer.newer_format" });
  }
});

t.test("Ctrl-C leaves nothing half done", async (t) => {
  const folder = t.testdir();
  const { config, options, run, abort } = bench(folder);
  const buffer = await openIn(t, options);
  await fill(buffer, 300);
  abort.abort();
  for (const args of [
    ["backup", "-o", join(folder, "x.db")],
    ["export", "-o", join(folder, "x.jsonl")],
    ["verify"],
  ]) {
    await t.rejects(run(...args, ...config), { code: "cli_buffer.interrupted" });
  }
  t.same(readdirSync(folder).sort(), ["b.identity", "data", "gateway.yaml"]);
});

t.test("help of each part, wrong use, exit codes of the process", async (t) => {
  const folder = t.testdir();
  const { run } = bench(folder);
  for (const part of ["show", "verify", "export", "backup", "restore", "audit"]) {
    for (const language of ["en", "vi"] as const) {
      const { code, out } = await bench(folder, { language }).run(part, "--help");
      t.equal(code, 0);
      const example = language === "en" ? "Example:" : "Ví dụ:";
      t.match(out, new RegExp(`tram buffer ${part}[^]*${example}\\n  tram buffer ${part}`));
      for (const line of out.split("\n")) t.ok(displayWidth(line) <= 80, line);
    }
  }
  t.match((await run("--help")).out, /show {2,}what is in the buffer/);
  await t.rejects(run(), { code: "cli.no_part" });
  await t.rejects(run("vrify"), { code: "cli.similar_part", params: { near: "verify" } });
  await t.rejects(run("fly-away"), { code: "cli.unknown_part" });
  await t.rejects(run("show", "a", "b"), { code: "cli.too_many_arguments" });
  await t.rejects(run("show", "--wrong"), { code: "cli.unknown_option" });
  const cases: readonly [readonly string[], number, RegExp][] = [
    [["buffer", "backup", "--help"], 0, /tram buffer backup \[FILE\] -o FILE/],
    [["buffer", "show", "-c", "gateway.yaml"], 2, /There is no buffer file/],
    [["buffer", "verify", "gateway.yaml"], 1, /is no buffer file/],
  ];
  for (const [args, code, text] of cases) {
    const main = join(ROOT, "dist/gateway/cli/main.js");
    const { status, stderr, stdout } = spawnSync(process.execPath, [main, ...args, "--lang", "en"], {
      encoding: "utf8",
      cwd: folder,
    });
    t.equal(status, code, args.join(" "));
    t.match(stdout + stderr, text);
  }
  t.notOk(existsSync(join(folder, "data")), "looking makes nothing");
});

t.test("the bar fits the terminal and estimates what is left", (t) => {
  const stderr = Object.assign(new Output(), { isTTY: true });
  let now = 0;
  const io = { stderr, columns: 60, language: "en" } as unknown as Io;
  const bar = new ProgressBar(io, () => now);
  bar.show("Copying", { done: 0, total: 100 });
  now = 5000;
  bar.show("Copying", { done: 25, total: 100 });
  now = 5010;
  bar.show("Copying", { done: 26, total: 100 });
  bar.end();
  const drawn = stderr.text.split("\r").slice(1);
  t.same(drawn, [
    "Copying [....................] 0 %\u001b[K",
    "Copying [#####...............] 25 % about 15 s left\u001b[K",
    "\u001b[K",
  ]);
  t.end();
});

t.test("times as people write them", (t) => {
  t.equal(MOMENT.read("2026-11-23T02:51:20.123Z"), Date.UTC(2026, 10, 23, 2, 51, 20, 123));
  t.equal(MOMENT.read("2026-11-23 09:51+07:00"), Date.UTC(2026, 10, 23, 2, 51));
  t.equal(MOMENT.read("2026-11-23"), new Date(2026, 10, 23).getTime());
  for (const wrong of ["yesterday", "2026-13-01", "2026-02-30", "23/11/2026", "2026-11-23T25:00", ""]) {
    t.equal(MOMENT.read(wrong), undefined, wrong);
  }
  t.end();
});
