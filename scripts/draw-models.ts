import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { MODEL_PAGES, withModelLists } from "./model-pages.js";
import { modelPictures } from "./model-pictures.js";

/**
 * Draws the pictures of the models into docs/img and writes their signals and inputs into the pages about them. Run it
 * built: `node dist/scripts/draw-models.js`.
 */
const root = fileURLToPath(new URL("../../", import.meta.url));
mkdirSync(`${root}docs/img`, { recursive: true });
for (const [file, picture] of modelPictures()) writeFileSync(`${root}docs/img/${file}`, picture);
for (const language of ["en", "vi"] as const) {
  const page = root + MODEL_PAGES[language];
  writeFileSync(page, withModelLists(readFileSync(page, "utf8"), language));
}
