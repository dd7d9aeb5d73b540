import { type Language, render, type Said, say } from "../../../drivers/core/message.js";
import type { GatewayStatus } from "../../core/status.js";
import { stateWord } from "../mark-text.js";
import { alarmText } from "../status/alarm-lines.js";
import { statusFindings } from "../status/status-findings.js";
import { number } from "../table.js";
import type { OpenItem, StationReport } from "./report-data.js";
import { REPORT_MESSAGES as M } from "./report-messages.js";

/** More names than these are counted only. */
const NAMED = 5;
const ORDER: Readonly<Record<OpenItem["level"], number>> = { problem: 0, warning: 1, todo: 2 };

/** What the doctor found that is not well. */
export interface ExaminedItem {
  readonly level: "problem" | "warning";
  readonly check: string;
  readonly text: string;
}

/** All that is not well or not done, what hurts now first. Pure. */
export function openItems(
  report: Omit<StationReport, "open">,
  status: GatewayStatus,
  examined: readonly ExaminedItem[],
): readonly OpenItem[] {
  const { language } = report;
  const items: OpenItem[] = [];
  const add = (level: OpenItem["level"], where: string | undefined, text: string): void => {
    items.push(where === undefined ? { level, text } : { level, where, text });
  };
  const tell = (level: OpenItem["level"], where: string | undefined, said: Said): void =>
    add(level, where, render(said, language));
  // The doctor tells of the clock, and with more advice.
  for (const { text, where } of statusFindings({ ...status, clock: "trusted" }, language)) {
    add("problem", where, text);
  }
  for (const { check, level, text } of examined) add(level, check, text);
  for (const alarm of status.alarms)
    tell("problem", undefined, say(M.alarm, { text: alarmText(alarm, language) }));
  for (const { id, mark } of status.devices) {
    if (!mark) continue;
    const { by, state, until } = mark;
    tell(
      "todo",
      id,
      say(M.marked, { state: stateWord(state, language), until: localTime(until, report), by, device: id }),
    );
  }
  // Of a configuration without any uplink the doctor has told.
  const isTold = report.uplinks.length === 0 && examined.some(({ check }) => check === "network");
  if (!isTold) testItems(report, language, tell);
  capacityItem(report, language, tell);
  for (const { id } of report.devices) {
    const never = report.readings.filter(({ device, quality }) => device === id && quality === "none");
    if (never.length === 0) continue;
    const points = named(never.map(({ point }) => point));
    tell("problem", id, say(M.never_read, { count: number(never.length, language), points, device: id }));
  }
  const nameless = report.devices.flatMap(({ id, serial, serial_read }) =>
    (serial ?? serial_read) ? [] : [id],
  );
  const [first] = nameless;
  if (first !== undefined) tell("todo", undefined, say(M.no_serials, { devices: named(nameless), first }));
  return items.sort((a, b) => ORDER[a.level] - ORDER[b.level]);
}

type Tell = (level: OpenItem["level"], where: string | undefined, said: Said) => void;

function testItems(
  { buffer_test: test, uplinks }: Omit<StationReport, "open">,
  language: Language,
  tell: Tell,
): void {
  if (!uplinks.some(({ url }) => /^mqtts?:/.test(url))) tell("todo", undefined, say(M.no_uplink));
  else if (test.result === "not_done") tell("todo", undefined, say(M.test_not_done));
  else if (test.ended_by !== undefined) tell("todo", test.uplink, say(M.test_ended, { end: test.ended_by }));
  else if (test.result === "failed") {
    const counts = { left: number(test.left_records, language), lost: number(test.lost_records, language) };
    tell("problem", test.uplink, say(M.test_failed, counts));
  }
}

function capacityItem({ buffer }: Omit<StationReport, "open">, language: Language, tell: Tell): void {
  if (buffer.days_that_fit < buffer.keep_at_least_days) {
    const days = number(buffer.days_that_fit, language);
    tell(
      "warning",
      undefined,
      say(M.below_promise, { days, keep: number(buffer.keep_at_least_days, language) }),
    );
  }
}

function named(names: readonly string[]): string {
  const shown = names.slice(0, NAMED).join(", ");
  return names.length > NAMED ? `${shown}, … (+${names.length - NAMED})` : shown;
}

/** Of the station. */
export function localTime(
  iso: string,
  { language, station }: Pick<StationReport, "language" | "station">,
): string {
  const options = { timeZone: station.timezone, hour12: false } as const;
  const date = new Date(iso).toLocaleDateString(language === "vi" ? "vi-VN" : "en-GB", {
    ...options,
    day: "2-digit",
    month: "2-digit",
    year: "numeric",
  });
  return `${date} ${new Date(iso).toLocaleTimeString("en-GB", options)}`;
}
