import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * One spelling of Vietnamese: tone marks as in `h\u00f3a`, `kh\u1ecfe`, `th\u1ee7y` (on the first of two vowels
 * that end a word; `qu\u00fd` is another matter, there u belongs to the consonant), and text in Unicode NFC, so
 * that searching and comparing work.
 */
const OLD =
  /(?<!q)(?:o[\u00e1\u00e0\u1ea3\u00e3\u1ea1\u00e9\u00e8\u1ebb\u1ebd\u1eb9]|u[\u00fd\u1ef3\u1ef7\u1ef9\u1ef5])(?!\p{L})/iu;
const WORD = /\p{L}+/gu;

/** Words of the text that are spelled the old way. */
export function oldSpellings(text: string): string[] {
  return [...text.normalize("NFC").matchAll(WORD)].map(([word]) => word).filter((word) => OLD.test(word));
}

export function isComposed(text: string): boolean {
  return text === text.normalize("NFC");
}

const FOLDERS = ["config", "docs", "drivers", "gateway", "scripts", "simulators"];
/** Tests may spell wrongly: they look whether it is found. */
const TEXT = /(?<!\.test)\.(?:ts|md|yaml|json)$/;

/** Every mistake in the texts of the tree at `root`, as `file:line: what`. */
export function misspellings(root: string): string[] {
  const files = [
    ...readdirSync(root).filter((name) => name.endsWith(".md")),
    ...FOLDERS.flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => TEXT.test(name))
        .map((name) => `${folder}/${name}`),
    ),
  ];
  return files.flatMap((file) =>
    readFileSync(join(root, file), "utf8")
      .split("\n")
      .flatMap((line, at) => [
        ...oldSpellings(line).map((word) => `${file}:${at + 1}: ${word} is spelled the old way`),
        ...(isComposed(line) ? [] : [`${file}:${at + 1}: the text is not in Unicode NFC`]),
      ]),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = misspellings(fileURLToPath(new URL("../../", import.meta.url)));
  for (const line of found) console.error(line);
  if (found.length > 0) process.exitCode = 1;
  else console.log("spelling: as the glossary says");
}
