// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in gateway.yaml look like this

import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import t from "tap";
import type { Language } from "../../../drivers/core/message.js";
import type { DoctorContext } from "../../doctor/check.js";
import { CHECKS } from "../../doctor/checks.js";
import { knownSecrets, redact, redactDeep } from "../../doctor/redact.js";
import { authority } from "../../forward/testing/authority.js";
import type { Io } from "../io.js";
import { displayWidth } from "../table.js";
import { heldOutput } from "../testing/held-output.js";
import { Terminal } from "../testing/terminal.js";
import { CHECK_NAMES, doctor, examine, type Wishes } from "./doctor.js";
import { DOCTOR_VERB_MESSAGES as M } from "./doctor-messages.js";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

function ioFor(language: Language, env: Io["env"] = {}): { readonly io: Io; text(): string } {
  const stdout = new PassThrough();
  let text = "";
  stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString("utf8");
  });
  const signal = new AbortController().signal;
  const io = {
    stdout,
    stderr: stdout,
    env,
    language,
    isTerminal: false,
    colours: false,
    columns: 80,
    signal,
    root: ROOT,
    version: "1",
  };
  return { io, text: () => text };
}

const WISHES: Wishes = {
  named: undefined,
  only: undefined,
  report: undefined,
  login: "when_free",
  json: false,
};
const MUTE: Partial<DoctorContext> = {
  command: async () => ({ outcome: "missing", stdout: "", stderr: "" }),
  clockState: async () => ({ trusted: true, source: "test" }),
};

t.test("the names of --help are those of the checks", async (t) => {
  t.same(
    CHECKS.map(({ name }) => name),
    CHECK_NAMES,
  );
  for (const text of Object.values(M.only.text)) {
    for (const name of CHECK_NAMES) t.ok(text.includes(name), name);
  }
});

t.test("in 80 columns, in both languages, with what to do; exit code 1 for a problem", async (t) => {
  const folder = t.testdir({
    "gateway.yaml":
      "gateway: {id: g}\nconnections: {bus: {driver: modbus-rtu, port: /dev/tram-no-such-port}}\n",
  });
  for (const [language, words] of [
    ["vi", /✗ LỖI .*\n.*\n? +→ /],
    ["en", /✗ PROBLEM .*\n.*\n? +→ /],
  ] as const) {
    const { io, text } = ioFor(language);
    const code = await examine(
      { ...WISHES, named: join(folder, "gateway.yaml"), only: "config,ports" },
      io,
      MUTE,
    );
    t.equal(code, 1);
    t.match(text(), words);
    for (const line of text().split("\n")) t.ok(displayWidth(line) <= 80 || line.includes(folder), line);
    t.notMatch(text(), /\{\w+\}/);
  }
});

t.test("a line of JSON for each finding; 0 when all is well", async (t) => {
  const folder = t.testdir({ "gateway.yaml": "gateway: {id: g}\nuplinks: {local: {url: 'file:out'}}\n" });
  const { io, text } = ioFor("en");
  t.equal(
    await examine({ ...WISHES, named: join(folder, "gateway.yaml"), only: "network", json: true }, io, MUTE),
    0,
  );
  const lines = text()
    .trim()
    .split("\n")
    .map((line) => heldOutput("doctor", line) as Record<string, unknown>);
  t.match(lines, [{ check: "network", level: "ok", code: "doctor.folder_good", facts: { uplink: "local" } }]);
});

t.test("no configuration is a finding, a wrong word is wrong use", async (t) => {
  const folder = t.testdir();
  const { io, text } = ioFor("en");
  t.equal(await examine({ ...WISHES, named: join(folder, "none.yaml"), only: "config" }, io, MUTE), 1);
  t.match(text(), /none\.yaml/);
  for (const [args, code] of [
    [["--only", "netwrok"], "doctor_verb.unknown_check"],
    [["everything"], "cli.too_many_arguments"],
    [["--frobnicate"], "cli.unknown_option"],
  ] as const) {
    await t.rejects(doctor.run(args, ioFor("en").io), { code });
  }
});

t.test("a report has everything but secrets", async (t) => {
  const folder = t.testdir({ secrets: { mqtt: "pa55-from-file\n" } });
  const { sign } = authority(folder);
  sign("gateway", 90);
  const key = readFileSync(join(folder, "gateway.key"), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("-----"));
  const file = join(folder, "gateway.yaml");
  writeFileSync(
    file,
    `gateway: {id: g, name: "Trạm G"}
connections:
  far: {driver: modbus-dial-in, listen: "127.0.0.1:4196", identity: "reg-packet-77"}
uplinks:
  a:
    url: mqtts://127.0.0.1:1
    password: \${file:secrets/mqtt}
    tls: {ca: ca.pem, cert: gateway.pem, key: gateway.key}
  b: {url: "mqtt://127.0.0.1:1", password: "\${env:MQTT_B}"}
  c: {url: "mqtt://127.0.0.1:1", password: 'plain "quoted" word'}
# password: old-one-in-a-comment
# psk: 00112233aabb
`,
  );
  const log =
    "2026-11-26 mqtt connect mqtt://joe:url-pass-9@h failed\ntoken=tok-123456 retry https://x/y?access_token=acc-654321&z=1\nread pa55-from-file again\n";
  const command: DoctorContext["command"] = async (program) => ({
    outcome: program === "journalctl" ? "done" : "missing",
    stdout: program === "journalctl" ? log : "",
    stderr: "",
  });
  const status = {
    id: "g",
    name: "G",
    uplinks: [],
    connections: [],
    devices: [],
    alarms: [],
    buffer: { durable: true, dropped: 0, card: {} },
    note: "env-secret-b",
  };
  const secrets = [
    "pa55-from-file",
    "env-secret-b",
    "plain ",
    "quoted",
    "old-one-in-a-comment",
    "00112233aabb",
    "reg-packet-77",
    "url-pass-9",
    "tok-123456",
    "acc-654321",
    ...key,
  ];
  for (const name of ["report.txt", "report.json"]) {
    const { io } = ioFor("en", { MQTT_B: "env-secret-b" });
    const report = join(folder, name);
    const gateway = async () => ({ state: "running", status }) as never;
    await examine({ ...WISHES, named: file, only: "config,gateway", report }, io, {
      ...MUTE,
      command,
      gateway,
    });
    const text = readFileSync(report, "utf8");
    for (const secret of secrets) t.notOk(text.includes(secret), `${name}: ${secret}`);
    for (const there of [
      "mqtts://127.0.0.1:1",
      "${file:secrets/mqtt}",
      "secret_closed",
      "connect mqtt://",
      "Trạm G",
    ]) {
      const wanted =
        name === "report.txt"
          ? there.replace("secret_closed", "is closed to others").replace("Trạm G", "Tr")
          : there;
      t.ok(
        text.includes(wanted) || text.includes(JSON.stringify(wanted).slice(1, -1)),
        `${name} has ${wanted}`,
      );
    }
    t.equal(statSync(report).mode & 0o777, 0o600);
    if (name.endsWith(".json"))
      t.match(JSON.parse(text), { versions: { tram: "1" }, status: { note: "***" } });
    await t.rejects(
      examine({ ...WISHES, named: file, only: "config", report }, io, { ...MUTE, command, gateway }),
      { code: "doctor_verb.report_exists" },
    );
  }
});

t.test("hiding", async (t) => {
  const hide = (text: string, ...secrets: string[]) => redact(text, secrets);
  t.equal(hide("a hunter2 b", "hunter2"), "a *** b");
  t.equal(hide("password: x"), "password: ***");
  t.equal(hide("password: ${file:secrets/mqtt}"), "password: ${file:secrets/mqtt}");
  t.equal(hide('{"api_key": "a b", "keep": 1}'), '{"api_key": "***", "keep": 1}');
  t.equal(hide("Authorization: Bearer abc"), "Authorization: ***");
  t.equal(hide("-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY-----\nrest"), "***\nrest");
  t.equal(hide("keepalive: 30s, tls: {key: gateway.key}"), "keepalive: 30s, tls: {key: gateway.key}");
  t.same(redactDeep({ token: "t", list: ["password=abc"], n: 5, identity: { a: "ok" } }, []), {
    token: "***",
    list: ["password=***"],
    n: 5,
    identity: { a: "ok" },
  });
  t.same(knownSecrets(undefined, undefined, {}), []);
});

t.test("on a terminal what is being looked at stands below, and goes", async (t) => {
  const folder = t.testdir({ "gateway.yaml": "gateway: {id: g}\n" });
  const terminal = new Terminal(["doctor", "--only", "config,power,listen"], { folder, language: "vi" });
  t.teardown(() => terminal.close());
  await terminal.see(/\[1\/3\] Cấu hình \.\.\./);
  await terminal.see(/\[3\/3\] Cổng đang mở \.\.\./);
  await terminal.see(/Không có lỗi\./);
  t.equal(await terminal.ended, 0);
  const last = terminal.text.slice(terminal.text.lastIndexOf("[3/3]"));
  t.ok(last.includes("\r\u001b[K"), "the line of progress is taken away");
});
