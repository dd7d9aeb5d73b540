import type { TSchema } from "@sinclair/typebox";

/** One line of a table of fields: what a person must know to read a value. */
export interface Field {
  /** `records[].v.<point>`: the way to it. */
  readonly path: string;
  readonly type: string;
  readonly unit: string;
  readonly presence: "always" | "where it applies";
  readonly meaning: string;
}

/** Every field of a message, in the order of the schema. Pure. */
export function fieldsOf(schema: TSchema, path = ""): readonly Field[] {
  if (schema["anyOf"]) return variants(schema, path);
  const properties = (schema["properties"] ?? {}) as Record<string, TSchema>;
  const required = (schema["required"] ?? []) as readonly string[];
  return Object.entries(properties).flatMap(([name, property]) => {
    const own = `${path}${name}`;
    const field: Field = {
      path: own,
      type: typeOf(property),
      unit: String(property["x-unit"] ?? ""),
      presence: required.includes(name) ? "always" : "where it applies",
      meaning: meaningOf(property),
    };
    return [field, ...below(property, own)];
  });
}

function below(schema: TSchema, path: string): readonly Field[] {
  if (schema["type"] === "array") return fieldsOf(schema["items"] as TSchema, `${path}[].`);
  const patterns = schema["patternProperties"] as Record<string, TSchema> | undefined;
  if (patterns) return [];
  if (schema["properties"]) return fieldsOf(schema, `${path}.`);
  return schema["anyOf"] && !isSimple(schema) ? variants(schema, `${path}.`) : [];
}

/** Fields of a union of objects: each once; always only where every variant has it. */
function variants(schema: TSchema, path: string): readonly Field[] {
  const all = (schema["anyOf"] as readonly TSchema[]).map((variant) => fieldsOf(variant, path));
  const fields = new Map<string, Field>();
  for (const variant of all) {
    for (const field of variant) {
      const known = fields.get(field.path);
      const both = (a: string, b: string, between: string): string => (a.includes(b) ? a : a + between + b);
      fields.set(field.path, {
        ...field,
        meaning: known ? both(known.meaning, field.meaning, "; ") : field.meaning,
        type: known ? both(known.type, field.type, " \\| ") : field.type,
      });
    }
  }
  const everywhere = (path: string): boolean =>
    all.every((variant) => variant.some((field) => field.path === path && field.presence === "always"));
  return [...fields.values()].map((field) => ({
    ...field,
    presence: everywhere(field.path) ? "always" : "where it applies",
  }));
}

function isSimple(schema: TSchema): boolean {
  return ((schema["anyOf"] ?? []) as readonly TSchema[]).every((one) => one["properties"] === undefined);
}

function typeOf(schema: TSchema): string {
  if (schema["const"] !== undefined) return `\`${JSON.stringify(schema["const"])}\``;
  if (schema["anyOf"]) {
    const types = (schema["anyOf"] as readonly TSchema[]).map(typeOf);
    return [...new Set(types)].join(" \\| ");
  }
  if (schema["type"] === "array") {
    const items = schema["items"] as TSchema;
    return items["properties"] || !isSimple(items) ? "array of objects" : `array of ${typeOf(items)}`;
  }
  const patterns = schema["patternProperties"] as Record<string, TSchema> | undefined;
  if (patterns) return `object: name → ${Object.values(patterns).map(typeOf).join()}`;
  return typeof schema["type"] === "string" ? schema["type"] : "any";
}

function meaningOf(schema: TSchema): string {
  return schema.description ?? "";
}

/** As a Markdown table. */
export function fieldTable(schema: TSchema): string {
  return table(fieldsOf(schema));
}

/** A message whose records are of several kinds: what all have, then each kind with what it has of its own. */
export function kindTables(schema: TSchema, by: string): string {
  const { records, ...head } = schema["properties"] as Record<string, TSchema>;
  const items = records?.["items"] as TSchema | undefined;
  const kinds = ((items?.["anyOf"] ?? []) as readonly TSchema[]).map((kind) => ({
    word: (kind["properties"] as Record<string, TSchema>)[by] as TSchema,
    fields: fieldsOf(kind, "records[]."),
  }));
  const same = (a: Field, b: Field): boolean => a.path === b.path && a.meaning === b.meaning;
  /** What all kinds have; one kind may say more of it (the clock event's own boot). */
  const shared = (kinds[0]?.fields ?? []).filter(
    (field) =>
      kinds.every(({ fields }) => fields.some(({ path }) => path === field.path)) &&
      kinds.filter(({ fields }) => fields.some((other) => same(field, other))).length > kinds.length / 2,
  );
  const all = [...fieldsOf({ ...schema, properties: head } as unknown as TSchema), ...shared];
  const parts = kinds.map(({ fields, word }) => {
    const more = fields.filter(
      (field) => !shared.some((other) => same(field, other)) && field.path !== `records[].${by}`,
    );
    const text = `**\`${String(word["const"])}\`**: ${word.description ?? ""}.`;
    return more.length > 0 ? `${text}\n\n${table(more)}` : text;
  });
  return [table(all), ...parts].join("\n\n");
}

function table(fields: readonly Field[]): string {
  const rows = fields.map(
    ({ meaning, path, presence, type, unit }) =>
      `| \`${path}\` | ${type} | ${unit} | ${presence === "always" ? "yes" : ""} | ${meaning} |`,
  );
  return ["| field | type | unit | always | meaning |", "| --- | --- | --- | --- | --- |", ...rows].join(
    "\n",
  );
}
