import { type JsonSchema, published } from "../gateway/config/json-schema.js";
import { LessonSchema } from "../simulators/lessons/schema.js";
import { MODELS } from "../simulators/scenario/catalogue.js";
import { ScenarioSchema } from "../simulators/scenario/schema.js";

const DRAFT = "http://json-schema.org/draft-07/schema#";

/** The JSON Schema of a lesson. */
export function lessonJsonSchema(): JsonSchema {
  return { $schema: DRAFT, title: "A lesson of the simulators of Trạm", ...published(LessonSchema) };
}

/** The JSON Schema of a scenario, for editors: made from the schemas by which files are checked. */
export function scenarioJsonSchema(): JsonSchema {
  const file = published(ScenarioSchema) as { properties: Record<string, JsonSchema> };
  const models = [...MODELS].map(([name, { schema }]) => {
    const {
      properties,
      required = [],
      ...rest
    } = published(schema) as {
      properties: Record<string, JsonSchema>;
      required?: readonly string[];
    };
    const model = { const: name };
    return { ...rest, properties: { model, ...properties }, required: ["model", ...required] };
  });
  return {
    $schema: DRAFT,
    title: "A scenario of the simulators of Trạm",
    ...file,
    properties: {
      ...file.properties,
      parts: {
        type: "object",
        description: "models by name; a part is joined to those above it",
        additionalProperties: {
          type: "object",
          properties: { model: { type: "string", enum: [...MODELS.keys()] } },
          required: ["model"],
          allOf: models.map((one) => ({
            if: { properties: { model: one.properties["model"] }, required: ["model"] },
            // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
            then: one,
          })),
        },
      },
    },
  };
}
