import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Import, type ImportGraph, readImportGraph } from "./import-graph.js";
import {
  EDGE_RULES,
  type EdgeRule,
  FREE,
  KNOWN_PLACES,
  NO_CYCLES,
  REACH_RULES,
  type ReachRule,
  UNDECLARED,
  UNKNOWN_PLACE,
} from "./import-rules.js";

export interface Offence {
  readonly rule: string;
  readonly comment: string;
  readonly from: string;
  readonly to: string;
}

function breaks(rule: EdgeRule, { from, to }: Import): boolean {
  const match = new RegExp(rule.from).exec(from);
  if (!match || FREE.test(from) || !new RegExp(rule.to).test(to)) return false;
  if (rule.unlessFrom && new RegExp(rule.unlessFrom).test(from)) return false;
  return !(rule.unlessTo && new RegExp(rule.unlessTo.replaceAll("$1", match[1] ?? "")).test(to));
}

/** The first module on each chain of loading that the rule forbids, with the way there. */
function reached(rule: ReachRule, start: string, next: ReadonlyMap<string, readonly Import[]>): Offence[] {
  const found: Offence[] = [];
  const seen = new Set([start]);
  const ways: string[][] = [[start]];
  for (let way = ways.pop(); way; way = ways.pop()) {
    for (const { to, kind } of next.get(way.at(-1) ?? "") ?? []) {
      if (kind !== "static" || seen.has(to)) continue;
      seen.add(to);
      const longer = [...way, to];
      if (new RegExp(rule.reaches).test(to)) {
        found.push({ rule: rule.name, comment: rule.comment, from: start, to: longer.slice(1).join(" > ") });
      } else {
        ways.push(longer);
      }
    }
  }
  return found;
}

/** Groups of files that reach each other (Tarjan's strongly connected components), of more than one file. */
function cycles(files: readonly string[], next: ReadonlyMap<string, readonly Import[]>): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const groups: string[][] = [];
  const visit = (file: string): void => {
    const index = order.size;
    order.set(file, index);
    low.set(file, index);
    stack.push(file);
    onStack.add(file);
    for (const { to } of next.get(file) ?? []) {
      if (to.startsWith("npm:")) continue;
      if (!order.has(to)) visit(to);
      if (onStack.has(to)) low.set(file, Math.min(low.get(file) ?? 0, low.get(to) ?? 0));
    }
    if (low.get(file) !== index) return;
    const group = stack.splice(stack.indexOf(file));
    for (const member of group) onStack.delete(member);
    if (group.length > 1 || next.get(file)?.some(({ to }) => to === file)) groups.push(group.sort());
  };
  for (const file of files) if (!order.has(file)) visit(file);
  return groups;
}

/** Everything in the graph that a rule forbids. `declared` are the packages that package.json names. */
export function judgeImports(graph: ImportGraph, declared: ReadonlySet<string>): Offence[] {
  const next = new Map<string, Import[]>();
  for (const entry of graph.imports) next.set(entry.from, [...(next.get(entry.from) ?? []), entry]);
  return [
    ...graph.imports.flatMap((entry) =>
      EDGE_RULES.filter((rule) => breaks(rule, entry)).map(({ name, comment }) => ({
        rule: name,
        comment,
        from: entry.from,
        to: entry.to,
      })),
    ),
    ...REACH_RULES.flatMap((rule) =>
      graph.files
        .filter((file) => new RegExp(rule.from).test(file))
        .flatMap((file) => reached(rule, file, next)),
    ),
    ...graph.imports
      .filter(({ to }) => to.startsWith("npm:") && !declared.has(to.slice(4)))
      .map(({ from, to }) => ({ rule: UNDECLARED.name, comment: UNDECLARED.comment, from, to })),
    ...graph.files
      .filter((file) => !KNOWN_PLACES.test(file))
      .map((file) => ({ rule: UNKNOWN_PLACE.name, comment: UNKNOWN_PLACE.comment, from: file, to: file })),
    ...cycles(graph.files, next).map((group) => ({
      rule: NO_CYCLES.name,
      comment: NO_CYCLES.comment,
      from: group[0] ?? "",
      to: group.slice(1).join(", "),
    })),
  ];
}

/** The packages that `root`'s package.json names. */
export function declaredPackages(root: string): Set<string> {
  const names = (text: string): unknown => JSON.parse(text);
  const manifest = names(readFileSync(join(root, "package.json"), "utf8"));
  const listed = (key: string): string[] =>
    typeof manifest === "object" && manifest !== null && key in manifest
      ? Object.keys((manifest as Record<string, object>)[key] ?? {})
      : [];
  return new Set([...listed("dependencies"), ...listed("devDependencies")]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const graph = readImportGraph(root);
  const offences = judgeImports(graph, declaredPackages(root));
  for (const { rule, comment, from, to } of offences)
    console.error(`${rule}: ${from} -> ${to}\n    ${comment}`);
  if (offences.length > 0) {
    console.error(`${offences.length} forbidden imports`);
    process.exitCode = 1;
  } else {
    console.log(`imports: ${graph.imports.length} between ${graph.files.length} files, as the rules say`);
  }
}
