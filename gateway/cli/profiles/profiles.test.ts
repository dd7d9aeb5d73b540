import { PassThrough } from "node:stream";
import t from "tap";
import type { Io } from "../io.js";
import { displayWidth } from "../table.js";
import { heldOutput } from "../testing/held-output.js";
import { profiles } from "./profiles.js";

type Tap = typeof t;

class Output extends PassThrough {
  text = "";

  constructor() {
    super();
    this.on("data", (chunk: Buffer) => {
      this.text += chunk.toString("utf8");
    });
  }
}

const PUMP = `profile: acme/p1
version: 3
title: {vi: Bơm nước Acme, en: Acme water pump}
also: [clone nine]
driver: modbus
category: pump
confidence: B
safety: dangerous
sources: [Acme manual]
links:
  - {baud: 19200, parity: even, unit_id: 7}
  - {baud: 9600, unit_id: 1}
addressing: {range: [1, 247], any: 248, how: {vi: Vặn công tắc, en: Turn the switch}}
numbering: {style: 4xxxx, first: 40001}
wiring: {vi: A với A, en: A to A}
notes: {vi: Coi chừng, en: Beware}
device: {max_registers: 10}
sentinels: none
defaults: {table: holding, order: CDAB}
options:
  tank: {title: {vi: Bồn, en: Tank}, values: {one: {vi: một, en: one}, two: {vi: hai, en: two}}, default: one}
setup: [{address: 99, is: 1, text: {vi: Chế độ từ xa, en: Remote mode}}]
points:
  - {id: total, address: 0x0200, type: u32, scale: 0.1, unit: m³, quantity: volume, name: {vi: Tổng lượng, en: Total}}
  - {id: mode, address: 4, quantity: setting, access: read-write, write: {values: [0, 1], keeps: nvram, local: true}, enum: {0: {key: off, vi: Tắt, en: Off}, 1: {key: "on", vi: Chạy, en: Run}}, name: {vi: Chế độ, en: Mode}}
  - {id: alarms, address: 5, quantity: alarm, flags: {2: {key: dry, vi: Chạy khô, en: Dry running}}, name: {vi: Cảnh báo, en: Alarms}}
  - {id: "cell.{n}", for: {n: 1..12}, address: "19 + n", quantity: state, name: {vi: "Ô {n}", en: "Cell {n}"}}
  - {id: second, address: 50, quantity: state, if: {tank: two}, name: {vi: Bồn hai, en: Tank two}}
commands:
  start: {title: {vi: Chạy, en: Start}, safety: dangerous, local: true, steps: [{point: mode, value: 1, wait: 200ms}]}
watchdog: {point: mode, within: [1, 60], does: {vi: Bơm dừng, en: The pump stops}}
identify: [{read: {address: 0}, is: 5, score: 2}]
variants:
  big: {title: {vi: Loại lớn, en: Large}, points: [{id: total, scale: 1}]}
vectors:
  - {request: 01 03 00 04 00 01 C5 CB, reply: 01 03 02 00 01 79 84, before: &remote [{request: 01 03 00 63 00 01 74 14, reply: 01 03 02 00 01 79 84}], expect: {mode: 1}, origin: recorded, source: a pump}
  - {request: 01 03 00 04 00 01 C5 CB, reply: 01 03 02 00 00 B8 44, before: *remote, expect: {mode: 0}, origin: printed, source: Acme manual}
`;

const METER = PUMP.replace("acme/p1", "beta/m2")
  .replace("category: pump", "category: lighting")
  .replace(/title: \{vi: Bơm.*\n/, "title: {vi: Đèn đường, en: Street lamp}\n");

function setUp(t: Pick<Tap, "testdir">, files: Readonly<Record<string, string>> = {}) {
  const root = t.testdir({
    config: { profiles: { acme: { "p1.yaml": PUMP }, beta: { "m2.yaml": METER, ...files } } },
  });
  const run = async (args: string, more: Partial<Io> = {}) => {
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
      signal: new AbortController().signal,
      root,
      version: "1",
      ...more,
    };
    const code = await profiles.run(
      args.split(" ").filter((word) => word !== ""),
      io,
    );
    return { code, out: stdout.text, err: stderr.text };
  };
  return { root, run };
}

t.test("all profiles by field of work, in 80 columns", async (t) => {
  const { run } = setUp(t);
  const { code, out } = await run("", { language: "vi" });
  t.equal(code, 0);
  t.match(out, /^Máy bơm\n {2}acme\/p1 +Bơm nước Acme +B +15\nChiếu sáng\n {2}beta\/m2 +Đèn đường/m);
  t.match(out, /2 mẫu thiết bị, 30 điểm\./);
  for (const line of out.split("\n")) t.ok(displayWidth(line) <= 80, line);
  const { out: json } = await run("--json");
  t.match(heldOutput("profiles", json), [
    { id: "acme/p1", title: { en: "Acme water pump" }, points: 15, variants: ["big"], confidence: "B" },
    { id: "beta/m2", category: "lighting" },
  ]);
});

t.test("words are found without case and tone marks, in both languages", async (t) => {
  const { run } = setUp(t);
  const ids = async (words: string) => {
    const { code, out } = await run(`${words} --json`);
    t.equal(code, out === "[]\n" ? 1 : 0);
    return (heldOutput("profiles", out) as { id: string }[]).map(({ id }) => id);
  };
  for (const words of [
    "BOM nuoc",
    "bơm",
    "acme",
    "water pump",
    "may bom",
    "--category pump",
    "--category máy",
  ]) {
    t.same(await ids(words), ["acme/p1"], words);
  }
  for (const words of ["chieu sang", "den duong", "ĐÈN", "lighting", "m2", "--category chieu"]) {
    t.same(await ids(words), ["beta/m2"], words);
  }
  t.same(await ids("clone nine"), ["acme/p1", "beta/m2"]);
  t.same(await ids("loai lon"), ["acme/p1", "beta/m2"], "titles of variants");
  t.same(await ids("acme lamp"), [], "every word must stand there");
  const { code, err } = await run("watter pumpp");
  t.equal(code, 1);
  t.equal(err, "No profile has all of these words: watter pumpp. Did you mean: tram profiles water pump\n");
  await t.rejects(run("--category fish"), { class: "configuration", code: "profiles_verb.unknown_category" });
});

t.test("one profile, with everything that a technician needs, in 80 columns", async (t) => {
  const { run } = setUp(t);
  const { code, out } = await run("--show acme/p1");
  t.equal(code, 0);
  for (const part of [
    "acme/p1: Acme water pump",
    "Confidence: B: one good source",
    "Writing to it: DANGEROUS",
    "Factory settings: 19200 8E1, unit id 7\nThen try: 9600 8N1, unit id 1",
    "Unit id: 1 to 247; 248: a device alone on the bus answers. Turn the switch",
    "Wiring: A to A",
    "Notes: Beware",
    "Sources:\n  - Acme manual",
    "tank (Tank): one one (default), two two",
    "Variants:\n  - big: Large",
    "holding 99 = 1: Remote mode",
    "Rules of asking: max_registers 10",
    "The pump stops (point mode, 1 to 60 seconds)",
    "start: Start (DANGEROUS; only with permission on site): mode = 1, 200 ms",
    "address 0: is 5 (+2)",
    "write: 0 | 1, kept in NVRAM (wears), only with permission on site",
    "... and 10 more points of this form, up to cell.12",
    "mode: 0 Off, 1 Run",
    "alarms: bit 2: Dry running",
    "recorded from a device, read mode (a pump)",
    "printed in a document, read mode (Acme manual)",
  ]) {
    t.ok(out.includes(part), part);
  }
  t.match(out, /^total {2}Total\n +holding +512 0x200 +40513 +u32 CDAB +0\.1 +m³ +read$/m);
  t.notMatch(out, /cell\.3 /);
  for (const line of out.split("\n")) t.ok(displayWidth(line) <= 80, line);
  t.match((await run("--show p1")).out, /^acme\/p1/, "the model alone");
  const fitted = (await run("--show acme/p1 --variant big --option tank=two", { language: "vi" })).out;
  t.match(fitted, /big: Loại lớn \(đang xem\)/);
  t.match(fitted, /^second {2}Bồn hai$/m);
  t.match(fitted, /512 0x200 +40513 +u32 CDAB +m³/);
  const json = heldOutput("profiles-show", (await run("--show acme/p1 --json")).out);
  t.match(json, { id: "acme/p1", driver: "modbus", vectors: [{ request: "010300040001c5cb" }, {}] });
  t.match(json.points[0], { id: "total", number: "40513", address: { table: "holding", address: 512 } });
});

t.test("what is not there is refused with the nearest", async (t) => {
  const { run } = setUp(t, { "bad.yaml": "profile: beta/bad\n" });
  const refused = async (args: string, code: string, params: object = {}) =>
    t.rejects(run(args), { class: "configuration", code: `profiles_verb.${code}`, params }, args);
  await refused("--show acme/p2", "similar_profile", { near: "acme/p1" });
  await refused("--show nothing/at-all", "unknown_profile");
  await refused("--show beta/bad", "faulty_profile");
  await refused("--show acme/p1 --variant huge", "unknown_variant", { known: "big" });
  await refused("--show acme/p1 --option tank=three", "unknown_option", { known: "tank=one, tank=two" });
  await refused("--show acme/p1 --option=colour=red", "unknown_option", { known: "tank" });
  await refused("--show acme/p1 --check", "one_at_a_time");
  await refused("--show acme/p1 word", "one_at_a_time");
  await t.rejects(run("--shwo"), { code: "cli.similar_option", params: { near: "--show" } });
  const { code, err, out } = await run("");
  t.equal(code, 0, "the others are listed");
  t.match(out, /acme\/p1/);
  t.match(err, /1 profiles have mistakes and are not listed: beta\/bad\. See them: tram profiles --check/);
});

t.test("a file is checked: facts when it is good, mistakes with their place when not", async (t) => {
  const warned = PUMP.replace("sentinels: none\n", "").replace("acme/p1", "beta/warned");
  const wrong = PUMP.replace("acme/p1", "beta/wrong").replace("scale: 0.1", "scael: 0.1");
  const { root, run } = setUp(t, { "warned.yaml": warned, "wrong.yaml": wrong });
  const file = (name: string) => `${root}/config/profiles/${name}.yaml`;
  const good = await run(`--check ${file("acme/p1")}`);
  t.equal(good.code, 0);
  t.match(good.out, /good\. 15 points, 2 vectors tried, 4 requests for a full read\./);
  t.match(good.out, /written to NVRAM, which wears with each write: mode/);
  const careless = await run(`--check ${file("beta/warned")}`);
  t.equal(careless.code, 0, "warnings alone are no failure");
  t.equal(careless.out.match(/Nothing says which raw values/g)?.length, 1, "told once");
  t.match(careless.out, /\.\.\. and 5 more like it \(lines \d+/);
  t.match(careless.out, /usable, with 6 warnings/);
  const bad = await run(`--check ${file("beta/wrong")} ${file("acme/p1")}`, { language: "vi" });
  t.equal(bad.code, 2);
  t.match(bad.out, /wrong\.yaml:\d+:\d+:\s+lỗi:\s+Khóa "scael"\s+không\s+có\s+ở\s+đây/);
  t.match(bad.out, /Có phải là "scale"\?/);
  t.match(bad.out, /2 tệp: 1 có lỗi, 0 có cảnh báo/);
  const all = await run("--check");
  t.equal(all.code, 2);
  t.match(all.out, /4 files: 1 with errors, 1 with warnings\./);
  t.notMatch(all.out, /acme\/p1\.yaml/, "of the whole library only what is wrong");
  const json = heldOutput("profiles-check", (await run(`--check --json ${file("beta/wrong")}`)).out);
  t.match(json, [{ errors: 1, warnings: 0, requests: null, problems: [{ code: "profiles.unknown_key" }] }]);
  for (const line of all.out.split("\n")) t.ok(displayWidth(line) <= 80 || line.includes(".tap/"), line);
});

t.test("Ctrl-C ends it", async (t) => {
  const { run } = setUp(t);
  await t.rejects(run("", { signal: AbortSignal.abort() }), {
    class: "rejected",
    code: "cli_buffer.interrupted",
  });
});
