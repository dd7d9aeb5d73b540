import { readFileSync } from "node:fs";
import type { Clock } from "../../../drivers/core/clock.js";
import { asError, ConfigurationError } from "../../../drivers/core/errors.js";
import { given } from "../../../drivers/core/given.js";
import { runFleet } from "../../../simulators/fleet/run-fleet.js";
import type { FleetWish } from "../../../simulators/fleet/wish.js";
import type { AskedOf } from "../grammar/command.js";
import type { ExitCode, Io } from "../io.js";
import type { FLEET } from "./simulate-fleet-grammar.js";
import { SIMULATE_FLEET_MESSAGES as M } from "./simulate-fleet-messages.js";

type FleetAsked = AskedOf<typeof FLEET>;

/** New connections a second at the start. */
const RAMP_PER_SECOND = 200;
const MINUTE_MS = 60_000;

/** `tram simulate fleet` */
export async function simulateFleet(asked: FleetAsked, clock: Clock, io: Io): Promise<ExitCode> {
  return runFleet(fleetWish(asked, io.version), io, clock);
}

/** Throws ConfigurationError for a file that cannot be read. */
export function fleetWish({ args: { url }, options }: FleetAsked, version: string): FleetWish {
  const { capacity, districts, events, every, gateways, history, points, prefix, seed, spread } = options;
  const password = (option: "password-file" | "centre-password-file"): string | undefined =>
    // An editor ends a file with a line break.
    read(option, options[option])
      ?.toString("utf8")
      .replace(/\r?\n$/, "");
  return {
    ...given({ broker: url, forMs: options.for, ca: read("ca", options.ca) }),
    askEveryMs: options["ask-every"],
    json: options.json,
    gatewayAccess: given({ user: options.user, password: password("password-file") }),
    centreAccess: given({ user: options["centre-user"], password: password("centre-password-file") }),
    fleet: {
      gateways,
      rampMs: options.ramp ?? Math.max(1_000, (gateways * 1000) / RAMP_PER_SECOND),
      station: { prefix, everyMs: every, districts, seed, points },
      behaviour: {
        ...{ everyMs: every, spreadMs: spread, version },
        messages: options.gather ? "station" : "device",
        backlogRate: options["backlog-rate"],
        history,
        capacity,
        statusEveryMs: MINUTE_MS,
      },
      incidents: {
        ...{ districts, spreadMs: spread },
        outageMs: options["outage-for"],
        outages: options.outages,
        districtEveryMs: options["district-every"],
        stormAtMs: stormAt(options),
        stormForMs: options["storm-for"],
        eventsPerHour: events,
      },
    },
  };
}

/** Without a time a storm comes when a third of the run is over, or after a minute. */
function stormAt({ for: forMs, storm, "storm-at": at }: FleetAsked["options"]): number | undefined {
  if (at !== undefined || !storm) return at;
  return forMs === undefined ? MINUTE_MS : forMs / 3;
}

function read(option: string, file: string | undefined): Buffer | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file);
  } catch (error) {
    const problem = asError(error).message;
    throw new ConfigurationError(
      M.file_unreadable,
      { option: `--${option}`, file, problem },
      { cause: error },
    );
  }
}
