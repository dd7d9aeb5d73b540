import type { Source, Table } from "./check-texts.js";

/** What a code means for who meets it; from what the program does with it. */
export type Severity =
  | "use"
  | "connection"
  | "request"
  | "point"
  | "refused"
  | "fault"
  | "file"
  | "finding"
  | "told";

const CLASSES: Readonly<Record<string, Severity>> = {
  ConfigurationError: "use",
  LinkError: "connection",
  TransientError: "request",
  BusyError: "request",
  PermanentPointError: "point",
  RejectedError: "refused",
  InternalError: "fault",
};

/** What the command says of an error that is no TramError. */
const SPECIAL: Readonly<Record<string, Severity>> = { "cli.internal": "fault" };

/** Areas whose entries are found in YAML files: `tram check` and `tram profiles --check` name the line. */
const FILES = new Set(["config", "grammar", "lint", "profiles"]);

/** The codes that are thrown, each with the class it is thrown in: `LINE_MESSAGES.gone` is `link`. */
export function thrownCodes(
  tables: readonly Table[],
  sources: readonly Source[],
): ReadonlyMap<string, Severity> {
  const codes = new Map<string, string>();
  for (const { name, entries } of tables) {
    for (const [key, { code }] of Object.entries(entries)) codes.set(`${name}.${key}`, code);
  }
  const thrown = new Map<string, Severity>();
  for (const { text } of sources) {
    for (const match of text.matchAll(/\bnew (\w+Error)\(/g)) {
      const severity = CLASSES[match[1] ?? ""];
      if (!severity) continue;
      for (const [, alias = "", key = ""] of entryPart(text, match.index + match[0].length)) {
        const [, table = alias] = new RegExp(`\\b(\\w+) as ${alias}\\b`).exec(text) ?? [];
        const code = codes.get(`${table}.${key}`);
        // Where it is thrown in several ways, the way that ends the program is told.
        if (code !== undefined && thrown.get(code) !== "use") thrown.set(code, severity);
      }
    }
  }
  return thrown;
}

/** The entries that an error is made of: what stands before its parameters. */
function entryPart(text: string, from: number): readonly RegExpMatchArray[] {
  let depth = 1;
  let at = from;
  for (; at < text.length && depth > 0; at++) {
    const character = text[at] ?? "";
    if ("([".includes(character)) depth++;
    else if (")]".includes(character)) depth--;
    else if (character === "{") break;
  }
  return [...text.slice(from, at).matchAll(/\b([A-Z][A-Z_]*)\.(\w+)/g)];
}

/** How bad a code is; undefined for titles, words, parts of sentences and texts of help, which nobody looks up. */
export function severityOf(
  code: string,
  { en, hint }: { readonly en: string; readonly hint: boolean },
  thrown: ReadonlyMap<string, Severity>,
): Severity | undefined {
  const [area = "", key = ""] = code.split(".");
  const severity = thrown.get(code) ?? SPECIAL[code];
  if (severity) return severity;
  if (
    /(?:^|_)(?:about|summary|notes)$|^(?:usage|everywhere|part_help|completion|word|wants|label|title|column)(?:_|$)/.test(
      key,
    )
  )
    return undefined;
  if (FILES.has(area) && (hint || /[.}]$/.test(en))) return "file";
  if (hint) return "finding";
  return /[^.]\.$/.test(en) ? "told" : undefined;
}
