import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Message, Text } from "../drivers/core/message.js";
import { isComposed, oldSpellings } from "./check-spelling.js";

/** The entries of one folder, under the name by which its code knows them. */
export interface Table {
  readonly file: string;
  readonly name: string;
  readonly entries: Readonly<Record<string, Message>>;
}

export interface Source {
  readonly file: string;
  readonly text: string;
}

const FOLDERS = ["drivers", "gateway", "simulators", "scripts"];
const MESSAGES = /(?:^|[/-])messages\.ts$/;

function isMessage(value: unknown): value is Message {
  return typeof value === "object" && value !== null && "code" in value && "text" in value;
}

/** Every message table that an exported constant of a `messages.ts` holds. Loads the compiled modules. */
export async function loadTables(root: string): Promise<Table[]> {
  const tables: Table[] = [];
  for (const { file } of readSources(root, MESSAGES)) {
    const module: Readonly<Record<string, unknown>> = await import(
      join(root, "dist", file.replace(/\.ts$/, ".js"))
    );
    for (const [name, value] of Object.entries(module)) {
      if (typeof value !== "object" || value === null) continue;
      const entries = Object.entries(value).filter((entry): entry is [string, Message] =>
        isMessage(entry[1]),
      );
      if (entries.length > 0) tables.push({ file, name, entries: Object.fromEntries(entries) });
    }
  }
  return tables;
}

/** The sources that people do not only test with. */
export function readSources(root: string, pattern = /(?<!\.test)\.ts$/): Source[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .map((name) => `${folder}/${name}`)
      .filter((file) => pattern.test(file))
      .map((file) => ({ file, text: readFileSync(join(root, file), "utf8") })),
  );
}

function params(text: string): string {
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))].sort().join(",");
}

function problemsOfText(what: string, { vi, en }: Text): string[] {
  return [
    ...(vi.trim() === "" || en.trim() === "" ? [`${what}: vi and en must both say something`] : []),
    ...(params(vi) === params(en)
      ? []
      : [`${what}: vi has the parameters ${params(vi) || "none"}, en ${params(en) || "none"}`]),
    ...(isComposed(vi) ? [] : [`${what}: vi is not in Unicode NFC`]),
    ...oldSpellings(vi).map((word) => `${what}: ${word} is spelled the old way`),
  ];
}

/** What is wrong with the tables themselves. */
export function problemsOfTables(tables: readonly Table[]): string[] {
  const owners = new Map<string, string>();
  const problems: string[] = [];
  for (const { file, entries } of tables) {
    for (const { code, text, hint } of Object.values(entries)) {
      const other = owners.get(code);
      if (other !== undefined) problems.push(`${code}: in ${other} and in ${file}`);
      owners.set(code, file);
      if (!/^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/.test(code))
        problems.push(`${code}: a code is area.what, with _`);
      problems.push(...problemsOfText(code, text));
      if (hint) problems.push(...problemsOfText(`${code}, hint`, hint));
    }
  }
  return problems;
}

/** Entries that no source names: a text nobody can ever read. */
export function unusedEntries(tables: readonly Table[], sources: readonly Source[]): string[] {
  const code = sources.filter(({ file }) => !MESSAGES.test(file)).map(({ text }) => text);
  return tables.flatMap(({ name, entries }) => {
    const users = code.filter((text) => new RegExp(`\\b${name}\\b`).test(text)).join("\n");
    return Object.entries(entries)
      .filter(([key]) => !new RegExp(`\\b${key}\\b`).test(users))
      .map(([, { code }]) => `${code}: no source uses it`);
  });
}

/** A sentence that only English readers understand, thrown or written where a message belongs. */
const FREE_TEXT = [
  /new Error\(\s*["'`]\s*(?=\S)/g,
  /\bconsole\.\w+\(/g,
  /(?:stdout|stderr)\.write\(\s*["'`][^"'`$]*[A-Za-z]{2,} [A-Za-z]{2,}/g,
];
const PRODUCT =
  /^(?:drivers|gateway|simulators)\/(?!.*(?:\/testing\/|\/testbed\.ts$|-fixture\.ts$|-bench\.ts$))/;

export interface Exception {
  readonly file: string;
  /** Part of the line that is allowed. */
  readonly line: string;
  readonly why: string;
}

/**
 * Lines of the product that speak without a message entry. TypeError and RangeError are left alone: they tell a
 * programmer that a call breaks its contract, and end with a stack and exit code 70. What tests, scripts and test
 * helpers say is for programmers too. Exceptions that no line needs any more are problems as well.
 */
export function freeTexts(sources: readonly Source[], exceptions: readonly Exception[]): string[] {
  const unused = new Set(exceptions);
  const problems: string[] = [];
  for (const { file, text } of sources) {
    if (!PRODUCT.test(file) || MESSAGES.test(file)) continue;
    for (const pattern of FREE_TEXT) {
      for (const match of text.matchAll(pattern)) {
        const from = text.lastIndexOf("\n", match.index) + 1;
        const end = text.indexOf("\n", match.index + match[0].length);
        const line = text.slice(from, end < 0 ? undefined : end).trim();
        const allowed = exceptions.find((one) => one.file === file && line.includes(one.line));
        if (allowed) unused.delete(allowed);
        else problems.push(`${file}:${text.slice(0, match.index).split("\n").length}: ${line}`);
      }
    }
  }
  return [...problems, ...[...unused].map((one) => `${one.file}: nothing needs the exception "${one.line}"`)];
}
