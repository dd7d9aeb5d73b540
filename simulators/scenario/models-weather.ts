import { Type } from "@sinclair/typebox";
import { Word } from "../../drivers/core/schema.js";
import { AstroClock } from "../process/astro-clock.js";
import { Rain } from "../process/rain.js";
import { River } from "../process/river.js";
import { Sky } from "../process/sky.js";
import { Sea } from "../process/tide.js";
import { Amount, type Model, model, Needed } from "./model.js";
import { SEA } from "./references.js";

const PLACE = Type.Optional(
  Type.Object(
    { latitude: Needed("°"), longitude: Needed("°") },
    { additionalProperties: false, description: "of the sun; Sóc Trăng by default" },
  ),
);

/** Sea, river and sky. */
export const WEATHER_MODELS: Readonly<Record<string, Model>> = {
  sea: model({}, {}, () => new Sea()),
  river: model(
    { distance_km: Needed("km from the mouth to the place that is looked at", { minimum: 0, maximum: 300 }) },
    { sea: SEA },
    (own, seed) => new River({ ...own, seed }),
  ),
  rain: model(
    {
      season: Type.Optional(Word(["calendar", "wet", "dry"], { description: "`calendar` by default" })),
      dry_hours: Amount("h without rain between two showers, in the mean"),
      first_after_min: Amount("minutes until the first shower; drawn by default"),
      tips: Amount("tips since installation"),
    },
    {},
    (own, seed) => new Rain({ ...own, seed }),
  ),
  sky: model(
    {
      place: PLACE,
      clouds: Amount("mean share of the sky that clouds cover; 0.45 by default", { minimum: 0, maximum: 1 }),
      mean_temperature: Amount("°C over a whole day; 27.5 by default"),
    },
    {},
    (own, seed) => new Sky({ ...own, seed }),
  ),
  "astro-clock": model({ place: PLACE }, {}, (own) => new AstroClock(own)),
};
