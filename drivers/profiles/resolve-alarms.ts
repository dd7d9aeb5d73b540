import { type Said, say, type Text } from "../core/message.js";
import type { Alarm, AlarmKind, DataType } from "../core/point.js";
import type { WrittenAlarm } from "./alarm-schema.js";
import { PROFILE_MESSAGES as M } from "./messages.js";

const KINDS = ["high", "low", "rate", "stale"] as const satisfies readonly AlarmKind[];

/** Makes complete alarms from what was written of a point, or says what is wrong with them. */
export function resolveAlarms(
  written: WrittenAlarm | readonly WrittenAlarm[],
  type: DataType,
  fault: (key: string, said: Said) => void,
): readonly Alarm[] {
  const list: readonly WrittenAlarm[] = Array.isArray(written) ? written : [written as WrittenAlarm];
  const alarms: Alarm[] = [];
  for (const one of list) {
    const alarm = resolveOne(one, type, fault);
    if (!alarm) continue;
    if (alarms.some(({ id }) => id === alarm.id)) fault("alarm", say(M.alarm_twice, { id: alarm.id }));
    alarms.push(alarm);
  }
  return alarms;
}

function resolveOne(
  written: WrittenAlarm,
  type: DataType,
  fault: (key: string, said: Said) => void,
): Alarm | undefined {
  const kinds = KINDS.filter((kind) => written[kind] !== undefined);
  const [kind] = kinds;
  if (!kind || kinds.length > 1) {
    fault("alarm", say(M.alarm_one_limit));
    return undefined;
  }
  const numeric = type !== "bool" && type !== "string";
  if (!numeric && kind !== "stale") fault("alarm", say(M.not_for_type, { key: kind, type }));
  const { delay = 0, hysteresis = 0, id = kind, severity = "warning", text } = written;
  const limit = written[kind] ?? 0;
  if (kind === "stale") {
    if (limit === 0) fault("alarm", say(M.too_small, { key: "stale", value: 0, limit: "1s" }));
    if (written.hysteresis !== undefined) fault("alarm", say(M.alarm_no_hysteresis));
  }
  if (kind === "rate" && hysteresis > limit) fault("alarm", say(M.alarm_never_clears));
  return {
    id,
    kind,
    limit: kind === "stale" ? limit / 1_000 : limit,
    delayMs: delay,
    hysteresis,
    severity,
    ...(text !== undefined && { text: bothLanguages(text) }),
  };
}

function bothLanguages(text: string | Text): Text {
  return typeof text === "string" ? { vi: text, en: text } : { vi: text.vi, en: text.en };
}
