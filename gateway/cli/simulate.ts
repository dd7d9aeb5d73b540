import { SystemClock } from "../../drivers/core/clock.js";
import { ConfigurationError } from "../../drivers/core/errors.js";
import { render, type Said } from "../../drivers/core/message.js";
import { FLEET_MESSAGES } from "../../simulators/fleet/messages.js";
import { SIMULATOR_MESSAGES as M } from "../../simulators/messages.js";
import type { LessonChoice } from "./simulate-lesson.js";
import type { ExitCode, Io, Verb } from "./verb.js";

/** The port that `--broker` means: MQTT's own. */
const BROKER_PORT = 1883;
const MOST_SPEED = 3600;
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
  scenario?: string;
  speed?: number;
  /** Wall time of the world, ms. */
  start?: number;
  state?: string;
  /** Of `--from`, by connection. */
  ports?: Record<string, string>;
  control?: string;
  /** Port of the page. */
  page?: number;
  json?: boolean;
}

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
    const clock = new SystemClock("simulation");
    if (what === "lesson") {
      const { simulateLesson } = await import("./simulate-lesson.js");
      return simulateLesson(parseLesson(rest), clock, io);
    }
    if (args.some((arg) => /^--replay(=|$)/.test(arg))) {
      const { simulateReplay } = await import("./simulate-replay.js");
      return simulateReplay(args, clock, io);
    }
    if (what === "unknown-bus") {
      const { simulateUnknownBus } = await import("./simulate-unknown.js");
      return simulateUnknownBus(rest, clock, io);
    }
    const { station: site, ...options } = parse(args);
    const tell = (said: Said): void => {
      io.stdout.write(`${render(said, io.language)}\n`);
    };
    if (options.profile === undefined) {
      const { simulateFrom } = await import("./simulate-from.js");
      const { siteFiles } = await import("./simulate-site.js");
      const files = site === undefined ? { file: options.from ?? "" } : siteFiles(site, io.root);
      return simulateFrom({ json: false, ports: {}, ...options, ...files }, clock, io);
    }
    await runDevice(options.profile, options, clock, tell, io);
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
    } else if (arg === "--port" && /^\D/.test(rest[at + 1] ?? "")) parsed.link = text();
    else if (arg === "--port") wrong(`${arg} ${text()}`);
    else if (arg === "--unit") parsed.unit = number(MAX_UNIT);
    else if (arg === "--seed") parsed.seed = number(Number.MAX_SAFE_INTEGER);
    else if (arg === "--from") parsed.from = text();
    else if (arg === "--scenario") parsed.scenario = text();
    else if (arg === "--state") parsed.state = text();
    else if (arg === "--speed") parsed.speed = speed(text());
    else if (arg === "--start") parsed.start = moment(text());
    else if (arg === "--page") parsed.page = number(MAX_PORT);
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

/** `3 --speed 60`. */
function parseLesson(args: readonly string[]): LessonChoice {
  const [first = "", ...more] = args;
  if (args.length === 0) return {};
  if (!/^\d{1,3}$/.test(first)) wrong(first);
  const { brokerPort, control, seed, speed, station, ...other } = parse(["lesson", ...more]);
  const [strange] = Object.keys(other);
  if (strange !== undefined || station !== "lesson") wrong(`--${strange}`);
  return {
    lesson: Number(first),
    ...(brokerPort !== undefined && { brokerPort }),
    ...(control !== undefined && { control }),
    ...(seed !== undefined && { seed }),
    ...(speed !== undefined && { speed }),
  };
}

/** Options of another kind of simulation: nothing is ignored in silence. */
function refuseStrange(parsed: Parsed): void {
  const has = (key: keyof Parsed): boolean => parsed[key] !== undefined;
  const isDevice = has("profile");
  const ofDevice = ["variant", "options", "unit", "tcpPort", "link"] as const;
  const ofSite = [
    "control",
    "page",
    "json",
    "brokerPort",
    "speed",
    "start",
    "state",
    "scenario",
    "ports",
  ] as const;
  const strange = (isDevice ? ofSite : ofDevice).find(has);
  if (!isDevice && (has("link") || has("tcpPort"))) throw new ConfigurationError(M.port_of_which);
  if (strange !== undefined) wrong(OPTIONS[strange] ?? `--${strange}`);
  // Without a world nothing has a time of its own.
  if (has("from") && !has("scenario")) {
    const ofWorld = (["speed", "start", "state"] as const).find(has);
    if (ofWorld !== undefined) throw new ConfigurationError(M.needs_scenario, { option: `--${ofWorld}` });
  }
  if (has("station") && has("scenario")) wrong("--scenario");
}

/** As they are written, where that is not their name. */
const OPTIONS: Readonly<Record<string, string>> = {
  options: "--option",
  tcpPort: "--tcp",
  link: "--port",
  brokerPort: "--broker",
  ports: "--port",
};

function speed(written: string): number {
  const value = Number(written);
  return value >= 0 && value <= MOST_SPEED ? value : wrong(`--speed ${written}`);
}

/** `2026-03-20T05:00+07:00`; without a zone it is local time of the delta. */
function moment(written: string): number {
  const whole = /(Z|[+-]\d\d:\d\d)$/.test(written) ? written : `${written}+07:00`;
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(written) ? Date.parse(whole) : Number.NaN;
  return Number.isNaN(ms) ? wrong(`--start ${written}`) : ms;
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
