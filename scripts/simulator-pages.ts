import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Language, renderText } from "../drivers/core/message.js";
import { lessonFiles } from "../gateway/cli/simulate/simulate-lesson.js";
import { siteNames } from "../gateway/cli/simulate/simulate-site.js";
import { ORDER_ROWS } from "../simulators/configured/order-help.js";
import { LessonFile } from "../simulators/lessons/lesson-file.js";
import { ScenarioFile } from "../simulators/scenario/scenario-file.js";

const PAGES: readonly (readonly [Language, string])[] = [
  ["en", "docs/en/simulators.md"],
  ["vi", "docs/vi/mo-phong.md"],
];
const BLOCK = /<!-- generated: (sites|lessons|orders) -->\n(?:[\s\S]*?\n)??<!-- end -->/g;

/** The pages about the simulators and the README, with the sites and lessons that there are, as file and text. */
export function simulatorPages(root: string): ReadonlyMap<string, string> {
  const pages = new Map(
    PAGES.map(([language, file]) => {
      const text = readFileSync(root + file, "utf8").replace(BLOCK, (_, what: string) => {
        const tables: Readonly<Record<string, () => string>> = {
          sites: () => siteTable(root, language),
          lessons: () => lessonTable(root, language),
          orders: () => orderTable(language),
        };
        return `<!-- generated: ${what} -->\n${tables[what]?.()}\n<!-- end -->`;
      });
      return [file, text];
    }),
  );
  const names = siteNames(root).map((name) => `\`${name}\``);
  const readme = readFileSync(`${root}README.md`, "utf8").replace(
    /<!-- generated: site names -->\n(?:[\s\S]*?\n)??<!-- end -->/,
    () => `<!-- generated: site names -->\nSites: ${names.join(", ")}.\n<!-- end -->`,
  );
  return pages.set("README.md", readme);
}

const HEADS: Readonly<
  Record<
    Language,
    { readonly sites: string; readonly lessons: string; readonly orders: string; readonly real: string }
  >
> = {
  en: {
    sites: "| site | what is to be seen |",
    lessons: "| | lesson | site |",
    orders: "| order | |",
    real: "built on",
  },
  vi: {
    sites: "| trạm | có gì để xem |",
    lessons: "| | bài | trạm |",
    orders: "| lệnh | |",
    real: "theo sự việc",
  },
};

/** Every order that makes a fault, or ends it. */
function orderTable(language: Language): string {
  const rows = ORDER_ROWS.map(({ help, usage }) => {
    const text = renderText({ message: help, params: {} }, language);
    return `| \`${usage.replaceAll("|", "\\|")}\` | ${text.replaceAll("|", "\\|").replaceAll("\n", " ")} |`;
  });
  return [HEADS[language].orders, "| --- | --- |", ...rows].join("\n");
}

function siteTable(root: string, language: Language): string {
  const folder = join(root, "config/examples");
  const rows = siteNames(root).map((name) => {
    const file = ScenarioFile.read(join(folder, `${name}.scenario.yaml`));
    if (!(file instanceof ScenarioFile)) throw new Error(`${name} cannot be read`);
    const { about, name: title } = file.written;
    return `| \`${name}\` | **${title[language]}.** ${about?.[language] ?? ""} |`;
  });
  return [HEADS[language].sites, "| --- | --- |", ...rows].join("\n");
}

function lessonTable(root: string, language: Language): string {
  const { lessons, real } = HEADS[language];
  const rows = [...lessonFiles(root)].map(([number, path]) => {
    const file = LessonFile.read(path);
    if (!(file instanceof LessonFile)) throw new Error(`${path} cannot be read`);
    const { name, site, source } = file.written;
    const incident = source === undefined ? "" : ` (${real}: ${source})`;
    return `| ${number} | ${name[language]}${incident} | \`${site}\` |`;
  });
  return [lessons, "| --- | --- | --- |", ...rows].join("\n");
}
