import { readFileSync } from "node:fs";
import type { Language } from "../drivers/core/message.js";
import { CATEGORIES, categoryTitle } from "../drivers/profiles/categories.js";
import { ProfileLibrary } from "../drivers/profiles/library.js";
import type { Profile, ProfileVector } from "../drivers/profiles/profile.js";
import { DRIVER_FAMILIES } from "../drivers/registry.js";
import { linkText } from "../gateway/cli/profiles/profile-page.js";

const PAGES: readonly (readonly [Language, string])[] = [
  ["en", "docs/en/devices.md"],
  ["vi", "docs/vi/thiet-bi.md"],
];
const BLOCK = /<!-- generated: devices -->\n(?:[\s\S]*?\n)??<!-- end -->/;

const WORDS = {
  en: {
    head: ["device", "id", "confidence", "factory settings", "points", "variants", "writing to it", "frames"],
    sum: (count: number, points: number, proven: number) =>
      `${count} profiles with ${points} points; ${proven} of them carry frames that were recorded from a device or printed by its maker.`,
    origins: { recorded: "recorded", printed: "printed", computed: "computed" },
    writing: {
      "read-only": "nothing",
      benign: "settings",
      actuator: "switches, moves",
      dangerous: "dangerous",
    },
    none: "none",
  },
  vi: {
    head: [
      "thiết bị",
      "mã",
      "độ tin cậy",
      "cài đặt gốc",
      "số điểm",
      "biến thể",
      "khi ghi vào",
      "khung kiểm tra",
    ],
    sum: (count: number, points: number, proven: number) =>
      `${count} mẫu thiết bị, ${points} điểm; ${proven} mẫu có khung ghi từ thiết bị thật hoặc in trong tài liệu của hãng.`,
    origins: { recorded: "ghi thật", printed: "in trong tài liệu", computed: "tính ra" },
    writing: {
      "read-only": "không ghi",
      benign: "cài đặt",
      actuator: "đóng cắt, điều khiển",
      dangerous: "nguy hiểm",
    },
    none: "chưa có",
  },
} as const;

/** All profiles of the repository that can be used. */
export function allProfiles(root: string): readonly Profile[] {
  const library = new ProfileLibrary(`${root}config/profiles`, DRIVER_FAMILIES);
  return library.ids().flatMap((id) => library.get(id)?.profile ?? []);
}

/** The pages of all devices and the README: written by hand around a generated block, as file (from the root) and text. */
export function devicePages(root: string, profiles: readonly Profile[]): ReadonlyMap<string, string> {
  const texts = PAGES.map(([language, file]) => [file, tables(profiles, language)] as const);
  return new Map(
    [...texts, ["README.md", sumOf(profiles, "en")] as const].map(([file, text]) => {
      const block = `<!-- generated: devices -->\n${text}\n<!-- end -->`;
      return [file, readFileSync(root + file, "utf8").replace(BLOCK, () => block)];
    }),
  );
}

/** Whether it carries a frame that was not made by software. */
export function isProven({ vectors }: Profile): boolean {
  return vectors.some(({ origin }) => origin !== "computed");
}

function sumOf(profiles: readonly Profile[], language: Language): string {
  const points = profiles.reduce((total, profile) => total + profile.points.size, 0);
  return WORDS[language].sum(profiles.length, points, profiles.filter(isProven).length);
}

function tables(profiles: readonly Profile[], language: Language): string {
  const { head } = WORDS[language];
  const sections = CATEGORIES.flatMap((category) => {
    const own = profiles.filter((profile) => profile.category === category);
    if (own.length === 0) return [];
    const rows = own.map((profile) => `| ${cells(profile, language).join(" | ")} |`);
    const line = `|${head.map(() => " --- ").join("|")}|`;
    return [`## ${categoryTitle(category)[language]}`, "", `| ${head.join(" | ")} |`, line, ...rows, ""];
  });
  return [sumOf(profiles, language), "", ...sections].join("\n").trimEnd();
}

function cells(profile: Profile, language: Language): readonly string[] {
  const { confidence, id, links, points, safety, title, variants, vectors } = profile;
  const { none, origins, writing } = WORDS[language];
  const [factory] = links;
  const kinds = new Map<ProfileVector["origin"], number>();
  for (const { origin } of vectors) kinds.set(origin, (kinds.get(origin) ?? 0) + 1);
  const frames = (["recorded", "printed", "computed"] as const).flatMap((origin) =>
    kinds.has(origin) ? [`${kinds.get(origin)} ${origins[origin]}`] : [],
  );
  return [
    `[${title[language]}](../../config/profiles/${id}.yaml)`,
    `\`${id}\``,
    confidence,
    factory ? linkText(factory, language) : "",
    String(points.size),
    Object.keys(variants).join(", "),
    writing[safety],
    frames.length > 0 ? frames.join(", ") : none,
  ].map((cell) => cell.replaceAll("|", "\\|"));
}
