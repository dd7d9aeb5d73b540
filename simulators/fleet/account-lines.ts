import { type Language, renderText, type Said, say } from "../../drivers/core/message.js";
import type { FleetAccount } from "./account.js";
import type { Forecast, Measured } from "./forecast.js";
import { FLEET_MESSAGES as M } from "./messages.js";
import { numberText } from "./view.js";

export interface FinalReport {
  readonly account: FleetAccount;
  /** False: the subscriber did not answer at the end. */
  readonly checked: boolean;
  /** Absent where the run was too short. */
  readonly measured?: Measured | undefined;
  readonly forecast?: Forecast | undefined;
  /** Cores and their name, and its load over the last minute. */
  readonly machine: string;
  readonly load: number;
}

/** With fewer gateways what a broker costs by itself hides what each of them costs. */
const ENOUGH = 1_000;

/** The final account, for people. Pure. */
export function accountLines(report: FinalReport, language: Language): string[] {
  const { account, checked, forecast, load, machine, measured } = report;
  const text = (said: Said): string => renderText(said, language);
  const n = (value: number, digits = 0): string => numberText(value, language, digits);
  const verdict = account.complete
    ? say(M.checked_complete, { received: n(account.received), gateways: n(account.gateways) })
    : say(M.checked_incomplete, {
        missing: n(account.missing),
        gaps: n(account.open_gaps),
        waiting: n(account.waiting),
        conflicts: n(account.conflicts),
        surplus: n(account.surplus),
        unreadable: n(account.unreadable),
        unheard: n(account.unheard),
      });
  const lines = [
    text(checked ? verdict : say(M.not_checked)),
    text(
      say(M.account_numbers, {
        numbered: n(account.numbered),
        received: n(account.received),
        late: n(account.sent_late),
        lost: n(account.told_lost),
        voided: n(account.told_void),
        uncertain: n(account.uncertain),
      }),
    ),
    text(
      say(M.account_again, {
        duplicates: n(account.duplicates),
        resent: n(account.sent_again_on_request),
        told: n(account.gaps_told),
        closed: n(account.gaps_closed),
        asked: n(account.asked),
        answered: n(account.answered),
      }),
    ),
  ];
  if (!measured || !forecast) return lines;
  const { brokerCores, brokerRssBytes } = measured;
  const seen =
    brokerCores === undefined || brokerRssBytes === undefined
      ? text(say(M.broker_unseen))
      : text(say(M.broker_usage, { cpu: n(brokerCores * 100, 1), memory: n(brokerRssBytes / 1e6) }));
  const { broker_cores: cores, broker_mb: memory } = forecast;
  const needed =
    cores === undefined || memory === undefined
      ? text(say(M.forecast_no_broker))
      : text(say(M.forecast_broker, { cores: n(cores, 1), memory: n(memory) }));
  return [
    ...lines,
    text(
      say(M.measured, {
        seconds: n(measured.seconds),
        messages: n(measured.messagesPerSecond, 1),
        peak: n(measured.peakMessagesPerSecond),
        kilobytes: n(measured.sentBytesPerSecond / 1000, 1),
        broker: seen,
        load: n(load, 2),
      }),
    ),
    text(
      say(M.forecast, {
        gateways: n(forecast.gateways),
        connections: n(forecast.connections),
        messages: n(forecast.messages_per_second),
        peak: n(forecast.peak_messages_per_second),
        in: n(forecast.mbit_in, 1),
        out: n(forecast.mbit_out, 1),
        retained: n(forecast.retained_messages),
        retainedMb: n(forecast.retained_mb),
        broker: needed,
        returning: n(forecast.connections_per_second),
        each: n(forecast.mb_a_month_each, 1),
      }),
    ),
    text(say(M.forecast_basis, { gateways: n(measured.gateways), machine })),
    ...(measured.gateways < ENOUGH ? [text(say(M.forecast_small))] : []),
  ];
}
