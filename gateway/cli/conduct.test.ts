import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import t, { type Test } from "tap";
import { displayWidth } from "./table.js";
import { atTerminal, MAIN } from "./testing/at-terminal.js";
import { zeroServer } from "./testing/zero-server.js";

/*
 * How verbs behave with a gateway that runs: a reader that goes away, Ctrl-C, a narrow terminal, no colours, no terminal.
 * None shows a stack, none hangs, none sends escapes where nobody draws.
 */

const PATH = process.env["PATH"] ?? "";

/** A verb, and the exit codes that are right for it where nobody disturbs it. */
const VERBS: readonly (readonly [string, readonly number[]])[] = [
  ["check", [0]],
  ["status", [0]],
  ["status --metrics", [0]],
  ["read a", [0]],
  ["read a --raw holding 0 4 --once", [0]],
  ["write a set 1 --dry-run", [0]],
  ["scan plc --units 1-3 --quick", [0, 1]],
  ["maintain a --by A --for 1min", [0]],
  ["maintain a --by A --end", [0]],
  ["buffer show", [0]],
  ["buffer verify", [0]],
  ["buffer export", [0]],
  ["buffer audit", [0]],
  ["config show", [0]],
  ["config show --running", [0]],
  ["config diff", [0]],
  ["export --force", [0, 1]],
  ["export --audit --force", [0]],
  ["doctor --only config,gateway,ports,machine", [0, 1]],
  ["profiles level", [0]],
];

async function station(t: Test) {
  const folder = mkdtempSync(join(tmpdir(), "tram-cond-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "gateway.yaml");
  writeFileSync(
    file,
    `gateway: {id: g, name: Trạm có tên dài để xem chữ có bị cắt giữa chừng không, clock: trusted}
connections: {plc: {driver: modbus-tcp, host: 127.0.0.1, port: ${await zeroServer(t)}}}
devices: {a: {name: Bể hút, connection: plc, every: 300ms, points: [{id: x, address: 0, unit: m}, {id: set, address: 1, access: read-write, write: {range: [0, 9]}}]}}
uplinks: {files: {url: "file:./out"}}
buffer: {path: ./b.db, commit_every: 100ms}
`,
  );
  const env = { PATH, XDG_RUNTIME_DIR: folder, USER: "kythuat", LANG: "vi_VN.UTF-8", HOME: folder };
  const child = spawn(process.execPath, [MAIN, "run", file, "--json"], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.teardown(() => child.kill("SIGKILL"));
  for await (const line of createInterface({ input: child.stdout })) {
    if ((JSON.parse(line) as { code: string }).code === "poll.connected") break;
  }
  child.stdout.resume();
  return { folder, file, env };
}

interface Ran {
  readonly code: number | null;
  readonly text: string;
}

async function ran(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ran> {
  const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"], timeout: 60_000 });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, text };
}

const STACK = / at .*\.js:\d+/;

t.test("with a gateway that runs", async (t) => {
  const { env, file, folder } = await station(t);
  const argsOf = (verb: string): string[] => [
    ...verb.split(" "),
    ...(verb.startsWith("profiles") ? [] : ["-c", file]),
  ];

  await t.test("no terminal: no escapes, nobody is waited for", async (t) => {
    for (const [verb, codes] of VERBS) {
      const { code, text } = await ran(process.execPath, [MAIN, ...argsOf(verb)], env);
      t.ok(codes.includes(code ?? -1), `${verb}: ${code} ${text}`);
      t.notMatch(text, STACK, verb);
      t.notOk(text.includes("\u001b"), verb);
    }
  });

  await t.test("a reader that goes away is an end", async (t) => {
    for (const [verb, codes] of VERBS) {
      const script = `"$0" "$@" | true; exit "\${PIPESTATUS[0]}"`;
      const { code, text } = await ran("bash", ["-c", script, process.execPath, MAIN, ...argsOf(verb)], env);
      t.ok(codes.includes(code ?? -1), `${verb}: ${code} ${text}`);
      t.notMatch(text, STACK, verb);
    }
  });

  await t.test("a terminal of forty columns without colours", async (t) => {
    for (const [verb, codes] of VERBS) {
      // What is data is not broken; profiles and raw tables say what they cannot fit.
      const { code, lines, raw } = await atTerminal(argsOf(verb), {
        columns: 40,
        cwd: folder,
        env: { ...env, NO_COLOR: "1" },
      });
      t.ok(codes.includes(code), `${verb}: ${code}`);
      t.notMatch(raw, STACK, verb);
      t.notOk(raw.includes("\u001b[3") || raw.includes("\u001b[1m"), `${verb}: no colours`);
      if (/^(?:status|maintain|doctor|scan)(?: |$)/.test(verb) && !verb.includes("--metrics")) {
        // A path is one word.
        const broken = lines.filter((line) => !/ {6}\/\S+$/.test(line));
        for (const line of broken) t.ok(displayWidth(line) <= 40, `${verb}: ${line}`);
      }
    }
  });

  await t.test("Ctrl-C ends what goes on, cleanly", async (t) => {
    for (const [verb, sign] of [
      ["watch", /Ctrl-C/],
      ["watch --bus plc", />>|<</],
      ["read a --every 200ms", /a\.x/],
      ["scan plc --thorough", /\[[#.]+\]/],
    ] as const) {
      const { code, raw } = await atTerminal(argsOf(verb), { env, type: [[sign, "\u0003"]] });
      t.ok(code === 0 || code === 1, `${verb}: ${code}`);
      t.notMatch(raw, STACK, verb);
      t.notOk(
        raw.includes("\u001b[?25l") && !raw.includes("\u001b[?25h"),
        `${verb}: the cursor is there again`,
      );
    }
  });
});
