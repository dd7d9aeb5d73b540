import { dirname } from "node:path";
import { ConfigurationError } from "../../drivers/core/errors.js";
import { YamlSource } from "../../drivers/profiles/yaml-source.js";
import type { ConnectionConfig } from "../core/config.js";
import { readConnections } from "./connections.js";
import { Expander } from "./expand.js";
import { SectionReader } from "./reader.js";

/**
 * A connection that stands in no file: checked by the same schema, with the same defaults. Throws ConfigurationError
 * with the first thing that is wrong. `written`: keys of a connection as in gateway.yaml.
 */
export function adHocConnection(
  id: string,
  written: Readonly<Record<string, string | number>>,
): ConnectionConfig {
  // JSON is YAML.
  const source = new YamlSource("-", JSON.stringify({ connections: { wire: written } }));
  const folder = dirname(process.cwd());
  const reader = new SectionReader(source, new Expander(source, folder, {}), folder);
  const connection = readConnections(reader).get("wire");
  const [problem] = source.problems.filter(({ severity }) => severity === "error");
  if (problem || !connection) {
    const { message, params } = problem?.said ?? { message: undefined, params: {} };
    if (!message) throw new TypeError("a connection without a problem");
    throw new ConfigurationError(message, params);
  }
  return { ...connection, id };
}
