import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { modelPictures } from "./model-pictures.js";

/** Draws the pictures of the models into docs/img. Run it built: `node dist/scripts/draw-models.js`. */
const folder = fileURLToPath(new URL("../../docs/img/", import.meta.url));
mkdirSync(folder, { recursive: true });
for (const [file, picture] of modelPictures()) writeFileSync(folder + file, picture);
