import { CATEGORIES, type Category, categoryTitle } from "../../../drivers/profiles/categories.js";
import type { Profile } from "../../../drivers/profiles/profile.js";
import { nearest } from "../../../drivers/profiles/suggest.js";

/** Without case, tone marks and the bar of đ: as people type in a hurry, and whichever way they spell `hóa`. */
export function folded(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{Mark}/gu, "")
    .replace(/[đĐ]/g, "d")
    .toLowerCase();
}

/** Profiles in which every word stands somewhere: id, titles, other names, field of work. */
export function found(profiles: readonly Profile[], words: readonly string[]): readonly Profile[] {
  const wanted = wordsOf(words);
  return profiles.filter((profile) => {
    const text = textOf(profile);
    return wanted.every((word) => text.includes(word));
  });
}

/** The words with what was probably meant for those that stand nowhere; undefined where nothing is near. */
export function corrected(profiles: readonly Profile[], words: readonly string[]): string | undefined {
  const texts = profiles.map(textOf);
  const known = new Set(
    texts.flatMap((text) => text.split(/[^\p{L}\p{N}]+/u)).filter((word) => word.length > 2),
  );
  const better = wordsOf(words).map((word) =>
    texts.some((text) => text.includes(word)) ? word : (nearest(word, known) ?? word),
  );
  return found(profiles, better).length > 0 ? better.join(" ") : undefined;
}

/** The field of work that a word means: its own, or part of its name in either language. */
export function categoryOf(word: string): Category | undefined {
  const wanted = folded(word);
  const exact = CATEGORIES.find((category) => category === wanted);
  return exact ?? CATEGORIES.find((category) => namesOf(category).some((name) => name.startsWith(wanted)));
}

function namesOf(category: Category): readonly string[] {
  const { vi, en } = categoryTitle(category);
  return [vi, en].flatMap((name) => folded(name).split(/[:,]\s*/));
}

function wordsOf(words: readonly string[]): readonly string[] {
  return words.flatMap((word) => folded(word).split(/\s+/)).filter((word) => word !== "");
}

function textOf({ also, category, id, title, variants }: Profile): string {
  const ofVariants = Object.values(variants).flatMap(({ vi, en }) => [vi, en]);
  const field = CATEGORIES.find((one) => one === category);
  const fields = field ? [field, categoryTitle(field).vi, categoryTitle(field).en] : [];
  return folded([id, title.vi, title.en, ...also, ...ofVariants, ...fields].join(" \n "));
}
