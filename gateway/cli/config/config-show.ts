import { Document, isMap as isYamlMap, visit } from "yaml";
import { configTree } from "../../core/config-tree.js";
import type { AskedOf } from "../grammar/command.js";
import type { ExitCode, Io } from "../io.js";
import { writeOut } from "../write-out.js";
import type { SHOW } from "./config-grammar.js";
import { loaded, mustRun, runningConfig, stationOf } from "./config-parts.js";

/** The whole configuration as YAML, a point a line. */
export async function show({ options }: AskedOf<typeof SHOW>, io: Io): Promise<ExitCode> {
  const { client, file } = await stationOf("show", options, io);
  const tree = options.running
    ? mustRun(await runningConfig(await client()), file).tree
    : configTree(await loaded(file, io));
  if (options.json) {
    await writeOut(io.stdout, `${JSON.stringify(tree)}\n`, io.signal);
    return 0;
  }
  const document = new Document(tree);
  visit(document, {
    Pair(_, { key, value }) {
      if (String(key) !== "points" || !isYamlMap(value)) return;
      for (const { value: point } of value.items) if (isYamlMap(point)) point.flow = true;
    },
  });
  await writeOut(io.stdout, document.toString({ lineWidth: 0, flowCollectionPadding: false }), io.signal);
  return 0;
}
