import type { Language } from "../../drivers/core/message.js";
import type { ActiveAlarm } from "../core/alarms.js";
import type { AlarmStatus } from "../core/status.js";

/** Raised alarms as the local API gives them, oldest first. */
export function alarmStatus(active: readonly ActiveAlarm[], language: Language): readonly AlarmStatus[] {
  return active.map(({ event: _, since, state: __, text, ...rest }) => ({
    ...rest,
    since: new Date(since).toISOString(),
    ...(text && { text: text[language] }),
  }));
}
