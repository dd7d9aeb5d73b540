import { createHash } from "node:crypto";
import { join } from "node:path";

/** Where the local API of the gateway with this buffer listens; file rights are the login. */
export function socketPath(bufferPath: string, env: Readonly<Record<string, string | undefined>>): string {
  const folder = env["RUNTIME_DIRECTORY"]?.split(":")[0] || env["XDG_RUNTIME_DIR"] || "/tmp";
  const name = createHash("sha256").update(bufferPath).digest("hex").slice(0, 16);
  return join(folder, `tram-${name}.sock`);
}
