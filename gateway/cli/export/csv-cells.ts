/** How cells become a row. */
export interface CsvForm {
  readonly separator: "," | ";";
  readonly decimal: "." | ",";
  /** Stands before everything. */
  readonly start: string;
}

/** RFC 4180, UTF-8 without a mark, for programs. */
export const PLAIN: CsvForm = { separator: ",", decimal: ".", start: "" };

/** As a spreadsheet of the language opens it by a double click: it takes UTF-8 for what it is by its mark only. */
export const EXCEL: Readonly<Record<"vi" | "en", CsvForm>> = {
  vi: { separator: ";", decimal: ",", start: "\ufeff" },
  en: { separator: ",", decimal: ".", start: "\ufeff" },
};

/** A text as a cell. What a spreadsheet would run as a formula is marked as text (OWASP, "CSV Injection"). */
export function textCell(text: string, { separator }: CsvForm): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  const isBare = !safe.includes(separator) && !/["\r\n]|^\s|\s$/.test(safe);
  return isBare ? safe : `"${safe.replaceAll('"', '""')}"`;
}

/** A number that is written with a decimal point, as a cell. */
export function numberCell(text: string, { decimal }: CsvForm): string {
  return decimal === "." ? text : text.replace(".", decimal);
}

export function row(cells: readonly string[], { separator }: CsvForm): string {
  return `${cells.join(separator)}\r\n`;
}
