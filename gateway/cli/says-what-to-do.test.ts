import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import t, { type Test } from "tap";
import { SocketLock } from "../../drivers/core/lock.js";
import { PseudoTerminal } from "../../simulators/pty.js";
import { authority } from "../forward/testing/authority.js";
import { Mosquitto } from "../forward/testing/mosquitto.js";
import { MAIN } from "./testing/at-terminal.js";
import { boundByRights } from "./testing/bound-by-rights.js";
import { ran } from "./testing/site-fixture.js";
import { VERBS } from "./verbs.js";

/* What goes wrong on site, verb by verb and in both languages: what it is, where, and what to do next. */

const LANGUAGES = ["vi", "en"] as const;
const PATH = process.env["PATH"] ?? "";

/** Short, because a socket's path may not be long. */
function folderOf(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), "tram-say-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Beside this process, which holds ports and may be asked who it is. */
async function tram(folder: string, args: readonly string[], before: readonly string[] = []): Promise<Ended> {
  const [program = "", ...all] = [...before, process.execPath, MAIN, ...args];
  const child = spawn(program, all, {
    cwd: folder,
    env: { PATH, XDG_RUNTIME_DIR: folder, LANG: "C.UTF-8" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const [status] = (await once(child, "close")) as [number | null];
  return { status, stdout, stderr };
}

t.test("what no verb knows: named, and where help is", async (t) => {
  for (const [name, load] of Object.entries(VERBS)) {
    const verb = await load();
    const parts = Object.keys(verb.command.parts ?? {});
    for (const words of [[], ...parts.map((part) => [part])]) {
      for (const language of LANGUAGES) {
        const { code, err } = await ran(verb, [...words, "--nonsense"], { language });
        t.equal(code, 2, [name, ...words].join(" "));
        // Of a verb that has parts one of them is asked for first.
        t.match(
          err.text,
          parts.length > 0 && words.length === 0 ? /--nonsense|tram .* --help/ : "--nonsense",
        );
      }
    }
  }
});

t.test("no configuration: where it was looked for, and how to make one", async (t) => {
  const folder = folderOf(t);
  for (const verb of [
    "run",
    "check",
    "status",
    "watch",
    "read a b",
    "write a b 1",
    "maintain a --by A --for 1h",
    "export",
    "report",
    "config show",
    "buffer show",
  ]) {
    for (const language of LANGUAGES) {
      const { status, stderr } = await tram(folder, [...verb.split(" "), "--lang", language]);
      t.equal(status, 2, verb);
      t.match(stderr, /gateway\.yaml/, verb);
      t.match(stderr, /tram init|-c/, verb);
    }
  }
});

t.test("no gateway runs: how to start it", async (t) => {
  const folder = folderOf(t);
  writeFileSync(join(folder, "gateway.yaml"), yamlOf("/dev/tty-none", "mqtt://127.0.0.1:1"));
  for (const verb of [
    "status",
    "watch",
    "maintain a --by A --for 1h",
    "report",
    "config apply --yes",
    "config confirm",
  ]) {
    for (const language of LANGUAGES) {
      const { status, stderr } = await tram(folder, [...verb.split(" "), "--lang", language]);
      t.equal(status, 2, `${verb}: ${stderr}`);
      t.match(stderr, /tram run/, verb);
    }
  }
});

t.test("a port that is not there, one that another program holds, one without the right", async (t) => {
  const folder = folderOf(t);
  const pty = await PseudoTerminal.open(join(folder, "bus"));
  t.teardown(() => pty.close());
  const release = await new SocketLock().acquire(join(folder, "bus"), join(folder, "bus"));
  t.teardown(() => release());
  writeFileSync(join(folder, "gateway.yaml"), yamlOf(join(folder, "bus"), "file:./out"));
  writeFileSync(join(folder, "none.yaml"), yamlOf("/dev/tty-none", "file:./out"));
  for (const language of LANGUAGES) {
    const lang = ["--lang", language];
    for (const args of [
      ["read", "--port", "/dev/tty-none", "--unit", "1", "--raw", "holding", "0"],
      ["scan", "--port", "/dev/tty-none"],
      ["doctor", "--only", "ports", "-c", "none.yaml"],
    ]) {
      const { status, stderr, stdout } = await tram(folder, [...args, ...lang]);
      t.equal(status, 1, args.join(" "));
      t.match(stderr + stdout, /\/dev\/tty-none/);
      t.match(stderr + stdout, /\/dev\/serial\/by-id|cáp|cable|adapter|bộ chuyển/i, "what to do");
    }
    for (const args of [
      ["read", "--port", join(folder, "bus"), "--unit", "1", "--raw", "holding", "0"],
      ["scan", "--port", join(folder, "bus"), "--units", "1"],
      ["run", "gateway.yaml"],
    ]) {
      const { status, stderr } = await tram(folder, [...args, ...lang]);
      t.equal(status, 2, args.join(" "));
      t.match(stderr, `${process.pid}`, "who holds it");
    }
  }
});

t.test("a port without the right to it", async (t) => {
  const folder = folderOf(t);
  const link = join(folder, "bus");
  const pty = await PseudoTerminal.open(link);
  t.teardown(() => pty.close());
  chmodSync(pty.path, 0);
  for (const language of LANGUAGES) {
    const { status, stderr } = await tram(
      folder,
      ["read", "--port", link, "--unit", "1", "--raw", "holding", "0", "--lang", language],
      boundByRights(),
    );
    t.equal(status, 1, stderr);
    t.match(stderr, /dialout/, "which group it takes");
  }
});

t.test("a dead broker, a wrong password, a certificate that is over", async (t) => {
  const folder = folderOf(t);
  const { sign } = authority(folder);
  sign("server", 35);
  sign("over", -1);
  spawnSync("mosquitto_passwd", ["-b", "-c", join(folder, "passwords"), "g", "right"]);
  writeFileSync(join(folder, "wrong"), "wrong\n");
  chmodSync(folder, 0o755);
  spawnSync("chmod", ["-R", "a+rX", folder]);
  const guarded = await Mosquitto.start(folder, [
    "allow_anonymous false",
    `password_file ${join(folder, "passwords")}`,
  ]);
  t.teardown(() => guarded.stop());
  const expired = await Mosquitto.start(folder, [
    `certfile ${join(folder, "over.pem")}`,
    `keyfile ${join(folder, "over.key")}`,
    "allow_anonymous true",
  ]);
  t.teardown(() => expired.stop());
  const cases: readonly (readonly [string, string, RegExp, RegExp])[] = [
    ["dead", '{url: "mqtt://127.0.0.1:1"}', /127\.0\.0\.1:1/, /127\.0\.0\.1:1/],
    [
      "password",
      `{url: "${guarded.url}", password: "\${file:wrong}"}`,
      /mật khẩu|password/i,
      /mật khẩu|password/i,
    ],
    [
      "certificate",
      `{url: "mqtts://127.0.0.1:${expired.port}", tls: {ca: ca.pem}}`,
      /hết hạn|certificate|ended|expired/i,
      /hết hạn|certificate|ended|expired|chứng thư/i,
    ],
  ];
  for (const [name, uplink, ofDoctor, ofRun] of cases) {
    const file = join(folder, `${name}.yaml`);
    writeFileSync(
      file,
      `gateway: {id: g, name: G, clock: trusted}\nconnections: {plc: {driver: modbus-tcp, host: 127.0.0.1, port: 1}}\ndevices: {a: {connection: plc, points: [{id: x, address: 0}]}}\nuplinks: {centre: ${uplink}}\nbuffer: {path: ./${name}.db}\n`,
    );
    for (const language of LANGUAGES) {
      const { status, stdout } = await tram(folder, [
        "doctor",
        "--only",
        "network",
        "-c",
        file,
        "--lang",
        language,
      ]);
      t.equal(status, 1, `${name} ${language}\n${stdout}`);
      t.match(stdout, ofDoctor, name);
      t.match(stdout, /→ \S/, `${name}: what to do`);
      const said = await problemOfRun(t, folder, file, language);
      t.match(said, ofRun, `${name} ${language}`);
    }
  }
});

/** What `tram run` says of its uplink, and `tram status` after it. */
async function problemOfRun(t: Test, folder: string, file: string, language: string): Promise<string> {
  const child = spawn(process.execPath, [MAIN, "run", file, "--json", "--lang", language], {
    env: { PATH, XDG_RUNTIME_DIR: folder, LANG: "C.UTF-8" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.teardown(() => child.kill("SIGKILL"));
  let said = "";
  for await (const line of createInterface({ input: child.stdout })) {
    const { level, msg, uplink } = JSON.parse(line) as { level: string; msg: string; uplink?: string };
    if (uplink === undefined || level === "info") continue;
    said = msg;
    break;
  }
  const { stdout } = await tram(folder, ["status", "-c", file, "--lang", language]);
  t.match(stdout, /^! centre: /m, "status says it too");
  child.kill("SIGTERM");
  child.stdout.resume();
  await once(child, "exit");
  return said;
}

function yamlOf(port: string, url: string): string {
  return `gateway: {id: g, name: G, clock: trusted}
connections: {rs485: {driver: modbus-rtu, port: ${port}}}
devices: {a: {connection: rs485, points: [{id: x, address: 0}]}}
uplinks: {centre: {url: "${url}"}}
buffer: {path: ./b.db}
`;
}
