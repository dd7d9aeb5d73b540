import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLError,
  type YAMLMap,
} from "yaml";
import { renderText, type Said, say } from "../core/message.js";
import { PROFILE_MESSAGES as M } from "./messages.js";
import type { Path, Problem, Severity } from "./problem.js";

export interface ReportOptions {
  /** Where the caret stands: at the key, or at its value (default). */
  readonly on?: "key" | "value";
  readonly severity?: Severity;
  readonly hint?: Said | undefined;
}

/**
 * One YAML file with its positions. The document keeps comments and layout, so that the program can change the
 * file later. Collects the problems that are found in it.
 */
export class YamlSource {
  readonly file: string;
  readonly text: string;
  readonly document: Document.Parsed;
  readonly problems: Problem[] = [];
  /** False when the text is no YAML: then there is nothing to check. */
  readonly wellFormed: boolean;
  readonly #lines = new LineCounter();
  readonly #targets = new Map<Alias, Node>();

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    this.document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    for (const error of this.document.errors) this.#reportSyntax(error);
    if (text.includes("*")) this.#resolveAliases();
    this.wellFormed = this.document.errors.every((error) => error.code === "DUPLICATE_KEY");
  }

  get errors(): number {
    return this.problems.filter((problem) => problem.severity === "error").length;
  }

  /** Whether an error was reported at `path` or beneath: then what was read there is not complete. */
  hasErrorsIn(path: Path): boolean {
    return this.problems.some(
      (problem) => problem.severity === "error" && path.every((part, index) => problem.path[index] === part),
    );
  }

  report(path: Path, said: Said, options: ReportOptions = {}): void {
    this.reportAt(this.offsetOf(path, options.on ?? "value"), path, said, options);
  }

  reportAt(offset: number, path: Path, said: Said, options: ReportOptions = {}): void {
    const { line, col } = this.#lines.linePos(offset);
    const { severity = "error", hint } = options;
    const problem: Problem = {
      file: this.file,
      line: Math.max(1, line),
      column: Math.max(1, col),
      said,
      severity,
      path: [...path],
      ...(hint && { hint }),
    };
    const text = renderText(said, "en");
    const known = this.problems.some(
      (other) => other.line === line && other.column === col && renderText(other.said, "en") === text,
    );
    if (!known) this.problems.push(problem);
  }

  /** The node at `path`, aliases followed; undefined where there is none. */
  nodeAt(path: Path): Node | undefined {
    let node: Node | undefined = this.document.contents ?? undefined;
    for (const part of path) {
      node = this.resolve(node);
      if (isMap(node)) node = asNode(pairOf(node, String(part))?.value);
      else if (isSeq(node)) node = asNode(node.items[Number(part)]);
      else return undefined;
    }
    return this.resolve(node);
  }

  resolve(node: Node | undefined): Node | undefined {
    return isAlias(node) ? this.#targets.get(node) : node;
  }

  lineOf(path: Path): number {
    return this.#lines.linePos(this.offsetOf(path, "key")).line;
  }

  /** Offset of the key or the value at `path`, or of the nearest thing above that is there. */
  offsetOf(path: Path, on: "key" | "value"): number {
    let node: Node | undefined = this.document.contents ?? undefined;
    let offset = node?.range?.[0] ?? 0;
    for (const [index, part] of path.entries()) {
      const parent = this.resolve(node);
      if (isMap(parent)) {
        const pair = pairOf(parent, String(part));
        if (!pair) return offset;
        const value = asNode(pair.value);
        const last = index === path.length - 1;
        const place = last && on === "value" && value?.range && !isEmpty(value) ? value : asNode(pair.key);
        // Of an entry that is not at the end of the path its key is the place to show when nothing is deeper.
        offset = place?.range?.[0] ?? offset;
        node = value;
      } else if (isSeq(parent)) {
        node = asNode(parent.items[Number(part)]);
        if (!node) return offset;
        offset = node.range?.[0] ?? offset;
      } else return offset;
    }
    return offset;
  }

  /** The text of a node as written, on one line and short. */
  excerpt(node: Node | undefined): string {
    const [start = 0, end = 0] = node?.range ?? [];
    const text = this.text.slice(start, end).trim().replace(/\s+/g, " ");
    return text.length > 30 ? `${text.slice(0, 29)}…` : text;
  }

  /**
   * Finds what each alias stands for, the nearest anchor of its name before it, in one walk: the library walks the
   * whole document anew for each alias, and finds those without an anchor only when they are used.
   */
  #resolveAliases(): void {
    const anchors = new Map<string, Node>();
    visit(this.document, {
      Node: (_key, node) => {
        if (isAlias(node)) {
          const target = anchors.get(node.source);
          if (target) this.#targets.set(node, target);
          else this.reportAt(node.range?.[0] ?? 0, [], say(M.bad_alias, { alias: `*${node.source}` }));
        } else if (node.anchor !== undefined) anchors.set(node.anchor, node);
      },
    });
  }

  #reportSyntax(error: YAMLError): void {
    this.reportAt(error.pos[0], [], this.#sayOfSyntax(error));
  }

  #sayOfSyntax({ code, message, pos: [start] }: YAMLError): Said {
    const detail = message.replace(/\s+/g, " ");
    switch (code) {
      case "DUPLICATE_KEY": {
        const key = /^(["']?)([^"':\s]+)\1/.exec(this.text.slice(start, start + 200))?.[2] ?? "?";
        return say(M.duplicate_key, { key, line: this.#firstLine(start) });
      }
      case "BAD_INDENT":
        // "Flow sequence ... must be sufficiently indented and end with a ]": a bracket is open further up.
        return detail.includes("end with") ? say(M.unclosed) : say(M.indentation);
      case "TAB_AS_INDENT":
        return say(M.tab);
      case "BLOCK_AS_IMPLICIT_KEY":
      case "MULTILINE_IMPLICIT_KEY":
        return say(M.nested_key);
      case "MISSING_CHAR":
        return say(M.unclosed);
      case "MULTIPLE_DOCS":
        return say(M.several_documents);
      default:
        return say(M.syntax, { detail });
    }
  }

  /** Line of the first key with the same name in the map that holds the key at `offset`. */
  #firstLine(offset: number): number {
    const search = (node: unknown): number | undefined => {
      if (isMap(node)) {
        const own = node.items.find((pair) => asNode(pair.key)?.range?.[0] === offset);
        if (own) {
          const name = keyText(own);
          const first = node.items.find((pair) => keyText(pair) === name);
          return asNode(first?.key)?.range?.[0];
        }
        for (const pair of node.items) {
          const found = search(pair.value);
          if (found !== undefined) return found;
        }
      } else if (isSeq(node)) {
        for (const item of node.items) {
          const found = search(item);
          if (found !== undefined) return found;
        }
      }
      return undefined;
    };
    return this.#lines.linePos(search(this.document.contents) ?? offset).line;
  }
}

export function asNode(value: unknown): Node | undefined {
  return isNode(value) ? value : undefined;
}

export function keyText(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

/** Of keys that are there twice the first counts. */
export function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => keyText(pair) === key);
}

/** Nothing, `~` or `null`. */
export function isEmpty(node: Node | undefined): boolean {
  return node === undefined || (isScalar(node) && node.value === null);
}
