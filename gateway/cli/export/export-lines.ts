import { type Language, type Message, renderText, say } from "../../../drivers/core/message.js";
import type { Value } from "../../../drivers/core/reading.js";
import type { GatewayConfig } from "../../core/config.js";
import type { DataRecord, GatewayRecord } from "../../core/record.js";
import type { Carries } from "../../forward/json-format.js";
import { isoTime, numberText, reasonOf, scaledText } from "../../forward/json-text.js";
import type { RecordLines } from "../buffer/record-lines.js";
import { stateWord } from "../mark-text.js";
import { qualityWord, reasonText } from "../quality-text.js";
import { type CsvForm, EXCEL, numberCell, PLAIN, row, textCell } from "./csv-cells.js";
import { EXPORT_MESSAGES as M } from "./export-messages.js";

/** A number with more digits than a spreadsheet keeps (15) is given to it as text. */
const MOST_DIGITS = 15;

export interface ReadingLinesOptions {
  readonly format: "excel" | "csv" | "jsonl";
  readonly config: GatewayConfig;
  readonly carries: Carries;
  readonly language: Language;
}

interface Known {
  readonly deviceName: string;
  readonly pointName: string;
  readonly unit: string;
}

/** A reading as it is written. */
interface Row {
  readonly t: number;
  readonly device: string;
  readonly point: string;
  readonly known: Known;
  /** JSON of the value; undefined: there is none. */
  readonly value: string | undefined;
  readonly quality: "good" | "uncertain" | "bad";
  readonly reason: string;
}

/** Readings, one a line, and an account of them. */
export class ReadingLines implements RecordLines {
  readonly head: string;
  readings = 0;
  /** Wall ms of the earliest and the latest reading. */
  first = Number.POSITIVE_INFINITY;
  last = Number.NEGATIVE_INFINITY;
  readonly #carries: Carries;
  readonly #known = new Map<string, Known>();
  readonly #line: (row: Row, record: DataRecord) => string;

  constructor({ carries, config, format, language }: ReadingLinesOptions) {
    this.#carries = carries;
    for (const { id, name, points } of config.devices.values()) {
      for (const point of points) {
        const pointName = point.name?.[language] ?? "";
        this.#known.set(`${id} ${point.id}`, { deviceName: name, pointName, unit: point.unit ?? "" });
      }
    }
    const sheet = EXCEL[language];
    this.head = format === "jsonl" ? "" : format === "csv" ? PLAIN_HEAD : sheetHead(sheet, language);
    this.#line =
      format === "jsonl"
        ? jsonLine
        : format === "csv"
          ? plainLine
          : sheetLine(sheet, language, config.gateway.timezone);
  }

  lines(record: GatewayRecord): string {
    if (record.kind !== "data") return "";
    const { flags, layout, t, values } = record.batch;
    let text = "";
    for (const [at, value] of values.entries()) {
      const point = layout.points[at];
      if (value === undefined || !point || !this.#carries(layout.device, point.id)) continue;
      const flag = flags?.find((one) => one.at === at);
      const shown = flag?.quality === "bad" ? undefined : jsonOf(value, point.decimals ?? 0);
      const quality = shown === undefined ? "bad" : (flag?.quality ?? "good");
      const reason = shown === undefined ? reasonOf(flag, value) : (flag?.reason ?? "");
      const known = this.#known.get(`${layout.device} ${point.id}`) ?? UNKNOWN;
      text += this.#line(
        { t, device: layout.device, point: point.id, known, value: shown, quality, reason },
        record,
      );
      this.readings++;
    }
    if (text !== "") {
      this.first = Math.min(this.first, t);
      this.last = Math.max(this.last, t);
    }
    return text;
  }
}

/** Of a device that the configuration does not know any more. */
const UNKNOWN: Known = { deviceName: "", pointName: "", unit: "" };

/** As the centre receives it; undefined where there is no value that could be written. */
function jsonOf(value: Value, decimals: number): string | undefined {
  switch (typeof value) {
    case "number":
      return numberText(value, decimals);
    case "bigint":
      return scaledText(value, decimals);
    case "boolean":
      return `${value}`;
    case "string":
      return JSON.stringify(value);
    default:
      return undefined;
  }
}

function jsonLine({ device, known, point, quality, reason, t, value }: Row, record: DataRecord): string {
  const { batch, clock, epoch, rev, seq } = record;
  const head = JSON.stringify({ t: isoTime(t), device, point }).slice(0, -1);
  const tail = JSON.stringify({
    ...(known.unit !== "" && { unit: known.unit }),
    quality,
    ...(reason !== "" && { reason }),
    ...(batch.state !== "measuring" && { state: batch.state }),
    ...(clock === "untrusted" && { clock }),
    epoch,
    rev,
    seq,
  }).slice(1);
  return `${head},"value":${value ?? "null"},${tail}\n`;
}

const PLAIN_HEAD = row(
  [
    ...["t", "device", "device_name", "point", "point_name", "value", "unit"],
    ...["quality", "reason", "state", "clock", "seq", "epoch"],
  ],
  PLAIN,
);

function plainLine({ device, known, point, quality, reason, t, value }: Row, record: DataRecord): string {
  const cell = (text: string): string => textCell(text, PLAIN);
  const names = [cell(device), cell(known.deviceName), cell(point), cell(known.pointName)];
  const measured = [valueCell(value, PLAIN), cell(known.unit), quality, reason, record.batch.state];
  return row([isoTime(t), ...names, ...measured, record.clock, `${record.seq}`, record.epoch], PLAIN);
}

function sheetHead(form: CsvForm, language: Language): string {
  const titles = [
    ...[M.head_time, M.head_ms, M.head_device, M.head_device_name, M.head_point, M.head_point_name],
    ...[
      M.head_value,
      M.head_unit,
      M.head_quality,
      M.head_reason,
      M.head_state,
      M.head_clock,
      M.head_seq,
      M.head_epoch,
    ],
  ];
  return (
    form.start +
    row(
      titles.map((title) => textCell(renderText(say(title), language), form)),
      form,
    )
  );
}

/** Dates as the spreadsheet of the language reads them, in the station's time; milliseconds, which it would drop, apart. */
function sheetLine(
  form: CsvForm,
  language: Language,
  timezone: string,
): (row: Row, record: DataRecord) => string {
  const time = sheetTime(timezone);
  const word = (message: Message<never>): string => textCell(renderText(say(message), language), form);
  const clocks = { trusted: word(M.clock_trusted), untrusted: word(M.clock_untrusted) };
  const cell = (text: string): string => textCell(text, form);
  return ({ device, known, point, quality, reason, t, value }, { batch, clock, epoch, seq }) =>
    row(
      [
        time(t),
        `${((t % 1000) + 1000) % 1000}`,
        ...[device, known.deviceName, point, known.pointName].map(cell),
        sheetValue(value, form),
        cell(known.unit),
        cell(qualityWord(quality, language)),
        reason === "" ? "" : cell(reasonText(reason, language)),
        batch.state === "measuring" ? "" : cell(stateWord(batch.state, language)),
        clocks[clock],
        `${seq}`,
        // Sixteen hexadecimal digits may look like a number with an exponent.
        cell(`#${epoch}`),
      ],
      form,
    );
}

/** `26/11/2026 14:05:09`, made anew once a second only. */
export function sheetTime(timezone: string): (t: number) => string {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: timezone,
    hourCycle: "h23",
    ...({ day: "2-digit", month: "2-digit", year: "numeric" } as const),
    ...({ hour: "2-digit", minute: "2-digit", second: "2-digit" } as const),
  });
  let second = Number.NaN;
  let text = "";
  return (t) => {
    const own = Math.floor(t / 1000);
    if (own !== second) {
      second = own;
      text = parts.format(own * 1000).replace(",", "");
    }
    return text;
  };
}

function valueCell(value: string | undefined, form: CsvForm): string {
  if (value === undefined) return "";
  if (value.startsWith('"')) {
    const text = JSON.parse(value) as string;
    return /^-?\d+$/.test(text) ? text : textCell(text, form);
  }
  return numberCell(value, form);
}

function sheetValue(value: string | undefined, form: CsvForm): string {
  const cell = valueCell(value, form);
  return /^-?\d/.test(cell) && cell.replace(/\D/g, "").length > MOST_DIGITS ? `'${cell}` : cell;
}
