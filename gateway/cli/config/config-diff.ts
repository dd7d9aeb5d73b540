import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { changeJson, planChange } from "../../core/config-change.js";
import { configTree, treeChanges } from "../../core/config-tree.js";
import type { AskedOf } from "../grammar/command.js";
import type { ExitCode, Io } from "../io.js";
import type { DIFF } from "./config-grammar.js";
import { type Difference, differenceLines } from "./config-lines.js";
import { loaded, runningConfig, stationOf } from "./config-parts.js";

/** How a file differs from what runs, or from gateway.yaml where nothing does. */
export async function diff({ args, options }: AskedOf<typeof DIFF>, io: Io): Promise<ExitCode> {
  const { client, file } = await stationOf("diff", options, io);
  const wanted = resolve(args.file ?? file);
  const next = await loaded(wanted, io);
  const gateway = await client();
  const difference = (await runningConfig(gateway))
    ? ((await gateway.post("/v1/config/plan", { text: readFileSync(wanted, "utf8") })) as Difference)
    : await onDisk(file, next, io);
  if (options.json) io.stdout.write(`${JSON.stringify(difference)}\n`);
  else io.stdout.write(`${differenceLines(difference, io).join("\n")}\n`);
  return difference.changes.length === 0 ? 0 : 1;
}

async function onDisk(file: string, next: Awaited<ReturnType<typeof loaded>>, io: Io): Promise<Difference> {
  const before = await loaded(file, io);
  return {
    changes: treeChanges(configTree(before), configTree(next)),
    change: changeJson(planChange(before, next)),
  };
}
