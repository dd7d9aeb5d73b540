import { ConfigurationError } from "../../../drivers/core/errors.js";
import { findConfig } from "../find-config.js";
import type { Io } from "../io.js";
import { CLI_MESSAGES as M } from "../messages.js";

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
