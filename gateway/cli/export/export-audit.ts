import { asError, ConfigurationError, RejectedError } from "../../../drivers/core/errors.js";
import { type Language, renderText, say } from "../../../drivers/core/message.js";
import type { AuditEntry } from "../../buffer/audit-line.js";
import { type AuditVerdict, auditReader, auditSentence } from "../../buffer/audit-reader.js";
import { BUFFER_VERB_MESSAGES } from "../buffer/buffer-messages.js";
import type { Io } from "../io.js";
import { type CsvForm, EXCEL, PLAIN, row, textCell } from "./csv-cells.js";
import { sheetTime } from "./export-lines.js";
import { EXPORT_MESSAGES as M } from "./export-messages.js";
import { ExportSink } from "./export-sink.js";

export interface AuditWish {
  readonly path: string;
  readonly from: number;
  readonly to: number;
  readonly format: "excel" | "csv" | "jsonl";
  readonly timezone: string;
  readonly out?: string;
  readonly force: boolean;
}

export interface AuditExported {
  readonly entries: number;
  readonly verdict: AuditVerdict;
  readonly sha256?: string;
  /** Nobody read to the end. */
  readonly isLeft: boolean;
}

/** The entries of a time as lines, and whether the whole chain holds. Throws ConfigurationError and RejectedError. */
export async function exportAudit(wish: AuditWish, io: Io): Promise<AuditExported> {
  const reader = auditReader(wish.path);
  const verdict = await reader.verify().catch((error: unknown) => {
    const params = { path: wish.path, problem: asError(error).message };
    throw new ConfigurationError(BUFFER_VERB_MESSAGES.no_audit, params, { cause: error });
  });
  const sink = await ExportSink.open(wish.out, wish.force, io);
  try {
    const { head, line } = linesOf(wish, io.language);
    await sink.write(head);
    let entries = 0;
    for await (const entry of reader.entries()) {
      if (sink.isLeft) break;
      if (io.signal.aborted) throw new RejectedError(BUFFER_VERB_MESSAGES.interrupted);
      const t = Date.parse(entry.t);
      if (t < wish.from || t >= wish.to) continue;
      await sink.write(line(entry));
      entries++;
    }
    const sha256 = await sink.finish();
    return { entries, verdict, isLeft: sink.isLeft, ...(sha256 !== undefined && { sha256 }) };
  } finally {
    await sink.discard();
  }
}

interface Lines {
  readonly head: string;
  readonly line: (entry: AuditEntry) => string;
}

function linesOf({ format, timezone }: Pick<AuditWish, "format" | "timezone">, language: Language): Lines {
  if (format === "jsonl") return { head: "", line: (entry) => `${JSON.stringify(entry)}\n` };
  const form = format === "csv" ? PLAIN : EXCEL[language];
  const local = sheetTime(timezone);
  const time = (iso: string): string => (format === "csv" ? iso : local(Date.parse(iso)));
  return {
    head: headOf(form, format, language),
    line: (entry) => {
      const { clock, code, hash, kind, n, t, who } = entry;
      const said = auditSentence(entry);
      const text = said ? renderText(said, language) : JSON.stringify(entry.params);
      return row(
        [
          `${n}`,
          time(t),
          clock,
          ...[kind, who, code, text, format === "csv" ? hash : `#${hash}`].map((cell) =>
            textCell(cell, form),
          ),
        ],
        form,
      );
    },
  };
}

function headOf(form: CsvForm, format: AuditWish["format"], language: Language): string {
  if (format === "csv") return row(["n", "t", "clock", "kind", "who", "code", "text", "hash"], form);
  const titles = [
    M.head_entry,
    M.head_time,
    M.head_clock,
    M.head_kind,
    M.head_who,
    M.head_code,
    M.head_text,
    M.head_hash,
  ];
  return (
    form.start +
    row(
      titles.map((title) => textCell(renderText(say(title), language), form)),
      form,
    )
  );
}
