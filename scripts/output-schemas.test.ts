import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { OUTPUTS } from "../gateway/cli/output/outputs.js";
import { heldOutput } from "../gateway/cli/testing/held-output.js";
import { VERBS } from "../gateway/cli/verbs.js";
import { outputSchemas } from "./output-schemas.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** `--json` of `run` is its log. */
const LOGS = new Set(["run"]);

t.test("the schemas of --json are current, and each verb that has it has one", async (t) => {
  const schemas = outputSchemas();
  t.same(
    readdirSync(join(ROOT, "config/schema/cli"))
      .map((file) => `config/schema/cli/${file}`)
      .sort(),
    [...schemas.keys()].sort(),
  );
  for (const [file, text] of schemas) {
    t.ok(
      readFileSync(join(ROOT, file), "utf8") === text,
      `${file}: run node dist/scripts/generate-schemas.js`,
    );
  }
  for (const [name, load] of Object.entries(VERBS)) {
    const verb = await load();
    if (LOGS.has(name)) continue;
    const { options, parts, run } = verb.command;
    if (run && "json" in options) t.ok(name in OUTPUTS, name);
    for (const [part, loadPart] of Object.entries(parts ?? {})) {
      if ("json" in (await loadPart()).options) t.ok(`${name}-${part}` in OUTPUTS, `${name} ${part}`);
    }
  }
});

t.test("what does not fit its schema is refused", (t) => {
  const good = { file: "a", records: 1, readings: 2, events: 0, damaged: 0, sha256: null };
  t.same(heldOutput("buffer-export", JSON.stringify(good)), good);
  for (const wrong of [{ ...good, more: 1 }, { ...good, records: "1" }, { ...good, sha256: undefined }, []]) {
    t.throws(() => heldOutput("buffer-export", JSON.stringify(wrong)), /^buffer-export: /);
  }
  t.end();
});
