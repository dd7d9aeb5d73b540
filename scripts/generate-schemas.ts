import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gatewayJsonSchema, profileJsonSchema } from "../gateway/config/json-schema.js";
import { codePages } from "./code-pages.js";
import { contractFiles } from "./contract-files.js";
import { allProfiles, devicePages } from "./device-pages.js";
import { manPages } from "./man-pages.js";
import { outputSchemas } from "./output-schemas.js";
import { profilePages } from "./profile-pages.js";
import { lessonJsonSchema, scenarioJsonSchema } from "./scenario-schema.js";
import { simulatorPages } from "./simulator-pages.js";

/**
 * Writes the JSON Schemas in config/schema, the AsyncAPI document of the contract, the generated parts of its pages,
 * those of the pages of devices and profiles, the pages of codes, and the manual pages. Run it built: `node dist/scripts/generate-schemas.js`.
 */
const root = fileURLToPath(new URL("../../", import.meta.url));
mkdirSync(`${root}config/schema/contract`, { recursive: true });
for (const [name, schema] of [
  ["gateway", gatewayJsonSchema()],
  ["profile", profileJsonSchema()],
  ["scenario", scenarioJsonSchema()],
  ["lesson", lessonJsonSchema()],
] as const) {
  writeFileSync(`${root}config/schema/${name}.schema.json`, `${JSON.stringify(schema, null, 2)}\n`);
}
mkdirSync(`${root}config/schema/cli`, { recursive: true });
for (const [file, text] of outputSchemas()) writeFileSync(root + file, text);
for (const [file, text] of contractFiles(root)) writeFileSync(root + file, text);
for (const [file, text] of devicePages(root, allProfiles(root))) writeFileSync(root + file, text);
for (const [file, text] of profilePages(root)) writeFileSync(root + file, text);
for (const [file, text] of simulatorPages(root)) writeFileSync(root + file, text);
for (const [file, text] of await codePages(root)) writeFileSync(root + file, text);
const { version } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as { version: string };
mkdirSync(`${root}docs/man`, { recursive: true });
for (const [file, text] of await manPages(version)) writeFileSync(root + file, text);
