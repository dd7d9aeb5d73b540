import { SystemClock } from "../../drivers/core/clock.js";
import { ConfigurationError } from "../../drivers/core/errors.js";
import { render, type Said } from "../../drivers/core/message.js";
import { SIMULATOR_MESSAGES as M } from "../../simulators/messages.js";
import type { SimulationOptions } from "../../simulators/run-simulation.js";
import type { ExitCode, Io, Verb } from "./verb.js";

/** The port that `--broker` means: MQTT's own. */
const BROKER_PORT = 1883;
const MAX_PORT = 65_535;

interface Parsed extends SimulationOptions {
  readonly station: string;
}

/** `tram simulate pump-station`: devices that are not there, until Ctrl-C. */
export const simulate: Verb = {
  name: "simulate",
  summary: M.summary,
  help: M.help,
  async run(args: readonly string[], io: Io): Promise<ExitCode> {
    const { station, ...options } = parse(args);
    const { runSimulation } = await import("../../simulators/run-simulation.js");
    const tell = (said: Said): void => {
      io.stdout.write(`${render(said, io.language)}\n`);
    };
    await runSimulation(station, options, new SystemClock("simulation"), tell, io.signal);
    return 0;
  },
};

function parse(args: readonly string[]): Parsed {
  const rest = args.flatMap((arg) => (/^--[\w-]+=/.test(arg) ? splitAtEquals(arg) : [arg]));
  const parsed: { -readonly [K in keyof Parsed]: Parsed[K] } = { station: "" };
  for (let at = 0; at < rest.length; at++) {
    const arg = rest[at] ?? "";
    const number = (most: number): number => {
      const text = rest[++at] ?? "";
      if (!/^\d+$/.test(text) || Number(text) > most) wrong(`${arg} ${text}`);
      return Number(text);
    };
    if (arg === "--broker") parsed.brokerPort ??= BROKER_PORT;
    else if (arg === "--broker-port") parsed.brokerPort = number(MAX_PORT);
    else if (arg === "--port") parsed.tcpPort = number(MAX_PORT);
    else if (arg === "--seed") parsed.seed = number(Number.MAX_SAFE_INTEGER);
    else if (arg === "--link") parsed.link = rest[++at] || wrong(arg);
    else if (arg.startsWith("-") || parsed.station !== "") wrong(arg);
    else parsed.station = arg;
  }
  if (parsed.station === "") throw new ConfigurationError(M.no_station);
  return parsed;
}

function wrong(option: string): never {
  throw new ConfigurationError(M.wrong_option, { option: option.trim() });
}

function splitAtEquals(arg: string): string[] {
  const at = arg.indexOf("=");
  return [arg.slice(0, at), arg.slice(at + 1)];
}
