import { type Language, type Message, renderText, say } from "../../drivers/core/message.js";
import type { ApiReading } from "../api/reading-json.js";
import { isHealthDevice } from "../core/health.js";
import { pointMatcher } from "../core/point-pattern.js";
import type { AlarmStatus } from "../core/status.js";
import { AlarmChanges, alarmLines } from "./alarm-lines.js";
import { BUS_OPTIONS, busWish, watchBus } from "./bus-watch.js";
import { flag, repeated } from "./grammar/command.js";
import { verb } from "./grammar/declared-verb.js";
import { PATTERN } from "./grammar/kinds.js";
import { CONFIG } from "./grammar/shared-options.js";
import { localGateway } from "./local-gateway.js";
import { stateWord } from "./mark-text.js";
import { CLI_MESSAGES as M } from "./messages.js";
import { number, tableLines, timeOfDay, withMeaning } from "./table.js";
import type { Io } from "./verb.js";

/** How often the table is redrawn at most. */
const REDRAW_MS = 250;

export const watch = verb(
  {
    name: "watch",
    summary: M.watch_summary,
    about: M.watch_about,
    args: { patterns: repeated(PATTERN, M.watch_pattern) },
    options: { config: CONFIG, ...BUS_OPTIONS, json: flag(M.watch_json) },
    forms: [
      ["patterns", "config?", "json?"],
      ["bus", "record?", "seconds?", "config?", "json?"],
    ],
    examples: [
      'watch "well.*" -c config/examples/pump-station.yaml',
      "watch --bus rs485 --record bus.txt --seconds 60",
    ],
  },
  async ({ args, options }, io) => {
    const wish = busWish(args.patterns, options);
    const { json } = options;
    if (wish) return watchBus(await localGateway("watch", { options }, io), wish, json, io);
    const patterns = args.patterns.flatMap((pattern) => [pattern, `${pattern}.*`]);
    const matches = pointMatcher(patterns);
    // How the buses are is shown by `status`, and here to whoever asks for it.
    const wanted = (device: string, point: string): boolean =>
      patterns.length > 0 ? matches(device, point) : !isHealthDevice(device);
    const gateway = await localGateway("watch", { options }, io);
    const alarms = new AlarmChanges(json, io.language);
    const screen = !json && io.isTerminal ? new Screen(io) : undefined;
    try {
      for await (const seen of gateway.watch(io.language, io.signal)) {
        if (seen.event === "alarms") {
          const own = seen.alarms.filter(({ device, point }) => wanted(device, point));
          if (screen) screen.showAlarms(own);
          else for (const line of alarms.linesFor(own)) io.stdout.write(`${line}\n`);
          continue;
        }
        const own = seen.readings.filter(({ device, point }) => wanted(device, point));
        if (screen) screen.show(own);
        else for (const reading of own) io.stdout.write(`${lineOf(reading, json, io.language)}\n`);
      }
    } catch (error) {
      if (!io.signal.aborted) throw error;
    } finally {
      screen?.close();
    }
    return 0;
  },
);

const QUALITIES: Readonly<Record<ApiReading["quality"], Message<never>>> = {
  good: M.quality_good,
  uncertain: M.quality_uncertain,
  bad: M.quality_bad,
};

function qualityOf({ quality, reason, state }: ApiReading, language: Language): string {
  const word = renderText(say(QUALITIES[quality]), language);
  const text = reason === undefined ? word : `${word} (${reason})`;
  return state === undefined ? text : `${text}, ${stateWord(state, language)}`;
}

function lineOf(reading: ApiReading, json: boolean, language: Language): string {
  if (json) return JSON.stringify(reading);
  const { device, point, t, value } = reading;
  return `${t} ${device}.${point} ${withMeaning(value === null ? "-" : String(value), reading.meaning)} ${qualityOf(reading, language)}`;
}

/** A table of the latest values, redrawn in place on the terminal's other screen. */
class Screen {
  readonly #io: Io;
  readonly #latest = new Map<string, ApiReading>();
  #alarms: readonly AlarmStatus[] = [];
  #timer: NodeJS.Timeout | undefined;

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

  #later(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#draw();
    }, REDRAW_MS);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#io.stdout.write("\u001b[?25h\u001b[?1049l");
  }

  #draw(): void {
    const { columns, language, stdout } = this.#io;
    const text = (message: Message<never>): string => renderText(say(message), language);
    const rows = [...this.#latest].sort(([a], [b]) => (a < b ? -1 : 1));
    const raised = alarmLines(this.#alarms, language, columns);
    const values = tableLines(
      [
        { title: text(M.label_point) },
        { title: text(M.label_value), right: true },
        { title: text(M.label_quality) },
        { title: text(M.label_time), right: true },
      ],
      rows.map(([name, reading]) => {
        const { t, value } = reading;
        const shown =
          typeof value === "number" ? number(value, language) : value === null ? "-" : String(value);
        return [name, withMeaning(shown, reading.meaning), qualityOf(reading, language), timeOfDay(t)];
      }),
      columns,
    );
    const lines = raised.length > 0 ? [...raised, "", ...values] : values;
    const height = process.stdout.rows ?? 24;
    const body = lines.slice(0, height - 1).map((line) => `${line}\u001b[K`);
    stdout.write(`\u001b[H${body.join("\n")}\u001b[J`);
  }
}
