import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { ConfigurationError } from "../../drivers/core/errors.js";
import type { Io } from "./io.js";
import { CLI_MESSAGES } from "./messages.js";

/** The configuration file of a verb: named, or the first that exists. Absolute. */
export function findConfig(verb: string, named: string | undefined, io: Pick<Io, "env">): string {
  if (named !== undefined) return resolve(named);
  const fromEnvironment = io.env["TRAM_CONFIG"];
  if (fromEnvironment) return resolve(fromEnvironment);
  const places = ["gateway.yaml", "/etc/tram/gateway.yaml"];
  const found = places.find((place) => existsSync(place));
  if (found) return resolve(found);
  throw new ConfigurationError(CLI_MESSAGES.no_config, {
    verb,
    places: `$TRAM_CONFIG, ./${places.join(", ")}`,
  });
}
