import {
  type Language,
  type Message,
  render,
  renderText,
  type Said,
  say,
} from "../../../drivers/core/message.js";
import type { WriteAnswer, WritePlan } from "../../core/point-access.js";
import { wrapText } from "../../core/wrap-text.js";
import type { Io } from "../io.js";
import { qualityText } from "../quality-text.js";
import { displayWidth, withMeaning, withUnit } from "../table.js";
import { spanOf } from "./raw-table.js";
import { paragraph, plainText, valueText, wordsText } from "./read-lines.js";
import { WRITE_MESSAGES as M } from "./write-messages.js";

type Look = Pick<Io, "columns" | "language">;

const SAFETIES: Readonly<Record<string, Message<never>>> = {
  benign: M.safety_benign,
  actuator: M.safety_actuator,
  dangerous: M.safety_dangerous,
};

/** What would be done, before it is done. */
export function planLines(plan: WritePlan, { columns, language }: Look): readonly string[] {
  const text = (message: Message<never>): string => renderText(say(message), language);
  const { device, deviceName, keeps, name, point, request, safety, verify, words } = plan;
  const title = [point === undefined ? device : `${device}.${point}`, deviceName, name]
    .filter(Boolean)
    .join("  ");
  const { function: code, table, unit } = request;
  const span = spanOf(request.address, request.count);
  const wire = say(M.wire, { table, span, function: code, unit, words: wordsText(table, words) });
  const check =
    verify === "point"
      ? say(M.verify_point)
      : verify === "none"
        ? say(M.verify_none)
        : say(M.verify_at, verify);
  const rows: readonly (readonly [Message<never>, string])[] = [
    [M.plan_present, presentText(plan, language)],
    [M.plan_new, newValue(plan, language)],
    ...(plan.bounds === undefined ? [] : [[M.plan_bounds, plan.bounds] as const]),
    [M.plan_wire, renderText(wire, language)],
    [M.plan_verify, renderText(check, language)],
    ...(keeps ? [[M.plan_keeps, text(keeps === "nvram" ? M.keeps_nvram : M.keeps_ram)] as const] : []),
    ...(safety && SAFETIES[safety] ? [[M.plan_safety, text(SAFETIES[safety])] as const] : []),
  ];
  const width = Math.max(...rows.map(([label]) => displayWidth(text(label))));
  const lines = wrapText("", title, columns, "  ");
  for (const [label, value] of rows) {
    const head = `  ${text(label)}${" ".repeat(width - displayWidth(text(label)))}  `;
    lines.push(...wrapText(head, value, columns, " ".repeat(width + 4)));
  }
  if (point === undefined) lines.push(...wrapText("", text(M.raw_warning), columns, ""));
  return lines;
}

/** What became of it. */
export function answerLines(answer: WriteAnswer, { columns, language }: Look): readonly string[] {
  const lines = paragraph("", render(saidOf(answer, language), language), columns, "  ");
  return answer.problem ? [...lines, ...paragraph("  ", answer.problem.text, columns, "  ")] : lines;
}

export function newValue(
  { meaning, request, unit, value, words, point }: WritePlan,
  language: Language,
): string {
  if (point === undefined) return wordsText(request.table, words);
  const shown = plainText(value, language);
  return withMeaning(withUnit(shown, unit), meaning);
}

function saidOf(answer: WriteAnswer, language: Language): Said {
  const { confirmed, plan, state } = answer;
  const { device, point, request } = plan;
  const target =
    point === undefined
      ? `${device} ${request.table} ${spanOf(request.address, request.count)}`
      : `${device}.${point}`;
  const facts = { target, value: newValue(plan, language) };
  switch (state) {
    case "verified":
      return say(confirmed ? M.verified : M.verified_unconfirmed, facts);
    case "different":
      return say(M.different, { ...facts, read_back: readBackText(answer, language) });
    case "refused":
      return say(M.refused, facts);
    case "not_sent":
      return say(M.not_sent, facts);
    case "confirmed":
      return say(M.confirmed_only, facts);
    default:
      return say(M.unknown, facts);
  }
}

function readBackText({ plan, readBack, readBackWords = [] }: WriteAnswer, language: Language): string {
  if (plan.point === undefined || readBack === undefined) return wordsText(plan.request.table, readBackWords);
  const shown = plainText(readBack, language);
  return withUnit(shown, plan.unit);
}

function presentText({ point, present, request }: WritePlan, language: Language): string {
  if (!present) return renderText(say(M.present_unknown), language);
  if (!("point" in present)) {
    return present.words ? wordsText(request.table, present.words) : (present.problem?.text ?? "–");
  }
  const value = valueText(present, language);
  const quality = present.quality === "good" ? "" : `  ${qualityText(present, language)}`;
  if (present.point === point) return value + quality;
  return renderText(say(M.present_at, { value, point: present.point }), language) + quality;
}
