import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gatewayJsonSchema, profileJsonSchema } from "../gateway/config/json-schema.js";

/** Writes the JSON Schemas in config/schema. Run it built: `node dist/scripts/generate-schemas.js`. */
const folder = fileURLToPath(new URL("../../config/schema/", import.meta.url));
mkdirSync(folder, { recursive: true });
for (const [name, schema] of [
  ["gateway", gatewayJsonSchema()],
  ["profile", profileJsonSchema()],
] as const) {
  writeFileSync(`${folder}${name}.schema.json`, `${JSON.stringify(schema, null, 2)}\n`);
}
