import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import t from "tap";
import { MODEL_PAGES, withModelLists } from "./model-pages.js";
import { modelPictures } from "./model-pictures.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const AGAIN = "run node dist/scripts/draw-models.js";

const drawn = modelPictures();

t.test("the pictures of the models are what the models draw today, and small", async (t) => {
  t.same(readdirSync(`${ROOT}docs/img`).sort(), [...drawn.keys()].sort());
  for (const [file, picture] of drawn) {
    t.ok(readFileSync(`${ROOT}docs/img/${file}`, "utf8") === picture, `${file}: if not, ${AGAIN}`);
    t.ok(picture.length < 15_000, `${file}: ${picture.length} bytes`);
    t.notMatch(picture, /NaN|Infinity|undefined/, file);
  }
});

t.test("the pages name every model with its signals and inputs, and show every picture", async (t) => {
  for (const language of ["en", "vi"] as const) {
    const page = readFileSync(ROOT + MODEL_PAGES[language], "utf8");
    t.ok(page === withModelLists(page, language), `${MODEL_PAGES[language]}: if not, ${AGAIN}`);
    for (const file of drawn.keys()) t.match(page, `(../img/${file})`);
  }
  t.throws(() => withModelLists("<!-- model: moon -->\n<!-- end -->", "en"), /no model moon/);
  t.throws(() => withModelLists("", "en"), /lacks boundary/);
});
