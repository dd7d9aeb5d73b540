import { resolve } from "node:path";
import { ConfigurationError } from "../../drivers/core/errors.js";
import type { GatewayConfig } from "../core/config.js";
import { type Arguments, asText, findConfig } from "./arguments.js";
import { BUFFER_VERB_MESSAGES as M } from "./buffer-messages.js";
import type { Io } from "./verb.js";

/** Which file a part of `tram buffer` is about. */
export interface BufferPlace {
  readonly path: string;
  /** The second place; unknown for a file that was named. */
  readonly identityPath?: string;
  /** The audit that goes with it; unknown for a file that was named. */
  readonly auditPath?: string;
}

/** The file that the arguments name, else the buffer of the configuration. Throws ConfigurationError. */
export async function bufferPlace(part: string, { options, rest }: Arguments, io: Io): Promise<BufferPlace> {
  const [file, extra] = rest;
  if (extra !== undefined) throw new ConfigurationError(M.one_file, { part, extra });
  if (file !== undefined) return { path: resolve(file) };
  const { audit, buffer } = await bufferConfig(part, options, io);
  return { path: buffer.path, identityPath: buffer.identity, auditPath: audit.path };
}

export async function bufferConfig(
  part: string,
  options: Arguments["options"],
  io: Io,
): Promise<GatewayConfig> {
  const file = findConfig(`buffer ${part}`, asText(options["config"]), io);
  const { loadConfigOrThrow } = await import("../config/load-config.js");
  return loadConfigOrThrow(file, { profilesDir: `${io.root}/config/profiles`, env: io.env });
}
