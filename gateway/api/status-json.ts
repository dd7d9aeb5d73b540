import type { Language } from "../../drivers/core/message.js";
import type { ActiveAlarm } from "../core/alarms.js";
import type { DeviceMark } from "../core/device-marks.js";
import type { Meanings } from "../core/meanings.js";
import type { AlarmStatus, DeviceStatus } from "../core/status.js";

/** Raised alarms as the local API gives them, oldest first. */
export function alarmStatus(
  active: readonly ActiveAlarm[],
  language: Language,
  meanings: Meanings,
): readonly AlarmStatus[] {
  return active.map(({ event: _, since, state: __, text, ...rest }) => {
    const { device, kind, point, value } = rest;
    const isOfPoint = kind === "high" || kind === "low";
    const meaning = isOfPoint ? meanings.textOf(device, point, value, language) : undefined;
    return {
      ...rest,
      since: new Date(since).toISOString(),
      ...(meaning !== undefined && { meaning }),
      ...(text && { text: text[language] }),
    };
  });
}

/** Who works on a device, as the local API gives it. */
export function markStatus({
  device: _,
  since,
  until,
  ...rest
}: DeviceMark): NonNullable<DeviceStatus["mark"]> {
  return { ...rest, since: new Date(since).toISOString(), until: new Date(until).toISOString() };
}
