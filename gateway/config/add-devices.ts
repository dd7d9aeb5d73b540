import { isMap, isScalar, type Pair, parseDocument, stringify, type YAMLMap } from "yaml";

export interface NewEntry {
  readonly id: string;
  readonly keys: Readonly<Record<string, string | number>>;
}

export interface Additions {
  readonly connections: readonly NewEntry[];
  readonly devices: readonly NewEntry[];
  /** Connections that are there and get other values of these keys. */
  readonly changed?: readonly NewEntry[];
}

const STEP = "  ";

/**
 * The text of a gateway.yaml with more connections and devices: put in as lines at the end of their sections, so that
 * every other character, comments and all, stays as it was. Where a section is written in one line (`{...}`) it is
 * written anew, comments kept. Pure; throws nothing for well-formed YAML.
 */
export function withAdditions(text: string, { changed = [], connections, devices }: Additions): string {
  const changedText = changed.reduce((before, { id, keys }) => withKeys(before, id, keys), text);
  const more = withSection(changedText, "connections", connections);
  return withSection(more, "devices", devices);
}

/** Other values of a connection's keys: each in its place, a new one behind the last. */
function withKeys(text: string, id: string, keys: NewEntry["keys"]): string {
  let changed = text;
  for (const [key, value] of Object.entries(keys)) {
    const document = parseDocument(changed, { keepSourceTokens: true });
    const map = document.getIn(["connections", id]);
    if (!isMap(map)) return changed;
    const [from, to] = rangeOf(pairOf(map, key)?.value) ?? [];
    if (from !== undefined && to !== undefined) {
      changed = `${changed.slice(0, from)}${value}${changed.slice(to)}`;
    } else if (map.flow || map.items.length === 0) {
      document.setIn(["connections", id, key], value);
      changed = document.toString({ lineWidth: 0, flowCollectionPadding: false });
    } else {
      const newline = changed.includes("\r\n") ? "\r\n" : "\n";
      const indent = indentOf(changed, startOf(map.items[0]?.key));
      changed = insertedAfterLine(changed, endOf(map), `${indent}${key}: ${value}${newline}`, newline);
    }
  }
  return changed;
}

function withSection(text: string, section: string, entries: readonly NewEntry[]): string {
  if (entries.length === 0) return text;
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const root = parseDocument(text, { keepSourceTokens: true }).contents;
  const pair = isMap(root) ? pairOf(root, section) : undefined;
  if (!pair) {
    const gap = text === "" || text.endsWith(newline) ? "" : newline;
    return `${text}${gap}${newline}${section}:${newline}${linesOf(entries, STEP, newline)}`;
  }
  const { value } = pair;
  if (isMap(value) && value.flow) return rewritten(text, section, entries);
  if (!isMap(value) || value.items.length === 0)
    return insertedAfterLine(text, endOf(pair.key), linesOf(entries, STEP, newline), newline);
  const last = value.items.at(-1) as Pair;
  const indent = indentOf(text, startOf(value.items[0]?.key));
  const end = Math.max(endOf(last.key), endOf(last.value));
  return insertedAfterLine(text, end, linesOf(entries, indent, newline), newline);
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((item) => isScalar(item.key) && item.key.value === key);
}

function startOf(node: unknown): number {
  return rangeOf(node)?.[0] ?? 0;
}

/** One past the last character of a node, without the comments behind it. */
function endOf(node: unknown): number {
  if (isMap(node) && !node.flow) {
    const last = node.items.at(-1);
    if (last) return Math.max(endOf(last.key), endOf(last.value));
  }
  return rangeOf(node)?.[1] ?? 0;
}

function rangeOf(node: unknown): readonly number[] | undefined {
  if (typeof node !== "object" || node === null || !("range" in node)) return undefined;
  return Array.isArray(node.range) ? (node.range as number[]) : undefined;
}

function indentOf(text: string, at: number): string {
  const from = text.lastIndexOf("\n", at - 1) + 1;
  return text.slice(from, at);
}

/** Behind the line in which `at` lies, and what is noted at its end. */
function insertedAfterLine(text: string, at: number, lines: string, newline: string): string {
  const isAtStart = at > 0 && text[at - 1] === "\n";
  const end = isAtStart ? at - 1 : text.indexOf("\n", at);
  if (end < 0) return `${text}${newline}${lines}`;
  return `${text.slice(0, end + 1)}${lines}${text.slice(end + 1)}`;
}

function linesOf(entries: readonly NewEntry[], indent: string, newline: string): string {
  return entries
    .map(({ id, keys }) => {
      const own = stringify({ [id]: keys }, { lineWidth: 0, indent: STEP.length })
        .trimEnd()
        .split("\n");
      return own.map((line) => `${indent}${line}${newline}`).join("");
    })
    .join("");
}

function rewritten(text: string, section: string, entries: readonly NewEntry[]): string {
  const document = parseDocument(text);
  for (const { id, keys } of entries) document.setIn([section, id], document.createNode(keys));
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
