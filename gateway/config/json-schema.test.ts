import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { parse as parseYaml } from "yaml";
import { gatewayJsonSchema, profileJsonSchema } from "./json-schema.js";
import { loadConfig } from "./load-config.js";
import { CONFIG_FOLDER, codes, PROFILES, SMALL } from "./testbed.js";

t.test("all shipped examples load, and hold against the published schema", async (t) => {
  const examples = readdirSync(join(CONFIG_FOLDER, "examples")).filter((name) => name.endsWith(".yaml"));
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

/** What an editor would complain about: the part of JSON Schema draft 7 that the published schemas use. */
function violations(schema: unknown, value: unknown, at = ""): readonly string[] {
  const s = schema as Record<string, unknown>;
  const here = (what: string) => [`${at} ${what}`];
  if (s["anyOf"]) {
    const tries = (s["anyOf"] as unknown[]).map((inner) => violations(inner, value, at));
    if (!tries.some((found) => found.length === 0)) return here("anyOf");
  }
  const found: string[] = [];
  for (const inner of (s["allOf"] ?? []) as Record<string, unknown>[]) {
    if (violations(inner["if"], value, at).length === 0) found.push(...violations(inner["then"], value, at));
  }
  if ("const" in s && s["const"] !== value) return here("const");
  if (s["enum"] && !(s["enum"] as unknown[]).includes(value)) return here("enum");
  const type = Array.isArray(value) ? "array" : value === null ? "null" : typeof value;
  if (s["type"] && s["type"] !== type && !(s["type"] === "integer" && Number.isInteger(value)))
    return here("type");
  if (typeof value === "string" && s["pattern"] && !new RegExp(String(s["pattern"]), "u").test(value))
    return here("pattern");
  if (typeof value === "number") {
    if (value < Number(s["minimum"] ?? value) || value > Number(s["maximum"] ?? value)) return here("bounds");
  }
  if (Array.isArray(value)) {
    if (value.length < Number(s["minItems"] ?? 0) || value.length > Number(s["maxItems"] ?? value.length))
      return here("length");
    return [
      ...found,
      ...value.flatMap((item, index) => violations(s["items"] ?? {}, item, `${at}[${index}]`)),
    ];
  }
  if (type === "object") {
    const properties = (s["properties"] ?? {}) as Record<string, unknown>;
    for (const key of (s["required"] ?? []) as string[]) {
      if (!Object.hasOwn(value as object, key)) found.push(`${at}.${key} missing`);
    }
    for (const [key, inner] of Object.entries(value as object)) {
      const place = at === "" ? key : `${at}.${key}`;
      if (Object.hasOwn(properties, key)) found.push(...violations(properties[key], inner, place));
      else if (s["additionalProperties"] === false) found.push(`${place} unknown`);
      else if (s["additionalProperties"]) found.push(...violations(s["additionalProperties"], inner, place));
    }
  }
  return found;
}
