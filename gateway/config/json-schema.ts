import type { TSchema } from "@sinclair/typebox";
import { ID_PATTERN } from "../../drivers/core/schema.js";
import { MAX_ID } from "../../drivers/profiles/common-schema.js";
import { profileSchema } from "../../drivers/profiles/profile-schema.js";
import { DRIVER_FAMILIES, DRIVER_SCHEMAS } from "../../drivers/registry.js";
import {
  AuditSection,
  BufferSection,
  connectionSchema,
  deviceSchema,
  FileSchema,
  GatewaySection,
  UplinkSchema,
} from "./schema.js";

export type JsonSchema = { readonly [key: string]: unknown };

const DRAFT = "http://json-schema.org/draft-07/schema#";
/** Words of ours in a schema that JSON Schema does not know. */
const OWN_WORDS = new Set(["form", "wrong"]);

/** The JSON Schema of gateway.yaml, for editors: made from the schemas by which files are checked. */
export function gatewayJsonSchema(): JsonSchema {
  const file = published(FileSchema) as { properties: Record<string, JsonSchema> };
  const drivers = [...DRIVER_SCHEMAS.values()];
  const families = [...DRIVER_FAMILIES.values()];
  const { properties: sections } = file;
  return {
    $schema: DRAFT,
    title: "gateway.yaml of Trạm",
    ...file,
    properties: {
      gateway: published(GatewaySection),
      connections: byId(sections["connections"], {
        type: "object",
        properties: {
          driver: { type: "string", enum: drivers.map(({ name }) => name), description: "the protocol" },
        },
        required: ["driver"],
        allOf: drivers.map((driver) => ({
          if: { properties: { driver: { const: driver.name } }, required: ["driver"] },
          // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
          then: published(connectionSchema(driver)),
        })),
      }),
      // Which keys a device has follows from the driver of its connection, which a schema cannot look up.
      devices: byId(sections["devices"], anyOf(families.map((family) => published(deviceSchema(family))))),
      uplinks: byId(sections["uplinks"], published(UplinkSchema)),
      buffer: published(BufferSection),
      audit: published(AuditSection),
    },
  };
}

/** The JSON Schema of a profile. */
export function profileJsonSchema(): JsonSchema {
  const families = [...DRIVER_FAMILIES.values()];
  const schemas = families.map((family) => published(profileSchema(family)));
  return { $schema: DRAFT, title: "A device profile of Trạm", ...anyOf(schemas) };
}

function anyOf(schemas: readonly JsonSchema[]): JsonSchema {
  const [only] = schemas;
  return schemas.length === 1 && only ? only : { anyOf: schemas };
}

function byId(section: JsonSchema | undefined, entry: JsonSchema): JsonSchema {
  const { additionalProperties: _any, ...rest } = section ?? {};
  return {
    ...rest,
    propertyNames: { pattern: ID_PATTERN, maxLength: MAX_ID },
    additionalProperties: entry,
  };
}

/** A schema without our own words: unknown keys forbidden, keys with a default not required. */
export function published(schema: TSchema): JsonSchema {
  return clean(schema) as JsonSchema;
}

function clean(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value !== "object" || value === null) return value;
  const schema = value as Record<string, unknown>;
  const result: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(schema)) {
    if (OWN_WORDS.has(key)) continue;
    result[key] = key === "properties" ? cleanEach(inner as Record<string, unknown>) : clean(inner);
  }
  const { properties } = schema;
  if (schema["type"] === "object" && properties !== undefined) {
    const defaults = properties as Record<string, { readonly default?: unknown }>;
    const required = ((schema["required"] ?? []) as string[]).filter(
      (key) => defaults[key]?.default === undefined,
    );
    delete result["required"];
    if (required.length > 0) result["required"] = required;
    result["additionalProperties"] ??= false;
  }
  return result;
}

function cleanEach(properties: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).map(([key, inner]) => [key, clean(inner)]));
}
