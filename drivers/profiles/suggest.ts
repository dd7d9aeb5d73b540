import { closest, distance } from "fastest-levenshtein";

/** The known word that was probably meant, or undefined where none is near. */
export function nearest(written: string, known: Iterable<string>): string | undefined {
  const words = [...known];
  if (words.length === 0) return undefined;
  const letters = (word: string): string => [...word.toLowerCase()].sort().join("");
  const same = words.find((word) => letters(word) === letters(written));
  if (same !== undefined) return same;
  const word = closest(written, words);
  const allowed = written.length < 4 ? 1 : Math.max(2, Math.floor(written.length / 3));
  return distance(written, word) <= allowed ? word : undefined;
}
