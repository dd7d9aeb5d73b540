import { SystemClock } from "../../drivers/core/clock.js";
import { ConfigurationError } from "../../drivers/core/errors.js";
import { render, type Said } from "../../drivers/core/message.js";
import { FLEET_MESSAGES } from "../../simulators/fleet/messages.js";
import { SIMULATOR_MESSAGES as M } from "../../simulators/messages.js";
import type { ExitCode, Io, Verb } from "./verb.js";

/** The port that `--broker` means: MQTT's own. */
const BROKER_PORT = 1883;
const MAX_PORT = 65_535;
const MAX_UNIT = 255;

interface Parsed {
  station?: string;
  profile?: string;
  variant?: string;
  options?: Record<string, string>;
  brokerPort?: number;
  tcpPort?: number;
  unit?: number;
  seed?: number;
  link?: string;
  from?: string;
  /** Of `--from`, by connection. */
  ports?: Record<string, string>;
  control?: string;
  json?: boolean;
}

const SEED = 1;

/** `tram simulate pump-station`, `--profile maker/model`, `--from gateway.yaml`: what is not there, until Ctrl-C. */
export const simulate: Verb = {
  name: "simulate",
  summary: M.summary,
  help: M.help,
  helpFor: ([what]) => (what === "fleet" ? FLEET_MESSAGES.help : undefined),
  async run(args: readonly string[], io: Io): Promise<ExitCode> {
    const [what, ...rest] = args;
    if (what === "fleet") {
      const { runFleet } = await import("../../simulators/fleet/run-fleet.js");
      return runFleet(rest, io, new SystemClock("simulation"));
    }
    const { station, ...options } = parse(args);
    const clock = new SystemClock("simulation");
    const tell = (said: Said): void => {
      io.stdout.write(`${render(said, io.language)}\n`);
    };
    if (options.from !== undefined) {
      const { from: file, ports = {}, control, json = false, seed = SEED } = options;
      const { simulateFrom } = await import("./simulate-from.js");
      return simulateFrom({ file, ports, seed, json, ...(control !== undefined && { control }) }, clock, io);
    }
    if (options.profile !== undefined) {
      await runDevice(options.profile, options, clock, tell, io);
      return 0;
    }
    const { runSimulation } = await import("../../simulators/run-simulation.js");
    await runSimulation(station ?? "", options, clock, tell, io.signal);
    return 0;
  },
};

async function runDevice(
  id: string,
  { variant, options, ...how }: Parsed,
  clock: SystemClock,
  tell: (said: Said) => void,
  io: Io,
): Promise<void> {
  const { ProfileLibrary } = await import("../../drivers/profiles/library.js");
  const { DRIVER_FAMILIES } = await import("../../drivers/registry.js");
  const { findProfile } = await import("../../simulators/find-profile.js");
  const { runProfile } = await import("../../simulators/run-profile.js");
  const library = new ProfileLibrary(`${io.root}/config/profiles`, DRIVER_FAMILIES);
  await runProfile(findProfile(library, id, { variant, options }), how, clock, tell, io.signal);
}

function parse(args: readonly string[]): Parsed {
  const rest = args.flatMap((arg) => (/^--[\w-]+=/.test(arg) ? splitAtEquals(arg) : [arg]));
  const parsed: Parsed = {};
  for (let at = 0; at < rest.length; at++) {
    const arg = rest[at] ?? "";
    const text = (): string => rest[++at] || wrong(arg);
    const number = (most: number): number => {
      const written = rest[++at] ?? "";
      if (!/^\d+$/.test(written) || Number(written) > most) wrong(`${arg} ${written}`);
      return Number(written);
    };
    if (arg === "--broker") parsed.brokerPort ??= BROKER_PORT;
    else if (arg === "--broker-port") parsed.brokerPort = number(MAX_PORT);
    else if (arg === "--tcp") parsed.tcpPort = number(MAX_PORT);
    // Of a configuration there are several.
    else if (arg === "--port" && /^[^/=]+=/.test(rest[at + 1] ?? "")) {
      const [id = "", place = ""] = splitAtEquals(text());
      if (place === "") wrong(`${arg} ${id}=`);
      parsed.ports = { ...parsed.ports, [id]: place };
    }
    // The port of a station is a TCP port, that of a device the path of a serial port.
    else if (arg === "--port" && /^\D/.test(rest[at + 1] ?? "")) parsed.link = text();
    else if (arg === "--port") parsed.tcpPort = number(MAX_PORT);
    else if (arg === "--unit") parsed.unit = number(MAX_UNIT);
    else if (arg === "--seed") parsed.seed = number(Number.MAX_SAFE_INTEGER);
    else if (arg === "--link") parsed.link = text();
    else if (arg === "--from") parsed.from = text();
    else if (arg === "--control") parsed.control = text();
    else if (arg === "--json") parsed.json = true;
    else if (arg === "--profile") parsed.profile = text();
    else if (arg === "--variant") parsed.variant = text();
    else if (arg === "--option") parsed.options = { ...parsed.options, ...option(text()) };
    else if (arg.startsWith("-") || parsed.station !== undefined) wrong(arg);
    else parsed.station = arg;
  }
  const chosen = [parsed.station, parsed.profile, parsed.from].filter((one) => one !== undefined);
  if (chosen.length !== 1) throw new ConfigurationError(M.no_station);
  refuseStrange(parsed);
  return parsed;
}

/** Options of another kind of simulation: nothing is ignored in silence. */
function refuseStrange(parsed: Parsed): void {
  const has = (key: keyof Parsed): boolean => parsed[key] !== undefined;
  if (parsed.from === undefined) {
    if (has("control")) wrong("--control");
    if (has("json")) wrong("--json");
    const [id] = Object.keys(parsed.ports ?? {});
    if (id !== undefined) wrong(`--port ${id}=`);
  } else {
    if (has("link") || has("tcpPort")) throw new ConfigurationError(M.port_of_which);
    if (has("brokerPort")) wrong("--broker");
  }
  const ofDevice = ["variant", "options", "unit"] as const;
  const strange =
    parsed.profile === undefined ? ofDevice.find((key) => parsed[key] !== undefined) : undefined;
  if (strange !== undefined) wrong(`--${strange.replace(/s$/, "")}`);
  if (parsed.profile !== undefined && parsed.brokerPort !== undefined) wrong("--broker");
}

function option(written: string): Record<string, string> {
  const [name, value] = splitAtEquals(written);
  if (!written.includes("=") || !name || !value) wrong(`--option ${written}`);
  return { [name]: value };
}

function wrong(option: string): never {
  throw new ConfigurationError(M.wrong_option, { option: option.trim() });
}

function splitAtEquals(arg: string): string[] {
  const at = arg.indexOf("=");
  return [arg.slice(0, at), arg.slice(at + 1)];
}
