import { ConfigurationError } from "../../../drivers/core/errors.js";
import { type Language, renderText, say } from "../../../drivers/core/message.js";
import { CATEGORIES, categoryTitle, isCategory } from "../../../drivers/profiles/categories.js";
import type { Profile } from "../../../drivers/profiles/profile.js";
import type { ExitCode, Io } from "../io.js";
import { number, tableLines } from "../table.js";
import { tellSaid } from "../tell-said.js";
import { openLibrary, readLibrary } from "./profile-library.js";
import { PROFILE_VERB_MESSAGES as M } from "./profile-messages.js";
import { categoryOf, corrected, found } from "./profile-search.js";

export interface Wish {
  readonly words: readonly string[];
  readonly category: string | undefined;
  readonly json: boolean;
}

/** Lists the profiles, or those that are searched for. Exit code 1 where there are none. */
export async function listProfiles({ category, json, words }: Wish, io: Io): Promise<ExitCode> {
  const field = category === undefined ? undefined : categoryOf(category);
  if (category !== undefined && !field) {
    throw new ConfigurationError(M.unknown_category, { category, known: CATEGORIES.join(", ") });
  }
  const { faulty, profiles } = await readLibrary(
    openLibrary(io),
    io,
    renderText(say(M.reading), io.language),
  );
  const ofField = field === undefined ? profiles : profiles.filter((profile) => profile.category === field);
  const shown = found(ofField, words);
  if (faulty.length > 0) {
    const said = say(M.faulty_profiles, { count: faulty.length, ids: faulty.join(", ") });
    tellSaid(io, said, { to: "stderr" });
  }
  if (json) io.stdout.write(`${JSON.stringify(shown.map(listedJson))}\n`);
  else if (shown.length > 0) io.stdout.write(`${listLines(shown, io.language, io.columns).join("\n")}\n`);
  if (shown.length > 0) return 0;
  const sentence = renderText(say(M.nothing_found, { words: words.join(" ") }), io.language);
  const better = corrected(ofField, words);
  const hint = better && ` ${renderText(say(M.perhaps, { words: better }), io.language)}`;
  io.stderr.write(`${sentence}${hint ?? ""}\n`);
  return 1;
}

function listedJson(profile: Profile): Readonly<Record<string, unknown>> {
  const { also, category, confidence, id, points, safety, title, variants, version } = profile;
  return {
    id,
    version,
    title,
    category: category ?? null,
    confidence,
    safety,
    points: points.size,
    variants: Object.keys(variants),
    also,
  };
}

/** Grouped by field of work, as lines of at most `columns`. */
export function listLines(profiles: readonly Profile[], language: Language, columns: number): string[] {
  const text = (message: Parameters<typeof say<never>>[0]): string => renderText(say(message), language);
  const groups = [
    ...CATEGORIES.map((category) => ({
      name: categoryTitle(category)[language],
      of: profiles.filter((profile) => profile.category === category),
    })),
    { name: text(M.no_category), of: profiles.filter(({ category }) => !isCategory(category)) },
  ].filter(({ of }) => of.length > 0);
  const rows = groups.flatMap(({ of }) =>
    of.map(({ confidence, id, points, title }) => [
      `  ${id}`,
      title[language],
      confidence,
      number(points.size, language),
    ]),
  );
  const head = [
    { title: `  ${text(M.label_id)}` },
    { title: text(M.label_title) },
    { title: text(M.label_confidence_short) },
    { title: text(M.label_points), right: true },
  ];
  const [first = "", ...body] = tableLines(head, rows, columns);
  let at = 0;
  const lines = [first];
  for (const { name, of } of groups) {
    lines.push(name, ...body.slice(at, at + of.length));
    at += of.length;
  }
  const points = profiles.reduce((sum, profile) => sum + profile.points.size, 0);
  const count = say(M.listed, { count: profiles.length, points: number(points, language) });
  const hint = say(M.show_hint, { id: profiles[0]?.id ?? "" });
  return [...lines, "", renderText(count, language), renderText(hint, language)];
}
