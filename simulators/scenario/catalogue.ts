import type { Model } from "./model.js";
import { POWER_MODELS } from "./models-power.js";
import { TOWN_MODELS } from "./models-town.js";
import { WATER_MODELS } from "./models-water.js";
import { WEATHER_MODELS } from "./models-weather.js";

/** All models by the word that a scenario writes. */
export const MODELS: ReadonlyMap<string, Model> = new Map(
  Object.entries({ ...WATER_MODELS, ...WEATHER_MODELS, ...POWER_MODELS, ...TOWN_MODELS }),
);
