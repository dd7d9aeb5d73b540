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
