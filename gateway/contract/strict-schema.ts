import type { TSchema } from "@sinclair/typebox";

/** The same schema, in which objects have no other keys than those that are named, but where it says so. */
export function strict(schema: TSchema): TSchema {
  const copy: Record<string | symbol, unknown> = {};
  for (const key of Reflect.ownKeys(schema)) {
    const value: unknown = (schema as unknown as Record<string | symbol, unknown>)[key];
    if (key === "properties" || key === "patternProperties") {
      copy[key] = Object.fromEntries(
        Object.entries(value as Record<string, TSchema>).map(([name, one]) => [name, strict(one)]),
      );
    } else if (key === "anyOf") copy[key] = (value as TSchema[]).map(strict);
    else if (key === "items") copy[key] = strict(value as TSchema);
    else copy[key] = value;
  }
  if (copy["properties"] && copy["additionalProperties"] !== true) copy["additionalProperties"] = false;
  return copy as unknown as TSchema;
}
