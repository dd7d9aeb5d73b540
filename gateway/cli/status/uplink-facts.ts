import { type Language, renderText, say } from "../../../drivers/core/message.js";
import type { UplinkStatus } from "../../core/status.js";
import { CLI_MESSAGES as M } from "../messages.js";
import { number } from "../table.js";

const TOLD_DAYS = 30;

/** What a person should know of an uplink besides its line in the table. */
export function uplinkFacts(uplink: UplinkStatus, language: Language): readonly string[] {
  const { backlogWaits, certificates, deadLetters, sentTodayBytes } = uplink;
  const facts: string[] = [];
  if (backlogWaits === "day") {
    const size = number(sentTodayBytes / 1e6, language, 1);
    facts.push(renderText(say(M.backlog_waits_day, { size }), language));
  }
  if (deadLetters && deadLetters.records + deadLetters.dropped > 0) {
    const count = number(deadLetters.records + deadLetters.dropped, language);
    facts.push(renderText(say(M.dead_letters, { count, path: deadLetters.path }), language));
  }
  for (const { daysLeft, file, of, until } of certificates ?? []) {
    if (daysLeft === undefined || daysLeft > TOLD_DAYS) continue;
    const params = { file, date: until.slice(0, 10), days: number(daysLeft, language) };
    const entry = of === "broker" ? M.peer_certificate_ends : M.certificate_ends;
    facts.push(renderText(say(entry, params), language));
  }
  return facts;
}
