import { type TUnsafe, Type } from "@sinclair/typebox";
import { ID_PATTERN } from "../core/schema.js";

/** Ids are topic levels and parts of file names: no longer than what every broker and file system takes. */
export const MAX_ID = 64;

export const Id = (description: string): TUnsafe<string> =>
  Type.Unsafe<string>({ type: "string", pattern: ID_PATTERN, maxLength: MAX_ID, form: "id", description });

export const BothLanguages = Type.Object({
  vi: Type.String({ minLength: 1 }),
  en: Type.String({ minLength: 1 }),
});

export const CONFIDENCES = ["A", "B", "C"] as const;

/** An id in which counters of `for` may stand: `relay.{ch}`; held against the rules of ids when they are filled in. */
export const PointId = (description: string): TUnsafe<string> =>
  Type.Unsafe<string>({
    type: "string",
    pattern: "^[A-Za-z0-9{][A-Za-z0-9._{}-]*$",
    maxLength: MAX_ID,
    form: "id",
    description,
  });

/** A word that programs hold on to. */
export const WordKey = (description: string): TUnsafe<string> =>
  Type.Unsafe<string>({
    type: "string",
    pattern: "^[a-z0-9][a-z0-9_-]*$",
    maxLength: MAX_ID,
    form: "id",
    description,
  });
export type Confidence = (typeof CONFIDENCES)[number];
