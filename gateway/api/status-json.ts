import type { Language } from "../../drivers/core/message.js";
import type { ActiveAlarm } from "../core/alarms.js";
import type { DeviceMark } from "../core/device-marks.js";
import type { AlarmStatus, DeviceStatus } from "../core/status.js";

/** Raised alarms as the local API gives them, oldest first. */
export function alarmStatus(active: readonly ActiveAlarm[], language: Language): readonly AlarmStatus[] {
  return active.map(({ event: _, since, state: __, text, ...rest }) => ({
    ...rest,
    since: new Date(since).toISOString(),
    ...(text && { text: text[language] }),
  }));
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
