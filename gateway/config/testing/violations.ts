/** What an editor would complain about: the part of JSON Schema draft 7 that the published schemas use. */
export function violations(schema: unknown, value: unknown, at = ""): readonly string[] {
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
