import { LINES, OUTPUTS, type OutputName } from "../gateway/cli/output/outputs.js";

/** JSON Schemas of what each verb prints with `--json`, as file (from the root) and text. */
export function outputSchemas(): ReadonlyMap<string, string> {
  return new Map(
    (Object.keys(OUTPUTS) as OutputName[]).map((name) => {
      const each = LINES.has(name) ? ", each line" : "";
      const title = name === "error" ? "an error of any verb" : `tram ${name.replace("-", " ")}`;
      const head = { $schema: "http://json-schema.org/draft-07/schema#", title: `${title} --json${each}` };
      return [
        `config/schema/cli/${name}.schema.json`,
        `${JSON.stringify({ ...head, ...OUTPUTS[name] }, null, 2)}\n`,
      ];
    }),
  );
}
