import { ApiClient } from "../api/client.js";
import { socketPath } from "../api/socket-path.js";
import { asText, findConfig } from "./arguments.js";
import type { Io } from "./verb.js";

/** The gateway that runs with the configuration of a verb's arguments. Throws ConfigurationError. */
export async function localGateway(
  verb: string,
  { options }: { readonly options: { readonly config?: unknown } },
  io: Io,
): Promise<ApiClient> {
  const file = findConfig(verb, asText(options.config), io);
  const { loadConfigOrThrow } = await import("../config/load-config.js");
  const config = loadConfigOrThrow(file, { profilesDir: `${io.root}/config/profiles`, env: io.env });
  return new ApiClient(socketPath(config.buffer.path, io.env), file);
}
