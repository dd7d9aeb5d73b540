import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { parse as parseYaml } from "yaml";
import { gatewayJsonSchema, profileJsonSchema } from "./json-schema.js";
import { loadConfig } from "./load-config.js";
import { CONFIG_FOLDER, codes, PROFILES, SMALL } from "./testbed.js";
import { violations } from "./testing/violations.js";

t.test("all shipped examples load, and hold against the published schema", async (t) => {
  const examples = readdirSync(join(CONFIG_FOLDER, "examples")).filter(
    (name) => name.endsWith(".yaml") && !name.endsWith(".scenario.yaml"),
  );
  t.ok(examples.includes("pump-station.yaml"));
  for (const name of examples) {
    const file = join(CONFIG_FOLDER, "examples", name);
    const { config, problems } = loadConfig(file, { profilesDir: PROFILES, env: {} });
    t.same(codes(problems), [], name);
    t.ok(config);
    t.same(violations(gatewayJsonSchema(), parseYaml(readFileSync(file, "utf8"))), [], name);
  }
  for (const name of readdirSync(PROFILES, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".yaml")) continue;
    const content: unknown = parseYaml(readFileSync(join(PROFILES, name), "utf8"));
    t.same(violations(profileJsonSchema(), content), [], name);
  }
  const broken = parseYaml(SMALL.replace("host: 10.0.0.1", "host: 10.0.0.1, baud: 9600"));
  t.same(violations(gatewayJsonSchema(), broken), ["connections.plc.baud unknown"], "the driver decides");
  t.same(violations(gatewayJsonSchema(), parseYaml(SMALL.replace("gw-1", "gw 1"))), ["gateway.id pattern"]);
  t.same(violations(gatewayJsonSchema(), parseYaml(SMALL.replace("host: 10.0.0.1", "port: 502"))), [
    "connections.plc.host missing",
  ]);
});

t.test("the schemas in config/schema are current", async (t) => {
  for (const [name, schema] of [
    ["gateway", gatewayJsonSchema()],
    ["profile", profileJsonSchema()],
  ] as const) {
    const stored: unknown = JSON.parse(
      readFileSync(join(CONFIG_FOLDER, `schema/${name}.schema.json`), "utf8"),
    );
    t.same(stored, JSON.parse(JSON.stringify(schema)), `${name}: run node dist/scripts/generate-schemas.js`);
    t.notMatch(JSON.stringify(schema), /"(form|wrong)":/, "no words of our own");
  }
});
