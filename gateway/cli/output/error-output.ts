import { Type } from "@sinclair/typebox";
import { orNull, TOLD, text } from "./words.js";

/** What any verb writes to standard error when it ends with an error and `--json` was asked for. */
export const ErrorOutput = Type.Object({
  error: Type.Object({ ...TOLD, hint: orNull(text("what to do next")) }),
});
