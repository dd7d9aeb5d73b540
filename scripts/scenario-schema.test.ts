import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import t from "tap";
import { lessonJsonSchema, scenarioJsonSchema } from "./scenario-schema.js";
import { simulatorPages } from "./simulator-pages.js";

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

t.test("the pages about the simulators name the sites and lessons that there are", async (t) => {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  for (const [file, text] of simulatorPages(root)) {
    t.ok(readFileSync(root + file, "utf8") === text, `${file}: node dist/scripts/generate-schemas.js`);
  }
});
