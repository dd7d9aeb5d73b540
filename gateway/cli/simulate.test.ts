import { join } from "node:path";
import { PassThrough } from "node:stream";
import t from "tap";
import { ConfigurationError } from "../../drivers/core/errors.js";
import { simulate } from "./simulate.js";
import type { Io } from "./verb.js";

const ROOT = join(import.meta.dirname, "../../..");

/** Runs the verb until it has begun; then as after Ctrl-C. Gives what it said, or the code of its error. */
async function run(...args: string[]): Promise<string> {
  const stdout = new PassThrough();
  const stop = new AbortController();
  let said = "";
  stdout.on("data", (text) => {
    said += String(text);
    stop.abort();
  });
  const io: Io = {
    stdout,
    stderr: new PassThrough(),
    env: {},
    language: "en",
    isTerminal: false,
    colours: false,
    columns: 80,
    signal: stop.signal,
    root: ROOT,
    version: "0",
  };
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
    ["", "simulators.no_station"],
    ["pump-station --profile eastron/sdm630", "simulators.no_station"],
    ["pump-station --unit 3", "simulators.wrong_option"],
    ["pump-station --variant x", "simulators.wrong_option"],
    ["--profile eastron/sdm630 --broker", "simulators.wrong_option"],
    ["--profile eastron/sdm630 --unit 256", "simulators.wrong_option"],
    ["--profile eastron/sdm630 --option ct", "simulators.wrong_option"],
    ["--profile eastron/sdm630 --option ct=5", "simulators.unknown_fitting"],
    ["--profile eastron/sdm63", "simulators.unknown_profile"],
    ["--profile", "simulators.wrong_option"],
    ["tide-gauge", "simulators.unknown_station"],
  ] as const) {
    t.equal(await run(...args.split(" ").filter(Boolean)), code, args);
  }
});
