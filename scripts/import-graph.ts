import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";

/** How strongly one module holds another; the strongest where it is imported more than once. */
export type ImportKind = "static" | "dynamic" | "type";

/** One module naming another: `to` is a file of ours (`drivers/core/clock.ts`) or a package (`npm:mqtt`). */
export interface Import {
  readonly from: string;
  readonly to: string;
  readonly kind: ImportKind;
}

export interface ImportGraph {
  readonly files: readonly string[];
  readonly imports: readonly Import[];
}

const OURS = /^(?:drivers|gateway|simulators|scripts)\//;
const IMPORTED = /^ +Imported via ["'](.+)["'] from file '([^']+)'/;
const WRITTEN =
  /\b(?:import|export)\s+(type\s+)?(?:[\w*\s{},$]+?\sfrom\s+)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/g;
const WORKER = /new URL\(\s*["'](\.[^"']+)\.js["'],\s*import\.meta\.url/g;
const STRENGTH: Readonly<Record<ImportKind, number>> = { static: 2, dynamic: 1, type: 0 };

function kindsOf(source: string): Map<string, ImportKind> {
  const kinds = new Map<string, ImportKind>();
  for (const [, type, specifier, dynamic] of source.matchAll(WRITTEN)) {
    const kind = dynamic ? "dynamic" : type ? "type" : "static";
    const name = specifier ?? dynamic ?? "";
    const known = kinds.get(name);
    if (!known || STRENGTH[kind] > STRENGTH[known]) kinds.set(name, kind);
  }
  return kinds;
}

function packageOf(specifier: string): string {
  return `npm:${specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/")}`;
}

/**
 * Who imports whom in the tree at `root`, told by the compiler itself (`tsc --explainFiles`): so type-only and
 * dynamic imports are in it, resolved as they will be. Modules of Node are left out. Files that are started as
 * workers count as dynamic imports. Throws when the compiler says nothing.
 */
export function readImportGraph(root: string): ImportGraph {
  const tsc = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));
  const { stdout } = spawnSync(
    process.execPath,
    [tsc, "-p", root, "--noEmit", "--noCheck", "--explainFiles"],
    {
      cwd: root,
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  const files: string[] = [];
  const raw: { from: string; specifier: string; file: string }[] = [];
  let file = "";
  for (const line of stdout.split("\n")) {
    if (/^\S/.test(line)) {
      file = line;
      if (OURS.test(file)) files.push(file);
      continue;
    }
    const [, specifier, from] = IMPORTED.exec(line) ?? [];
    if (specifier !== undefined && from !== undefined && OURS.test(from)) raw.push({ from, specifier, file });
  }
  if (files.length === 0) throw new Error(`the compiler lists no file of ours:\n${stdout.slice(0, 2000)}`);

  const sources = new Map(files.map((name) => [name, readFileSync(join(root, name), "utf8")]));
  const kinds = new Map([...sources].map(([name, source]) => [name, kindsOf(source)]));
  const imports = new Map<string, Import>();
  const add = (from: string, to: string, kind: ImportKind): void => {
    const key = `${from} ${to}`;
    const known = imports.get(key);
    if (!known || STRENGTH[kind] > STRENGTH[known.kind]) imports.set(key, { from, to, kind });
  };
  for (const { from, specifier, file: resolved } of raw) {
    const to = specifier.startsWith(".") ? resolved : packageOf(specifier);
    add(from, to, kinds.get(from)?.get(specifier) ?? "static");
  }
  for (const [from, source] of sources) {
    for (const [, path] of source.matchAll(WORKER)) {
      const to = posix.join(posix.dirname(from), `${path}.ts`);
      if (sources.has(to)) add(from, to, "dynamic");
    }
  }
  return { files, imports: [...imports.values()] };
}
