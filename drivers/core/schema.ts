import { type TSchema, type TUnsafe, Type } from "@sinclair/typebox";
import { RATIO } from "./written-values.js";

/**
 * Building blocks of everything that people write in YAML. A schema describes the written form (it becomes the
 * published JSON Schema); `Static` of it is the checked form, in which durations are milliseconds, sizes are
 * bytes, and defaults are filled in. Keys keep the names that people write.
 */

/** `500ms`, `5s`, `10min`, `2h`, `60d`. Checked form: milliseconds. */
export const Duration = (options: { description: string; default?: string }): TUnsafe<number> =>
  Type.Unsafe<number>({
    type: "string",
    pattern: "^\\d+(\\.\\d+)?\\s?(ms|s|min|h|d)$",
    form: "duration",
    ...options,
  });

/** `100kB`, `32MB`, `2GB`, decimal as on the package of a memory card. Checked form: bytes. */
export const Size = (options: { description: string; default?: string }): TUnsafe<number> =>
  Type.Unsafe<number>({
    type: "string",
    pattern: "^\\d+(\\.\\d+)?\\s?(B|kB|MB|GB|TB)$",
    form: "size",
    ...options,
  });

/** `50%`, from 1% to 100%. Checked form: the share, from 0.01 to 1. */
export const Percent = (options: { description: string; default?: string }): TUnsafe<number> =>
  Type.Unsafe<number>({
    type: "string",
    pattern: "^([1-9]|[1-9]\\d|100)\\s?%$",
    form: "percent",
    ...options,
  });

/** A number, or the ratio of two as text: `300/51200`. Checked form: the number. */
export const NumberOrRatio = (options: { description: string; wrong: object }): TUnsafe<number> =>
  Type.Unsafe<number>({
    anyOf: [Type.Number(), Type.String({ form: "ratio", pattern: RATIO.source })],
    ...options,
  });

/** One of a few words. */
export const Word = <const T extends readonly string[]>(
  words: T,
  options: { description: string; default?: T[number] },
): TUnsafe<T[number]> => Type.Unsafe<T[number]>({ type: "string", enum: [...words], ...options });

/** An id that is one topic level: letters, digits, `-`, `_`, `.`. */
export const ID_PATTERN = "^[A-Za-z0-9][A-Za-z0-9._-]*$";

/** What a driver tells the configuration about itself; free of native packages. */
export interface DriverSchema {
  /** Name in gateway.yaml: `driver: modbus-rtu`. */
  readonly name: string;
  /** Keys of a connection besides `driver`. */
  readonly connection: TSchema;
  /** Keys of a device besides those of every device. */
  readonly device: TSchema;
  /** Keys of a point that make its address. */
  readonly address: TSchema;
}
