import { connect, type IClientOptions } from "mqtt";
import type { Clock } from "../../drivers/core/clock.js";
import { LinkError } from "../../drivers/core/errors.js";
import { FLEET_MESSAGES as M } from "./messages.js";
import { within } from "./within.js";

const PROBE_MS = 10_000;

/** Which version the broker speaks: 5, else 3.1.1. Throws LinkError where it speaks neither, with why. */
export async function probeBroker(url: string, options: IClientOptions, clock: Clock): Promise<4 | 5> {
  let problem = "";
  for (const version of [5, 4] as const) {
    const outcome = await tryVersion(url, { ...options, protocolVersion: version }, clock);
    if (outcome === undefined) return version;
    problem = outcome;
  }
  throw new LinkError(M.no_broker, { url, problem });
}

/** Undefined: it took the connection. */
async function tryVersion(url: string, options: IClientOptions, clock: Clock): Promise<string | undefined> {
  const client = connect(url, { ...options, clean: true, reconnectPeriod: 0 });
  const outcome = new Promise<string | undefined>((resolve) => {
    client.on("connect", () => resolve(undefined));
    client.on("error", (error) => resolve(error.message || (error as NodeJS.ErrnoException).code || "?"));
    client.on("close", () => resolve("closed"));
  });
  const problem = await within(clock, PROBE_MS, outcome);
  client.stream?.destroy();
  client.end(true);
  return problem;
}
