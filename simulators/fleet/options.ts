import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { asError, ConfigurationError } from "../../drivers/core/errors.js";
import { parseDuration, parsePercent } from "../../drivers/core/written-values.js";
import type { FleetOptions } from "./fleet.js";
import { FLEET_MESSAGES as M } from "./messages.js";

/** What was asked for on the command line, checked. */
export interface FleetWish {
  /** Absent: a broker of its own. */
  readonly broker?: string | undefined;
  readonly fleet: Omit<FleetOptions, "run">;
  /** Absent: until Ctrl-C. */
  readonly forMs?: number | undefined;
  readonly askEveryMs: number;
  readonly json: boolean;
  readonly gatewayAccess: Credentials;
  readonly centreAccess: Credentials;
  readonly ca?: Buffer | undefined;
}

export interface Credentials {
  readonly user?: string | undefined;
  readonly password?: string | undefined;
}

const TEXT = { type: "string" } as const;
const FLAG = { type: "boolean" } as const;
const OPTIONS = {
  ...{ broker: TEXT, gateways: TEXT, points: TEXT, every: TEXT, seed: TEXT, for: TEXT, ramp: TEXT },
  ...{
    spread: TEXT,
    outages: TEXT,
    "outage-for": TEXT,
    "district-every": TEXT,
    districts: TEXT,
    "storm-at": TEXT,
  },
  ...{ "storm-for": TEXT, events: TEXT, ask: TEXT, "backlog-rate": TEXT, history: TEXT, capacity: TEXT },
  ...{ prefix: TEXT, user: TEXT, "password-file": TEXT, "centre-user": TEXT },
  ...{ "centre-password-file": TEXT, ca: TEXT },
  ...{ storm: FLAG, gather: FLAG, json: FLAG },
} as const;

type Values = Readonly<Record<string, string | boolean | undefined>>;

/** New connections a second at the start. */
const RAMP_PER_SECOND = 200;
const MOST_GATEWAYS = 60_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Throws ConfigurationError for what is not understood. */
export function fleetOptions(args: readonly string[], version: string): FleetWish {
  const values = valuesOf(args);
  const gateways = count(values, "gateways", 100, 1, MOST_GATEWAYS);
  const everyMs = duration(values, "every", MINUTE_MS, 100, DAY_MS);
  const forMs = values["for"] === undefined ? undefined : duration(values, "for", 0, 1_000, 30 * DAY_MS);
  const spreadMs = duration(values, "spread", 30_000, 0, 3_600_000);
  const districts = count(values, "districts", 10, 1, 1_000);
  const broker = text(values, "broker");
  if (broker !== undefined && !/^mqtts?:\/\/[^/]/.test(broker)) wrong("broker", broker);
  const prefix = text(values, "prefix") ?? "sim-";
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,40}$/.test(prefix)) wrong("prefix", prefix);
  const ca = text(values, "ca");
  return {
    broker,
    forMs,
    askEveryMs: duration(values, "ask", 10_000, 0, DAY_MS),
    json: values["json"] === true,
    gatewayAccess: credentials(values, "user", "password-file"),
    centreAccess: credentials(values, "centre-user", "centre-password-file"),
    ...(ca !== undefined && { ca: read(ca) }),
    fleet: {
      gateways,
      rampMs: duration(values, "ramp", Math.max(1_000, (gateways * 1000) / RAMP_PER_SECOND), 0, 3_600_000),
      station: {
        ...{ prefix, everyMs, districts },
        seed: count(values, "seed", 1, 0, 0xffff_ffff),
        points: count(values, "points", 100, 1, 5_000),
      },
      behaviour: {
        ...{ everyMs, spreadMs, version },
        messages: values["gather"] === true ? "station" : "device",
        backlogRate: count(values, "backlog-rate", 20, 1, 10_000),
        history: count(values, "history", 64, 16, 100_000),
        capacity: count(values, "capacity", 2_000, 16, 1_000_000),
        statusEveryMs: MINUTE_MS,
      },
      incidents: {
        ...{ districts, spreadMs },
        outageMs: duration(values, "outage-for", MINUTE_MS, 100, DAY_MS),
        outages: percent(values, "outages", 0.01),
        districtEveryMs: duration(values, "district-every", 5 * MINUTE_MS, 0, DAY_MS),
        stormAtMs: stormAt(values, forMs),
        stormForMs: duration(values, "storm-for", 30_000, 100, DAY_MS),
        eventsPerHour: count(values, "events", 2, 0, 3_600),
      },
    },
  };
}

/** Without a time a storm comes when a third of the run is over, or after a minute. */
function stormAt(values: Values, forMs: number | undefined): number | undefined {
  if (values["storm-at"] !== undefined) return duration(values, "storm-at", 0, 0, DAY_MS);
  if (values["storm"] !== true) return undefined;
  return forMs === undefined ? MINUTE_MS : forMs / 3;
}

function valuesOf(args: readonly string[]): Values {
  try {
    return parseArgs({ args: [...args], allowPositionals: false, options: OPTIONS }).values;
  } catch (error) {
    const option = /'(-[^' ]+)/.exec(String(error))?.[1] ?? args.join(" ");
    throw new ConfigurationError(M.unknown_option, { option }, { cause: error });
  }
}

function text(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
}

function count(values: Values, name: string, otherwise: number, least: number, most: number): number {
  const value = text(values, name);
  if (value === undefined) return otherwise;
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < least || number > most) wrong(name, value);
  return number;
}

function duration(values: Values, name: string, otherwise: number, least: number, most: number): number {
  const value = text(values, name);
  if (value === undefined) return otherwise;
  const ms = value === "0" ? 0 : parseDuration(value);
  if (ms === undefined || ms < least || ms > most) wrong(name, value);
  return ms;
}

function percent(values: Values, name: string, otherwise: number): number {
  const value = text(values, name);
  if (value === undefined) return otherwise;
  const share = /^0\s?%?$/.test(value) ? 0 : parsePercent(value);
  if (share === undefined || share > 0.9) wrong(name, value);
  return share;
}

function credentials(values: Values, user: string, file: string): Credentials {
  const path = text(values, file);
  // An editor ends a file with a line break.
  const password =
    path === undefined
      ? undefined
      : read(path)
          .toString("utf8")
          .replace(/\r?\n$/, "");
  return { user: text(values, user), password };
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const problem = asError(error).message;
    throw new ConfigurationError(M.file_unreadable, { file, problem }, { cause: error });
  }
}

function wrong(name: string, value: string): never {
  throw new ConfigurationError(M.wrong_value, { option: `--${name}`, value });
}
