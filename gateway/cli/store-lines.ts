import { type Language, renderText, type Said, say } from "../../drivers/core/message.js";
import type { AuditStats } from "../core/audit.js";
import type { CardStats } from "../core/buffer.js";
import { CLI_MESSAGES as M } from "./messages.js";
import { number } from "./table.js";

/** What is written on the memory card, and how long it will last at that rate. */
export function cardLines(card: CardStats, language: Language): string[] {
  const giga = (bytes: number): string => number(bytes / 1e9, language, 2);
  const parts = [
    card.ownBytesADay === undefined
      ? say(M.card_measuring, { total: giga(card.ownBytes) })
      : say(M.card_own, { day: giga(card.ownBytesADay), total: giga(card.ownBytes) }),
  ];
  if (card.deviceBytes !== undefined && card.deviceBytesADay !== undefined) {
    parts.push(say(M.card_device, { day: giga(card.deviceBytesADay), total: giga(card.deviceBytes) }));
  }
  if (card.yearsLeft !== undefined && card.enduranceBytes !== undefined) {
    const years = number(card.yearsLeft, language, card.yearsLeft < 10 ? 1 : 0);
    const endurance = number(card.enduranceBytes / 1e12, language);
    parts.push(say(M.card_life, { years, endurance }));
  }
  const texts = parts.map((part) => renderText(part, language));
  return [`${renderText(say(M.label_card), language)}: ${texts.join("; ")}`];
}

/** Where the audit stands, and what is wrong with it. */
export function auditLines(audit: AuditStats, language: Language): string[] {
  const text = (said: Said): string => `  ${renderText(said, language)}`;
  const lines = [`${renderText(say(M.label_audit), language)}: ${audit.path}`];
  lines.push(text(say(M.audit_line, { last: number(audit.last, language), hash: audit.hash.slice(0, 16) })));
  if (audit.problem !== undefined) {
    lines.push(text(say(M.audit_unwritable, { waiting: audit.waiting, problem: audit.problem })));
  }
  if (audit.missing > 0) lines.push(text(say(M.audit_missing, { count: audit.missing })));
  return lines;
}
