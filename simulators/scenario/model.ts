import { type Static, type TObject, type TProperties, type TSchema, Type } from "@sinclair/typebox";
import type { Part } from "../process/part.js";
import type { Parts } from "./parts.js";

/** What an option of a model may name: another part, a formula, a list of them. */
export interface ReferenceKind<T> {
  readonly schema: TSchema;
  /** Throws ReferenceProblem for what is not there, or is something else. */
  resolve(written: unknown, parts: Parts): T;
}

/** May be left out. */
export interface OptionalKind<T> {
  readonly optional: ReferenceKind<T>;
}

export function optional<T>(kind: ReferenceKind<T>): OptionalKind<T> {
  return { optional: kind };
}

type Kinds = Readonly<Record<string, ReferenceKind<unknown> | OptionalKind<unknown>>>;

type Resolved<R extends Kinds> = {
  readonly [K in keyof R as R[K] extends OptionalKind<unknown>
    ? never
    : CamelCase<K>]: R[K] extends ReferenceKind<infer T> ? T : never;
} & {
  readonly [K in keyof R as R[K] extends OptionalKind<unknown>
    ? CamelCase<K>
    : never]?: R[K] extends OptionalKind<infer T> ? T : never;
};

/** `dry_delay_s` in a file is `dryDelayS` of the model. */
type CamelCase<K> = K extends `${infer A}_${infer B}${infer C}` ? `${A}${Uppercase<B>}${CamelCase<C>}` : K;

type CamelKeys<T> = { readonly [K in keyof T as CamelCase<K>]: T[K] };

/** What a scenario may write as `model: tank`, and how a part is made of it. */
export interface Model {
  /** The keys besides `model`. */
  readonly schema: TObject;
  /** Throws ReferenceProblem. */
  make(written: Readonly<Record<string, unknown>>, parts: Parts, seed: number): Part;
}

/**
 * A model: its own options, the parts that it is joined to, and how it is made. `seed` is the part's own. The options
 * of the written form are those of the model, with `_` between words.
 */
export function model<P extends TProperties, R extends Kinds>(
  options: P,
  joined: R,
  make: (own: CamelKeys<Static<TObject<P>>> & Resolved<R>, seed: number) => Part,
): Model {
  const kinds = Object.entries(joined).map(([key, kind]) => ({
    key,
    kind: "optional" in kind ? kind.optional : kind,
    isOptional: "optional" in kind,
  }));
  const references = kinds.map(
    ({ key, kind, isOptional }) => [key, isOptional ? Type.Optional(kind.schema) : kind.schema] as const,
  );
  const keys: TProperties = { ...options, ...Object.fromEntries(references) };
  return {
    schema: Type.Object(keys, { additionalProperties: false }),
    make(written, parts, seed) {
      const own: Record<string, unknown> = {};
      for (const key of Object.keys(options)) {
        if (written[key] !== undefined) own[camelCase(key)] = written[key];
      }
      for (const { key, kind } of kinds) {
        if (written[key] !== undefined)
          own[camelCase(key)] = parts.within(key, () => kind.resolve(written[key], parts));
      }
      return make(own as CamelKeys<Static<TObject<P>>> & Resolved<R>, seed);
    },
  };
}

function camelCase(key: string): string {
  return key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** A number that may be left out. */
export const Amount = (description: string, bounds: { minimum?: number; maximum?: number } = {}) =>
  Type.Optional(Type.Number({ description, ...bounds }));

/** A number that must be written. */
export const Needed = (description: string, bounds: { minimum?: number; maximum?: number } = {}) =>
  Type.Number({ description, ...bounds });
