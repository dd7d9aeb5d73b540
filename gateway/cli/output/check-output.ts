import { Type } from "@sinclair/typebox";
import { count, number, oneOf, orNull, TOLD, text } from "./words.js";

/** Of a YAML file: what `tram check` and `tram profiles --check` find. */
export const PROBLEM = {
  line: Type.Integer({ minimum: 1 }),
  column: Type.Integer({ minimum: 1 }),
  severity: oneOf(["error", "warning"], "error: it cannot work; warning: probably not what was meant"),
  ...TOLD,
};

export const CheckOutput = Type.Object({
  file: text("path of the configuration"),
  errors: count("problems that are errors; with any of them the exit code is 2"),
  problems: Type.Array(Type.Object({ file: text("the file that the problem is in"), ...PROBLEM })),
  hash: orNull(text("of the configuration; null where it is not valid")),
  buffer: orNull(
    Type.Object({
      readingsPerS: number("when every reading is reported"),
      bytesPerDay: number("that the buffer then grows by"),
      days: orNull(number("that fit into max_size; null: without end")),
      keepAtLeastDays: number("as configured"),
      neededBytes: number("the max_size with which keep_at_least holds"),
    }),
  ),
});
