import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import t from "tap";
import { lessonJsonSchema, scenarioJsonSchema } from "./scenario-schema.js";

t.test("the published schemas are what the code checks by", async (t) => {
  for (const [name, schema] of [
    ["scenario", scenarioJsonSchema()],
    ["lesson", lessonJsonSchema()],
  ] as const) {
    const file = fileURLToPath(new URL(`../../config/schema/${name}.schema.json`, import.meta.url));
    const written: unknown = JSON.parse(readFileSync(file, "utf8"));
    t.same(written, JSON.parse(JSON.stringify(schema)), `${name}: node dist/scripts/generate-schemas.js`);
  }
});
