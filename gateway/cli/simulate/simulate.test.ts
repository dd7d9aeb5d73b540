import { join } from "node:path";
import { PassThrough } from "node:stream";
import t from "tap";
import { ConfigurationError } from "../../../drivers/core/errors.js";
import { render } from "../../../drivers/core/message.js";
import type { AskedOf } from "../grammar/command.js";
import { readCommand } from "../grammar/read-command.js";
import type { Io } from "../io.js";
import { heldOutput } from "../testing/held-output.js";
import { simulate } from "./simulate.js";
import { fleetWish } from "./simulate-fleet.js";
import { FLEET } from "./simulate-fleet-grammar.js";

const ROOT = join(import.meta.dirname, "../../../..");

const QUIET: Io = {
  ...{ stdout: new PassThrough(), stderr: new PassThrough(), env: {}, language: "en" },
  ...{ isTerminal: false, colours: false, columns: 80, root: ROOT, version: "0" },
  signal: new AbortController().signal,
};

/** Runs the verb until it has begun; then as after Ctrl-C. Gives what it said, or the code of its error. */
async function run(...args: string[]): Promise<string> {
  const stdout = new PassThrough();
  const stop = new AbortController();
  let said = "";
  stdout.on("data", (text) => {
    said += String(text);
    stop.abort();
  });
  const io: Io = { ...QUIET, stdout, signal: stop.signal };
  try {
    const code = await simulate.run(args, io);
    await new Promise(setImmediate);
    return `${code}: ${said}`;
  } catch (error) {
    if (error instanceof ConfigurationError) return error.code;
    throw error;
  }
}

t.test("a device of a profile on Modbus TCP, until Ctrl-C", async (t) => {
  const said = await run("--profile=eastron/sdm630", "--tcp", "0", "--unit", "9", "--seed", "4");
  t.match(said, /^0: The simulated eastron\/sdm630 runs on Modbus TCP at \S+, unit id 9, --seed 4\./);
  t.match(said, /Stopped\. 0 reads were answered\./);
});

t.test("on a serial port of its own", async (t) => {
  const path = join(t.testdir(), "port");
  t.match(await run("--profile", "peacefair/pzem-016", "--port", path), `at the port ${path} (9600 8N1)`);
});

t.test("what makes no sense is refused", async (t) => {
  for (const [args, code] of [
    ["", "simulate.nothing_chosen"],
    ["pump-station --profile eastron/sdm630", "simulate.two_chosen"],
    ["pump-station --unit 3", "simulate.strange_option"],
    ["pump-station --variant x", "simulate.strange_option"],
    ["--profile eastron/sdm630 --broker", "simulate.strange_option"],
    ["--profile eastron/sdm630 --unit 256", "cli.wrong_value"],
    ["--profile eastron/sdm630 --option ct", "cli.wrong_value"],
    ["--profile eastron/sdm630 --option ct=5", "simulators.unknown_fitting"],
    ["--profile eastron/sdm63", "simulators.unknown_profile"],
    ["--profile eastron/sdm630 --port 1502", "simulate.not_a_path"],
    ["--profile eastron/sdm630 --port /tmp/a --port /tmp/b", "simulate.not_together"],
    ["--profile", "cli.no_value"],
    ["tide-gauge", "simulators.unknown_station"],
    ["pump-staton", "simulators.similar_station"],
    ["lesson three", "cli.wrong_argument"],
    ["lesson 999", "lesson.unknown_lesson"],
    ["lesson 3 --page 0", "cli.unknown_option"],
    ["unknown-bus 3", "cli.too_many_arguments"],
    ["fleet http://broker", "cli.wrong_argument"],
    ["fleet --gateways 0", "cli.wrong_value"],
    ["fleet --every 60", "cli.wrong_value"],
    ["fleet --outages 2", "cli.wrong_value"],
    ["fleet --ca /nowhere", "simulate_fleet.file_unreadable"],
    ["fleet --x", "cli.unknown_option"],
  ] as const) {
    t.equal(await run(...args.split(" ").filter(Boolean)), code, args);
  }
});

t.test("what it refuses says what it goes with, in both languages", async (t) => {
  const said = async (language: "vi" | "en", ...args: string[]): Promise<string> => {
    try {
      await simulate.run(args, { ...QUIET, language });
    } catch (error) {
      if (error instanceof ConfigurationError) return render(error.said, language);
      throw error;
    }
    return "";
  };
  t.match(await said("en", "pump-station", "--unit", "3"), "--unit is not for SITE; it goes with --profile.");
  t.match(
    await said("vi", "--replay", "bus.txt", "--speed", "3"),
    "--speed không dùng với --replay; dùng với: TRẠM, --from.",
  );
  t.match(await said("vi", "--profile", "a/b", "--port", "1502"), /--tcp 1502/);
});

t.test("a fleet as it was asked for", async (t) => {
  const wish = (line: string) => {
    const asked = readCommand(FLEET, "simulate fleet", line.split(" ").filter(Boolean));
    return fleetWish(asked as AskedOf<typeof FLEET>, "0");
  };
  t.match(wish(""), {
    askEveryMs: 10_000,
    fleet: { gateways: 100, rampMs: 1_000, station: { points: 100, everyMs: 60_000, prefix: "sim-" } },
  });
  t.equal(wish("").fleet.incidents.stormAtMs, undefined);
  t.equal(wish("--storm").fleet.incidents.stormAtMs, 60_000);
  t.equal(wish("--storm --for 30min").fleet.incidents.stormAtMs, 600_000);
  t.equal(wish("--storm-at 5s").fleet.incidents.stormAtMs, 5_000);
  t.equal(wish("--gateways 1000").fleet.rampMs, 5_000);
  t.equal(wish("--gather").fleet.behaviour.messages, "station");
  t.equal(wish("--outages 0").fleet.incidents.outages, 0);
  const file = join(t.testdir({ secret: "never guessed\n" }), "secret");
  t.same(wish(`--user u --password-file ${file}`).gatewayAccess, { user: "u", password: "never guessed" });
  t.equal(wish("mqtt://127.0.0.1:1883").broker, "mqtt://127.0.0.1:1883");
});

t.test("unknown devices: what they were is told at the end", async (t) => {
  const link = join(t.testdir(), "bus");
  const said = await run("unknown-bus", "--link", link, "--mixed", "--seed", "4");
  t.match(said, `5 unknown devices run at the port ${link}, --seed 4.`);
  t.equal(said.match(/There was: /g)?.length, 5);
});

t.test("a fleet for programs: moments, then the account", async (t) => {
  const stdout = new PassThrough();
  let said = "";
  stdout.on("data", (text) => {
    said += String(text);
  });
  const args = "fleet --gateways 2 --points 3 --every 300ms --ramp 0 --for 1s --json".split(" ");
  t.equal(await simulate.run(args, { ...QUIET, env: process.env, stdout }), 0, said);
  const [first, ...more] = said
    .trim()
    .split("\n")
    .map((line) => heldOutput("simulate-fleet", line));
  t.equal(first.state.gateways, 2);
  t.match(more.at(-1), { checked: true, account: { complete: true, gateways: 2, missing: 0 } });
});
