import { isMap, isScalar } from "yaml";
import { say } from "../../drivers/core/message.js";
import { keyText, type YamlSource } from "../../drivers/profiles/yaml-source.js";
import { SCENARIO_MESSAGES as M } from "./messages.js";
import { readScript, type ScriptLine } from "./script-line.js";

/** The lines of the `script` of a file; what is none is reported there. */
export function readScriptLines(source: YamlSource, written: readonly unknown[]): readonly ScriptLine[] {
  return written.flatMap((_, at) => {
    const path = ["script", at];
    const node = source.nodeAt(path);
    let text: string | undefined;
    if (isScalar(node) && typeof node.value === "string") text = node.value;
    // `- at 30s: drop 20 % of meter` is a map of one key.
    else if (isMap(node) && node.items.length === 1) {
      const [pair] = node.items;
      if (pair && isScalar(pair.value)) text = `${keyText(pair)}: ${String(pair.value.value)}`;
    }
    const line = text === undefined ? "" : readScript(text);
    if (typeof line === "object") return [line];
    source.report(path, say(M.bad_order, { text: text ?? source.excerpt(node) }));
    return [];
  });
}
