import { type TLiteral, type TSchema, type TUnion, Type } from "@sinclair/typebox";

/** Building blocks of what `--json` prints. A reader ignores keys that it does not know: more may come. */

export const text = (description: string): ReturnType<typeof Type.String> => Type.String({ description });
export const number = (description: string): ReturnType<typeof Type.Number> => Type.Number({ description });
export const count = (description: string): ReturnType<typeof Type.Integer> =>
  Type.Integer({ minimum: 0, description });
export const yes = (description: string): ReturnType<typeof Type.Boolean> => Type.Boolean({ description });
export const time = (description: string): ReturnType<typeof Type.String> =>
  Type.String({ description: `${description}; ISO 8601 UTC` });

/** Something, or null where there is none. */
export const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** One of a few words. */
export function oneOf<const W extends string>(
  words: readonly W[],
  description: string,
): TUnion<TLiteral<W>[]> {
  const literals = words.map((word) => Type.Literal(word)) as TLiteral<W>[];
  return Type.Union(literals, { description }) as TUnion<TLiteral<W>[]>;
}

export const BOTH_LANGUAGES = Type.Object({ vi: Type.String(), en: Type.String() });

/** A sentence that was told about something. */
export const TOLD = {
  code: text("what it is, in a word that never changes its meaning: docs/en/codes.md"),
  text: text("the sentence, in the language of --lang"),
};
