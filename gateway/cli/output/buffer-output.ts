import { Type } from "@sinclair/typebox";
import { ManifestSchema } from "../../buffer/manifest.js";
import { count, number, oneOf, orNull, TOLD, text, time, yes } from "./words.js";

const TABLES = ["low", "normal", "high", "alarm", "event"] as const;

export const BufferShowOutput = Type.Object({
  path: text("of the file"),
  format: count("version of the file format"),
  epoch: text("the present one"),
  epochs: Type.Array(Type.String(), { description: "all in the file" }),
  rev: count("revision of the readings"),
  machine: text("whose file it is"),
  reserved: count("numbers are given up to here"),
  first: count("lowest number kept"),
  last: count("last number"),
  fileBytes: count("size"),
  logBytes: count("of the write-ahead log"),
  pageBytes: count("of a page"),
  pages: count("in the file"),
  freePages: count("of them free"),
  diskFreeBytes: number("that are free on its disk"),
  tables: Type.Array(
    Type.Object({
      table: oneOf(TABLES, "a priority, or the events"),
      rows: count("chunks"),
      records: count("in them"),
      readings: count("in them"),
      first: count("number, 0 for none"),
      last: count("number, 0 for none"),
      from: Type.Optional(number("wall ms of the first")),
      to: Type.Optional(number("wall ms of the last")),
    }),
  ),
  records: count("in all"),
  readings: count("in all"),
  estimated: yes("readings are reckoned from a part of the file"),
  bytesAReading: Type.Optional(Type.Number()),
  uplinks: Type.Array(
    Type.Object({
      name: text("id"),
      pendingFrom: count("lowest number not acknowledged"),
      pending: count("records not acknowledged, at most"),
      acknowledged: count("records"),
      last: count("number of its stream"),
      births: count("that are kept"),
    }),
  ),
  identity: Type.Optional(
    Type.Object({
      path: text("of the second place"),
      state: oneOf(["agrees", "missing", "other_epoch", "behind"], "how it stands to the file"),
      reserved: Type.Optional(Type.Number()),
    }),
  ),
  beside: Type.Array(Type.Object({ file: text("path"), bytes: count("size") })),
  inUseBy: orNull(text("process id of the gateway that uses it")),
  thisMachine: yes("whether it is this machine's"),
});

const Held = {
  epoch: text("the present one"),
  epochs: Type.Array(Type.String()),
  machine: text("whose file it is"),
  rev: count("revision of the readings"),
  format: count("version of the file format"),
  first: count("lowest number"),
  last: count("last number"),
  rows: count("chunks"),
  records: count("in all"),
  readings: count("in all"),
  events: count("in all"),
};

export const BufferVerifyOutput = Type.Object({
  path: text("of the file"),
  good: yes("nothing was found; else the exit code is 1"),
  ...Held,
  structure: oneOf(["checked", "left_out"], "left_out: too large while a gateway uses it"),
  findings: count("that were found"),
  found: Type.Array(
    Type.Object(
      { ...TOLD, hint: Type.Optional(text("what to do")) },
      { additionalProperties: true, description: "the first of them, with what they are about" },
    ),
  ),
});

export const BufferExportOutput = Type.Object({
  file: orNull(text("null: standard output, and this stands on standard error")),
  records: count("written"),
  readings: count("written"),
  events: count("written"),
  damaged: count("chunks that could not be read; with any the exit code is 1"),
  sha256: orNull(text("of the file")),
});

export const BufferBackupOutput = Type.Object({
  ...ManifestSchema.properties,
  file: text("path of the backup"),
  manifest: text("path of its manifest"),
});

export const BufferRestoreOutput = Type.Object({
  path: text("of the buffer that is now in place"),
  setAside: orNull(text("where the one before it went")),
  nextEpoch: oneOf(["same", "new"], "with which the gateway goes on"),
  compared: yes("the SHA-256 of a manifest was compared"),
  audit: oneOf(["none", "restored", "kept", "broken"], "what became of the audit"),
  auditSetAside: orNull(text("where the one before it went")),
  epoch: text("of the backup"),
  first: count("lowest number"),
  last: count("last number"),
  findings: count("faults of the backup"),
});

/** Each line: entries, then the verdict. */
export const BufferAuditOutput = Type.Union([
  Type.Object(
    {
      n: count("counts up by one"),
      t: time("when"),
      mono_ms: number("monotonic ms of its boot"),
      boot: text("which boot"),
      clock: oneOf(["trusted", "untrusted"], "whether the time can be relied on"),
      kind: oneOf(
        ["gateway", "configuration", "clock", "buffer", "audit", "command", "device"],
        "what it is about",
      ),
      who: text("who did it"),
      code: TOLD.code,
      params: Type.Record(Type.String(), Type.Unknown()),
      prev: text("hash of the entry before"),
      hash: text("of this one"),
    },
    { description: "an entry" },
  ),
  Type.Object(
    {
      path: text("of the file"),
      after: count("number of the entry before the first one kept"),
      prev: text("its hash"),
      last: count("number of the last entry that fits"),
      hash: text("its hash"),
      broken: Type.Optional(count("number at which the chain is broken; then the exit code is 1")),
    },
    { description: "the verdict, last" },
  ),
]);
