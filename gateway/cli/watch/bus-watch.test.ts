import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import t from "tap";
import { hexPairs, parseBusText } from "../../../drivers/core/bus-text.js";
import { ManualClock } from "../../../drivers/core/manual-clock.js";
import { FakeBuses } from "../../api/fake-bus-fixture.js";
import { startApi } from "../../api/server.js";
import { socketPath } from "../../api/socket-path.js";
import { loadConfigOrThrow } from "../../config/load-config.js";
import type { Io } from "../io.js";
import { displayWidth } from "../table.js";
import { heldOutput } from "../testing/held-output.js";
import { frameLines } from "./bus-lines.js";
import { watch } from "./watch.js";

type Tap = typeof t;

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const CONFIG = join(ROOT, "config/examples/pump-station.yaml");

class Output extends PassThrough {
  text = "";

  constructor() {
    super();
    this.on("data", (chunk: Buffer) => {
      this.text += chunk.toString("utf8");
    });
  }
}

/** A gateway's API on the socket of the example's configuration, with buses that the test feeds. */
async function setUp(t: Pick<Tap, "teardown">, more: Partial<Io> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "tram-busw-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const env = { ...process.env, XDG_RUNTIME_DIR: folder, RUNTIME_DIRECTORY: "" };
  const config = loadConfigOrThrow(CONFIG, { profilesDir: join(ROOT, "config/profiles"), env });
  const buses = new FakeBuses();
  const path = socketPath(config.buffer.path, env);
  const api = await startApi({ socketPath: path, handle: buses, version: "1", clock: new ManualClock() });
  t.teardown(() => api.close());
  const abort = new AbortController();
  const stdout = new Output();
  const stderr = new Output();
  const io: Io = {
    stdout,
    stderr,
    env,
    language: "en",
    isTerminal: false,
    colours: false,
    columns: 80,
    signal: abort.signal,
    root: ROOT,
    version: "1",
    ...more,
  };
  const run = (...args: string[]) => watch.run(["-c", CONFIG, ...args], io);
  return { abort, api, buses, folder, io, run, stderr, stdout };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(setImmediate);
}

function lines({ text }: Output): string[] {
  return text.split("\n").slice(0, -1);
}

const READ = [1, 3, 0, 0, 0, 10, 0xc5, 0xcd];
const LONG = Array.from({ length: 205 }, (_, at) => at);

for (const language of ["vi", "en"] as const) {
  t.test(`on a terminal of 80 columns, ${language}`, async (t) => {
    const { abort, buses, run, stdout } = await setUp(t, { language, isTerminal: true, colours: true });
    const ended = run("--bus", "rs485");
    await until(() => buses.on);
    const moment = new Date(2026, 10, 23, 9, 51, 20, 7).getTime();
    buses.pass({ t: moment }, ...READ);
    buses.pass({ t: moment + 34, kind: "answer", direction: "received" }, ...LONG);
    buses.pass({ t: moment + 60, kind: "late", direction: "received" }, 1, 3);
    buses.pass({ t: moment + 70, kind: "damaged", direction: "received" }, 1, 3);
    await until(() => lines(stdout).length >= 5);
    abort.abort();
    t.equal(await ended, 0);
    const [read, answer, meaning, late, damaged] = lines(stdout);
    const said = language === "vi" ? "địa chỉ Modbus 1: đọc" : "unit 1: read";
    t.equal(read, `09:51:20.007 >> 01 03 00 00 00 0A C5 CD  ${said}`);
    t.match(answer, /^09:51:20\.041 << 00 01 02( [0-9A-F]{2})+ …$/, "whole bytes, then a cut");
    t.equal(meaning, `${" ".repeat(16)}${said.replace("1", "0")}`, "the meaning stands below");
    const [word, noise] = language === "vi" ? ["trễ", "không nguyên vẹn"] : ["late", "damaged"];
    t.equal(late, `\u001b[33m09:51:20.067 << 01 03  [${word}] ${said}\u001b[0m`);
    t.equal(damaged, `\u001b[31m09:51:20.077 << 01 03  [${noise}] ${said}\u001b[0m`);
    for (const line of lines(stdout)) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one.
      t.ok(displayWidth(line.replace(/\u001b\[\d*m/g, "")) <= 80, line);
    }
  });
}

t.test("no width breaks a line", async (t) => {
  const frame = {
    t: "2026-11-23T02:51:20.123Z",
    mono: 1,
    direction: "received",
    kind: "foreign",
    hex: hexPairs(Uint8Array.from(LONG)),
    meaning: "địa chỉ Modbus 1: 100 thanh ghi: 1, 2, 3, 4, 5, 6, 7, 8 ... và còn nữa, và còn nữa, và còn nữa",
  } as const;
  for (const columns of [30, 40, 79, 80, 81, 200, 2_000]) {
    const shown = frameLines(frame, { language: "vi", colours: false, columns });
    t.ok(
      shown.every((line) => displayWidth(line) <= columns),
      `${columns}`,
    );
    t.equal(shown.length, columns === 2_000 ? 1 : 2);
  }
});

t.test("on a pipe: a whole line a frame; as JSON: an object a line", async (t) => {
  const plain = await setUp(t);
  const ended = plain.run("--bus", "rs485");
  await until(() => plain.buses.on);
  plain.buses.pass({ kind: "foreign", direction: "received" }, ...LONG);
  await until(() => lines(plain.stdout).length === 1);
  plain.abort.abort();
  t.equal(await ended, 0);
  const hex = hexPairs(Uint8Array.from(LONG));
  t.equal(plain.stdout.text, `2023-11-14T22:13:20.000Z << ${hex}  [foreign] unit 0: read\n`);
  t.equal(plain.stderr.text, "");

  const json = await setUp(t, { isTerminal: true, colours: true });
  const jsonEnded = json.run("--bus=rs485", "--json");
  await until(() => json.buses.on);
  json.buses.pass({ mono: 1.5 }, 1, 2);
  await until(() => lines(json.stdout).length === 1);
  json.abort.abort();
  t.equal(await jsonEnded, 0);
  t.same(heldOutput("watch", json.stdout.text), {
    t: "2023-11-14T22:13:20.000Z",
    mono: 1.5,
    direction: "sent",
    kind: "request",
    hex: "01 02",
    meaning: "unit 1: read",
  });
});

t.test("--record writes the documented format, as it comes, and says how many frames", async (t) => {
  const { abort, buses, folder, run, stderr, stdout } = await setUp(t, { language: "vi" });
  const file = join(folder, "bus.txt");
  const ended = run("--bus", "rs485", "--record", file);
  await until(() => buses.on && existsSync(file));
  t.equal(statSync(file).mode & 0o007, 0, "not for everybody");
  buses.pass({ mono: 1_000 }, ...READ);
  buses.pass({ mono: 1_034.25, kind: "answer", direction: "received" }, 1, 3, 2, 0, 42, 0x39, 0x9b);
  await until(() => readFileSync(file, "utf8").includes("39 9B"));
  buses.pass({ mono: 2_000, kind: "damaged", direction: "received" }, 0xff);
  await until(() => lines(stdout).length === 3);
  abort.abort();
  t.equal(await ended, 0);
  t.equal(buses.on, false);
  t.match(stderr.text, `Đang ghi rs485 vào ${file}`);
  t.match(stderr.text, `Đã ghi 3 khung vào ${file}.\n`);
  const text = readFileSync(file, "utf8");
  const { frames, head, skipped } = parseBusText(text, file);
  t.match(head, { connection: "rs485", driver: "modbus-rtu", line: "/dev/ttyUSB0 9600 8N1", zone: /./ });
  t.equal(head.start, Date.parse("2026-11-23T02:51:20.123Z"));
  t.equal(skipped, 0);
  t.same(
    frames.map(({ bytes, kind, meaning, ms }) => [ms, kind, hexPairs(bytes), meaning]),
    [
      [1_000, "request", "01 03 00 00 00 0A C5 CD", "địa chỉ Modbus 1: đọc"],
      [1_034.25, "answer", "01 03 02 00 2A 39 9B", "địa chỉ Modbus 1: đọc"],
      [2_000, "damaged", "FF", "địa chỉ Modbus 255: đọc"],
    ],
  );

  const again = await setUp(t);
  await t.rejects(again.run("--bus", "rs485", "--record", file), {
    code: "cli.record_exists",
    class: "configuration",
    params: { file },
  });
  t.equal(readFileSync(file, "utf8"), text, "what was there is untouched");
  await until(() => !again.buses.on);
  const nowhere = join(folder, "no/such/bus.txt");
  await t.rejects(again.run("--bus", "rs485", "--record", nowhere), { code: "cli.record_failed" });
});

t.test("--seconds ends it by itself; the end of the gateway is a failure", async (t) => {
  const { run } = await setUp(t);
  t.equal(await run("--bus", "rs485", "--seconds", "0.05"), 0);
  const other = await setUp(t);
  const file = join(other.folder, "bus.txt");
  const ended = other.run("--bus", "rs485", "--record", file);
  await until(() => other.buses.on && existsSync(file));
  other.buses.pass({}, 1, 2);
  await until(() => lines(other.stdout).length === 1);
  await other.api.close();
  t.equal(await ended, 1);
  t.match(other.stderr.text, "1 frames are in");
  t.match(other.stderr.text, "The gateway ended.");
  t.equal(parseBusText(readFileSync(file, "utf8"), file).frames.length, 1);
});

t.test("what cannot work is refused before anything is listened to", async (t) => {
  const { buses, folder, run } = await setUp(t);
  const file = join(folder, "bus.txt");
  const refused = (args: string[], code: string, params: object = {}) =>
    t.rejects(run(...args), { code, class: "configuration", params }, args.join(" "));
  await refused(["--bus", "rs232", "--record", file], "api.unknown_bus", { connections: "rs485, plc" });
  t.equal(existsSync(file), false, "nothing is recorded of an unknown bus");
  await refused(["--record", file], "cli.bus_options");
  await refused(["--seconds", "1"], "cli.bus_options");
  await refused(["--bus", "rs485", "well.*"], "cli.bus_options");
  await refused(["--bus", "rs485", "--seconds", "soon"], "cli.wrong_value", {
    option: "--seconds",
    value: "soon",
  });
  await refused(["--bus", "rs485", "--seconds", "0"], "cli.wrong_value");
  await refused(["--bus", "rs485", "--seconds", "1e9"], "cli.wrong_value");
  t.same(buses.switched, []);
});

t.test("a reader that is slower than the bus is told what it missed, also in the file", async (t) => {
  const stuck = new PassThrough({ highWaterMark: 1 });
  const { abort, buses, folder, run, stderr } = await setUp(t, { stdout: stuck });
  const file = join(folder, "bus.txt");
  const ended = run("--bus", "rs485", "--record", file);
  await until(() => buses.on && existsSync(file));
  for (let n = 0; n < 40_000; n++) buses.pass({ mono: n }, 1, 2, 3);
  let shown = "";
  stuck.on("data", (chunk: Buffer) => {
    shown += chunk.toString("utf8");
  });
  await until(() => shown.includes("frames are missing"));
  abort.abort();
  t.equal(await ended, 0);
  const { frames, skipped } = parseBusText(readFileSync(file, "utf8"), file);
  t.equal(frames.length + skipped, 40_000);
  t.ok(skipped > 0);
  t.match(stderr.text, `${skipped} frames are missing`);
});

/** The command as a process of its own; `before` is what the shell does first. */
function runProcess(env: Io["env"], before: string, ...args: string[]) {
  const command = [process.execPath, join(ROOT, "dist/gateway/cli/main.js"), "watch", "-c", CONFIG, ...args];
  const child = spawn("bash", ["-c", `${before} exec "$@"`, "bash", ...command], {
    env: { ...env, LANG: "C" },
  });
  const out = { stderr: "", stdout: "" };
  child.stdout.on("data", (chunk) => {
    out.stdout += String(chunk);
  });
  child.stderr.on("data", (chunk) => {
    out.stderr += String(chunk);
  });
  const code = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { child, code, out };
}

t.test("as a process: Ctrl-C leaves a whole file", async (t) => {
  const { buses, folder, io } = await setUp(t);
  const file = join(folder, "bus.txt");
  const { child, code, out } = runProcess(io.env, "", "--bus", "rs485", "--record", file);
  await until(() => buses.on || child.exitCode !== null);
  buses.pass({ mono: 5 }, ...READ);
  await until(() => out.stdout.includes("C5 CD") || child.exitCode !== null);
  child.kill("SIGINT");
  t.equal(await code, 0, out.stderr);
  t.match(out.stderr, "1 frames are in");
  t.match(parseBusText(readFileSync(file, "utf8"), file).frames, [{ ms: 5, kind: "request" }]);
  await until(() => !buses.on);
});

t.test("as a process: a disk that takes no more ends the recording, and is said", async (t) => {
  const { buses, folder, io } = await setUp(t);
  const file = join(folder, "bus.txt");
  // Writes beyond 4 kB fail as on a full disk.
  const limit = 'trap "" XFSZ; ulimit -f 4;';
  const { child, code, out } = runProcess(io.env, limit, "--bus", "rs485", "--record", file);
  await until(() => buses.on || child.exitCode !== null);
  for (let n = 0; n < 200; n++) buses.pass({ mono: n }, ...READ);
  t.equal(await code, 2);
  t.match(out.stderr, /cannot be written/);
  const count = Number(/(\d+) frames are in/.exec(out.stderr)?.[1]);
  t.ok(count > 0 && count < 200, out.stderr);
  t.ok(readFileSync(file, "utf8").split("\n").length > count);
  await until(() => !buses.on);
});
