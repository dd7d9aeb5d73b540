import { readFileSync } from "node:fs";
import type { Language, Message } from "../drivers/core/message.js";
import { PLAN_MESSAGES } from "../drivers/modbus/plan-messages.js";
import { GRAMMAR_MESSAGES } from "../drivers/profiles/grammar-messages.js";
import { LINT_MESSAGES } from "../drivers/profiles/lint-messages.js";
import { QUANTITIES } from "../drivers/profiles/quantities.js";
import { CONVERTIBLE_UNITS } from "../drivers/profiles/unit-conversion.js";
import { UCUM } from "../drivers/profiles/units.js";

const PAGES: readonly (readonly [Language, string])[] = [
  ["en", "docs/en/profiles.md"],
  ["vi", "docs/vi/mau-thiet-bi.md"],
];
const BLOCK = /<!-- generated: (messages|words) -->\n(?:[\s\S]*?\n)??<!-- end -->/g;
const HEADS: Readonly<Record<Language, string>> = {
  en: "| what it says | what to do |\n| --- | --- |",
  vi: "| báo | cách xử lý |\n| --- | --- |",
};

/** The pages that explain the format, with all that the linter says, as file (from the root) and text. */
export function profilePages(root: string): ReadonlyMap<string, string> {
  return new Map(
    PAGES.map(([language, file]) => {
      const text = readFileSync(root + file, "utf8").replace(BLOCK, (_, what: string) => {
        const content = what === "words" ? wordTable(language) : messageTable(language);
        return `<!-- generated: ${what} -->\n${content}\n<!-- end -->`;
      });
      return [file, text];
    }),
  );
}

const WORD_KEYS = ["quantity", "unit", "unit_from"] as const;

function wordTable(language: Language): string {
  const lists = [QUANTITIES, [...UCUM.keys()], CONVERTIBLE_UNITS];
  const rows = lists.map((list, n) => {
    const words = list.map((word) => `\`${word}\``).join(" ");
    return `| \`${WORD_KEYS[n]}\` | ${words} |`;
  });
  return [language === "vi" ? "| khóa | từ |" : "| key | words |", "| --- | --- |", ...rows].join("\n");
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
export function cell(text: string): string {
  return text
    .replace(/\{\w+\}/g, "…")
    .replaceAll("|", "\\|")
    .replaceAll("<", "&lt;");
}
