// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in gateway.yaml look like this

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import t, { type Test } from "tap";
import { parse as parseYaml } from "yaml";
import { TramError } from "../../../drivers/core/errors.js";
import { render } from "../../../drivers/core/message.js";
import { gatewayJsonSchema } from "../../config/json-schema.js";
import { loadConfig } from "../../config/load-config.js";
import { violations } from "../../config/testing/violations.js";
import type { Io } from "../io.js";
import { displayWidth } from "../table.js";
import { heldOutput } from "../testing/held-output.js";
import { Terminal, type TerminalOptions } from "../testing/terminal.js";
import { init } from "./init.js";
import { initYaml } from "./init-yaml.js";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const MAIN = fileURLToPath(new URL("../main.js", import.meta.url));

// biome-ignore lint/suspicious/noControlCharactersInRegex: the code that places the cursor begins with one
const PROMPT = /: (?:\u001b\[\d+G)?$/;

type Tap = Pick<typeof t, "teardown" | "testdir">;

function open(t: Tap, args: readonly string[], options: TerminalOptions): Terminal {
  const terminal = new Terminal(args, options);
  t.teardown(() => terminal.close());
  return terminal;
}

/** The configuration, checked as `tram check` and an editor do. */
function accepted(t: Test, file: string) {
  const { config, problems } = loadConfig(file, { profilesDir: `${ROOT}config/profiles`, env: {} });
  t.same(
    problems.map(({ said }) => said.message.code),
    ["config.no_devices"],
    "only the devices are missing",
  );
  t.same(violations(gatewayJsonSchema(), parseYaml(readFileSync(file, "utf8"))), []);
  if (!config) throw new Error("not accepted");
  return config;
}

t.test("in Vietnamese, from the first question to the file", async (t) => {
  const folder = t.testdir();
  const terminal = open(t, ["init"], { folder, language: "vi" });
  await terminal.see(/Tên trạm \[.*\]: /);
  terminal.send("Trạm bơm Mỹ Xuyên 01\r");
  await terminal.see(/Mã trạm \[bom-my-xuyen-01\]: /);
  terminal.send("bơm 1\r");
  await terminal.see(/! bơm 1: chỉ dùng chữ không dấu.*Ví dụ: bom-1/s);
  terminal.send("\r");
  await terminal.see(/Loại trạm \[pump-station\]: /);
  terminal.send("\r");
  await terminal.see(/Vị trí: /);
  terminal.send("95, 105\r");
  await terminal.see(/! 95, 105: cần hai số/);
  terminal.send("9,5563 105,9872\r");
  await terminal.see(/Múi giờ \[Asia\/Ho_Chi_Minh\]: /);
  terminal.send("Asia/Can_Tho\r");
  await terminal.see(/! Asia\/Can_Tho không phải múi giờ/);
  terminal.send("\r");
  // The machine may have ports of its own: the first is taken, others are not.
  const asked = await terminal.see(/Cổng nối tiếp: |\(c\/k\) \[[ck]\]: /);
  const own = /(\/dev\/\S+) .*\(c\/k\)/.exec(asked)?.[1];
  const port = own ?? "/dev/serial/by-id/usb-FTDI_FT232R-if00-port0";
  terminal.send(own === undefined ? `${port}\r` : "c\r");
  await terminal.see(/Tốc độ \[9600 8N1\]: /);
  terminal.send("19200 8E1\r");
  while (/\(c\/k\)/.test(await terminal.see(/Thiết bị TCP: |\(c\/k\) \[[ck]\]: /))) terminal.send("k\r");
  terminal.send("192.168.10.20\r");
  await terminal.see(/Broker: /);
  terminal.send("mqtts://a:b@mqtt.tinh.vn\r");
  await terminal.see(/! Không viết tên và mật khẩu trong địa chỉ/);
  terminal.send("mqtt.tinh.vn\r");
  await terminal.see(/Tên đăng nhập \[bom-my-xuyen-01\]: /);
  terminal.send("\r");
  await terminal.see(/Tệp CA: /);
  terminal.send("ca.pem\r");
  await terminal.see(/! ca\.pem: không đọc được/);
  terminal.send("\r");
  await terminal.see(/Mật khẩu: /);
  terminal.send("vừng-ơi-mở\r");
  await terminal.see(/Tệp bộ đệm \[\.\/data\/bom-my-xuyen-01\.db\]: /);
  terminal.send("\r");
  await terminal.see(/Dung lượng tối đa \[\d+[MG]B\]: /);
  terminal.send("800MB\r");
  await terminal.see(/Viết .* \[c\]: /s);
  t.notOk(existsSync(join(folder, "gateway.yaml")), "nothing is written before the last word");
  terminal.send("\r");
  t.equal(await terminal.ended, 0);

  t.notMatch(terminal.text, /vừng-ơi/, "the password is not shown");
  const secret = join(folder, "secrets/mqtt");
  t.equal(readFileSync(secret, "utf8"), "vừng-ơi-mở\n");
  t.equal(statSync(secret).mode & 0o777, 0o600);
  t.equal(statSync(join(folder, "secrets")).mode & 0o777, 0o700);
  const file = join(folder, "gateway.yaml");
  const text = readFileSync(file, "utf8");
  t.match(text, /# Cấu hình của trạm, do tram init viết\./);
  t.notMatch(text, /vừng-ơi/);
  const config = accepted(t, file);
  t.match(config.gateway, {
    id: "bom-my-xuyen-01",
    name: "Trạm bơm Mỹ Xuyên 01",
    location: { latitude: 9.5563, longitude: 105.9872 },
    timezone: "Asia/Ho_Chi_Minh",
    site: { kind: "pump-station" },
  });
  t.match(config.connections.get("rs485")?.settings, {
    port,
    baud: 19200,
    parity: "even",
    data_bits: 8,
    stop_bits: 1,
  });
  t.match(config.connections.get("plc")?.settings, { host: "192.168.10.20", port: 502 });
  t.match(config.uplinks.get("centre"), { url: "mqtts://mqtt.tinh.vn:8883", user: "bom-my-xuyen-01" });
  t.equal(config.uplinks.get("centre")?.password?.reveal(), "vừng-ơi-mở");
  t.equal(config.buffer.maxBytes, 800e6);
  for (const step of ["tram scan -c", "tram check", "tram run", "systemd"])
    t.ok(terminal.text.includes(step), step);
  for (const row of terminal.rows) t.ok(displayWidth(row) <= 80 || row.includes(folder), row);
});

t.test("typed ahead, all of it Enter, in English", async (t) => {
  const folder = t.testdir();
  const terminal = open(t, ["init", "site.yaml"], { folder });
  terminal.send("\r".repeat(30));
  t.equal(await terminal.ended, 0);
  const file = join(folder, "site.yaml");
  t.match(readFileSync(file, "utf8"), /written by tram init/);
  const config = accepted(t, file);
  t.equal(config.uplinks.size, 0, "no broker yet");
  t.same(readdirSync(folder), ["site.yaml"]);
});

/** Answers by what is asked, Enter to all else, until a question matches `until`; the machine may have ports of its own. */
async function answerAll(
  terminal: Terminal,
  answers: Readonly<Record<string, string>>,
  until: RegExp,
): Promise<string> {
  let all = "";
  for (;;) {
    const shown = await terminal.see(PROMPT);
    all += shown;
    if (until.test(shown)) return all;
    const label = shown.replace(PROMPT, "").split("\n").at(-1) ?? "";
    const [, answer = ""] = Object.entries(answers).find(([word]) => label.includes(word)) ?? [];
    terminal.send(`${answer}\r`);
  }
}

t.test("who sees a mistake at the end answers again, with the old answers as defaults", async (t) => {
  const folder = t.testdir();
  const terminal = open(t, ["init"], { folder });
  const first = { "Name [": "Sluice one", Location: "9.5, 105.9", "TCP devices": "10.0.0.9" };
  const more = { Broker: "mqtt.example.vn", "User name [": "box", Password: "sesame" };
  await answerAll(terminal, { ...first, ...more }, /Buffer file \[/);
  terminal.send("cat x | head\r");
  await terminal.see(/! cat x \| head is no name of a file/);
  terminal.send("\r\r");
  await terminal.see(/Write .*: /s);
  terminal.send("n\r");
  await terminal.see(/Change the answers\? \(y\/n\) \[y\]: /);
  terminal.send("\r");
  const changed = { "Name [Sluice one]": "Sluice two", "[9.5, 105.9]": "-" };
  const again = await answerAll(terminal, changed, /Write .*: /s);
  for (const known of ["[sluice-two]", "[10.0.0.9:502]", "[mqtts://mqtt.example.vn:8883]", "[box]"]) {
    t.ok(again.includes(known), known);
  }
  terminal.send("\r");
  t.equal(await terminal.ended, 0);
  const config = accepted(t, join(folder, "gateway.yaml"));
  t.match(config.gateway, { id: "sluice-two", name: "Sluice two", location: undefined });
  t.match(config.uplinks.get("centre"), { user: "box" });
  t.equal(config.uplinks.get("centre")?.password?.reveal(), "sesame", "typed the first time, kept");
});

t.test("Ctrl-C and Ctrl-D leave nothing behind, at whatever question", async (t) => {
  for (const [at, keys] of [
    [0, "\x03"],
    [7, "\x04"],
    [11, "\x03"],
  ] as const) {
    const folder = t.testdir();
    const terminal = open(t, ["init"], { folder });
    const answers = ["", "", "", "", "", "", "", "mqtt.example.vn", "", "", "sesame", "", ""];
    await terminal.see(/Name \[/);
    for (const answer of answers.slice(0, at)) {
      terminal.send(`${answer}\r`);
      // A prompt, and the cursor put behind it.
      await terminal.see(PROMPT);
    }
    terminal.send(keys);
    t.equal(await terminal.ended, 1, `after ${at} answers`);
    t.match(terminal.text, /Given up; nothing was written\./);
    t.same(readdirSync(folder), []);
  }
});

t.test("a file that is there is replaced only when it is said so, and kept", async (t) => {
  const folder = t.testdir({ "gateway.yaml": "# mine\n" });
  const file = join(folder, "gateway.yaml");
  const no = open(t, ["init"], { folder });
  await no.see(/Replace it\?.*: /);
  no.send("\r");
  t.equal(await no.ended, 1);
  t.equal(readFileSync(file, "utf8"), "# mine\n");
  for (const backup of ["gateway.yaml.bak", "gateway.yaml.bak-2"]) {
    const before = readFileSync(file, "utf8");
    const yes = open(t, ["init"], { folder });
    await yes.see(/Replace it\?.*: /);
    yes.send("perhaps\r");
    await yes.see(/! Answer y \(yes\) or n \(no\)\./);
    yes.send(`y\r${"\r".repeat(30)}`);
    t.equal(await yes.ended, 0);
    t.equal(readFileSync(join(folder, backup), "utf8"), before);
  }
  accepted(t, file);
});

/** What a verb has without a terminal. */
const PIPES = {
  env: {},
  language: "en",
  isTerminal: false,
  colours: false,
  columns: 80,
  root: ROOT,
  version: "0",
} as const;

function tram(folder: string, ...args: string[]) {
  const env = { PATH: process.env["PATH"], LANG: "C.UTF-8" };
  return spawnSync(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env,
    encoding: "utf8",
    timeout: 20_000,
    input: "\n".repeat(20),
  });
}

t.test("through pipes: nothing is asked", async (t) => {
  const folder = t.testdir();
  const refused = tram(folder, "init");
  t.equal(refused.status, 2);
  t.match(refused.stderr, /no terminal.*--yes/);
  t.same(readdirSync(folder), []);

  const sets = [
    "name=Cống Rạch Mọp: số #2",
    "serial=/dev/ttyS9@4800-7E2",
    "tcp=plc.local:1502, 10.0.0.7",
    "broker=mqtt://10.0.0.1",
    "location=9.6, 106.0",
    "size=100MB",
    "user=u: x",
  ];
  const done = tram(folder, "init", "--yes", "--json", ...sets.flatMap((set) => ["--set", set]));
  t.equal(done.status, 0, done.stderr);
  t.match(heldOutput("init", done.stdout), { file: join(folder, "gateway.yaml"), id: "cong-rach-mop-so-2" });
  const { config } = loadConfig(join(folder, "gateway.yaml"), {
    profilesDir: `${ROOT}config/profiles`,
    env: {},
  });
  t.match(config?.gateway, { name: "Cống Rạch Mọp: số #2", site: { kind: "sluice" } });
  t.match(config?.connections.get("rs485")?.settings, {
    baud: 4800,
    data_bits: 7,
    parity: "even",
    stop_bits: 2,
  });
  t.match(config?.connections.get("plc-2")?.settings, { host: "10.0.0.7", port: 502 });
  t.match(config?.uplinks.get("centre"), { url: "mqtt://10.0.0.1:1883", user: "u: x" });
  t.match(tram(folder, "check").stdout, /good\. 3 connections/);

  const file = join(folder, "gateway.yaml");
  for (const [args, policy, words] of [
    [["--yes", file], "configuration", /exists and is not replaced.*--replace/],
    [["--set", "id=x"], "configuration", /--set goes with --yes/],
    [["--yes", "--set", "id"], "configuration", /KEY=VALUE/],
    [["--yes", "--set", "nmae=x"], "configuration", /no key nmae.*name/],
    [["--yes", "--set", "password=hunter2"], "configuration", /does not belong on a command line/],
    [["--yes", "--replace", file, "--set", "id=a b"], "configuration", /a b: only letters/],
    [["--yes", "a.yaml", "b.yaml"], "configuration", /is too much/],
    [["--yes", "/dev/null/gateway.yaml"], "rejected", /cannot be written/],
  ] as const) {
    const stdout = new PassThrough();
    const signal = new AbortController().signal;
    const io: Io = { ...PIPES, stdout, stderr: stdout, signal };
    const thrown: unknown = await Promise.resolve(init.run(args, io)).catch((error: unknown) => error);
    if (!(thrown instanceof TramError)) throw thrown;
    t.equal(thrown.class, policy, args.join(" "));
    const said = render(thrown.said, "en");
    t.match(said, words);
    t.notMatch(said, /hunter2/);
  }
  t.same(readdirSync(folder), ["gateway.yaml"]);
});

t.test("a password that is there is used", async (t) => {
  const folder = t.testdir({ secrets: { mqtt: "sesame\n" } });
  t.equal(tram(folder, "init", "--yes", "--set", "broker=h", "--set", "id=g").status, 0);
  const config = accepted(t, join(folder, "gateway.yaml"));
  t.equal(config.uplinks.get("centre")?.password?.reveal(), "sesame");
});

t.test("whatever is answered, YAML reads the same again", async (t) => {
  for (const name of [
    "- a",
    "yes",
    "1",
    "a: b",
    "#x",
    "'\"",
    "{a}",
    "Trạm [1], & *x",
    "null",
    "x".repeat(300),
  ]) {
    const answers = {
      name,
      id: "g",
      kind: "station",
      location: undefined,
      timezone: "Asia/Ho_Chi_Minh",
      serial: [],
      tcp: [],
      broker: "mqtt://h:1883",
      user: name,
      ca: undefined,
      bufferPath: `./${name}.db`,
      bufferSize: "2GB",
    };
    for (const language of ["vi", "en"] as const) {
      const text = initYaml(answers, { language, schema: "s", hasPassword: false });
      t.match(parseYaml(text), {
        gateway: { name },
        uplinks: { centre: { user: name } },
        buffer: { path: `./${name}.db` },
      });
    }
  }
});
