import { Type } from "@sinclair/typebox";
import { count, orNull, text, time } from "./words.js";

/** `tram export --json`. */
export const ExportOutput = Type.Object({
  file: orNull(text("null: standard output, and this stands on standard error; or nothing was found")),
  readings: count("written"),
  first: orNull(time("of the earliest reading")),
  last: orNull(time("of the latest reading")),
  damaged: count("chunks that could not be read; with any the exit code is 1"),
  sha256: orNull(text("of the file")),
});

/** `tram export --audit --json`. */
export const ExportAuditOutput = Type.Object({
  file: orNull(text("null: standard output, and this stands on standard error")),
  entries: count("written"),
  broken: orNull(count("number of the first entry at which the chain of hashes does not hold")),
  sha256: orNull(text("of the file")),
});
