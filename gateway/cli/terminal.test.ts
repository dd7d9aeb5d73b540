import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawn } from "@lydell/node-pty";
import t from "tap";
import { displayWidth } from "./table.js";

/** The command as a process, at a terminal and without one. */

const ROOT = join(import.meta.dirname, "../../..");
const MAIN = join(ROOT, "dist/gateway/cli/main.js");
const BARE = { PATH: process.env["PATH"] ?? "", HOME: "/nowhere", LANG: "C.UTF-8" };

interface Seen {
  /** With its escapes. */
  readonly raw: string;
  /** Without escapes, as lines. */
  readonly lines: readonly string[];
  readonly code: number;
}

interface At {
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly program?: readonly string[];
  /** Typed when what was seen so far matches. */
  readonly type?: readonly (readonly [when: RegExp, keys: string])[];
}

/** What a person at a terminal sees until the program ends. */
function atTerminal(
  args: readonly string[],
  { columns = 80, env = {}, program, type = [] }: At = {},
): Promise<Seen> {
  const [file = process.execPath, ...first] = program ?? [process.execPath, MAIN];
  const terminal = spawn(file, [...first, ...args], {
    cols: columns,
    rows: 24,
    name: "xterm",
    cwd: ROOT,
    env: { ...BARE, ...env },
  });
  const waiting = [...type];
  let raw = "";
  return new Promise((resolve) => {
    terminal.onData((data) => {
      raw += data;
      const [next] = waiting;
      if (next?.[0].test(raw)) {
        waiting.shift();
        terminal.write(next[1]);
      }
    });
    terminal.onExit(({ exitCode, signal }) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: escapes are what is removed
      const text = raw.replace(/\u001b\[[0-9;?]*[A-Za-z]|\r/g, "");
      resolve({ raw, lines: text.split("\n"), code: signal ? 128 + signal : exitCode });
    });
  });
}

t.test("help is as wide as the terminal, or as COLUMNS says", async (t) => {
  for (const language of ["vi", "en"]) {
    for (const columns of [40, 132]) {
      const { code, lines } = await atTerminal(["watch", "--help", "--lang", language], { columns });
      t.equal(code, 0);
      const widest = Math.max(...lines.map(displayWidth));
      t.ok(columns === 40 ? widest <= 45 : widest > 80 && widest <= 100, `${widest} of ${columns}`);
    }
  }
  const { lines } = await atTerminal(["--help"], { columns: 132, env: { COLUMNS: "40" } });
  t.ok(Math.max(...lines.map(displayWidth)) <= 40);
  const odd = await atTerminal(["--help"], { columns: 80, env: { COLUMNS: "wide" } });
  t.ok(Math.max(...odd.lines.map(displayWidth)) > 40);
});

t.test("an error shows its code at a terminal, quietly, and not elsewhere", async (t) => {
  const quiet = "\u001b[2m[cli.similar_verb]\u001b[0m";
  const { code, raw } = await atTerminal(["stauts"]);
  t.equal(code, 2);
  t.match(raw, `There is no verb stauts. Did you mean: tram status ${quiet}`);
  for (const [args, env] of [
    [["stauts", "--no-color"], {}],
    [["--no-color", "stauts"], {}],
    [["stauts"], { NO_COLOR: "1" }],
  ] as const) {
    const plain = await atTerminal(args, { env });
    t.match(plain.raw, "tram status [cli.similar_verb]");
    t.notMatch(plain.raw, "\u001b[");
  }
  const piped = spawnSync(process.execPath, [MAIN, "stauts"], { encoding: "utf8", env: BARE });
  t.same(
    [piped.status, piped.stdout, piped.stderr],
    [2, "", "There is no verb stauts. Did you mean: tram status\n"],
  );
  const json = spawnSync(process.execPath, [MAIN, "buffer", "shwo", "--json"], {
    encoding: "utf8",
    env: BARE,
  });
  t.same(JSON.parse(json.stderr), {
    error: {
      code: "cli.similar_part",
      text: "There is no tram buffer shwo.",
      hint: "Did you mean: tram buffer show",
    },
  });
  const file = join(t.testdir({ "gateway.yaml": "gateway: {id: a, nmae: x}\n" }), "gateway.yaml");
  const check = await atTerminal(["check", file]);
  t.equal(check.code, 2);
  t.match(check.raw, "\u001b[2m[profiles.unknown_key]\u001b[0m");
  const elsewhere = spawnSync(process.execPath, [MAIN, "check", file], { encoding: "utf8", env: BARE });
  t.notMatch(elsewhere.stdout, "profiles.unknown_key");
  t.notMatch(elsewhere.stdout, "\u001b");
});

t.test("Ctrl-C ends a verb cleanly", async (t) => {
  const args = ["simulate", "--profile", "eastron/sdm630", "--tcp", "0"];
  const { code, lines } = await atTerminal(args, { type: [[/Ctrl-C/, "\u0003"]] });
  t.equal(code, 0);
  t.match(lines.join("\n"), "Stopped. 0 reads were answered.");
});

t.test("a reader that goes away is an end and no fault", (t) => {
  for (const args of ["--help", "profiles", "profiles --json", "completion bash"]) {
    for (const reader of ["head -n 1", "true"]) {
      const script = `"$0" "${MAIN}" ${args} | ${reader} >/dev/null; exit "\${PIPESTATUS[0]}"`;
      const { status, stderr } = spawnSync("bash", ["-c", script, process.execPath], {
        encoding: "utf8",
        env: BARE,
      });
      t.same([status, stderr], [0, ""], `${args} | ${reader}`);
    }
  }
  t.end();
});

t.test("without a terminal on any side nothing is drawn and nobody is waited for", (t) => {
  const { status, stderr, stdout } = spawnSync(process.execPath, [MAIN, "profiles", "sdm630"], {
    encoding: "utf8",
    env: { ...BARE, LANG: "vi_VN.UTF-8" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  t.equal(status, 0);
  t.match(stdout, /eastron\/sdm630/);
  t.notMatch(stdout + stderr, "\u001b");
  t.notMatch(stdout + stderr, "\r");
  t.match(stdout, /mẫu thiết bị/);
  t.end();
});

t.test("global options stand before or behind the verb", (t) => {
  const of = (...args: string[]) => {
    const { status, stderr, stdout } = spawnSync(process.execPath, [MAIN, ...args], {
      encoding: "utf8",
      env: BARE,
      cwd: ROOT,
    });
    return { status, text: stdout + stderr };
  };
  const config = "config/examples/pump-station.yaml";
  const before = of("--lang", "vi", "-c", config, "--json", "check");
  t.equal(before.status, 0);
  t.same(JSON.parse(before.text), JSON.parse(of("check", config, "--json", "--lang=vi").text));
  t.match(of("-c", config, "buffer", "--lang", "vi", "shw").text, "Có phải: tram buffer show");
  t.match(of("-c", config, "fleet", "mqtt://x").text, "Unknown option -c", "not every verb has one");
  t.match(of("help", "buffer", "show").text, of("buffer", "show", "--help").text);
  t.match(of("help", "buffer", "show").text, "Usage: tram buffer show");
  t.same(of("help"), of("--help"));
  t.equal(of().status, 2);
  t.match(of("--version").text, /^\d+\.\d+\.\d+\n$/);
  t.equal(of("--lang", "fr", "run").status, 2);
  t.match(of("--lang", "fr").text, "stand alone");
  t.match(of("help", "nothing").text, "There is no verb nothing");
  t.end();
});

t.test("the Tab key in a real bash", async (t) => {
  const folder = t.testdir();
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin/tram"), `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
  chmodSync(join(folder, "bin/tram"), 0o755);
  const { lines } = await atTerminal(["--norc", "-i"], {
    program: ["bash"],
    env: {
      PATH: `${join(folder, "bin")}:${BARE.PATH}`,
      PS1: "ready> ",
      INPUTRC: "/dev/null",
      TRAM_CONFIG: join(ROOT, "config/examples/pump-station.yaml"),
    },
    type: [
      [/ready> $/, "source <(tram completion bash); PS1='loaded$((1))> '\r"],
      [/loaded1> $/, "tram buf\t"],
      [/tram buffer $/, "exp\t"],
      [/tram buffer export $/, "--fro\t"],
      [/tram buffer export --from $/, "\u0015tram maintain dri\t"],
      [/tram maintain drive $/, "\u0015tram watch well.l\t"],
      [/tram watch well\.level $/, "\u0015exit\r"],
    ],
  });
  t.match(lines.join("\n"), /tram watch well\.level/);
});
