import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { wantedOf } from "../../gateway/cli/simulate/simulate-world.js";
import { type LoadResult, loadConfig } from "../../gateway/config/load-config.js";
import type { GatewayConfig } from "../../gateway/core/config.js";
import type { WantedConnection } from "./wanted.js";

export interface Configured {
  readonly config: GatewayConfig;
  readonly wanted: readonly WantedConnection[];
}

const PROFILES = fileURLToPath(new URL("../../../config/profiles", import.meta.url));

/** A gateway.yaml of the connections and devices, in a folder. `name` and `uplinks` in YAML. */
export function configured(
  folder: string,
  connectionsAndDevices: string,
  { name = "gw-1", uplinks = '{local: {url: "file:./out"}}' } = {},
): Configured {
  const file = join(folder, "gateway.yaml");
  writeFileSync(
    file,
    `gateway: {id: gw-1, name: ${name}, clock: trusted}\n${connectionsAndDevices}uplinks: ${uplinks}\n`,
  );
  const loaded: LoadResult = loadConfig(file, { profilesDir: PROFILES, env: {} });
  const { config, problems } = loaded;
  if (!config)
    throw new Error(problems.map(({ line, said }) => `${line} ${said.message.text.en}`).join("\n"));
  return { config, wanted: wantedOf(loaded, file) };
}

/** Ports that nobody uses now. */
export function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  return Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, "127.0.0.1", () => {
            const address = server.address();
            resolve(typeof address === "object" && address ? address.port : 0);
          });
        }),
    ),
  ).finally(() => {
    for (const server of servers) server.close();
  });
}
