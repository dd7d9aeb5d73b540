import type { ReadingBatch } from "../../drivers/core/reading.js";
import type { GatewayEvent } from "../core/event.js";
import { type DeviceHealth, nextHealth, UNKNOWN_HEALTH } from "./device-health.js";
import { judge } from "./judge.js";
import { firstReportState, type Report, type ReportState, report } from "./report.js";
import type { Rules } from "./rules.js";

/** What the stage remembers of one device: its health, and what was reported of each request. */
export interface ProcessState {
  health: DeviceHealth;
  readonly reports: Map<Rules, ReportState>;
}

export interface Processed {
  /** Every reading of the batch, judged: for the live values. */
  readonly judged: ReadingBatch;
  /** What is reported, at most one batch for each priority. */
  readonly reports: readonly Report[];
  readonly event?: GatewayEvent;
}

export function firstProcessState(): ProcessState {
  return { health: UNKNOWN_HEALTH, reports: new Map() };
}

/**
 * From what a request gave to what is stored: range check, report by exception, health of the device.
 * No I/O and no clock (the batch brings its times); `state` is taken over and brought up to date.
 */
export function process(rules: Rules, state: ProcessState, batch: ReadingBatch): Processed {
  const judged = judge(rules, batch);
  let reported = state.reports.get(rules);
  if (!reported) {
    reported = firstReportState(rules);
    state.reports.set(rules, reported);
  }
  const reports = report(rules, reported, judged);
  const { health, event } = nextHealth(state.health, judged);
  state.health = health;
  return event ? { judged, reports, event } : { judged, reports };
}
