import { Type } from "@sinclair/typebox";
import { Analyser } from "../process/analyser.js";
import { Traffic } from "../process/traffic.js";
import { WasteBin } from "../process/waste-bin.js";
import { Wastewater } from "../process/wastewater.js";
import { Amount, type Model, model, Needed, optional } from "./model.js";
import { FORMULA, RAIN } from "./references.js";

/** Roads, bins, and what a factory lets out. */
export const TOWN_MODELS: Readonly<Record<string, Model>> = {
  "waste-bin": model(
    {
      capacity_l: Amount("l; 660 by default, of a container on four wheels"),
      litres_per_day: Amount("l a day; 260 by default"),
      every_days: Amount("days between two rounds of the collectors; 2 by default"),
      fill: Amount("share that is full at the beginning; 0 by default", { minimum: 0, maximum: 1 }),
    },
    {},
    (own, seed) => new WasteBin({ ...own, seed }),
  ),
  traffic: model(
    { per_day: Amount("vehicles on a working day; 14,000 by default, of a provincial road") },
    {},
    (own, seed) => new Traffic({ ...own, seed }),
  ),
  wastewater: model(
    { per_day: Amount("m³ a day; 1,800 by default") },
    { rain: optional(RAIN) },
    (own, seed) => new Wastewater({ ...own, seed }),
  ),
  analyser: model(
    {
      unit: Type.String({ description: "of what it measures" }),
      full_scale: Needed("end of the scale", { minimum: 0 }),
      every_hours: Amount("h between two calibrations; 24 by default"),
      for_min: Amount("min that a calibration takes; 30 by default"),
      drift_per_day: Amount("share of the full scale that the zero wanders in a day; 0.01 by default"),
    },
    { of: FORMULA },
    (own, seed) => new Analyser({ ...own, seed }),
  ),
};
