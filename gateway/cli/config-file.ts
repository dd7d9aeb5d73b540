import { ConfigurationError } from "../../drivers/core/errors.js";
import { findConfig } from "./arguments.js";
import { CLI_MESSAGES as M } from "./messages.js";
import type { Io } from "./verb.js";

/** The configuration of a verb that takes it as an argument too. Absolute. Throws ConfigurationError. */
export function configFile(
  verb: string,
  file: string | undefined,
  config: string | undefined,
  io: Pick<Io, "env">,
): string {
  if (file !== undefined && config !== undefined && file !== config) {
    throw new ConfigurationError(M.two_configs, { file, config });
  }
  return findConfig(verb, file ?? config, io);
}
