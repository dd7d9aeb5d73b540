import type { Part } from "../simulators/process/part.js";
import { province } from "../simulators/process/province-fixture.js";
import { MODELS } from "../simulators/scenario/catalogue.js";

/** The pages about the models, by the language of their sentences. */
export const MODEL_PAGES = { en: "docs/en/models.md", vi: "docs/vi/mo-hinh.md" } as const;

const WORDS = {
  en: { signals: "Signals", inputs: "Inputs", options: "In a scenario", none: "none" },
  vi: { signals: "Tín hiệu", inputs: "Ngõ vào", options: "Trong kịch bản", none: "không có" },
} as const;

/** A part of each model, out of a world that has them all. */
const EXAMPLES: Readonly<Record<string, string>> = {
  boundary: "drain",
  tank: "canal",
  catchment: "fields",
  valve: "intake",
  pump: "pump.1",
  drive: "drive.1",
  "level-control": "control",
  "two-point": "oxygen.control",
  gate: "gate",
  flowmeter: "flowmeter",
  mains: "mains",
  "steady-load": "house",
  meter: "meter",
  cabinet: "cabinet",
  sea: "sea",
  river: "river",
  rain: "rain",
  sky: "sky",
  soil: "soil.1",
  pond: "pond.1",
  aerator: "aerator.1",
  "astro-clock": "astro",
  lamps: "circuit.1",
  battery: "battery",
  "waste-bin": "bin.1",
  traffic: "traffic",
  wastewater: "outlet",
  analyser: "analyser.cod",
};

/**
 * A page with the lists of signals and inputs as the models have them, each between `<!-- model: name -->` and
 * `<!-- end -->`. Throws where the page has a model that is none, or lacks one.
 */
export function withModelLists(page: string, language: keyof typeof MODEL_PAGES): string {
  const { world } = province(1, 1_000);
  const missing = new Set(Object.keys(EXAMPLES));
  const filled = page.replace(/<!-- model: (\S+) -->[\s\S]*?<!-- end -->/g, (_, model: string) => {
    const part = world.parts.get(EXAMPLES[model] ?? "");
    if (!part) throw new RangeError(`there is no model ${model}`);
    missing.delete(model);
    return `<!-- model: ${model} -->\n${listOf(part, language)}  \n${optionsOf(model, language)}\n<!-- end -->`;
  });
  if (missing.size > 0) throw new RangeError(`the page lacks ${[...missing].join(", ")}`);
  return filled;
}

function listOf(part: Part, language: keyof typeof MODEL_PAGES): string {
  const words = WORDS[language];
  const signals = Object.entries(part.signals).map(([name, { unit }]) => `\`${name}\`${unit && ` ${unit}`}`);
  const inputs = Object.entries(part.inputs).map(
    ([name, { unit, range }]) => `\`${name}\` ${range[0]}–${range[1]}${unit && ` ${unit}`}`,
  );
  const line = (word: string, all: readonly string[]): string => `${word}: ${all.join(", ") || words.none}`;
  return `${line(words.signals, signals)}.  \n${line(words.inputs, inputs)}.`;
}

/** The keys that a scenario may write; those that it must, in bold. */
function optionsOf(model: string, language: keyof typeof MODEL_PAGES): string {
  const schema = MODELS.get(model)?.schema;
  if (!schema) throw new RangeError(`no scenario can have a ${model}`);
  const needed = new Set(schema.required);
  const keys = Object.entries(schema.properties).map(([key, { description }]) => {
    const name = needed.has(key) ? `**\`${key}\`**` : `\`${key}\``;
    return language === "en" && description !== undefined ? `${name} (${description})` : name;
  });
  return `${WORDS[language].options}: \`model: ${model}\`${keys.map((key) => `, ${key}`).join("")}.`;
}
