import { type Language, type Message, renderText, say } from "../../../drivers/core/message.js";
import type { PlainValue } from "../../core/plain-value.js";
import type { TakenReading } from "../../core/point-access.js";
import { wrapText } from "../../core/wrap-text.js";
import type { Io } from "../io.js";
import { qualityText } from "../quality-text.js";
import { number, tableLines, timeOfDay, withMeaning, withUnit } from "../table.js";
import type { MakersNumbers } from "./makers-numbers.js";
import type { Site } from "./open-site.js";
import { hexWord, spanOf } from "./raw-table.js";
import { READ_MESSAGES as M } from "./read-messages.js";

const INDENT = "  ";
/** Of more readings there is a table. */
const MOST_DETAILED = 3;
const MOST_SHORT = 2;

export interface ShownReadings {
  readonly readings: readonly TakenReading[];
  readonly findings: readonly string[];
  readonly tookMs: number;
  readonly via: Site["via"];
}

/** Each with all that is known of it, or a table of many. */
export function readingLines(
  { findings, readings, tookMs, via }: ShownReadings,
  numbers: MakersNumbers,
  { columns, language }: Pick<Io, "columns" | "language">,
): readonly string[] {
  const lines =
    readings.length <= MOST_DETAILED
      ? readings.flatMap((reading) => detailLines(reading, numbers, language, columns))
      : [...tables(readings, numbers, language, columns), ...problems(readings, columns)];
  const way = renderText(say(via === "gateway" ? M.via_gateway : M.via_direct), language);
  const took = say(M.took, { count: readings.length, ms: Math.round(tookMs), via: way });
  const found = findings.flatMap((finding) => paragraph("! ", finding, columns, INDENT));
  return [...lines.slice(lines[0] === "" ? 1 : 0), ...found, renderText(took, language)];
}

/** One line, for reading again and again. */
export function lineOf(reading: TakenReading, language: Language): string {
  const { device, point, t } = reading;
  return `${timeOfDay(t)}  ${device}.${point}  ${valueText(reading, language)}  ${qualityText(reading, language)}`;
}

export function valueText({ meaning, unit, value }: TakenReading, language: Language): string {
  const shown = plainText(value, language);
  return withMeaning(value === null ? shown : withUnit(shown, unit), meaning);
}

/** A value alone; 64-bit numbers keep the decimal point, since they are texts. */
export function plainText(value: PlainValue, language: Language): string {
  if (typeof value === "number") return number(value, language);
  if (typeof value === "boolean") return value ? "on" : "off";
  return value ?? "–";
}

export function wordsText(table: string, words: readonly number[]): string {
  const isBit = table === "coil" || table === "discrete";
  return words.map((word) => (isBit ? String(word) : hexWord(word))).join(" ");
}

/** A sentence and its hint, each from the beginning of a row. */
export function paragraph(first: string, text: string, columns: number, indent: string): readonly string[] {
  return text
    .split("\n")
    .flatMap((line, at) => wrapText(at === 0 ? first : indent, line.trim(), columns, indent));
}

function detailLines(
  reading: TakenReading,
  numbers: MakersNumbers,
  language: Language,
  columns: number,
): readonly string[] {
  const { device, name, point, problem, request, t, wire, words } = reading;
  const title = `${device}.${point}${name === undefined ? "" : `  ${name}`}`;
  const value = `${valueText(reading, language)}   ${qualityText(reading, language)}   ${timeOfDay(t)}`;
  const lines = [...wrapText("", title, columns, INDENT), ...wrapText(INDENT, value, columns, INDENT)];
  if (problem) lines.push(...paragraph(INDENT, problem.text, columns, INDENT));
  if (wire && request) {
    const span = spanOf(wire.address, wire.count);
    const { function: code, table: of, unit } = wire;
    const place = renderText(say(M.place, { table: of, span, function: code, unit }), language);
    const makers = numbers.of(reading);
    const parts = [
      place,
      ...(makers === undefined ? [] : [renderText(say(M.makers, { number: makers }), language)]),
      ...(request.count === wire.count
        ? []
        : [
            renderText(
              say(M.in_request, { table: of, span: spanOf(request.address, request.count) }),
              language,
            ),
          ]),
    ];
    lines.push(...wrapText(INDENT, parts.join("; "), columns, INDENT));
    if (words) lines.push(...wrapText(INDENT, wordsText(of, words), columns, INDENT));
  }
  return lines;
}

/** One for each device, under its name. */
function tables(
  readings: readonly TakenReading[],
  numbers: MakersNumbers,
  language: Language,
  columns: number,
): readonly string[] {
  const devices = [...new Set(readings.map(({ device }) => device))];
  const several = devices.length > 1;
  return devices.flatMap((id) => {
    const own = readings.filter(({ device }) => device === id);
    // Of a device that says nothing at all the reason below is enough.
    if (own.every(({ problem, words }) => problem && !words)) return [];
    return [...(several ? ["", id] : []), ...table(own, numbers, language, columns)];
  });
}

function table(
  readings: readonly TakenReading[],
  numbers: MakersNumbers,
  language: Language,
  columns: number,
): readonly string[] {
  const text = (message: Message<never>): string => renderText(say(message), language);
  const makers = readings.map((reading) => numbers.of(reading));
  const hasMakers = makers.some((one) => one !== undefined);
  return tableLines(
    [
      { title: text(M.label_point) },
      { title: text(M.label_value), right: true },
      { title: text(M.label_quality) },
      { title: text(M.label_place), right: true },
      ...(hasMakers ? [{ title: text(M.label_number), right: true }] : []),
      { title: text(M.label_words) },
    ],
    readings.map((reading, at) => [
      reading.point,
      valueText(reading, language),
      qualityText(reading, language),
      reading.wire ? spanOf(reading.wire.address, reading.wire.count) : "",
      ...(hasMakers ? [makers[at] ?? ""] : []),
      shortWords(reading),
    ]),
    columns,
  );
}

/** The first registers in hex: all of them stand with few readings. */
function shortWords({ wire, words }: TakenReading): string {
  if (!wire || !words) return "";
  const bare = wordsText(wire.table, words.slice(0, MOST_SHORT)).replaceAll("0x", "");
  return words.length > MOST_SHORT ? `${bare} …` : bare;
}

/** What is wrong, each sentence once with the points that it is about. */
function problems(readings: readonly TakenReading[], columns: number): readonly string[] {
  const bySentence = new Map<string, TakenReading[]>();
  for (const reading of readings) {
    if (!reading.problem) continue;
    const { text } = reading.problem;
    bySentence.set(text, [...(bySentence.get(text) ?? []), reading]);
  }
  return [...bySentence].flatMap(([sentence, about]) => {
    const named = namesOf(about, readings).join(", ");
    return [
      "",
      ...wrapText("", `${named}:`, columns, INDENT),
      ...paragraph(INDENT, sentence, columns, INDENT),
    ];
  });
}

/** `meter.*` for all of a device that was read. */
function namesOf(about: readonly TakenReading[], all: readonly TakenReading[]): readonly string[] {
  const devices = [...new Set(about.map(({ device }) => device))];
  return devices.flatMap((id) => {
    const own = about.filter(({ device }) => device === id);
    if (own.length > 1 && own.length === all.filter(({ device }) => device === id).length) return [`${id}.*`];
    const names = own.slice(0, MOST_DETAILED).map(({ point }) => `${id}.${point}`);
    return own.length > MOST_DETAILED ? [...names, "…"] : names;
  });
}
