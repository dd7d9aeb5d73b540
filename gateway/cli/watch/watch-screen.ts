import { type Language, type Message, renderText, say } from "../../../drivers/core/message.js";
import type { ApiReading } from "../../api/reading-json.js";
import type { AlarmStatus } from "../../core/status.js";
import type { Io } from "../io.js";
import { CLI_MESSAGES as M } from "../messages.js";
import { qualityText } from "../quality-text.js";
import { alarmLines } from "../status/alarm-lines.js";
import { cut, number, tableLines, timeOfDay, unitText, withMeaning } from "../table.js";

/** How often the table is redrawn at most. */
const REDRAW_MS = 250;
const COLOURS: Readonly<Record<ApiReading["quality"], string | undefined>> = {
  good: undefined,
  uncertain: "33",
  bad: "31",
};

/**
 * A table of the latest values on the terminal's other screen. Only rows that changed are written, each over its old
 * self, so that nothing flickers; a terminal that was made wider or higher is drawn anew.
 */
export class WatchScreen {
  readonly #io: Io;
  readonly #latest = new Map<string, ApiReading>();
  #alarms: readonly AlarmStatus[] = [];
  #timer: NodeJS.Timeout | undefined;
  #shown: readonly string[] = [];
  #size = "";

  constructor(io: Io) {
    this.#io = io;
    io.stdout.write("\u001b[?1049h\u001b[?25l");
  }

  show(readings: readonly ApiReading[]): void {
    for (const reading of readings) this.#latest.set(`${reading.device}.${reading.point}`, reading);
    this.#later();
  }

  showAlarms(alarms: readonly AlarmStatus[]): void {
    this.#alarms = alarms;
    this.#later();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#io.stdout.write("\u001b[?25h\u001b[?1049l");
  }

  #later(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#draw();
    }, REDRAW_MS);
  }

  #draw(): void {
    const { colours, columns, language, stdout } = this.#io;
    const rows = process.stdout.rows ?? 24;
    const lines = watchLines([...this.#latest], this.#alarms, { colours, columns, language, rows });
    const size = `${columns}x${rows}`;
    const isNew = size !== this.#size;
    const changed = lines.flatMap((line, at) =>
      isNew || line !== this.#shown[at] ? [`\u001b[${at + 1};1H${line}\u001b[K`] : [],
    );
    const below = lines.length < this.#shown.length ? `\u001b[${lines.length + 1};1H\u001b[J` : "";
    this.#shown = lines;
    this.#size = size;
    const text = (isNew ? "\u001b[2J" : "") + changed.join("") + below;
    if (text !== "") stdout.write(text);
  }
}

interface Paper {
  readonly language: Language;
  readonly columns: number;
  readonly rows: number;
  readonly colours: boolean;
}

/** What is raised, the values by name, and a last line that tells how many there are and what had no room. */
export function watchLines(
  latest: readonly (readonly [string, ApiReading])[],
  alarms: readonly AlarmStatus[],
  { colours, columns, language, rows }: Paper,
): readonly string[] {
  const text = (message: Message<never>): string => renderText(say(message), language);
  const sorted = [...latest].sort(([a], [b]) => (a < b ? -1 : 1));
  const raised = alarmLines(alarms, language, columns);
  const [head = "", ...values] = tableLines(
    [
      { title: text(M.label_point) },
      { title: text(M.label_value), right: true },
      { title: "" },
      { title: text(M.label_quality) },
      { title: text(M.label_time), right: true },
    ],
    sorted.map(([name, reading]) => {
      const { meaning, t, unit, value } = reading;
      const shown =
        typeof value === "number" ? number(value, language) : value === null ? "-" : String(value);
      return [
        name,
        withMeaning(shown, meaning),
        unitText(unit),
        qualityText(reading, language),
        timeOfDay(t),
      ];
    }),
    columns,
  ).map((line) => cut(line, columns));
  const painted = values.map((line, at) => {
    const colour = COLOURS[sorted[at]?.[1].quality ?? "good"];
    return colours && colour !== undefined ? `\u001b[${colour}m${line}\u001b[0m` : line;
  });
  const above = raised.length > 0 ? [...raised.slice(0, Math.max(0, rows - 4)), "", head] : [head];
  const room = Math.max(0, rows - 1 - above.length);
  const hidden = sorted.slice(room);
  const bad = sorted.filter(([, { quality }]) => quality !== "good").length;
  const counts = { points: number(sorted.length, language), bad: number(bad, language) };
  const foot =
    hidden.length === 0
      ? say(M.watch_foot, counts)
      : say(M.watch_foot_hidden, { ...counts, hidden: number(hidden.length, language) });
  return [...above, ...painted.slice(0, room), cut(renderText(foot, language), columns)];
}
