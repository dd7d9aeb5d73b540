import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import t from "tap";
import { scenarioJsonSchema } from "./scenario-schema.js";

const FILE = fileURLToPath(new URL("../../config/schema/scenario.schema.json", import.meta.url));

t.test("the published schema is what the code checks by", async (t) => {
  const written: unknown = JSON.parse(readFileSync(FILE, "utf8"));
  t.same(
    written,
    JSON.parse(JSON.stringify(scenarioJsonSchema())),
    "if not: node dist/scripts/generate-schemas.js",
  );
});
