import { type Language, type Message, renderText, say } from "../../../drivers/core/message.js";
import type { AlarmStatus } from "../../core/status.js";
import { wrapText } from "../../core/wrap-text.js";
import { CLI_MESSAGES as M } from "../messages.js";
import { number, timeOfDay, withMeaning } from "../table.js";

const SEVERITIES: Readonly<Record<AlarmStatus["severity"], Message<never>>> = {
  info: M.severity_info,
  warning: M.severity_warning,
  critical: M.severity_critical,
};

const KINDS: Readonly<Record<AlarmStatus["kind"], Message<"limit" | "value">>> = {
  high: M.alarm_high,
  low: M.alarm_low,
  rate: M.alarm_rate,
  stale: M.alarm_stale,
};

/** One alarm as a sentence. */
export function alarmText(alarm: AlarmStatus, language: Language): string {
  const { device, point, severity, text } = alarm;
  // A number that has a word is a code.
  const decimals = alarm.meaning === undefined ? 3 : 0;
  const value = withMeaning(number(alarm.value, language, decimals), alarm.meaning);
  const values = { value, limit: number(alarm.limit, language, decimals) };
  const what = renderText(say(KINDS[alarm.kind], values), language);
  const word = renderText(say(SEVERITIES[severity]), language);
  return `${word}: ${device}.${point} ${what}${text === undefined ? "" : `: ${text}`}`;
}

/** What is raised, one after the other, with the time since when. */
export function alarmLines(
  alarms: readonly AlarmStatus[],
  language: Language,
  columns: number,
): readonly string[] {
  return alarms.flatMap((alarm) =>
    wrapText("", `${timeOfDay(alarm.since)} ${alarmText(alarm, language)}`, columns, "  "),
  );
}

/** Turns lists of what is raised into lines of what was raised and cleared. */
export class AlarmChanges {
  readonly #json: boolean;
  readonly #language: Language;
  #before = new Map<string, AlarmStatus>();

  constructor(json: boolean, language: Language) {
    this.#json = json;
    this.#language = language;
  }

  linesFor(alarms: readonly AlarmStatus[]): readonly string[] {
    const now = new Map(alarms.map((alarm) => [`${alarm.device}.${alarm.point} ${alarm.alarm}`, alarm]));
    const raised = [...now].filter(([key, { since }]) => this.#before.get(key)?.since !== since);
    const cleared = [...this.#before].filter(([key]) => !now.has(key));
    this.#before = now;
    return [
      ...cleared.map(([, alarm]) => this.#line(alarm, "cleared")),
      ...raised.map(([, alarm]) => this.#line(alarm, "raised")),
    ];
  }

  #line(alarm: AlarmStatus, state: "raised" | "cleared"): string {
    if (this.#json) return JSON.stringify({ event: "alarm", state, ...alarm });
    const word = renderText(say(state === "raised" ? M.alarm_raised : M.alarm_cleared), this.#language);
    return `${alarm.since} ${word} ${alarmText(alarm, this.#language)}`;
  }
}
