import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { VERBS } from "../gateway/cli/verbs.js";
import { manPages, plain } from "./man-pages.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };

t.test("the manual pages are current, and troff finds nothing to remark on", async (t) => {
  for (const [file, text] of await manPages(version)) {
    const path = join(ROOT, file);
    t.ok(readFileSync(path, "utf8") === text, `${file}: run node dist/scripts/generate-schemas.js`);
    for (const [program, ...args] of [
      ["groff", "-man", "-Tutf8", "-Kutf8", "-ww", "-z", path],
      ["mandoc", "-Tlint", "-Wwarning", path],
    ]) {
      const { error, status, stderr, stdout } = spawnSync(program ?? "", args, { encoding: "utf8" });
      t.equal(error, undefined, `${program} is there`);
      t.same([status, stdout, stderr], [0, "", ""], `${program} ${file}`);
    }
  }
});

t.test("what a reader sees names every verb, part and option", async (t) => {
  for (const file of (await manPages(version)).keys()) {
    const args = ["-man", "-Tutf8", "-Kutf8", "-P-cbou", join(ROOT, file)];
    const { stdout } = spawnSync("groff", args, { encoding: "utf8" });
    t.notMatch(stdout, /\\|undefined|\{\w+\}/, "no sign of troff is left");
    for (const [name, load] of Object.entries(VERBS)) {
      t.match(stdout, `tram ${name}`);
      const verb = await load();
      const parts = Object.entries(verb.command.parts ?? {});
      for (const [part, loadPart] of parts) {
        t.match(stdout, `tram ${name} ${part}`);
        for (const option of Object.keys((await loadPart()).options)) t.match(stdout, `--${option}`);
      }
      for (const option of Object.keys(verb.command.options)) t.match(stdout, `--${option}`);
    }
  }
});

t.test("signs of troff in texts are only text", (t) => {
  t.equal(plain(".SH x \\fB -a"), "\\&.SH x \\efB \\-a");
  t.equal(plain("'quoted'"), "\\&'quoted'");
  t.end();
});
