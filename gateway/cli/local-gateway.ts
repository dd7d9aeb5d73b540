import { ApiClient } from "../api/client.js";
import { socketPath } from "../api/socket-path.js";
import { findConfig } from "./find-config.js";
import type { Io } from "./io.js";

/** The gateway that runs with the configuration of a verb's arguments. Throws ConfigurationError. */
export async function localGateway(
  verb: string,
  { options }: { readonly options: { readonly config: string | undefined } },
  io: Io,
): Promise<ApiClient> {
  const file = findConfig(verb, options.config, io);
  const { loadConfigOrThrow } = await import("../config/load-config.js");
  const config = loadConfigOrThrow(file, { profilesDir: `${io.root}/config/profiles`, env: io.env });
  return new ApiClient(socketPath(config.buffer.path, io.env), file);
}
