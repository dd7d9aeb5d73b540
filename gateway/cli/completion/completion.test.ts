import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import t from "tap";
import type { WordSource } from "../grammar/kinds.js";
import { atTerminal, BARE, MAIN, ROOT } from "../testing/at-terminal.js";
import { VERBS } from "../verbs.js";
import { completionAt } from "./completion-words.js";
import { configuredWords } from "./configured-words.js";

const CONFIG = join(ROOT, "config/examples/pump-station.yaml");

/** Runs bash with our script and with lines whose cursor stands at their end; what readline would offer for each. */
async function bash(
  folder: string,
  lines: readonly string[],
  breaks = " =:",
): Promise<readonly (readonly string[])[]> {
  const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
  const turns = lines.map((line) => {
    const words = splitLikeReadline(line, breaks);
    return `COMP_LINE=${quoted(line)} COMP_POINT=${line.length} COMP_CWORD=${words.length - 1}
    COMP_WORDS=(${words.map(quoted).join(" ")})
    _tram tram "" ""
    printf '%s\\n' "\${COMPREPLY[@]}" --`;
  });
  const program = [`source <(tram completion bash)\nCOMP_WORDBREAKS=${quoted(breaks)}`, ...turns].join("\n");
  const { stdout } = await promisify(execFile)("bash", ["-c", program], {
    cwd: folder,
    env: { ...process.env, PATH: `${join(folder, "bin")}:${process.env["PATH"]}`, TRAM_CONFIG: CONFIG },
    timeout: 100_000,
  });
  const offered = stdout.split("--\n").slice(0, -1);
  return offered.map((text) => text.split("\n").filter((word) => word !== ""));
}

/** readline makes every run of = and : a word of its own. */
function splitLikeReadline(line: string, breaks: string): readonly string[] {
  const parts = breaks.includes("=") ? /[=:]+|[^\s=:]+/g : /\S+/g;
  const words = line.match(parts) ?? [];
  return /\s$/.test(line) || (breaks.includes("=") && /[=:]$/.test(line)) ? [...words, ""] : words;
}

function setUp(tap: Pick<typeof t, "testdir">): string {
  const folder = tap.testdir({ "gateway.yaml": "gateway: {}\n", "a file.txt": "", "$(touch owned)": "" });
  mkdirSync(join(folder, "bin"));
  const tram = join(folder, "bin/tram");
  writeFileSync(tram, `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
  chmodSync(tram, 0o755);
  return folder;
}

t.test("bash completes verbs, parts, options, choices, files and ids", async (t) => {
  const folder = setUp(t);
  const cases: readonly [line: string, offered: readonly string[]][] = [
    ["tram sta", ["status"]],
    ["tram --lang v", ["vi"]],
    ["tram --lang vi buf", ["buffer"]],
    ["tram buffer ", ["show", "verify", "export", "backup", "restore", "audit"]],
    ["tram help buffer ex", ["export"]],
    ["tram buffer export --f", ["--from", "--format", "--force"]],
    ["tram buffer export --force --f", ["--from", "--format"]],
    ["tram buffer export --format ", ["jsonl", "csv"]],
    ["tram buffer export --format=", ["jsonl", "csv"]],
    ["tram buffer export --format=j", ["jsonl"]],
    ["tram run gate", ["gateway.yaml"]],
    ["tram check --config=gate", ["gateway.yaml"]],
    ["tram run a", ["a file.txt"]],
    ["tram maintain we", ["well"]],
    ["tram watch --bus ", ["plc", "rs485"]],
    ["tram watch well.", ["well.level", "well.setting.decimals", "well.setting.unit"]],
    ["tram buffer export --point lev", ["level", "level.offset"]],
    ["tram buffer export --uplink=cen", ["centre"]],
    ["tram profiles --show eastron/", ["eastron/sdm120", "eastron/sdm630"]],
    ["tram no-such-verb ", []],
    ["tram run --for", []],
  ];
  const seen = await bash(
    folder,
    cases.map(([line]) => line),
  );
  for (const [at, [line, offered]] of cases.entries()) t.same(seen[at], offered, line);
  // Some take = out of the characters that part words.
  t.same(await bash(folder, ["tram buffer export --format=j"], " "), [["--format=jsonl"]]);
  await bash(folder, ["tram run $(touch\u0024{IFS}owned)"]);
  t.notOk(existsSync(join(folder, "owned")), "what is typed is not evaluated");
});

t.test("every option of every declared verb is offered", async (t) => {
  const nothing = async () => [];
  for (const name of Object.keys(VERBS)) {
    const { words } = await completionAt([name, "--"], VERBS, nothing);
    const verb = await VERBS[name]?.();
    if (verb && "command" in verb) t.ok(words.includes("--help"), name);
  }
  t.same(
    await completionAt(["run", "--", "--"], VERBS, nothing),
    { words: [], files: true },
    "options have ended",
  );
  t.same(await completionAt(["constructor", ""], VERBS, nothing), { words: [], files: false });
  t.same((await completionAt(["help", "buffer", "show", ""], VERBS, nothing)).words, []);
  t.ok((await completionAt(["--"], VERBS, nothing)).words.includes("--version"));
});

t.test("a configuration that is missing, half written or hostile gives what it can", async (t) => {
  const folder = t.testdir({
    "half.yaml":
      "devices:\n  pump: {profile: acme/p1}\n  well:\n    points: [level, {id: flow}, {id: [1]}, 7, null]\n  x: [",
    "odd.yaml":
      'devices:\n  "a; rm -rf /": {}\n  "b\\n<files>": {}\n  ok: {profile: ../../etc/passwd}\nuplinks: 7\n',
    config: {
      profiles: {
        acme: {
          "p1.yaml":
            "profile: acme/p1\nsetup: [{id: no}]\npoints:\n  - {id: run, address: 1}\n  - id: rate\n  - {id: 'c.{n}'}\nvariants:\n  v: {points: [{id: other}]}\n",
        },
      },
      examples: { "ferry.yaml": "", "ferry.scenario.yaml": "", "other.yaml": "" },
      lessons: { "03-dry.yaml": "", "12-theft.yaml": "" },
    },
    "by-id": { "usb-FTDI_FT232R-if00-port0": "", "a; touch owned": "" },
  });
  const words = (source: Exclude<WordSource, "file">, typed: string, file?: string) =>
    configuredWords(source, typed, {
      config: file === undefined ? undefined : join(folder, file),
      root: folder,
      serialById: join(folder, "by-id"),
    });
  t.same(await words("point", "", "half.yaml"), ["pump", "pump.", "well", "well.", "x", "x."]);
  t.same(await words("point", "pump.", "half.yaml"), ["pump.rate", "pump.run"]);
  t.same(await words("point", "well.", "half.yaml"), ["well.flow", "well.level"]);
  t.same(await words("device", "", "odd.yaml"), ["ok"]);
  t.same(await words("point", "ok.", "odd.yaml"), []);
  t.same(await words("uplink", "", "odd.yaml"), []);
  t.same(await words("device", "", "none.yaml"), []);
  t.same(await words("device", ""), []);
  t.same(await words("profile", "ac"), ["acme/p1"]);
  t.same(await words("site", ""), ["ferry"]);
  t.same(await words("lesson", ""), ["12", "3"]);
  t.same(await words("serial-port", "/dev"), []);
  t.same(await words("serial-port", folder), [join(folder, "by-id", "usb-FTDI_FT232R-if00-port0")]);
});

t.test("the Tab key in a real bash", async (t) => {
  const folder = setUp(t);
  const { raw } = await atTerminal(["--norc", "-i"], {
    program: ["bash"],
    env: {
      PATH: `${join(folder, "bin")}:${BARE.PATH}`,
      PS1: "ready> ",
      INPUTRC: "/dev/null",
      TRAM_CONFIG: CONFIG,
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
  t.match(raw, /tram watch well\.level/);
});
