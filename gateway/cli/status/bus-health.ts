import type { ExchangeStats } from "../../../drivers/core/exchange-stats.js";
import { type Language, type Message, renderText, say } from "../../../drivers/core/message.js";
import type { ConnectionStatus } from "../../core/status.js";
import { CLI_MESSAGES as M } from "../messages.js";
import { cut, number, tableLines } from "../table.js";

/** Where only some percent are good, tenths say nothing; where nearly all are, they do. */
const TENTHS_FROM = 99;

/**
 * How each bus and each device on it answers: a line each, and a second one with what went wrong, where anything
 * did. Empty before the first request.
 */
export function busHealthLines(
  connections: readonly ConnectionStatus[],
  language: Language,
  columns: number,
): string[] {
  const text = (message: Message<never>): string => renderText(say(message), language);
  const asked = connections.filter(({ stats }) => stats.requests > 0);
  if (asked.length === 0) return [];
  const entries = asked.flatMap(({ id, stats }) => [
    { name: id, stats: stats as ExchangeStats },
    ...Object.entries(stats.devices).map(([device, own]) => ({ name: `  ${device}`, stats: own })),
  ]);
  const [head = "", ...rows] = tableLines(
    [
      { title: text(M.label_bus) },
      { title: text(M.label_requests), right: true },
      { title: text(M.label_good_share), right: true },
      { title: text(M.label_median), right: true },
      { title: text(M.label_p99), right: true },
      { title: text(M.label_bus_share), right: true },
    ],
    entries.map(({ name, stats }) => [
      name,
      number(stats.requests, language),
      stats.requests > 0 ? goodShare(stats, language) : "-",
      stats.roundTrip ? number(stats.roundTrip.medianMs, language, 0) : "-",
      stats.roundTrip ? number(stats.roundTrip.p99Ms, language, 0) : "-",
      number(stats.busyShare * 100, language, 0),
    ]),
    columns,
  );
  const lines = entries.flatMap(({ stats }, at) => {
    const faults = faultsOf(stats, language);
    const row = rows[at] ?? "";
    return faults === "" ? [row] : [row, cut(`      ${faults}`, columns)];
  });
  return [head, ...lines];
}

/** Of all that was asked; never rounded up to 100 while one is missing. */
function goodShare({ good, requests }: ExchangeStats, language: Language): string {
  const percent = (good / requests) * 100;
  if (percent < TENTHS_FROM || good === requests) return number(Math.floor(percent), language);
  return number(Math.floor(percent * 10) / 10, language, 1);
}

function faultsOf(stats: ExchangeStats, language: Language): string {
  const counted: readonly [Message<"count">, number][] = [
    [M.count_timeouts, stats.timeouts],
    [M.count_damaged, stats.damaged],
    [M.count_late, stats.late],
    [M.count_foreign, stats.foreign],
  ];
  const words = counted.flatMap(([message, count]) =>
    count > 0 ? [renderText(say(message, { count: number(count, language) }), language)] : [],
  );
  const codes = Object.entries(stats.exceptionCodes).map(
    ([code, count]) => `${code} ×${number(count, language)}`,
  );
  if (codes.length > 0) {
    words.push(renderText(say(M.count_exceptions, { codes: codes.join(", ") }), language));
  }
  return words.join("; ");
}
