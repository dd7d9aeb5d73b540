import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { readCommand, route } from "../gateway/cli/grammar/read-command.js";
import { VERBS } from "../gateway/cli/verbs.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const GUIDES = ["docs/vi/cam-nang.md", "docs/en/technicians-guide.md"] as const;

const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");

const PAGES = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".md"))
  .map((file) => join("docs", file))
  .concat("README.md")
  .sort();

interface Line {
  readonly where: string;
  /** Behind `tram`. */
  readonly words: readonly string[];
}

/** The lines of code that call tram, without what the shell does itself. */
function commandLines(file: string): readonly Line[] {
  let isCode = false;
  const whole = read(file).replace(/\\\n\s*/g, "");
  return whole.split("\n").flatMap((line, at) => {
    if (line.startsWith("```")) isCode = !isCode;
    const [, called] = /^\s*(?:\$ )?(?:sudo )?(?:\.\/scripts\/)?tram (.+)$/.exec(line) ?? [];
    if (!isCode || called === undefined) return [];
    const [own = ""] = called.split(/ #| {2,}#| [|&>] | ?[<>] ?\S*$| &$|; /);
    const words = (own.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? []).map((word) => word.replace(/["']/g, ""));
    return [{ where: `${file}, block line ${at + 1}: tram ${own}`, words }];
  });
}

t.test("every command in the docs is one that tram understands", async (t) => {
  const lines = PAGES.flatMap(commandLines);
  t.ok(lines.length > 100, `${lines.length} commands`);
  for (const { where, words } of lines) {
    const [name = "", ...args] = words;
    const load = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
    if (name === "help" || name.startsWith("-")) continue;
    t.ok(load, where);
    const command = (await load?.())?.command;
    if (!command) continue;
    try {
      const routed = await route(command, name, args);
      if (!args.includes("--help")) readCommand(routed.command, routed.verb, routed.args);
      t.pass(where);
    } catch (error) {
      t.fail(`${where}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
});

t.test("every link in the docs leads somewhere", (t) => {
  for (const file of PAGES) {
    for (const [, target = ""] of read(file).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(?:https?:|mailto:|#)/.test(target)) continue;
      const [path = "", section] = target.split("#");
      const found = join(ROOT, dirname(file), path);
      if (!existsSync(found)) t.fail(`${file}: ${target}`);
      else if (section !== undefined && !slugs(readFileSync(found, "utf8")).includes(section)) {
        t.fail(`${file}: ${target}: no such section`);
      }
    }
  }
  t.end();
});

/** As a reader of Markdown names its headings. */
function slugs(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replace(/\s/g, "-"),
  );
}

t.test("the technician's guide says what to do for each diagnosis of a bus", (t) => {
  const source = read("drivers/modbus/diagnosis.ts");
  const names = new Set([...source.matchAll(/\bM\.(\w+)/g)].map(([, name]) => name));
  t.ok(names.size >= 12, `${names.size} diagnoses`);
  for (const file of GUIDES) {
    const guide = read(file);
    for (const name of names) t.ok(guide.includes(`\`modbus.${name}\``), `${file}: modbus.${name}`);
  }
  t.end();
});
