import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { isAlias, isMap, isScalar, isSeq, type Node, type Scalar } from "yaml";
import { type Message, say } from "../core/message.js";
import { parseDuration, parsePercent, parseRatio, parseSize } from "../core/written-values.js";
import { GRAMMAR_MESSAGES as G } from "./grammar-messages.js";
import { PROFILE_MESSAGES as M } from "./messages.js";
import type { Path } from "./problem.js";
import { nearest } from "./suggest.js";
import { isEmpty, keyText, type YamlSource } from "./yaml-source.js";

/**
 * Holds YAML nodes against the schemas of `drivers/core/schema.ts` and gives the checked form: durations in ms,
 * sizes in bytes, defaults filled in. It knows the part of JSON Schema that our schemas use: object
 * (`properties`, `required`, `additionalProperties`), array, string (`enum`, `pattern`, lengths), number, integer,
 * boolean, `anyOf`. A key with a default need not be written. Own words in a schema: `form` (how a text is
 * read), `wrong` (what to say when no alternative of a union, or not the pattern, fits).
 */
export interface CheckOptions {
  /** Replaces `${...}` in a text; undefined when that failed and was reported. */
  readonly expand?: (text: string, path: Path) => string | undefined;
  /** Reads texts of a `form` that only the caller knows. */
  readonly forms?: Readonly<Record<string, (text: string, path: Path) => unknown>>;
  /** False: leave out defaults (values that are merged with others later). */
  readonly defaults?: boolean;
  /** True: unknown keys are no errors, because their schema is not known. */
  readonly tolerate?: boolean;
  /** True: the whole section may be absent, and then consists of defaults. */
  readonly absent?: boolean;
}

/** Reads what is valid, reports what is not. `ok` says that nothing was wrong: then `value` is complete. */
export function check<S extends TSchema>(
  source: YamlSource,
  path: Path,
  schema: S,
  options: CheckOptions = {},
): { readonly value: Partial<Static<S>>; readonly ok: boolean } {
  const walk = new Walk(source, options);
  if (options.absent && source.nodeAt(path) === undefined) {
    return { value: defaultsOf(schema) as Partial<Static<S>>, ok: true };
  }
  const before = source.errors;
  const value = walk.value(schema, source.nodeAt(path), path);
  const complete = value !== undefined && source.errors === before;
  return { value: (value ?? {}) as Partial<Static<S>>, ok: complete };
}

/** A map whose keys the user chooses. */
export const MapOf = <S extends TSchema>(schema: S, options: { description: string }) =>
  Type.Unsafe<Record<string, Static<S>>>({ type: "object", additionalProperties: schema, ...options });

/** The properties of an object schema. */
export function propertiesOf(schema: TSchema): Readonly<Record<string, TSchema>> {
  return (schema["properties"] ?? {}) as Record<string, TSchema>;
}

/** The keys that must be written: required and without a default. */
export function requiredOf(schema: TSchema): readonly string[] {
  const properties = propertiesOf(schema);
  return ((schema["required"] ?? []) as string[]).filter((key) => properties[key]?.["default"] === undefined);
}

/** Goes only as deep as the schema, so that aliases cannot blow a small file up. */
class Walk {
  constructor(
    readonly source: YamlSource,
    readonly options: CheckOptions,
  ) {}

  value(schema: TSchema, found: Node | undefined, path: Path): unknown {
    const node = this.source.resolve(found);
    // An alias without its anchor was reported with the syntax.
    if (isAlias(found) && node === undefined) return undefined;
    if (isEmpty(node)) {
      this.source.report(path, say(M.empty_value, { key: nameOf(path) }));
      return undefined;
    }
    if (schema["anyOf"]) return this.#union(schema, node, path);
    switch (schema["type"]) {
      case "object":
        return this.#object(schema, node, path);
      case "array":
        return this.#array(schema, node, path);
      case "string":
        return this.#text(schema, node, path);
      case "number":
      case "integer":
        return this.#number(schema, node, path);
      case "boolean":
        return isScalar(node) && typeof node.value === "boolean"
          ? node.value
          : this.#wrong(M.expected_boolean, node, path);
      default:
        // Type.Unknown(): checked elsewhere, with a schema that depends on its neighbours.
        return true;
    }
  }

  #union(schema: TSchema, node: Node | undefined, path: Path): unknown {
    const fitting = (schema["anyOf"] as TSchema[]).find((alternative) => fits(alternative, node));
    return fitting
      ? this.value(fitting, node, path)
      : this.#wrong((schema["wrong"] as Message<"key" | "found">) ?? M.expected_scalar, node, path);
  }

  #object(schema: TSchema, node: Node | undefined, path: Path): unknown {
    if (!isMap(node)) return this.#wrong(M.expected_map, node, path);
    const properties = propertiesOf(schema);
    const others = schema["additionalProperties"] as TSchema | boolean | undefined;
    const result: Record<string, unknown> = {};
    const written = new Set(node.items.map(keyText));
    const missing = new Set(requiredOf(schema).filter((key) => !written.has(key)));
    const read = new Set<string>();
    for (const pair of node.items) {
      const key = keyText(pair);
      if (read.has(key)) continue;
      read.add(key);
      const known = Object.hasOwn(properties, key) ? properties[key] : undefined;
      const inner = known ?? (typeof others === "object" ? others : undefined);
      if (!inner) {
        if (isEmpty(pair.value as Node | undefined)) {
          this.source.report([...path, key], say(M.unknown_key, { key }), {
            on: "key",
            hint: say(M.comma_in_text),
          });
        } else this.#unknown(key, path, Object.keys(properties), missing);
        continue;
      }
      const value = this.value(inner, pair.value as Node | undefined, [...path, key]);
      if (value !== undefined) define(result, key, value);
    }
    for (const key of missing) this.source.report(path, say(M.missing_key, { key }), { on: "key" });
    if (this.options.defaults !== false) {
      for (const [key, value] of Object.entries(defaultsOf(schema)))
        if (!written.has(key)) result[key] = value;
    }
    return result;
  }

  /** A misspelt key is one mistake, not one too many and one too few. */
  #unknown(key: string, path: Path, known: readonly string[], missing: Set<string>): void {
    const near = nearest(key, missing);
    if (near !== undefined) missing.delete(near);
    else if (this.options.tolerate) return;
    const hint = near === undefined ? suggestion(key, known) : say(M.did_you_mean, { near });
    this.source.report([...path, key], say(M.unknown_key, { key }), { on: "key", hint });
  }

  #array(schema: TSchema, node: Node | undefined, path: Path): unknown {
    if (!isSeq(node)) return this.#wrong(M.expected_list, node, path);
    const least = (schema["minItems"] as number | undefined) ?? 0;
    const most = (schema["maxItems"] as number | undefined) ?? Number.POSITIVE_INFINITY;
    const count = node.items.length;
    if (count < least || count > most) {
      const said = say(M.wrong_length, {
        key: nameOf(path),
        least,
        most: Number.isFinite(most) ? most : "∞",
        count,
      });
      this.source.report(path, said);
      return undefined;
    }
    return node.items.map((item, index) =>
      this.value(schema["items"] as TSchema, item as Node | undefined, [...path, index]),
    );
  }

  #number(schema: TSchema, node: Node | undefined, path: Path): unknown {
    const whole = schema["type"] === "integer";
    const value = isScalar(node) ? node.value : undefined;
    if (typeof value !== "number" || !Number.isFinite(value)) {
      return this.#wrong(whole ? M.expected_integer : M.expected_number, node, path);
    }
    if (whole && !Number.isSafeInteger(value)) return this.#wrong(M.expected_integer, node, path);
    const key = nameOf(path);
    const words = schema["enum"] as readonly number[] | undefined;
    if (words && !words.includes(value)) {
      const hint = say(M.known_words, { words: words.join(", ") });
      this.source.report(path, say(M.unknown_word, { key, word: value }), { hint });
      return undefined;
    }
    const minimum = schema["minimum"] as number | undefined;
    const maximum = schema["maximum"] as number | undefined;
    if (minimum !== undefined && value < minimum) {
      this.source.report(path, say(M.too_small, { key, value, limit: minimum }));
      return undefined;
    }
    if (maximum !== undefined && value > maximum) {
      this.source.report(path, say(M.too_big, { key, value, limit: maximum }));
      return undefined;
    }
    return value;
  }

  #text(schema: TSchema, node: Node | undefined, path: Path): unknown {
    const form = schema["form"] as string | undefined;
    const wrong = form && Object.hasOwn(WRONG_FORM, form) ? WRONG_FORM[form] : undefined;
    if (!isScalar(node) || typeof node.value !== "string") {
      // What is meant as a password is not repeated in a message.
      const shown = form === "secret" ? undefined : node;
      return this.#wrong(wrong ?? M.expected_text, shown, path);
    }
    const text = this.options.expand ? this.options.expand(node.value, path) : node.value;
    if (text === undefined) return undefined;
    const words = schema["enum"] as readonly string[] | undefined;
    if (words && !words.includes(text)) {
      const said = say(M.unknown_word, { key: nameOf(path), word: text });
      this.source.report(path, said, { hint: suggestion(text, words) });
      return undefined;
    }
    if (form === "id") return this.#id(schema, text, path);
    const length = (schema["minLength"] as number | undefined) ?? 0;
    if (text.length < length) {
      this.source.report(path, say(M.empty_value, { key: nameOf(path) }));
      return undefined;
    }
    if (form !== undefined) {
      const own = this.options.forms;
      const value = own && Object.hasOwn(own, form) ? own[form]?.(text, path) : readForm(form, text);
      return value === undefined && wrong ? this.#wrong(wrong, node, path) : value;
    }
    const pattern = schema["pattern"] as string | undefined;
    if (pattern !== undefined && !new RegExp(pattern, "u").test(text)) {
      return this.#wrong((schema["wrong"] as Message<"key" | "found">) ?? M.bad_pattern, node, path);
    }
    return text;
  }

  #id(schema: TSchema, text: string, path: Path): string | undefined {
    const limit = schema["maxLength"] as number;
    if (new RegExp(schema["pattern"] as string).test(text) && text.length <= limit) return text;
    this.source.report(path, say(M.bad_id, { id: text, limit }));
    return undefined;
  }

  #wrong(message: Message<"key" | "found">, node: Node | undefined, path: Path): undefined {
    const found = isMap(node) ? "{...}" : isSeq(node) ? "[...]" : this.source.excerpt(node);
    this.source.report(path, say(message, { key: nameOf(path), found }));
    return undefined;
  }
}

/** How the text forms of a schema are read; undefined: not of this form. */
function readForm(form: string, text: string): unknown {
  switch (form) {
    case "duration":
      return parseDuration(text);
    case "period":
      return PERIOD_WORDS.get(text) ?? parseDuration(text);
    case "size":
      return parseSize(text);
    case "percent":
      return parsePercent(text);
    case "ratio":
      return parseRatio(text);
    default:
      return text;
  }
}

/** What is said of a period besides a duration, in ms. */
const PERIOD_WORDS: ReadonlyMap<string, number> = new Map([
  ["asap", 0],
  ["once", 864e5],
  ["on-demand", Number.POSITIVE_INFINITY],
]);

const WRONG_FORM: Readonly<Record<string, Message<"key" | "found">>> = {
  duration: M.expected_duration,
  period: M.expected_period,
  size: M.expected_size,
  percent: M.expected_percent,
  ratio: G.expected_ratio,
};

/** The checked form of the defaults of an object schema. */
export function defaultsOf(schema: TSchema): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(propertiesOf(schema))
      .filter(([, inner]) => inner["default"] !== undefined)
      .map(([key, inner]) => [key, defaultOf(inner)]),
  );
}

function defaultOf(schema: TSchema): unknown {
  const value: unknown = schema["default"];
  const form = schema["form"] as string | undefined;
  return typeof value === "string" && form !== undefined ? readForm(form, value) : structuredClone(value);
}

/** Whether a node has the kind (not yet the value) that a schema asks for. */
function fits(schema: TSchema, node: Node | undefined): boolean {
  if (schema["anyOf"]) return (schema["anyOf"] as TSchema[]).some((one) => fits(one, node));
  switch (schema["type"]) {
    case "object":
      return isMap(node);
    case "array":
      return isSeq(node);
    case "integer":
      return typeof (node as Scalar).value === "number";
    default:
      return isScalar(node) && typeof node.value === schema["type"];
  }
}

/** `__proto__` in a file is a key like any other. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

/** The nearest known word, or all of them where none is near and they are few. */
export function suggestion(written: string, known: readonly string[]) {
  const near = nearest(written, known);
  if (near !== undefined) return say(M.did_you_mean, { near });
  return known.length > 0 && known.length <= 16 ? say(M.known_words, { words: known.join(", ") }) : undefined;
}

/** The last key of a path: the name by which the user knows the value. */
function nameOf(path: Path): string {
  for (let index = path.length - 1; index >= 0; index--) {
    const part = path[index];
    if (typeof part === "string") return part;
  }
  return "YAML";
}
