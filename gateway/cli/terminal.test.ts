import { spawnSync } from "node:child_process";
import { join } from "node:path";
import t from "tap";
import { displayWidth } from "./table.js";
import { atTerminal, BARE, MAIN, ROOT } from "./testing/at-terminal.js";
import { heldOutput } from "./testing/held-output.js";

/** The command as a process, at a terminal and without one. */

t.test("help is as wide as the terminal, or as COLUMNS says", async (t) => {
  for (const [language, columns, env] of [
    ["vi", 40, {}],
    ["en", 132, {}],
    ["vi", 132, { COLUMNS: "40" }],
    ["en", 80, { COLUMNS: "wide" }],
  ] as const) {
    const { code, lines } = await atTerminal(["watch", "--help", "--lang", language], { columns, env });
    t.equal(code, 0);
    const widest = Math.max(...lines.map(displayWidth));
    const expected = "COLUMNS" in env && env.COLUMNS === "40" ? 40 : columns;
    t.ok(
      expected === 40
        ? widest <= 45
        : expected === 80
          ? widest > 60 && widest <= 80
          : widest > 80 && widest <= 100,
      `${widest} of ${expected}`,
    );
  }
});

t.test("an error shows its code at a terminal, quietly, and not elsewhere", async (t) => {
  const quiet = "\u001b[2m[cli.similar_verb]\u001b[0m";
  const { code, raw } = await atTerminal(["stauts"]);
  t.equal(code, 2);
  t.match(raw, `There is no verb stauts. Did you mean: tram status ${quiet}`);
  for (const [args, env] of [
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
  t.same(heldOutput("error", json.stderr), {
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
  for (const args of ["--help", "profiles"]) {
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
  t.same(heldOutput("check", before.text), JSON.parse(of("check", config, "--json", "--lang=vi").text));
  t.match(of("-c", config, "buffer", "--lang", "vi", "shw").text, "Có phải: tram buffer show");
  t.match(of("-c", config, "fleet", "mqtt://x").text, "Unknown option -c", "not every verb has one");
  t.same(of("help", "buffer", "show"), of("buffer", "show", "--help"));
  t.same(of("help"), of("--help"));
  t.equal(of().status, 2);
  t.match(of("--version").text, /^\d+\.\d+\.\d+\n$/);
  t.equal(of("--lang", "fr", "run").status, 2);
  t.match(of("help", "nothing").text, "There is no verb nothing");
  t.end();
});
