import type { Language } from "../../drivers/core/message.js";

/** Columns that a text takes on a terminal: after NFC, wide characters two, marks none. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text.normalize("NFC")) {
    if (/\p{Mark}/u.test(character)) continue;
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return width;
}

/** Cuts a text to `width` columns, with an ellipsis where something is missing. */
export function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = "";
  for (const character of text.normalize("NFC")) {
    if (displayWidth(kept + character) > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

function pad(text: string, width: number, right: boolean): string {
  const space = " ".repeat(Math.max(0, width - displayWidth(text)));
  return right ? space + text : text + space;
}

export interface Column {
  readonly title: string;
  readonly right?: boolean;
}

/** Lines of a table that fits `columns`: the widest columns give way. */
export function tableLines(
  head: readonly Column[],
  rows: readonly (readonly string[])[],
  columns: number,
): string[] {
  const widths = head.map(({ title }, at) =>
    Math.max(displayWidth(title), ...rows.map((row) => displayWidth(row[at] ?? ""))),
  );
  const gaps = 2 * (head.length - 1);
  while (widths.reduce((sum, width) => sum + width, gaps) > columns) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= 4) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => pad(cut(cell, widths[at] ?? 0), widths[at] ?? 0, head[at]?.right ?? false))
      .join("  ")
      .trimEnd();
  return [line(head.map(({ title }) => title)), ...rows.map(line)];
}

/** A number as the language writes it: 1.234,5 or 1,234.5. */
export function number(value: number, language: Language, decimals?: number): string {
  const options =
    decimals === undefined ? {} : { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return value.toLocaleString(language === "vi" ? "vi-VN" : "en-GB", {
    maximumFractionDigits: 12,
    ...options,
  });
}

/** `1` is the unit of a ratio: nobody says it. */
export function unitText(unit: string | undefined): string {
  return unit === undefined || unit === "1" ? "" : unit;
}

/** `230.1 V` */
export function withUnit(value: string, unit: string | undefined): string {
  return `${value} ${unitText(unit)}`.trimEnd();
}

/** `3 (Running)`: a number with what it stands for, where that is known. */
export function withMeaning(value: string, meaning: string | undefined): string {
  return meaning === undefined ? value : `${value} (${meaning})`;
}

/** Local time of day. */
export function timeOfDay(iso: string): string {
  return new Date(iso).toLocaleTimeString("en-GB");
}

/** Local date and time: 23/11/2026 14:05:09. */
export function dateOf(ms: number, language: Language): string {
  const locale = language === "vi" ? "vi-VN" : "en-GB";
  const date = new Date(ms).toLocaleDateString(locale, { day: "2-digit", month: "2-digit", year: "numeric" });
  return `${date} ${new Date(ms).toLocaleTimeString("en-GB")}`;
}
