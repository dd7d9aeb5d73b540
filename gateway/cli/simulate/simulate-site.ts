import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { ConfigurationError } from "../../../drivers/core/errors.js";
import { nearest } from "../../../drivers/profiles/suggest.js";
import { SIMULATOR_MESSAGES as M } from "../../../simulators/messages.js";

const ENDING = ".scenario.yaml";

/** The names of the sites that come with the program, sorted. */
export function siteNames(root: string): readonly string[] {
  return readdirSync(join(root, "config/examples"))
    .filter((file) => file.endsWith(ENDING))
    .map((file) => basename(file, ENDING))
    .sort();
}

/** Its gateway.yaml and its scenario. Throws ConfigurationError for a name that is none. */
export function siteFiles(
  name: string,
  root: string,
): { readonly file: string; readonly scenario: string; readonly site: string } {
  const known = siteNames(root);
  if (!known.includes(name)) {
    const near = nearest(name, known);
    throw near === undefined
      ? new ConfigurationError(M.unknown_station, { name, known: known.join(", ") })
      : new ConfigurationError(M.similar_station, { name, near });
  }
  const folder = join(root, "config/examples");
  const file = join(folder, `${name}.yaml`);
  if (!existsSync(file)) throw new ConfigurationError(M.unknown_station, { name, known: known.join(", ") });
  return { file, scenario: join(folder, `${name}${ENDING}`), site: name };
}
