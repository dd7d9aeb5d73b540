import { readFileSync } from "node:fs";
import type { Language, Message } from "../drivers/core/message.js";
import { PLAN_MESSAGES } from "../drivers/modbus/plan-messages.js";
import { GRAMMAR_MESSAGES } from "../drivers/profiles/grammar-messages.js";
import { LINT_MESSAGES } from "../drivers/profiles/lint-messages.js";

const PAGES: readonly (readonly [Language, string])[] = [
  ["en", "docs/en/profiles.md"],
  ["vi", "docs/vi/mau-thiet-bi.md"],
];
const BLOCK = /<!-- generated: messages -->\n(?:[\s\S]*?\n)??<!-- end -->/;
const HEADS: Readonly<Record<Language, string>> = {
  en: "| what it says | what to do |\n| --- | --- |",
  vi: "| báo | cách xử lý |\n| --- | --- |",
};

/** The pages that explain the format, with all that the linter says, as file (from the root) and text. */
export function profilePages(root: string): ReadonlyMap<string, string> {
  return new Map(
    PAGES.map(([language, file]) => {
      const block = `<!-- generated: messages -->\n${messageTable(language)}\n<!-- end -->`;
      return [file, readFileSync(root + file, "utf8").replace(BLOCK, () => block)];
    }),
  );
}

function messageTable(language: Language): string {
  const { group_too_wide, outside_zones } = PLAN_MESSAGES;
  const all: readonly Message[] = [
    ...Object.values(LINT_MESSAGES),
    ...Object.values(GRAMMAR_MESSAGES),
    group_too_wide,
    outside_zones,
  ];
  const rows = all.map(({ hint, text }) => `| ${cell(text[language])} | ${cell(hint?.[language] ?? "")} |`);
  return [HEADS[language], ...rows].join("\n");
}

/** Parameters in braces become dots; what a table would take for its own is escaped. */
function cell(text: string): string {
  return text
    .replace(/\{\w+\}/g, "…")
    .replaceAll("|", "\\|")
    .replaceAll("<", "&lt;");
}
