import { resolve } from "node:path";
import type { GatewayConfig } from "../../core/config.js";
import { findConfig } from "../find-config.js";
import type { Io } from "../io.js";

/** Which file a part of `tram buffer` is about. */
export interface BufferPlace {
  readonly path: string;
  /** The second place; unknown for a file that was named. */
  readonly identityPath?: string;
  /** The audit that goes with it; unknown for a file that was named. */
  readonly auditPath?: string;
}

/** What was asked for with a file that stands instead of the configuration's. */
interface FileAsked {
  readonly args: { readonly file: string | undefined };
  readonly options: { readonly config: string | undefined };
}

/** The file that the arguments name, else the buffer of the configuration. Throws ConfigurationError. */
export async function bufferPlace(
  part: string,
  { args: { file }, options: { config } }: FileAsked,
  io: Io,
): Promise<BufferPlace> {
  if (file !== undefined) return { path: resolve(file) };
  const { audit, buffer } = await bufferConfig(part, config, io);
  return { path: buffer.path, identityPath: buffer.identity, auditPath: audit.path };
}

export async function bufferConfig(part: string, config: string | undefined, io: Io): Promise<GatewayConfig> {
  const file = findConfig(`buffer ${part}`, config, io);
  const { loadConfigOrThrow } = await import("../../config/load-config.js");
  return loadConfigOrThrow(file, { profilesDir: `${io.root}/config/profiles`, env: io.env });
}
