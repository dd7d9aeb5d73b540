import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import t from "tap";
import { SystemClock } from "../../../drivers/core/clock.js";
import { SocketLock } from "../../../drivers/core/lock.js";
import { SILENT_LOG } from "../../../drivers/core/log.js";
import { say } from "../../../drivers/core/message.js";
import type { InstrumentState, Layout, Value } from "../../../drivers/core/reading.js";
import { openIn, optionsIn } from "../../buffer/testbed.js";
import { AUDIT_MESSAGES } from "../../core/messages.js";
import { boundByRights } from "../testing/bound-by-rights.js";
import { heldOutput } from "../testing/held-output.js";
import { ran } from "../testing/site-fixture.js";
import { numberCell, PLAIN, textCell } from "./csv-cells.js";
import { exportVerb } from "./export.js";

/* What leaves the buffer, read by programs that are not ours: Python's csv and json, sha256sum. */

const T = Date.UTC(2026, 10, 26, 7, 5, 9, 123);
const HOSTILE = '=HYPERLINK("http://x";"y")';
const YAML = `gateway: {id: g, name: G, timezone: Asia/Ho_Chi_Minh}
connections: {plc: {driver: modbus-tcp, host: 127.0.0.1}}
devices:
  well:
    name: 'Bể "hút"; số 1, cũ'
    connection: plc
    every: 1s
    points:
      - {id: level, name: Mực nước, table: holding, address: 1, type: u16, scale: 0.001, unit: m}
      - {id: temp, name: "-nhiệt", table: holding, address: 2, type: f32, unit: °C}
      - {id: total, table: holding, address: 4, type: u64}
      - {id: energy, table: holding, address: 8, type: u64, scale: 0.001, unit: kWh}
      - {id: run, table: coil, address: 0}
      - {id: name, table: holding, address: 12, type: string, length: 20}
uplinks: {centre: {url: "mqtt://127.0.0.1:1"}}
buffer: {path: data/b.db, identity: b.identity}
`;
const LAYOUT: Layout = {
  device: "well",
  points: [
    { id: "level", type: "u16", decimals: 3 },
    { id: "temp", type: "f32" },
    { id: "total", type: "u64", decimals: 0 },
    { id: "energy", type: "u64", decimals: 3 },
    { id: "run", type: "bool" },
    { id: "name", type: "string" },
  ],
};
const GONE: Layout = { device: "removed", points: [{ id: "x", type: "u16", decimals: 0 }] };
const VALUES: Value[] = [1.25, -20.1, 18_446_744_073_709_551_615n, 1_234_567_890_123_456_789n, true, HOSTILE];

interface Row {
  readonly [column: string]: string;
}

async function stationIn(t: Tap): Promise<string> {
  const folder = t.testdir({ "gateway.yaml": YAML });
  const buffer = await openIn(t, optionsIn(folder));
  const batch = {
    layout: LAYOUT,
    state: "measuring" as InstrumentState,
    t: T,
    mono: 1,
    boot: "boot-1",
    values: VALUES,
  };
  buffer.append(batch, "normal");
  const flags = [{ at: 0, quality: "bad" as const, reason: "no_answer" as const }];
  buffer.append(
    {
      ...batch,
      t: T + 1500,
      flags,
      values: [null, undefined, undefined, undefined, undefined, 'a "b";\n1,5'] as Value[],
    },
    "normal",
  );
  buffer.append({ ...batch, t: T + 86_400_000, state: "maintenance", values: [2.5, 1e-7] }, "normal");
  buffer.append({ ...batch, layout: GONE, t: T + 2000, values: [7] }, "normal");
  await buffer.close();
  return folder;
}

type Tap = Parameters<typeof openIn>[0] & { testdir(files: Readonly<Record<string, string>>): string };

function runExport(folder: string, args: readonly string[], more: Parameters<typeof ran>[2] = {}) {
  return ran(exportVerb, ["-c", join(folder, "gateway.yaml"), ...args], more);
}

/** Rows as Python's csv module reads them. */
function rowsOf(file: string, separator: string): readonly Row[] {
  const script = `import csv, json, sys
with open(sys.argv[1], encoding="utf-8-sig", newline="") as f:
    print(json.dumps(list(csv.DictReader(f, delimiter=sys.argv[2], strict=True))))`;
  return JSON.parse(execFileSync("python3", ["-c", script, file, separator], { encoding: "utf8" })) as Row[];
}

t.test("csv: what was appended, exactly, as another reader finds it", async (t) => {
  const folder = await stationIn(t);
  const file = join(folder, "all.csv");
  const { code, out } = await runExport(folder, ["--format", "csv", "-o", file, "--json"]);
  t.equal(code, 0);
  const told = heldOutput("export", out.text);
  t.match(told, { file, readings: 11, damaged: 0, first: new Date(T).toISOString() });
  t.equal(told.sha256, createHash("sha256").update(readFileSync(file)).digest("hex"));
  t.match(
    execFileSync("sha256sum", ["-c", "all.csv.sha256"], { cwd: folder, encoding: "utf8" }),
    "all.csv: OK",
  );
  const rows = rowsOf(file, ",");
  t.same(
    rows.slice(0, 6).map(({ point, value }) => [point, value]),
    [
      ["level", "1.25"],
      ["temp", "-20.1"],
      ["total", "18446744073709551615"],
      ["energy", "1234567890123456.789"],
      ["run", "true"],
      ["name", `'${HOSTILE}`],
    ],
  );
  t.match(rows[0], {
    t: "2026-11-26T07:05:09.123Z",
    device: "well",
    device_name: 'Bể "hút"; số 1, cũ',
    point_name: "Mực nước",
    unit: "m",
    quality: "good",
    reason: "",
    state: "measuring",
    clock: "trusted",
    seq: "1",
  });
  t.equal(rows[1]?.["point_name"], "'-nhiệt", "a name is no formula either");
  t.match(rows[6], { value: "", quality: "bad", reason: "no_answer" });
  t.match(rows[7], { point: "name", value: 'a "b";\n1,5' });
  t.match(rows[9], { state: "maintenance", value: "1e-7", point: "temp" });
  t.match(rows[10], { device: "removed", device_name: "", unit: "", value: "7" });
});

t.test("excel: separators, times and words of the language", async (t) => {
  const folder = await stationIn(t);
  const file = join(folder, "so-do.csv");
  t.equal((await runExport(folder, ["-o", file], { language: "vi" })).code, 0);
  t.same([...readFileSync(file).subarray(0, 3)], [0xef, 0xbb, 0xbf], "a mark, or it is read as Latin-1");
  const rows = rowsOf(file, ";");
  t.match(rows[0], {
    "Thời gian": "26/11/2026 14:05:09",
    ms: "123",
    "Giá trị": "1,25",
    "Chất lượng": "Tốt",
    "Thiết bị": 'Bể "hút"; số 1, cũ',
  });
  t.equal(rows[2]?.["Giá trị"], "'18446744073709551615", "a spreadsheet keeps 15 digits");
  t.equal(rows[3]?.["Giá trị"], "'1234567890123456,789");
  t.match(rows[6], { "Chất lượng": "Lỗi", "Nguyên nhân": "không trả lời" });
  t.match(rows[8], { "Tình trạng thiết bị": "bảo trì" });
  await runExport(folder, ["-o", file, "--force"], { language: "en" });
  t.match(rowsOf(file, ",")[0], { Time: "26/11/2026 14:05:09", Value: "1.25", Quality: "good" });
});

t.test("jsonl: a reading a line, numbers as the centre gets them", async (t) => {
  const folder = await stationIn(t);
  const file = join(folder, "r.jsonl");
  t.equal((await runExport(folder, ["-o", file])).code, 0, "the form follows the name");
  const script = `import json, sys, decimal
print([str(json.loads(line, parse_float=decimal.Decimal)["value"]) for line in open(sys.argv[1], encoding="utf-8")])`;
  t.equal(
    execFileSync("python3", ["-c", script, file], { encoding: "utf8" }).trim(),
    `['1.25', '-20.1', '18446744073709551615', '1234567890123456.789', 'True', '${HOSTILE}', 'None', 'a "b";\\n1,5', '2.5', '1E-7', '7']`,
  );
});

t.test("by device, point and time, in the station's zone", async (t) => {
  const folder = await stationIn(t);
  const count = async (...args: string[]): Promise<number> => {
    const { code, err } = await runExport(folder, [...args, "--json"]);
    t.equal(code, 0, args.join(" "));
    return heldOutput("export", err.text).readings;
  };
  t.equal(await count("--device", "well"), 10);
  t.equal(await count("--point", "level"), 3);
  t.equal(await count("--point", "well.t*"), 3);
  t.equal(await count("--device", "well", "--point", "level", "--point", "temp"), 5);
  t.equal(await count("--from", "2026-11-27"), 2, "00:00 in Vietnam");
  t.equal(await count("--to", "2026-11-26T14:05:10"), 6);
  t.equal(await count("--to", "2026-11-26T07:05:10Z"), 6);
  t.equal(await count("--from", "2026-11-26 14:05:10", "--to", "2026-11-27"), 3);
});

t.test("wrong use in both languages, and nothing is left of it", async (t) => {
  const folder = await stationIn(t);
  const taken = join(folder, "taken.csv");
  writeFileSync(taken, "mine");
  const before = readdirSync(folder).sort();
  for (const language of ["vi", "en"] as const) {
    const refused = async (args: readonly string[], code: number, text: RegExp): Promise<void> => {
      const result = await runExport(folder, args, { language });
      t.equal(result.code, code, args.join(" "));
      t.match(result.err.text, text);
    };
    await refused(["--point", "levle"], 2, /levle.*level/s);
    await refused(["--device", "wel"], 2, /wel.*well/s);
    await refused(["-o", taken], 2, /taken\.csv/);
    await refused(["-o", "/nowhere/x.csv"], 2, /\/nowhere\/x\.csv/);
    await refused(["--from", "yesterday"], 2, /yesterday/);
    await refused(["--from", "2026-11-27", "--to", "2026-11-26"], 2, /--to/);
    await refused(["--last", "24h", "--from", "2026-11-27"], 2, /--last/);
    await refused(["--from", "2030-01-01", "-o", join(folder, "none.csv")], 1, /buffer show/);
  }
  t.equal(readFileSync(taken, "utf8"), "mine");
  t.same(readdirSync(folder).sort(), before);
});

t.test("a buffer that may not be read: told, with the path", async (t) => {
  const folder = await stationIn(t);
  chmodSync(join(folder, "data", "b.db"), 0);
  const main = join(import.meta.dirname, "../main.js");
  for (const language of ["vi", "en"]) {
    const command = [...boundByRights(), process.execPath, main, "export"];
    const [program = "", ...args] = [...command, "-c", join(folder, "gateway.yaml"), "--lang", language];
    const { status, stderr } = spawnSync(program, args, { encoding: "utf8" });
    t.equal(status, 2, stderr);
    t.match(stderr, /b\.db/);
    t.notMatch(stderr, / at .*\.js/, "no stack");
  }
});

t.test("no buffer yet: told, with the path", async (t) => {
  const folder = t.testdir({ "gateway.yaml": YAML });
  for (const language of ["vi", "en"] as const) {
    const { code, err } = await runExport(folder, ["-o", join(folder, "x.csv")], { language });
    t.equal(code, 2);
    t.match(err.text, /data\/b\.db/);
  }
  t.notOk(existsSync(join(folder, "x.csv")));
});

t.test("Ctrl-C in the middle leaves nothing half done", async (t) => {
  const folder = await stationIn(t);
  const stop = new AbortController();
  stop.abort();
  const { code } = await runExport(folder, ["-o", join(folder, "x.csv")], { signal: stop.signal });
  t.equal(code, 1);
  t.same(
    readdirSync(folder).filter((name) => name.startsWith("x.csv")),
    [],
  );
});

t.test("what is damaged is left out and counted", async (t) => {
  const folder = await stationIn(t);
  const db = new Database(join(folder, "data", "b.db"));
  db.exec("UPDATE data_normal SET body = substr(body, 1, length(body) - 1) || x'00'");
  db.close();
  const { code, err } = await runExport(folder, ["--json"]);
  t.equal(code, 1);
  t.ok(heldOutput("export", err.lines[0] ?? "").damaged > 0, err.text);
});

t.test("the audit, with its chain", async (t) => {
  const folder = await stationIn(t);
  const { AuditLog } = await import("../../buffer/audit-log.js");
  const path = join(folder, "data", "b.audit.jsonl");
  const log = new AuditLog({
    config: { path, keepMs: 1e12, maxBytes: 1e8 },
    gatewayId: "g",
    clock: new SystemClock("boot-1"),
    clockTrusted: () => true,
    log: SILENT_LOG,
    lock: new SocketLock(),
  });
  await log.open();
  log.note("device", HOSTILE, say(AUDIT_MESSAGES.device_unmarked, { device: "well" }));
  await log.close();
  const file = join(folder, "audit.csv");
  const { code, out } = await runExport(folder, ["--audit", "-o", file, "--json"], { language: "vi" });
  t.equal(code, 0);
  t.match(heldOutput("export-audit", out.text), { entries: 1, broken: null });
  t.match(rowsOf(file, ";")[0], { Ai: `'${HOSTILE}`, "Nội dung": "Thiết bị well trở lại đo bình thường." });
  t.match(execFileSync("sha256sum", ["-c", "audit.csv.sha256"], { cwd: folder, encoding: "utf8" }), "OK");
  writeFileSync(path, readFileSync(path, "utf8").replace('"n":1', '"n":2'));
  t.equal((await runExport(folder, ["--audit"])).code, 1, "somebody changed it");
});

t.test("a reader that goes away is an end", async (t) => {
  const folder = await stationIn(t);
  const main = join(import.meta.dirname, "../main.js");
  const script = `for form in csv jsonl; do "$0" "$1" export -c "$2/gateway.yaml" --format $form | true; echo "\${PIPESTATUS[0]}"; done`;
  const { stderr, stdout } = spawnSync("bash", ["-c", script, process.execPath, main, folder], {
    encoding: "utf8",
  });
  t.equal(stdout, "0\n0\n", stderr);
});

t.test("cells: bare where they may be, quoted where they must, and never a formula", (t) => {
  const semicolon = { ...PLAIN, separator: ";" } as const;
  for (const [text, cell] of [
    ["a", "a"],
    ["a,b", '"a,b"'],
    ['"', '""""'],
    ["a\nb", '"a\nb"'],
    [" a", '" a"'],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@x", "'@x"],
    ["\t=1", "'\t=1"],
    ["", ""],
  ] as const)
    t.equal(textCell(text, PLAIN), cell, JSON.stringify(text));
  t.equal(textCell("a,b", semicolon), "a,b");
  t.equal(textCell("a;b", semicolon), '"a;b"');
  t.equal(numberCell("-1.5", { ...PLAIN, decimal: "," }), "-1,5");
  t.end();
});
