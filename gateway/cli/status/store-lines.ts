import { type Language, renderText, type Said, say } from "../../../drivers/core/message.js";
import type { AuditStats } from "../../core/audit.js";
import type { CardStats } from "../../core/buffer.js";
import { wrapText } from "../../core/wrap-text.js";
import { CLI_MESSAGES as M } from "../messages.js";
import { cut, number } from "../table.js";

/** What is written on the memory card, and how long it will last at that rate. */
export function cardLines(card: CardStats, language: Language, columns: number): string[] {
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
  const text = parts.map((part) => renderText(part, language)).join("; ");
  return wrapText(`${renderText(say(M.label_card), language)}: `, text, columns, "  ");
}

/** Where the audit stands. */
export function auditLines(audit: AuditStats, language: Language, columns: number): string[] {
  const text = (said: Said): string[] => wrapText("  ", renderText(said, language), columns, "  ");
  return [
    cut(`${renderText(say(M.label_audit), language)}: ${audit.path}`, columns),
    ...text(say(M.audit_line, { last: number(audit.last, language), hash: audit.hash.slice(0, 16) })),
  ];
}
